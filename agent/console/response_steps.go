package console

import (
	"cmp"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Lists are the checklists that run: those to be worked on first.
func (p *responsePage) Lists() []*rules.ChecklistFacts {
	var current, others []*rules.ChecklistFacts
	for _, list := range p.Response.Checklists {
		if list.Current {
			current = append(current, list)
		} else {
			others = append(others, list)
		}
	}
	return append(current, others...)
}

// Tally counts the steps.
func (p *responsePage) Tally() string {
	n := p.Response.Steps
	return p.Say("steps_count", "Done", n.Done, "Open", n.Open, "Overdue", n.Overdue)
}

// Heading is what stands above a checklist.
func (p *responsePage) Heading(list *rules.ChecklistFacts) string {
	return p.Say("steps_checklist", "Title", p.Short(cmp.Or(list.Title, list.Procedure)), "Stage", p.Words.Stage(list.Stage),
		"At", p.When(list.BeganAt), "Current", list.Current)
}

// IsOpen tells a step that is to be done.
func (p *responsePage) IsOpen(s *rules.StepFacts) bool { return s.State == rules.StepOpen }

// IsDone tells a step that is done.
func (p *responsePage) IsDone(s *rules.StepFacts) bool { return s.State == rules.StepDone }

// Late tells a step that is open past its time.
func (p *responsePage) Late(s *rules.StepFacts) bool { return s.Overdue && s.State == rules.StepOpen }

// DoneBy says who did a step, and by how much too late.
func (p *responsePage) DoneBy(s *rules.StepFacts) string {
	late := ""
	if s.Overdue && !s.DueAt.IsZero() {
		late = p.Words.Span(s.DoneAt.Sub(s.DueAt).Truncate(time.Minute))
	}
	if s.DoneBy == "" {
		return ""
	}
	return p.Say("steps_done_by", "By", p.Short(s.DoneBy), "Late", late)
}

// RoleOf is the title of the role that does a step.
func (p *responsePage) RoleOf(s *rules.StepFacts) string {
	if s.Role == "" {
		return ""
	}
	return p.Short(cmp.Or(s.RoleTitle, p.titles.Role(s.Role)))
}

// OnlyIf says when a step applies.
func (p *responsePage) OnlyIf(s *rules.StepFacts) string {
	if s.OnlyIf == "" {
		return ""
	}
	return p.Say("steps_only_if", "Condition", p.Short(s.OnlyIf), "Unjudged", p.Short(p.Words.Unjudged(s.Unjudged)))
}

// ChangeOf says how the plan has departed from a step.
func (p *responsePage) ChangeOf(s *rules.StepFacts) string {
	return p.Short(p.Words.StepChange(s, p.titles))
}

// NoteLine is a word about a step.
func (p *responsePage) NoteLine(n rules.StepNote) string {
	return p.Say("steps_note", "At", p.When(n.At), "By", p.Short(n.By), "Text", p.Short(n.Text))
}

// document is what a step points at: a link where it is an address, else words.
type document struct{ Title, Href string }

// Documents are the documents of a step.
func (p *responsePage) Documents(links []journal.Link) []document {
	all := make([]document, len(links))
	for i, l := range links {
		title := l.Title
		switch {
		case strings.HasPrefix(l.To, "https://"), strings.HasPrefix(l.To, "http://"):
			all[i].Href = l.To
			title = cmp.Or(title, l.To)
		default:
			title = strings.TrimSpace(title + " " + l.To)
		}
		all[i].Title = p.Short(title)
	}
	return all
}

// Who is who stands behind a line of the record.
func (v *view) Who(line reports.Line) string {
	if line.By != "" && line.User != "" && line.By != line.User {
		return v.Short(line.By) + " / " + v.Short(line.User)
	}
	return v.Short(cmp.Or(line.By, line.User))
}

// ticking is the form by which a step is ticked off, or the tick taken back.
type ticking struct {
	*responsePage
	Step *rules.StepFacts
	// Ticked says that the step is done.
	Ticked bool
}

// Ticking is what the template "response_tick" shows.
func (p *responsePage) Ticking(s *rules.StepFacts) ticking {
	return ticking{p, s, p.IsDone(s)}
}
