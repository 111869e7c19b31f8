package rules

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// builtIn is how a criterion of [plan.BuiltInCriteria] is judged and told. Its judgement is what the
// expression means; a plan may write the same expression and gets the same.
type builtIn struct {
	name, title string
	expression  string // of the plan's table
	judge       func(*plan.Facts) plan.Judgement
	// speaksOf tells which priority systems that are down it speaks of; nil: of none.
	speaksOf func(*OutageFacts) bool
	// text says it in English; systems are those that it speaks of.
	text func(f *plan.Facts, systems []string) string
}

// manyDown is how many priority systems down at once put continuity in danger.
const manyDown = 3

// builtIns are the built-in criteria. The titles are for what has no words of its own for them.
var builtIns = [...]builtIn{
	{
		name: "deadline_missed", title: "A priority system has missed its deadline",
		judge:    atLeast(1, "missed.priority_count", func(f *plan.Facts) float64 { return f.Missed.PriorityCount }),
		speaksOf: func(o *OutageFacts) bool { return o.Verdict == Missed },
		text:     saysCount(1, "past the deadline"),
	},
	{
		name: "deadline_at_risk", title: "A priority system is projected to miss its deadline",
		judge:    atLeast(1, "at_risk.priority_count", func(f *plan.Facts) float64 { return f.AtRisk.PriorityCount }),
		speaksOf: func(o *OutageFacts) bool { return o.Verdict == AtRisk },
		text:     saysCount(1, "projected to miss the deadline"),
	},
	{
		name: "many_down", title: "Three or more priority systems are down at once",
		judge:    atLeast(manyDown, "down.priority_count", downCount),
		speaksOf: anyOutage, text: saysCount(manyDown, "down"),
	},
	{
		name: "short_power", title: "Utility power is lost, and emergency power is short of the horizon",
		judge: judgePower, text: saysPower,
	},
	{
		name: "threat_declared", title: "A threat is declared",
		judge: judgeThreat, text: saysThreat,
	},
	{
		name: plan.PriorityDown, title: "A priority system is down",
		judge:    atLeast(1, "down.priority_count", downCount),
		speaksOf: anyOutage, text: saysCount(1, "down"),
	},
}

// BuiltIn returns the built-in criteria in the order of [plan.BuiltInCriteria]. A decision block
// takes the place of all but the last, unless it keeps them.
func BuiltIn() []*plan.Criterion {
	all := make([]*plan.Criterion, 0, len(builtIns))
	for _, c := range plan.BuiltInCriteria {
		for _, b := range builtIns {
			if b.name == c.Name {
				b.expression = c.Expression
				all = append(all, &plan.Criterion{Name: b.name, Title: b.title, Recommends: c.Recommends, When: b})
			}
		}
	}
	return all
}

// Judge implements [plan.Condition].
func (b builtIn) Judge(f *plan.Facts) plan.Judgement { return b.judge(f) }

// Text implements [plan.Condition].
func (b builtIn) Text() string { return b.expression }

// criteriaOf returns the criteria that hold under a plan: the built-in ones, the plan's own in
// its order, and at the end the one that is always there.
func criteriaOf(p *plan.Plan) []*plan.Criterion {
	all := BuiltIn()
	if p.Decision == nil {
		return all
	}
	last := len(all) - 1
	if !p.Decision.BuiltIn {
		return append(slices.Clone(p.Decision.Criteria), all[last])
	}
	return slices.Concat(all[:last], p.Decision.Criteria, all[last:])
}

// betterAfter is how long a criterion goes on to count after it has ceased.
func betterAfter(p *plan.Plan) time.Duration {
	if p.Decision == nil {
		return plan.DefaultBetterAfter
	}
	return p.Decision.BetterAfter
}

func downCount(f *plan.Facts) float64 { return f.Down.PriorityCount }

func anyOutage(*OutageFacts) bool { return true }

func atLeast(limit float64, name string, of func(*plan.Facts) float64) func(*plan.Facts) plan.Judgement {
	return func(f *plan.Facts) plan.Judgement {
		n := of(f)
		return plan.Judgement{Holds: n >= limit, Used: []plan.Used{{Name: name, Value: n}}}
	}
}

// judgePower cannot tell whether power is short when nothing known ends it: a generator whose
// fuel nobody wrote down may stop in an hour. Nor can it when nobody knows whether utility power is
// there, unless what is left would reach the horizon anyway.
func judgePower(f *plan.Facts) plan.Judgement {
	p := f.Power
	j := plan.Judgement{Used: []plan.Used{
		{Name: "power.lost", Value: known(p.Lost)}, {Name: "power.runtime_hours", Value: known(p.RuntimeHours)},
		{Name: "power.horizon_hours", Value: p.HorizonHours},
	}}
	there := p.Lost != nil && !*p.Lost
	reaches := p.RuntimeHours != nil && !(*p.RuntimeHours < p.HorizonHours)
	switch {
	case there, reaches:
	case p.Lost == nil && p.RuntimeHours == nil:
		j.Unjudged = "power.lost and power.runtime_hours are not known"
	case p.Lost == nil:
		j.Unjudged = "power.lost is not known"
	case p.RuntimeHours == nil:
		j.Unjudged = "power.runtime_hours is not known"
	default:
		j.Holds = true
	}
	return j
}

// known is the value of a fact, nil when it is not known.
func known[T any](fact *T) any {
	if fact == nil {
		return nil
	}
	return *fact
}

func judgeThreat(f *plan.Facts) plan.Judgement {
	return plan.Judgement{Holds: f.Threat.Declared, Used: []plan.Used{{Name: "threat.declared", Value: f.Threat.Declared}}}
}
