package rules

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// LoadPlan returns the event that makes p the plan: deadlines that its allowances move, the
// outages of systems that it no longer watches, and the checks that it no longer has.
func LoadPlan(p *plan.Plan, s *State) journal.PlanLoaded {
	loaded := journal.PlanLoaded{Name: p.Name, Version: p.Version, Hash: p.Hash}
	loaded.Moved = moves(p, s, activeThreat(p, s), (*Outage).Start)
	loaded.Dropped = leftOut(p, s, maps.Keys(s.Open))
	loaded.Gone, loaded.GoneSupplies = gone(p, s), goneSupplies(p, s)
	loaded.Begun, loaded.Ended = begun(p, s), leftOut(p, s, maps.Keys(s.Watched))
	return loaded
}

// begun lists the systems that the agent did not look at so far and does by the plan, sorted.
func begun(p *plan.Plan, s *State) []string {
	var names []string
	for _, sys := range p.Systems {
		if !s.Watched[sys.Name] && watched(p, sys.Name, s.Agent) {
			names = append(names, sys.Name)
		}
	}
	slices.Sort(names)
	return names
}

// leftOut lists those of the systems that the agent does not look at by the plan, sorted.
func leftOut(p *plan.Plan, s *State, systems iter.Seq[string]) []string {
	var names []string
	for name := range systems {
		if !watched(p, name, s.Agent) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// watched reports whether the plan has checks of the system that the agent runs.
func watched(p *plan.Plan, system, agent string) bool {
	sys := p.System(system)
	return sys != nil && slices.ContainsFunc(sys.Checks, func(c *plan.Check) bool { return c.RunsOn(agent) })
}

// gone lists the checks with an account that the agent no longer runs, sorted.
func gone(p *plan.Plan, s *State) []journal.CheckName {
	var names []journal.CheckName
	for key := range s.Checks {
		if sys := p.System(key.System); sys == nil || !runs(sys, key.Check, s.Agent) {
			names = append(names, journal.CheckName{System: key.System, Check: key.Check})
		}
	}
	slices.SortFunc(names, func(a, b journal.CheckName) int {
		return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Check, b.Check))
	})
	return names
}

// StepClock returns the event for a wall clock that jumped by d and that the agent follows.
func StepClock(p *plan.Plan, s *State, run string, d time.Duration) journal.ClockStepped {
	step := clockStep{run: run, from: s.StartedAt, by: d}
	after := func(o *Outage) time.Time {
		moved := *o
		if s.Run == run {
			moved.shift(step)
		}
		return moved.Start()
	}
	return journal.ClockStepped{By: d, Moved: moves(p, s, activeThreat(p, s), after)}
}
