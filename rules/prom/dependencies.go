package prom

import (
	"maps"
	"slices"

	"github.com/keizoku-bcp/keizoku/plan"
)

// dependencies walks depends_on. Loops, which the plan's check refuses, end where they close.
type dependencies struct{ plan *plan.Plan }

// roots are the systems on which others depend, by name.
func (d dependencies) roots() []string {
	found := make(map[string]bool)
	for _, s := range d.plan.Systems {
		for _, name := range s.DependsOn {
			if d.plan.System(name) != nil {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// above are the systems that one depends on, directly or not, by name.
func (d dependencies) above(system string) []string {
	seen := make(map[string]bool)
	d.climb(system, seen)
	delete(seen, system)
	return slices.Sorted(maps.Keys(seen))
}

func (d dependencies) climb(system string, seen map[string]bool) {
	s := d.plan.System(system)
	if s == nil || seen[system] {
		return
	}
	seen[system] = true
	for _, name := range s.DependsOn {
		d.climb(name, seen)
	}
}

// below are the systems that depend on one, directly or not, in the plan's order.
func (d dependencies) below(system string) (names []string) {
	for _, s := range d.plan.Systems {
		if s.Name != system && slices.Contains(d.above(s.Name), system) {
			names = append(names, s.Name)
		}
	}
	return names
}
