package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
)

// Protocols are the ways of reading UPS and generators that a plan may use, by name.
type Protocols map[string]*power.Protocol

// Verify reports the first protocol, by name, that cannot be read as it should; see [Kinds.Verify].
func (p Protocols) Verify() error {
	common := make(map[string]bool)
	for _, a := range block.Describe(sourceBlock{}) {
		common[a.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if err := block.Verify(p[name].Settings); err != nil {
			return fmt.Errorf("protocol %s: %w", name, err)
		}
		for _, a := range block.Describe(p[name].Settings) {
			if common[a.Name] {
				return fmt.Errorf("protocol %s: every source has %q, so the protocol cannot have its own", name, a.Name)
			}
		}
	}
	return nil
}

func (l *loader) unknownProtocol(b *sourceBlock) {
	known := slices.Sorted(maps.Keys(l.opts.Protocols))
	detail := "The protocols are " + strings.Join(known, ", ") + "."
	if s := block.Suggest(b.Protocol, known); s != "" {
		detail = fmt.Sprintf("Did you mean %q?", s)
	} else if len(known) == 0 {
		detail = "No protocol is known here."
	}
	l.mistake(block.HCLRange(b.Source.Block), fmt.Sprintf("Unknown protocol %q", b.Protocol), detail)
}

// supplyRef is what feeds something: generator.roof, ups.rack_a, utility or elsewhere.
type supplyRef struct{ ref }

func (r *supplyRef) TypeWord() string {
	return "reference to a generator or UPS, `utility` or `elsewhere`"
}

const supplyWanted = "a generator such as generator.roof, a UPS such as ups.rack_a, utility or elsewhere"

func (r *supplyRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	found, diags := anyRef(expr, ctx, supplyWanted, "generator", "ups", plan.Utility, plan.Elsewhere)
	r.ref = found
	return diags
}

// consumerRef is something that draws power: system.records or load.aircon.
type consumerRef struct{ ref }

func (r *consumerRef) TypeWord() string { return "reference to a system or load" }

func (r *consumerRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	found, diags := anyRef(expr, ctx, "a system such as system.core_switch, or a load such as load.aircon", "system", "load")
	r.ref = found
	return diags
}

// anyRef evaluates expr, which must be a reference to a block of one of the kinds.
func anyRef(expr hcl.Expression, ctx *block.Context, wanted string, kinds ...string) (ref, hcl.Diagnostics) {
	v, _, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return ref{}, diags
	}
	found, ok := asReference(v)
	switch {
	case ok && slices.Contains(kinds, found.kind):
		return ref{found.name, expr.Range()}, nil
	case ok && found.kind == found.name:
		return ref{}, block.Wrong(expr, fmt.Sprintf("This must be %s; it is %s.", wanted, found.name))
	case ok:
		return ref{}, block.Wrong(expr, fmt.Sprintf("This must be %s; %s.%s is a %s.", wanted, found.kind, found.name, found.kind))
	case v.Type() == cty.String:
		return ref{}, block.Wrong(expr, "This must be "+wanted+", without quotes (in JSON \"${…}\").")
	default:
		return ref{}, block.Wrong(expr, "This must be "+wanted+".")
	}
}

// burnCurve is a generator's fuel table: { "25" = 14, "50" = 25 }.
type burnCurve struct{ curve plan.BurnCurve }

func (c *burnCurve) TypeWord() string { return "map of litres per hour by percent of load" }

func (c *burnCurve) DecodeExpr(expr hcl.Expression, ctx *block.Context) (diags hcl.Diagnostics) {
	pairs, notMap := hcl.ExprMap(expr)
	if notMap.HasErrors() || len(pairs) == 0 {
		return block.Wrong(expr, `This must be a map of litres per hour by percent of load: { "25" = 14, "50" = 25 }.`)
	}
	var points []burnPoint
	for _, p := range pairs {
		point, found := newBurnPoint(p, ctx)
		diags = append(diags, found...)
		if !found.HasErrors() {
			points = append(points, point)
		}
	}
	if diags.HasErrors() {
		return diags
	}
	slices.SortStableFunc(points, func(a, b burnPoint) int { return cmp.Compare(a.LoadRatio, b.LoadRatio) })
	for i, p := range points {
		c.curve = append(c.curve, p.BurnPoint)
		if i > 0 && p.LoadRatio == c.curve[i-1].LoadRatio {
			return block.Wrong(p.expr, fmt.Sprintf("%g %% stands here twice.", p.LoadRatio*100))
		}
		if fault := c.curve.Fault(); fault != "" {
			return block.Wrong(p.expr, "A set burns more the more it bears: "+fault)
		}
	}
	return nil
}

type burnPoint struct {
	plan.BurnPoint
	expr hcl.Expression // the litres per hour
}

func newBurnPoint(p hcl.KeyValuePair, ctx *block.Context) (burnPoint, hcl.Diagnostics) {
	percent, diags := burnPercent(p.Key, ctx)
	v, sensitive, found := block.Eval(p.Value, ctx)
	diags = append(diags, found...)
	if diags.HasErrors() {
		return burnPoint{}, diags
	}
	if sensitive || v.IsNull() || !v.IsKnown() || v.Type() != cty.Number {
		return burnPoint{}, block.Wrong(p.Value, "Litres per hour are a number such as 14.5, without quotes.")
	}
	liters, _ := v.AsBigFloat().Float64()
	if liters <= 0 || liters > maxLitersPerHour {
		return burnPoint{}, block.Wrong(p.Value, "Litres per hour are more than 0, and a number that a set can burn.")
	}
	return burnPoint{plan.BurnPoint{LoadRatio: percent / 100, LitersPerHour: liters}, p.Value}, nil
}

// maxLitersPerHour is beyond any generating set: a 3 MW one burns about 800.
const maxLitersPerHour = 1e5

func burnPercent(expr hcl.Expression, ctx *block.Context) (float64, hcl.Diagnostics) {
	const wanted = `A key is a load in percent of capacity_w, from 0 to 100, such as "25".`
	v, sensitive, diags := block.Eval(expr, ctx)
	switch {
	case diags.HasErrors():
		return 0, diags
	case sensitive || v.IsNull() || !v.IsKnown():
		return 0, block.Wrong(expr, wanted)
	}
	var percent float64
	switch v.Type() {
	case cty.Number:
		percent, _ = v.AsBigFloat().Float64()
	case cty.String:
		n, err := strconv.ParseFloat(v.AsString(), 64)
		if err != nil {
			return 0, block.Wrong(expr, wanted)
		}
		percent = n
	default:
		return 0, block.Wrong(expr, wanted)
	}
	if !(percent >= 0 && percent <= 100) { // so that NaN is refused too
		return 0, block.Wrong(expr, wanted)
	}
	return percent, nil
}
