package supply

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// shed makes the shedding plan: see the package comment for its rules.
//
// One walk in one order does for all supplies together. A load that is passed over hangs on
// supplies that are satisfied already, and what goes later only relieves them, so nothing is
// taken off in vain, and more fuel or capacity never takes more.
func (e *evaluation) shed() {
	for _, l := range e.order {
		if l.cut != nil {
			continue
		}
		reason, n := e.mustGo(l)
		if reason == "" {
			continue
		}
		e.switchOff(l, &cut{reason: reason, basis: reason, node: n})
		for _, s := range l.dependents {
			if len(s.path) > 0 && s.cut == nil {
				e.switchOff(s, &cut{reason: ForDependency, basis: reason, node: n})
			}
		}
	}
	e.clock()
	e.batteryEnds()
}

// mustGo returns why the load cannot stay on, and the supply that is short; "" when it can.
func (e *evaluation) mustGo(l *load) (Reason, *node) {
	if l.weight() == 0 {
		return "", nil
	}
	for _, n := range l.path {
		if !n.failed && e.over(n, n.on) {
			return ForCapacity, n
		}
	}
	// The last load of a generator stays on for as long as the fuel lasts: without it there is
	// nothing to save fuel for.
	g := l.path[0].running()
	if g != nil && g.left > 1 && e.short(g) && g.helps() {
		return ForHorizon, g
	}
	return "", nil
}

// slack is what sums of watts may be off by.
const slack = 1e-9

func (e *evaluation) over(n *node, d plan.Draw) bool {
	return n.left > 0 &&
		(d.W*n.factor > e.policy.Usable(n.CapacityW)*(1+slack) || d.VA*n.factor > e.policy.Usable(n.CapacityVA)*(1+slack))
}

func (e *evaluation) switchOff(l *load, c *cut) {
	l.cut = c
	for _, n := range l.path {
		n.left -= l.weight()
		n.on = plan.Draw{W: math.Max(0, n.on.W-l.expected.W), VA: math.Max(0, n.on.VA-l.expected.VA)}
		if n.left == 0 {
			n.on = plan.Draw{}
		}
	}
}

// clock finds by when each load must be off.
func (e *evaluation) clock() {
	for _, l := range e.order {
		if l.cut != nil {
			l.cut.after = e.by(l.cut)
		}
	}
	for _, l := range e.order {
		if l.cut == nil {
			continue
		}
		for _, s := range l.dependents { // never before what depends on it, so that goes no later
			if s.cut != nil {
				s.cut.after = min(s.cut.after, l.cut.after)
			}
		}
	}
}

func (e *evaluation) by(c *cut) time.Duration {
	switch {
	case c.node.Generator == nil:
		return 0
	case c.basis == ForCapacity:
		return c.node.Generator.StartsWithin
	default:
		return max(c.node.Generator.StartsWithin, e.elapsed+e.latest(c.node))
	}
}

// latest returns how long from now on everything that goes for the horizon may stay on, so that
// the fuel still lasts for the rest: T = (fuel − burn(rest) × horizon) ÷ (burn(all) − burn(rest)).
// What goes with a dependency on another generator counts as the rest: it may go later.
func (e *evaluation) latest(g *node) time.Duration {
	all, rest := g.on, g.on
	for _, l := range e.order {
		if l.cut == nil || l.cut.basis != ForHorizon || !slices.Contains(l.path, g) {
			continue
		}
		all = add(all, l.expected)
		if l.cut.node != g {
			rest = add(rest, l.expected)
		}
	}
	before, _ := g.burn(all)
	after, _ := g.burn(rest)
	spare := g.Generator.Fuel.Usable(e.liters(g)) - after*e.horizon.Hours()
	if before <= after || spare <= 0 {
		return 0
	}
	return min(e.horizon, plan.HoursOf(spare/(before-after)))
}

// shedFacts are the lines of the plan, in the order of going off.
func (e *evaluation) shedFacts() []*ShedFacts {
	gone := slices.DeleteFunc(slices.Clone(e.order), func(l *load) bool { return l.cut == nil })
	slices.SortStableFunc(gone, func(a, b *load) int { return cmp.Compare(a.cut.after, b.cut.after) })
	facts := []*ShedFacts{}
	for _, l := range gone {
		f := &ShedFacts{
			Load: l.Name, Title: l.Title, Priority: l.Priority, SwitchOffAfter: l.SwitchOffAfter, Watts: l.expected.W,
			AfterSeconds: int64(l.cut.after / time.Second), Reason: l.cut.reason, Supply: l.cut.node.Name,
		}
		if e.lost {
			f.At = e.lostAt.Add(time.Duration(f.AfterSeconds) * time.Second)
		}
		facts = append(facts, f)
	}
	return facts
}
