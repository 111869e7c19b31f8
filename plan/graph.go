package plan

import (
	"slices"
	"strings"
)

// NeededBy returns the businesses that name the system as needed, in the plan's order.
func (p *Plan) NeededBy(system string) []*Business {
	var found []*Business
	for _, b := range p.Businesses {
		if slices.Contains(b.Needs, system) {
			found = append(found, b)
		}
	}
	return found
}

// Cycles returns the dependency cycles of the plan, linked or not. In each, every system depends on the
// next and the last on the first; it begins with the one that the plan defines first. Where
// cycles share systems not every way round may be listed, but there is none exactly when the
// list is empty.
func (p *Plan) Cycles() [][]string {
	w := cycleWalk{
		plan:  p,
		place: make(map[string]int, len(p.Systems)),
		done:  make(map[string]bool, len(p.Systems)),
		seen:  make(map[string]bool),
	}
	for i, s := range p.Systems {
		w.place[s.Name] = i
	}
	for _, s := range p.Systems {
		w.visit(s)
	}
	return w.found
}

// cycleWalk is a depth-first walk along the dependencies. A dependency on a system of the path
// that is being walked closes a cycle.
type cycleWalk struct {
	plan  *Plan
	place map[string]int // in the plan's order
	done  map[string]bool
	path  []string
	seen  map[string]bool // cycles found, by their systems
	found [][]string
}

func (w *cycleWalk) visit(s *System) {
	if w.done[s.Name] {
		return
	}
	w.path = append(w.path, s.Name)
	for _, name := range s.DependsOn {
		if start := slices.Index(w.path, name); start >= 0 {
			w.add(w.path[start:])
		} else if i, known := w.place[name]; known {
			w.visit(w.plan.Systems[i])
		}
	}
	w.path = w.path[:len(w.path)-1]
	w.done[s.Name] = true
}

func (w *cycleWalk) add(path []string) {
	first := 0
	for i, name := range path {
		if w.place[name] < w.place[path[first]] {
			first = i
		}
	}
	cycle := slices.Concat(path[first:], path[:first])
	key := strings.Join(cycle, "\x00")
	if !w.seen[key] {
		w.seen[key] = true
		w.found = append(w.found, cycle)
	}
}
