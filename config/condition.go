package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/plan"
)

// condition is a [plan.Condition] that was written in the plan.
type condition struct {
	expr  hclsyntax.Expression
	text  string
	needs []*need
	used  []mention
}

// mention is one thing that the condition rests on, to be shown with its value.
type mention struct {
	name string
	at   int // where in the source
	// path leads to the fact: its root, the member and what is in that. Nil when expr is to be
	// shown instead: a list that the condition makes of all systems, say.
	path []*fact
	// block is the name of the system, site or calendar on the path, index its place in the plan.
	block string
	index int
	expr  hclsyntax.Expression
}

// ParseCondition reads a condition over [plan.Facts], such as "down.priority_count >= 3", with
// the names of the plan given. The error tells every mistake.
func ParseCondition(src string, p *plan.Plan) (plan.Condition, error) {
	expr, diags := hclsyntax.ParseExpression([]byte(src), "condition", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, joined(diags)
	}
	c, diags := newCondition(expr, sourceText{text: []byte(src)}, vocabularyOf(p))
	if diags.HasErrors() {
		return nil, joined(diags)
	}
	return c, nil
}

func joined(diags hcl.Diagnostics) error {
	var all []error
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			all = append(all, fmt.Errorf("%d,%d: %s: %s", d.Subject.Start.Line, d.Subject.Start.Column, d.Summary, d.Detail))
		}
	}
	return errors.Join(all...)
}

// longestCondition is as much as anybody could judge in an emergency, in bytes. It also bounds
// the work of checking one.
const longestCondition = 2000

// newCondition checks an expression against the vocabulary. The condition is nil when there is
// an error.
func newCondition(expr hclsyntax.Expression, src sourceText, words *vocabulary) (*condition, hcl.Diagnostics) {
	at := unwrapped(expr).Range()
	if size := at.End.Byte - at.Start.Byte; size > longestCondition {
		return nil, hcl.Diagnostics{mistake(expr.Range(), "The condition is too long",
			fmt.Sprintf("It has %d bytes, and may have %d. Make several of it.", size, longestCondition))}
	}
	c := &condition{expr: expr, text: src.line(at)}
	guardDivisions(expr)
	check := newChecker(words, c, src)
	check.whole()
	if check.diags.HasErrors() {
		return nil, check.diags
	}
	slices.SortStableFunc(c.used, func(a, b mention) int { return cmp.Compare(a.at, b.at) })
	c.used = dedupe(c.used)
	return c, check.diags
}

// dedupe keeps the first mention of each name.
func dedupe(all []mention) []mention {
	seen := make(map[string]bool, len(all))
	return slices.DeleteFunc(all, func(m mention) bool {
		again := seen[m.name]
		seen[m.name] = true
		return again
	})
}

// guardDivisions makes a division by zero an error instead of infinity.
func guardDivisions(expr hclsyntax.Expression) {
	// The callback gives no diagnostics.
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if b, ok := n.(*hclsyntax.BinaryOpExpr); ok && divisions[b.Op] != nil {
			b.Op = divisions[b.Op]
		}
		return nil
	})
}

// Text implements [plan.Condition].
func (c *condition) Text() string { return c.text }

// Judge implements [plan.Condition]. Only what the expression mentions is taken from the facts.
func (c *condition) Judge(facts *plan.Facts) plan.Judgement {
	if facts == nil {
		facts = &plan.Facts{}
	}
	v := reflect.ValueOf(facts).Elem()
	eval := &hcl.EvalContext{Functions: conditionFunctionTable, Variables: make(map[string]cty.Value, len(c.needs))}
	for _, n := range c.needs {
		eval.Variables[n.fact.name] = n.value(v)
	}
	result, diags := evaluate(c.expr, eval)
	j := plan.Judgement{Used: c.usedOf(v, eval)}
	switch {
	case diags.HasErrors():
		j.Unjudged = failure(diags)
	case !result.IsKnown() || result.IsNull():
		j.Unjudged = lacking(j.Used)
	case result.Type() != cty.Bool:
		j.Unjudged = "the result is " + typeName(result.Type()) + ", neither true nor false"
	default:
		j.Holds = result.True()
	}
	return j
}

// evaluate is Value, but that a panic of the library becomes a diagnostic: no criterion may take
// the agent down with it.
func evaluate(expr hclsyntax.Expression, eval *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if cause := recover(); cause != nil {
			v, diags = cty.DynamicVal, hcl.Diagnostics{mistake(expr.Range(), "This cannot be evaluated", fmt.Sprintf("Evaluating it failed: %v.", cause))}
		}
	}()
	v, diags = expr.Value(eval)
	v, _ = v.UnmarkDeep()
	return v, diags
}

// failure tells why an expression could not be evaluated, without the library's preambles.
func failure(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			return operationText(d)
		}
	}
	return ""
}

func operationText(d *hcl.Diagnostic) string {
	text := strings.TrimPrefix(d.Detail, "Error during operation: ")
	switch {
	case d.Summary == "Invalid index":
		text = "it asks for an element that is not there"
	case text == "":
		text = d.Summary
	}
	return strings.TrimSuffix(text, ".")
}

// lacking names the facts without which nothing can be said.
func lacking(used []plan.Used) string {
	var names []string
	for _, u := range used {
		if u.Value == nil {
			names = append(names, u.Name)
		}
	}
	switch len(names) {
	case 0:
		return "a fact that it needs is not known"
	case 1:
		return names[0] + " is not known"
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last] + " are not known"
}

func (c *condition) usedOf(facts reflect.Value, eval *hcl.EvalContext) []plan.Used {
	used := make([]plan.Used, 0, len(c.used))
	for _, m := range c.used {
		used = append(used, plan.Used{Name: m.name, Value: m.value(facts, eval)})
	}
	return used
}

func (m mention) value(facts reflect.Value, eval *hcl.EvalContext) any {
	if m.expr != nil {
		v, diags := evaluate(m.expr, eval)
		if diags.HasErrors() {
			return nil
		}
		return plain(v)
	}
	for _, f := range m.path {
		facts = facts.Field(f.field)
		if f.shape != blocksFact {
			continue
		}
		one, ok := f.block(facts, m.block, m.index)
		if !ok {
			return nil
		}
		facts = one
	}
	return plain(m.path[len(m.path)-1].value(facts))
}
