package supply

import (
	"math"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Evaluate returns how emergency power stands at now. It is nil for a plan that does not speak
// of power.
func Evaluate(p *plan.Plan, live Live, now time.Time) *Facts {
	if !p.HasPower() {
		return nil
	}
	e := newEvaluation(p, live, now)
	e.rank()
	e.shed()
	return e.facts()
}

// Doubts returns what of the newest reading of one supply cannot be believed: a small part of
// Evaluate, for whoever asks at every reading of hundreds of supplies.
func Doubts(p *plan.Plan, live Live, name string, now time.Time) []Doubt {
	e := newEvaluation(p, live, now)
	for _, n := range e.nodes {
		if n.Name == name {
			e.doubt(n)
			return n.doubts
		}
	}
	return nil
}

// evaluation is one run of Evaluate.
type evaluation struct {
	plan   *plan.Plan
	policy plan.PowerPolicy
	live   Live
	now    time.Time

	lost    bool
	lostAt  time.Time     // now while utility power is there
	elapsed time.Duration // since lostAt
	horizon time.Duration // what is left of it

	nodes []*node
	loads []*load
	// order is that of shedding: only what is on emergency power.
	order []*load
}

// node is a supply in the tree.
type node struct {
	*plan.Supply
	path    []*node // from itself up to utility power
	backup  *node   // the generator at the end; nil when there is none
	reading Reading
	read    bool // whether there is a reading
	failed  bool // of a generator: it will not run

	planned plan.Draw
	load    plan.Draw // expected, with everything on
	on      plan.Draw // expected, with what is shed off
	left    int       // loads that are on and draw something
	borne   float64   // watts that its battery must bear while it is alone
	// factor makes the sum of its loads what a running generator measures.
	factor float64

	problems []Problem
	doubts   []Doubt
}

// load is a consumer in the tree.
type load struct {
	*plan.Consumer
	path     []*node // nearest first; empty when not on emergency power
	planned  plan.Draw
	expected plan.Draw
	// effective is the shed rank: the best of its own and of those of all that depend on it.
	effective float64
	// needs and dependents are all of them, not the next ones alone.
	needs, dependents []*load
	cut               *cut
	// dark is when a load goes dark that no running generator stands behind, since the loss of
	// utility power; held says that this is not before the end of the horizon.
	dark time.Duration
	held bool
}

// cut is why and when a load goes off.
type cut struct {
	reason Reason
	basis  Reason // ForCapacity or ForHorizon, also for a dependent
	node   *node
	after  time.Duration // since the loss of utility power
}

func newEvaluation(p *plan.Plan, live Live, now time.Time) *evaluation {
	e := &evaluation{plan: p, live: live, now: now, lostAt: live.UtilityLostAt.In(now.Location()), lost: !live.UtilityLostAt.IsZero()}
	e.policy = plan.PowerPolicy{Horizon: plan.DefaultHorizon, Margin: plan.DefaultMargin}
	if p.Power != nil {
		e.policy = *p.Power
	}
	if live.WhatIf.LoadFactor == 0 {
		e.live.WhatIf.LoadFactor = 1
	}
	e.lost = e.lost || live.WhatIf.WithoutUtility
	if e.lostAt.IsZero() || e.lostAt.After(now) {
		e.lostAt = now
	}
	e.elapsed = now.Sub(e.lostAt)
	e.horizon = max(0, e.policy.Horizon-e.elapsed)
	e.grow()
	e.weigh()
	return e
}

// grow makes the tree.
func (e *evaluation) grow() {
	tree := e.plan.PowerTree()
	byName := make(map[string]*node)
	for _, s := range tree.Supplies() {
		n := &node{Supply: s, factor: 1}
		n.reading, n.read = e.live.Readings[s.Name]
		n.reading = sane(n.reading)
		byName[s.Name] = n
		e.nodes = append(e.nodes, n)
	}
	pathOf := func(fedBy string) (path []*node) {
		for _, s := range tree.Path(fedBy) {
			path = append(path, byName[s.Name])
		}
		return path
	}
	for _, n := range e.nodes {
		n.path = pathOf(n.Name)
		if last := n.path[len(n.path)-1]; last.Generator != nil {
			n.backup = last
		}
	}
	for _, n := range e.nodes {
		n.failed = n.Generator != nil && e.failsToRun(n)
	}
	for _, c := range e.plan.Consumers() {
		l := &load{Consumer: c, path: pathOf(c.FedBy)}
		l.planned = times(plan.Draw{W: c.Watts, VA: c.VA}, e.live.WhatIf.LoadFactor)
		e.loads = append(e.loads, l)
	}
}

func times(d plan.Draw, factor float64) plan.Draw {
	return plan.Draw{W: d.W * factor, VA: d.VA * factor}
}

// failsToRun reports whether the generator will feed nothing: for the sake of the question, or
// because it was given its time to start and says that it does not run. For one that nobody can
// ask, the UPS speak that it should feed: all on battery still.
func (e *evaluation) failsToRun(n *node) bool {
	if e.live.WhatIf.WithoutGenerators {
		return true
	}
	due := e.lostAt.Add(n.Generator.StartsWithin)
	switch r := n.reading.Running; {
	case !e.lost:
		return false
	case r != nil:
		return !*r && !n.reading.At.Before(due)
	default:
		return e.starved(n, due)
	}
}

// starved reports whether every UPS behind the generator that has spoken since due, and there is
// one, was on battery then.
func (e *evaluation) starved(generator *node, due time.Time) bool {
	spoke := false
	for _, n := range e.nodes {
		if n.UPS == nil || !n.read || n.reading.At.Before(due) || n.path[len(n.path)-1] != generator {
			continue
		}
		if n.reading.Source != FromBattery {
			return false
		}
		spoke = true
	}
	return spoke
}

// running is the generator that feeds the node while utility power is lost, or nil.
func (n *node) running() *node {
	if n.backup == nil || n.backup.failed {
		return nil
	}
	return n.backup
}

// weigh finds what each load draws, and adds up what hangs on each supply.
func (e *evaluation) weigh() {
	for _, l := range e.loads {
		for _, n := range l.path {
			n.planned = add(n.planned, l.planned)
		}
	}
	for _, l := range e.loads {
		l.expected = l.planned
		for _, n := range l.path {
			if share, ok := e.share(n); ok {
				l.expected = plan.Draw{W: l.planned.W * share.W, VA: l.planned.VA * share.VA}
				break
			}
		}
		for _, n := range l.path {
			n.load = add(n.load, l.expected)
			n.left += l.weight()
		}
	}
	for _, n := range e.nodes {
		n.on = n.load
		if m, _ := n.measured(); n.Generator != nil && e.runs(n) && m != nil && *m > 0 && n.load.W > 0 {
			n.factor = *m * e.live.WhatIf.LoadFactor / n.load.W
		}
	}
}

// weight is 1 for a load that draws something: one that does not is never in the way.
func (l *load) weight() int {
	if l.expected.W > 0 {
		return 1
	}
	return 0
}

func add(a, b plan.Draw) plan.Draw { return plan.Draw{W: a.W + b.W, VA: a.VA + b.VA} }

func (e *evaluation) runs(n *node) bool { return n.reading.Running != nil && *n.reading.Running }

// share is what a UPS measures as part of what is planned on it. A measured load of nothing,
// while something hangs there, says that the UPS is off or does not know.
func (e *evaluation) share(n *node) (plan.Draw, bool) {
	watts, va := n.measured()
	planned := n.planned.W / e.live.WhatIf.LoadFactor
	if n.UPS == nil || watts == nil || *watts <= 0 || planned <= 0 {
		return plan.Draw{}, false
	}
	share := plan.Draw{W: *watts / planned}
	share.VA = share.W
	if plannedVA := n.planned.VA / e.live.WhatIf.LoadFactor; va != nil && *va > 0 && plannedVA > 0 {
		share.VA = *va / plannedVA
	}
	return share, true
}

// measured is the output that the supply tells, by itself or as a part of its capacity.
func (n *node) measured() (watts, va *float64) {
	watts, va = n.reading.OutputWatts, n.reading.OutputVA
	if ratio := n.reading.LoadRatio; watts == nil && va == nil && ratio != nil {
		w, a := *ratio*n.CapacityW, *ratio*n.CapacityVA
		return &w, &a
	}
	if watts == nil && va != nil && n.planned.VA > 0 {
		w := *va * n.planned.W / n.planned.VA // the power factor of the plan
		return &w, va
	}
	return watts, va
}

// seconds returns d in whole seconds; nil when it is not known or has no end.
func seconds(d time.Duration, ok bool) *int64 {
	if !ok {
		return nil
	}
	s := int64(math.Floor(d.Seconds()))
	return &s
}

func (n *node) has(p Problem) bool { return slices.Contains(n.problems, p) }

func (n *node) tell(p Problem) {
	if !n.has(p) {
		n.problems = append(n.problems, p)
	}
}
