package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

const allowanceWanted = `an allowance such as "24h", "7d", next_opening() or business_hours("8h")`

// allowance is one allowable downtime: a duration or what a function returned.
type allowance struct{ plan.Allowance }

func (a *allowance) TypeWord() string { return "allowance" }

func (a *allowance) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, sensitive, diags := block.Eval(expr, ctx)
	switch {
	case diags.HasErrors():
		return diags
	case sensitive:
		return block.Wrong(expr, "This must be "+allowanceWanted+"; it cannot come from env() or file().")
	case v.IsNull() || !v.IsKnown():
		return block.Wrong(expr, "This must be "+allowanceWanted+".")
	case v.Type() == allowanceType:
		a.Allowance = *v.EncapsulatedValue().(*plan.Allowance)
		return nil
	case v.Type() != cty.String:
		return block.Wrong(expr, "This must be "+allowanceWanted+".")
	}
	d, err := positive(v.AsString())
	if err != nil {
		return block.Wrong(expr, "This must be "+allowanceWanted+", and longer than zero.")
	}
	a.Allowance = plan.For(d)
	return nil
}

// allowances is one allowance for all threats, or a map of them by threat.
type allowances struct {
	all      plan.Allowance
	byThreat []threatAllowance
	at       hcl.Range
}

type threatAllowance struct {
	threat string
	at     hcl.Range // of the name
	value  plan.Allowance
}

func (a *allowances) TypeWord() string { return "allowance, or map of allowances by threat" }

func (a *allowances) DecodeExpr(expr hcl.Expression, ctx *block.Context) (diags hcl.Diagnostics) {
	a.at = expr.Range()
	pairs, notMap := hcl.ExprMap(expr)
	if notMap.HasErrors() {
		var one allowance
		diags = one.DecodeExpr(expr, ctx)
		a.all = one.Allowance
		return diags
	}
	for _, p := range pairs {
		name, found := threatName(p.Key, ctx)
		var value allowance
		diags = append(append(diags, found...), value.DecodeExpr(p.Value, ctx)...)
		if !found.HasErrors() {
			a.byThreat = append(a.byThreat, threatAllowance{name, p.Key.Range(), value.Allowance})
		}
	}
	return diags
}

// threatName reads a key of a map: disaster, "disaster" or (threat.disaster).
func threatName(expr hcl.Expression, ctx *block.Context) (string, hcl.Diagnostics) {
	const wanted = `the name of a threat, such as disaster or "disaster"`
	v, sensitive, diags := block.Eval(expr, ctx)
	if r, ok := asReference(v); ok && r.kind == "threat" {
		return r.name, nil
	}
	switch {
	case diags.HasErrors():
		return "", diags
	case sensitive || v.IsNull() || !v.IsKnown() || v.Type() != cty.String:
		return "", block.Wrong(expr, "This must be "+wanted+".")
	}
	return v.AsString(), nil
}

// allowancesOf returns the allowance under each threat of the plan.
func (l *loader) allowancesOf(a allowances) map[string]plan.Allowance {
	if a.at.Filename == "" {
		return nil
	}
	if len(l.names["threat"]) == 0 {
		l.noThreat(a.at)
		return nil
	}
	out := make(map[string]plan.Allowance)
	if !a.all.IsZero() {
		for name := range l.names["threat"] {
			out[name] = a.all
		}
	}
	for _, e := range a.byThreat {
		l.threatAllowance(e, out)
	}
	return out
}

func (l *loader) threatAllowance(e threatAllowance, out map[string]plan.Allowance) {
	_, known := l.names["threat"][e.threat]
	_, twice := out[e.threat]
	switch {
	case !known:
		detail := fmt.Sprintf("The plan's threats are %s.", quoted(l.known("threat")))
		if s := block.Suggest(e.threat, l.known("threat")); s != "" {
			detail = fmt.Sprintf("Did you mean %q?", s)
		}
		l.mistake(e.at, fmt.Sprintf("Unknown threat %q", e.threat), detail)
	case twice:
		l.mistake(e.at, fmt.Sprintf("Threat %q stands here twice", e.threat), "Each threat has one allowance.")
	default:
		out[e.threat] = e.value
	}
}

func (l *loader) noThreat(at hcl.Range) {
	if l.toldNoThreat {
		return
	}
	l.toldNoThreat = true
	l.mistake(at, "The plan has no threat",
		`An allowance holds under a threat. Add at least one: threat "incident" { title = "…" }.`)
}
