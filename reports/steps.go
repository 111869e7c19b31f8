package reports

import (
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Steps is the checklists that run, to work from and to tick off: those of the present stage first.
func Steps(w *messages.Words, s *rules.Situation) string {
	p := newPage(w, messages.TitlesIn(s), s.At)
	c := s.Response.Steps
	p.head(p.Word("steps_title"), p.asOf(s),
		p.Stage(stageOf(s))+p.Word("page_dash")+p.Say("steps_count", map[string]any{"Done": c.Done, "Open": c.Open, "Overdue": c.Overdue}))
	p.warnings(s)
	for _, current := range []bool{true, false} {
		for _, list := range s.Response.Checklists {
			if list.Current == current {
				p.checklist(list)
			}
		}
	}
	if len(s.Response.Checklists) == 0 {
		p.put("  " + p.Word("steps_none"))
	}
	return p.String()
}

func (p *page) checklist(list *rules.ChecklistFacts) {
	p.section(p.Say("steps_checklist", map[string]any{
		"Title": list.Title, "Stage": p.Stage(list.Stage), "At": p.clock(list.BeganAt), "Current": list.Current,
	}))
	rows := make([]row, len(list.Steps))
	for i, step := range list.Steps {
		rows[i] = row{[]string{overdueMark(step), p.box(step), p.stepTime(step), step.Title, p.doer(step)}, p.stepDetails(step)}
	}
	if len(rows) > 0 {
		p.table(0, rows)
	}
	for i, added := range list.Added {
		title := ""
		if i < len(list.AddedTitles) { // an older agent does not tell
			title = list.AddedTitles[i]
		}
		p.block("   ", p.Say("steps_added", map[string]any{"Step": added, "Title": title}))
	}
}

// box is what to tick.
func (p *page) box(step *rules.StepFacts) string {
	switch step.State {
	case rules.StepDone:
		return "☑"
	case rules.StepIdle:
		return "-"
	default:
		return "☐"
	}
}

// stepTime is by when a step is to be done, or when it was.
func (p *page) stepTime(step *rules.StepFacts) string {
	switch step.State {
	case rules.StepDone:
		return p.Say("steps_done_at", map[string]any{"At": p.clock(step.DoneAt)})
	case rules.StepIdle:
		return p.StepState(step.State)
	default:
		return p.due(step)
	}
}

// stepDetails is what stands below a step, the ID by which it is ticked off first.
func (p *page) stepDetails(step *rules.StepFacts) []string {
	said := []string{p.join(step.ID, p.doneBy(step), p.condition(step))}
	if change := p.StepChange(step, p.titles); change != "" {
		said = append(said, change)
	}
	for _, link := range step.Links {
		said = append(said, p.Say("steps_link", map[string]any{"Document": messages.Document(link)}))
	}
	for _, note := range step.Notes {
		said = append(said, p.Say("steps_note", map[string]any{"At": p.clock(note.At), "By": note.By, "Text": note.Text}))
	}
	return said
}

func (p *page) doneBy(step *rules.StepFacts) string {
	if step.State != rules.StepDone || step.DoneBy == "" {
		return ""
	}
	return p.Say("steps_done_by", map[string]any{"By": step.DoneBy, "Late": p.late(step)})
}

// late is by how much a step was done too late.
func (p *page) late(step *rules.StepFacts) string {
	if !step.Overdue || step.DueAt.IsZero() {
		return ""
	}
	return p.Span(roughly(step.DoneAt.Sub(step.DueAt)))
}

// roughly is a time in whole minutes, once it has any.
func roughly(d time.Duration) time.Duration {
	if d < time.Minute {
		return d
	}
	return d.Truncate(time.Minute)
}

func (p *page) condition(step *rules.StepFacts) string {
	if step.OnlyIf == "" {
		return ""
	}
	return p.Say("steps_only_if", map[string]any{"Condition": step.OnlyIf, "Unjudged": p.Unjudged(step.Unjudged)})
}
