package config

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/keizoku-bcp/keizoku/block"
)

// checker looks at every part of a condition by itself. Evaluating the whole would not do: hcl
// drops what is wrong on the far side of && and ||, and converts "5" to a number.
type checker struct {
	words     *vocabulary
	cond      *condition
	src       sourceText
	functions map[string]function.Function
	diags     hcl.Diagnostics
}

// scope is where an expression stands: at the top, or within a for with its variables.
type scope struct {
	eval *hcl.EvalContext
	// local are the variables of for expressions around; the fact is that which each is one of,
	// or nil.
	local map[string]*fact
}

func newChecker(words *vocabulary, cond *condition, src sourceText) *checker {
	return &checker{words: words, cond: cond, src: src, functions: checkFunctionTable()}
}

// whole checks the condition and what comes out of it.
func (c *checker) whole() {
	c.mentions(c.cond.expr)
	if c.diags.HasErrors() {
		return
	}
	top := scope{eval: &hcl.EvalContext{Functions: c.functions, Variables: make(map[string]cty.Value)}}
	for _, n := range c.cond.needs {
		top.eval.Variables[n.fact.name] = n.unknown(c.words.names[n.fact.name])
	}
	v, ok := c.part(c.cond.expr, top)
	if !ok {
		return
	}
	at := c.cond.expr.Range()
	switch {
	case v.Type() != cty.Bool && v.Type() != cty.DynamicPseudoType:
		c.wrong(at, "A condition is true or false", "This is "+typeName(v.Type())+". "+conditionExample(v.Type()))
	case len(c.cond.needs) == 0:
		c.warn(at, "The condition mentions no fact", "It is the same in every situation. See the reference page on criteria for what it may ask.")
	case v.IsKnown() && !v.IsNull():
		c.warn(at, "The condition is the same in every situation", fmt.Sprintf("Whatever the facts are, it is %v.", v.True()))
	}
}

func conditionExample(t cty.Type) string {
	if t == cty.String {
		return `Write it without quotes, such as when = down.priority_count >= 3; in JSON "${down.priority_count >= 3}".`
	}
	return "Compare it with something, such as down.priority_count >= 3."
}

func (c *checker) wrong(at hcl.Range, summary, detail string) {
	c.diags = append(c.diags, mistake(at, summary, detail))
}

func (c *checker) warn(at hcl.Range, summary, detail string) {
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: detail, Subject: &at})
}

// part checks an expression from the inside out. It returns the value, of which the type is
// right and little is known, and whether it is good.
func (c *checker) part(e hclsyntax.Expression, in scope) (cty.Value, bool) {
	var good bool
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return c.part(e.Expression, in)
	case *hclsyntax.TemplateWrapExpr:
		return c.part(e.Wrapped, in)
	case *hclsyntax.LiteralValueExpr:
		good = c.literal(e)
	case *hclsyntax.ScopeTraversalExpr:
		good = c.local(e, in)
	case *hclsyntax.UnaryOpExpr:
		good = c.operand(e.Val, in, e.Op.Impl.Params()[0].Type)
	case *hclsyntax.BinaryOpExpr:
		good = c.binary(e, in)
	case *hclsyntax.ConditionalExpr:
		good = c.conditional(e, in)
	case *hclsyntax.FunctionCallExpr:
		good = c.call(e, in)
	case *hclsyntax.ForExpr:
		good = c.loop(e, in)
	case *hclsyntax.SplatExpr:
		good = c.splat(e, in)
	default:
		good = c.all(partsOf(e), in)
	}
	if !good {
		return cty.DynamicVal, false
	}
	return c.value(e, in)
}

// value evaluates an expression whose parts are good.
func (c *checker) value(e hclsyntax.Expression, in scope) (cty.Value, bool) {
	v, diags := evaluate(e, in.eval)
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		at := e.Range()
		if d.Subject != nil {
			at = *d.Subject
		}
		summary := d.Summary
		if summary == "Operation failed" {
			summary = "This cannot be evaluated"
		}
		c.wrong(at, summary, block.Sentence(operationText(d)))
	}
	return v, !diags.HasErrors()
}

func (c *checker) all(parts []hclsyntax.Expression, in scope) bool {
	good := true
	for _, e := range parts {
		_, ok := c.part(e, in)
		good = good && ok
	}
	return good
}

// partsOf returns what stands inside expressions that only carry it.
func partsOf(e hclsyntax.Expression) []hclsyntax.Expression {
	switch e := e.(type) {
	case *hclsyntax.TupleConsExpr:
		return e.Exprs
	case *hclsyntax.TemplateExpr:
		return e.Parts
	case *hclsyntax.TemplateJoinExpr:
		return []hclsyntax.Expression{e.Tuple}
	case *hclsyntax.IndexExpr:
		return []hclsyntax.Expression{e.Collection, e.Key}
	case *hclsyntax.RelativeTraversalExpr:
		return []hclsyntax.Expression{e.Source}
	case *hclsyntax.ObjectConsExpr:
		var all []hclsyntax.Expression
		for _, item := range e.Items {
			all = append(all, item.ValueExpr)
		}
		return all
	default:
		return nil
	}
}

func (c *checker) literal(e *hclsyntax.LiteralValueExpr) bool {
	if e.Val.IsNull() {
		c.wrong(e.SrcRange, "A condition has no null", "To ask whether a fact is known, write known(power.runtime_hours).")
		return false
	}
	if e.Val.Type() == cty.Number && e.Val.IsKnown() && !sensible(e.Val.AsBigFloat()) {
		c.wrong(e.SrcRange, "The number is out of range", "No fact is ever of that size.")
		return false
	}
	return true
}

// sensible refuses numbers with so many digits that calculating with them takes hours.
func sensible(n *big.Float) bool {
	const digits = 64 // binary, before and behind the point
	exponent := n.MantExp(nil)
	return !n.IsInf() && -digits < exponent && exponent < digits
}

// operand checks a part that must have the type given. Nothing is converted: "5" is no number.
func (c *checker) operand(e hclsyntax.Expression, in scope, want cty.Type) bool {
	v, ok := c.part(e, in)
	if ok && want != cty.DynamicPseudoType && v.Type() != cty.DynamicPseudoType && !v.Type().Equals(want) {
		c.wrong(e.Range(), "Wrong type", fmt.Sprintf("This must be %s; it is %s.", typeName(want), typeName(v.Type())))
		return false
	}
	return ok
}

func (c *checker) binary(e *hclsyntax.BinaryOpExpr, in scope) bool {
	if e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual {
		return c.equality(e, in)
	}
	params := e.Op.Impl.Params()
	left := c.operand(e.LHS, in, params[0].Type)
	return c.operand(e.RHS, in, params[1].Type) && left
}

func (c *checker) equality(e *hclsyntax.BinaryOpExpr, in scope) bool {
	l, left := c.part(e.LHS, in)
	r, right := c.part(e.RHS, in)
	if !left || !right {
		return false
	}
	for _, side := range []cty.Value{l, r} {
		if t := side.Type(); !t.IsPrimitiveType() && t != cty.DynamicPseudoType {
			c.wrong(e.SrcRange, "These cannot be compared", fmt.Sprintf("Numbers, texts and bools can; this is %s. Use length(), contains() or one of what is inside.", typeName(t)))
			return false
		}
	}
	if !l.Type().Equals(r.Type()) && l.Type().IsPrimitiveType() && r.Type().IsPrimitiveType() {
		c.wrong(e.SrcRange, "These are never equal", fmt.Sprintf("On the left is %s, on the right %s.", typeName(l.Type()), typeName(r.Type())))
		return false
	}
	return c.possible(c.factOf(e.LHS, in), e.RHS, r) && c.possible(c.factOf(e.RHS, in), e.LHS, l)
}

// possible checks a text that is compared with a fact of which all values are known.
func (c *checker) possible(f *fact, e hclsyntax.Expression, v cty.Value) bool {
	if f == nil || !v.IsKnown() || v.Type() != cty.String {
		return true
	}
	values, closed := c.words.values(f.id)
	given := v.AsString()
	if !closed || slices.Contains(values, given) {
		return true
	}
	detail := "It can be " + quoted(values) + "."
	if s := block.Suggest(given, values); s != "" {
		detail = fmt.Sprintf("Did you mean %q?", s)
	} else if len(values) == 0 || len(values) > 12 {
		detail = "The plan has nothing of that name."
	}
	c.wrong(e.Range(), fmt.Sprintf("%s is never %q", f.id[strings.LastIndex(f.id, "*.")+1:], given), detail)
	return false
}

func (c *checker) conditional(e *hclsyntax.ConditionalExpr, in scope) bool {
	good := c.operand(e.Condition, in, cty.Bool)
	yes, a := c.part(e.TrueResult, in)
	no, b := c.part(e.FalseResult, in)
	if a && b && !yes.Type().Equals(no.Type()) && yes.Type() != cty.DynamicPseudoType && no.Type() != cty.DynamicPseudoType {
		c.wrong(e.SrcRange, "Two results of different types", fmt.Sprintf("Before the colon is %s, behind it %s.", typeName(yes.Type()), typeName(no.Type())))
		return false
	}
	return good && a && b
}

// typeName names a type with its article.
func typeName(t cty.Type) string { return "a " + bareName(t) }

func bareName(t cty.Type) string {
	switch {
	case t == cty.Number:
		return "number"
	case t == cty.String:
		return "text"
	case t == cty.Bool:
		return "bool"
	case t.IsObjectType() || t.IsMapType():
		return "group of facts"
	default:
		return "list"
	}
}
