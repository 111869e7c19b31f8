package console

import (
	"cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// finding is something doubtful about the plan in the words of the page's language. `keizoku plan
// check` tells it in English, with all its names and numbers: that is Detail.
type finding struct {
	plan.Finding
	// About is the title of what it is about; empty: the plan as a whole.
	About string
	// Text says what is doubtful, and what to do.
	Text string
}

// doubt words a rule. One that the catalogue does not know, which a test prevents, keeps its own.
func (p *planPage) doubt(f plan.Finding) string {
	return cmp.Or(p.Words.Doubt(f.Rule), f.Summary)
}

// about is the title of the part in which something was found.
func (p *planPage) about(at plan.Range, parts []planPart) string {
	for _, part := range parts {
		if part.Holds(at) {
			return p.Short(part.title)
		}
	}
	return ""
}

// planPart is a block of the plan and what people call it, or what it is in.
type planPart struct {
	plan.Source
	title string
}

// parts are the blocks of the plan in which something may be found.
func (p *planPage) parts() []planPart {
	w := p.Written
	parts := peopleParts(w)
	for _, s := range w.Systems {
		parts = append(parts, planPart{s.Source, s.Title})
		if s.Power != nil {
			parts = append(parts, planPart{s.Power.Source, s.Title})
		}
	}
	for _, b := range w.Businesses {
		parts = append(parts, planPart{b.Source, b.Title})
	}
	for _, t := range w.Threats {
		parts = append(parts, planPart{t.Source, t.Title})
	}
	for _, c := range w.Calendars {
		parts = append(parts, planPart{c.Source, c.Title})
	}
	for _, m := range w.Maintenance {
		parts = append(parts, planPart{m.Source, m.Title})
	}
	for _, c := range w.Channels {
		parts = append(parts, planPart{c.Source, c.Title}, planPart{c.Route.Source, c.Title})
	}
	for _, i := range w.Inspections {
		parts = append(parts, planPart{i.Source, i.Title})
	}
	return append(parts, powerParts(w)...)
}

func powerParts(w *plan.Plan) (parts []planPart) {
	for _, g := range w.Generators {
		parts = append(parts, planPart{g.Source, g.Title})
		if g.Fuel != nil {
			parts = append(parts, planPart{g.Fuel.Source, g.Title})
		}
	}
	for _, u := range w.UPSs {
		parts = append(parts, planPart{u.Source, u.Title})
	}
	for _, l := range w.Loads {
		parts = append(parts, planPart{l.Source, l.Title})
	}
	return parts
}

func peopleParts(w *plan.Plan) (parts []planPart) {
	for _, r := range w.Roles {
		parts = append(parts, planPart{r.Source, r.Title})
		for _, person := range r.People {
			parts = append(parts, planPart{person.Source, r.Title + " " + person.Name})
		}
	}
	for _, q := range w.Postures {
		parts = append(parts, planPart{q.Source, q.Title})
	}
	for _, q := range w.Procedures {
		parts = append(parts, planPart{q.Source, q.Title})
		for _, s := range q.Steps {
			parts = append(parts, planPart{s.Source, s.Title})
		}
	}
	return parts
}
