package supply

import (
	"cmp"
	"math"
	"slices"

	"github.com/keizoku-bcp/keizoku/plan"
)

// rank finds who depends on whom, the effective ranks and the order of shedding.
func (e *evaluation) rank() {
	byName := make(map[string]*load, len(e.loads))
	for _, l := range e.loads {
		byName[l.Name] = l
	}
	needs := e.plan.PowerNeeds()
	for _, l := range e.loads {
		for _, name := range reach(l.Name, needs) {
			if d := byName[name]; d != nil && d != l {
				l.needs = append(l.needs, d)
				d.dependents = append(d.dependents, l)
			}
		}
	}
	for _, l := range e.loads {
		l.effective = l.ShedRank()
		for _, s := range l.dependents {
			if s.survives() {
				l.effective = math.Min(l.effective, s.ShedRank())
			}
		}
		if len(l.path) > 0 {
			e.order = append(e.order, l)
		}
	}
	slices.SortStableFunc(e.order, func(a, b *load) int {
		return cmp.Or(cmp.Compare(b.effective, a.effective), cmp.Compare(b.Watts, a.Watts), cmp.Compare(a.Name, b.Name))
	})
	e.order = arrange(e.order, func(l *load) []*load { return l.dependents })
}

// survives reports whether a blackout leaves the load on.
func (l *load) survives() bool { return len(l.path) > 0 || l.FedBy == plan.Elsewhere }

// reach returns what can be reached from name, also through what draws no power, without name.
func reach(name string, next map[string][]string) []string {
	seen := map[string]bool{name: true}
	found := []string{}
	for queue := slices.Clone(next[name]); len(queue) > 0; queue = queue[1:] {
		if n := queue[0]; !seen[n] {
			seen[n] = true
			found = append(found, n)
			queue = append(queue, next[n]...)
		}
	}
	return found
}

// arrange returns the loads in their order, but none before those that must come before it.
// Where these go round in a circle the first of the order breaks it.
func arrange(loads []*load, before func(*load) []*load) []*load {
	waiting := make(map[*load]bool, len(loads))
	for _, l := range loads {
		waiting[l] = true
	}
	ready := func(l *load) bool {
		return !slices.ContainsFunc(before(l), func(b *load) bool { return waiting[b] })
	}
	rest := slices.Clone(loads)
	out := make([]*load, 0, len(loads))
	for len(rest) > 0 {
		i := max(0, slices.IndexFunc(rest, ready))
		out = append(out, rest[i])
		delete(waiting, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return out
}

// restart returns the order of switching on when power returns: what others need first, then by
// rank. It names everything that a blackout takes or that may have been shed.
func (e *evaluation) restart() []string {
	loads := slices.DeleteFunc(slices.Clone(e.loads), func(l *load) bool { return l.FedBy == plan.Elsewhere })
	best := make(map[*load]float64, len(loads))
	for _, l := range loads {
		best[l] = restartRank(l)
		for _, s := range l.dependents {
			best[l] = math.Min(best[l], restartRank(s))
		}
	}
	slices.SortStableFunc(loads, func(a, b *load) int {
		return cmp.Or(cmp.Compare(best[a], best[b]), cmp.Compare(restartRank(a), restartRank(b)))
	})
	names := []string{}
	for _, l := range arrange(loads, func(l *load) []*load { return l.needs }) {
		names = append(names, l.Name)
	}
	return names
}

// restartRank is the priority alone: switch_off_after is about going off.
func restartRank(l *load) float64 {
	if l.Priority == 0 {
		return math.Inf(1)
	}
	return float64(l.Priority)
}
