package config

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/plan"
)

// vocabulary is what conditions may name in one plan: the facts, and the plan's blocks.
type vocabulary struct {
	names map[string][]string // kind of block → names in the plan's order
	index map[string]map[string]int
}

func vocabularyOf(p *plan.Plan) *vocabulary {
	w := &vocabulary{names: make(map[string][]string)}
	for _, s := range p.Systems {
		w.names["system"] = append(w.names["system"], s.Name)
	}
	for _, s := range p.Sites {
		w.names["site"] = append(w.names["site"], s.Name)
	}
	for _, c := range p.Calendars {
		w.names["calendar"] = append(w.names["calendar"], c.Name)
	}
	for _, t := range p.Threats {
		w.names["threat"] = append(w.names["threat"], t.Name)
	}
	for _, a := range p.Agents {
		w.names["agent"] = append(w.names["agent"], a.Name)
	}
	w.number()
	return w
}

// vocabulary is that of the plan being read. Blocks that are wrong elsewhere have their names in
// it too, so that what mentions them is not called wrong.
func (l *loader) vocabulary() *vocabulary {
	w := vocabularyOf(l.plan)
	for _, kind := range []string{"system", "site", "calendar", "threat", "agent"} {
		for _, name := range l.known(kind) {
			if _, there := w.index[kind][name]; !there {
				w.names[kind] = append(w.names[kind], name)
			}
		}
	}
	w.number()
	return w
}

func (w *vocabulary) number() {
	w.index = make(map[string]map[string]int)
	for kind, names := range w.names {
		w.index[kind] = make(map[string]int, len(names))
		for i, name := range names {
			w.index[kind][name] = i
		}
	}
}

// values returns all texts that a fact, or an element of it, can be, where there is such a list.
func (w *vocabulary) values(id string) (all []string, closed bool) {
	switch id {
	case "stage":
		for _, s := range plan.Stages {
			all = append(all, string(s))
		}
	case "time.weekday":
		all = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	case "system.*.state":
		all = []string{"up", "degraded", "down", "unknown", "planned", "pending"}
	case "threat.name":
		all = w.names["threat"]
	case "agent.name":
		// Without an agent block the agent has the name of its host.
		return w.names["agent"], len(w.names["agent"]) > 0
	case "agent.site":
		all = append(slices.Clone(w.names["site"]), "")
	case "down.systems", "at_risk.systems", "missed.systems", "unknown.systems":
		all = w.names["system"]
	default:
		return nil, false
	}
	return all, true
}
