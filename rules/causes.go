package rules

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/plan"
)

// causes finds root causes along depends_on. It is made for one Situation.
type causes struct {
	plan  *plan.Plan
	state *State
	roots map[string][]string // by system; memo
}

// of returns the root causes of a system: what it depends on, directly or not, that is down
// while nothing that it depends on itself is. Sorted by name; empty when there is none.
func (c *causes) of(system string) []string {
	if roots, ok := c.roots[system]; ok {
		return roots
	}
	c.roots[system] = nil // a loop, which the plan's check refuses, ends here
	sys := c.plan.System(system)
	if sys == nil {
		return nil
	}
	var roots []string
	for _, dep := range sys.DependsOn {
		above := c.of(dep)
		if len(above) == 0 && c.state.Open[dep] != nil && c.plan.System(dep) != nil {
			above = []string{dep}
		}
		roots = append(roots, above...)
	}
	slices.Sort(roots)
	roots = slices.Compact(roots)
	c.roots[system] = roots
	return roots
}
