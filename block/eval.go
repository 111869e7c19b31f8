package block

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Eval evaluates expr in ctx. The value is free of marks; sensitive tells whether it had one,
// and then its strings are known to ctx.Secrets. Unknown names are reported with the nearest
// known one. Implementations of [Decoder] use it.
//
// A list or map that is written out must be taken apart first (hcl.ExprList, hcl.ExprMap): hcl's
// JSON form panics on a key that carries a mark.
func Eval(expr hcl.Expression, ctx *Context) (v cty.Value, sensitive bool, diags hcl.Diagnostics) {
	if isContainer(expr) {
		return evalContainer(expr, ctx)
	}
	if diags := unknownNames(expr, ctx.Eval); diags.HasErrors() {
		return cty.DynamicVal, false, diags
	}
	v, diags = expr.Value(ctx.Eval)
	v, marks := v.UnmarkDeep()
	_, sensitive = marks[Sensitive]
	if sensitive {
		sensitiveStrings(v, ctx.learn)
	}
	return v, sensitive, diags
}

// evalContainer evaluates the elements of a written out list; a map is not taken here.
func evalContainer(expr hcl.Expression, ctx *Context) (v cty.Value, sensitive bool, diags hcl.Diagnostics) {
	elems, notList := hcl.ExprList(expr)
	if notList.HasErrors() {
		at := expr.Range()
		return cty.DynamicVal, false, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Unexpected map", Detail: "A map cannot stand here.", Subject: &at,
		}}
	}
	values := make([]cty.Value, len(elems))
	for i, e := range elems {
		value, marked, found := Eval(e, ctx)
		values[i], sensitive, diags = value, sensitive || marked, append(diags, found...)
	}
	return cty.TupleVal(values), sensitive, diags
}

// unknownNames reports the first two steps of every reference in expr that lead nowhere.
func unknownNames(expr hcl.Expression, eval *hcl.EvalContext) (diags hcl.Diagnostics) {
	if eval == nil {
		return nil
	}
	for _, t := range expr.Variables() {
		root, ok := t[0].(hcl.TraverseRoot)
		if !ok {
			continue
		}
		object, ok := variable(eval, root.Name)
		if !ok {
			diags = append(diags, unknownRoot(t, root, eval))
			continue
		}
		if diag := unknownMember(t, root, object); diag != nil {
			diags = append(diags, diag)
		}
	}
	return diags
}

func variable(eval *hcl.EvalContext, name string) (cty.Value, bool) {
	for ; eval != nil; eval = eval.Parent() {
		if v, ok := eval.Variables[name]; ok {
			return v, true
		}
	}
	return cty.NilVal, false
}

func unknownRoot(t hcl.Traversal, root hcl.TraverseRoot, eval *hcl.EvalContext) *hcl.Diagnostic {
	var known []string
	for ; eval != nil; eval = eval.Parent() {
		for name := range eval.Variables {
			known = append(known, name)
		}
	}
	slices.Sort(known)
	detail := didYouMean(Suggest(root.Name, known))
	if detail == "" && len(t) == 1 {
		detail = " If it is text, put it in quotes: " + strconv.Quote(root.Name) + "."
	}
	if detail == "" {
		detail = " A reference begins with " + quotedList(known) + "."
	}
	return problem(root.SrcRange, fmt.Sprintf("Unknown name %q", root.Name), detail[1:])
}

// unknownMember checks the second step, such as core_switch in system.core_switch.
func unknownMember(t hcl.Traversal, root hcl.TraverseRoot, object cty.Value) *hcl.Diagnostic {
	if len(t) < 2 || !object.Type().IsObjectType() {
		return nil
	}
	name, ok := stepName(t[1])
	if !ok || object.Type().HasAttribute(name) {
		return nil
	}
	known := make([]string, 0, len(object.Type().AttributeTypes()))
	for k := range object.Type().AttributeTypes() {
		known = append(known, k)
	}
	slices.Sort(known)
	detail := fmt.Sprintf("The plan has no %s %q.", root.Name, name)
	if s := Suggest(name, known); s != "" {
		detail += fmt.Sprintf(" Did you mean %s.%s?", root.Name, s)
	} else if len(known) == 0 {
		detail = fmt.Sprintf("The plan has no block %q at all.", root.Name)
	}
	return problem(t[1].(interface{ SourceRange() hcl.Range }).SourceRange(), fmt.Sprintf("Unknown %s %q", root.Name, name), detail)
}

func stepName(step hcl.Traverser) (string, bool) {
	switch s := step.(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString(), true
		}
	}
	return "", false
}

func problem(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}
