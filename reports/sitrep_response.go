package reports

import (
	"cmp"
	"slices"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// posture tells who holds which role.
func (p *page) posture(f *rules.PostureFacts) {
	if f == nil {
		return
	}
	p.section(p.Say("sitrep_posture", map[string]any{"Title": f.Title}))
	rows := make([]row, len(f.Roles))
	for i, role := range f.Roles {
		rows[i] = row{cells: []string{role.Title, p.holder(role), p.holding(role)}}
	}
	if len(rows) > 0 {
		p.table(2, rows)
	}
}

func (p *page) holder(role *rules.RoleFacts) string {
	if role.Holder == "" {
		return p.Word("role_open")
	}
	return role.Holder
}

// holding tells how it stands with a role: there, on the way, or whom to call.
func (p *page) holding(role *rules.RoleFacts) string {
	switch {
	case role.Holder != "" && role.Late:
		return p.CallResult(role.State) + p.Say("role_late", map[string]any{"At": p.clock(role.ComingAt)})
	case role.Holder != "" && role.State == journal.Coming && !role.ComingAt.IsZero():
		return p.CallResult(role.State) + p.Say("role_due", map[string]any{"At": p.clock(role.ComingAt)})
	case role.Holder != "":
		return p.CallResult(role.State)
	case role.Exhausted:
		return p.Word("role_exhausted")
	case role.Next != "":
		return p.Say("role_next", map[string]any{"Person": role.Next})
	default:
		return ""
	}
}

// steps tells what is done, and what is to be done by whom and when, what is overdue first.
func (p *page) steps(s *rules.Situation) {
	if len(s.Response.Checklists) == 0 {
		return
	}
	p.section(p.Word("sitrep_steps"))
	c := s.Response.Steps
	p.put("  " + p.Say("steps_count", map[string]any{"Done": c.Done, "Open": c.Open, "Overdue": c.Overdue}))
	open, done := stepsOf(s.Response.Checklists)
	rows := make([]row, len(open))
	for i, step := range open {
		rows[i] = row{cells: []string{overdueMark(step), p.due(step), step.Title, p.doer(step)}}
	}
	if len(rows) > 0 {
		p.table(2, rows)
	}
	said := make([]string, len(done))
	for i, step := range done {
		said[i] = p.doneStep(step)
	}
	p.field(p.Word("step_done"), p.List(said))
}

// stepsOf parts the steps of current checklists: those to do, overdue first and then by their
// time, and those that are done.
func stepsOf(lists []*rules.ChecklistFacts) (open, done []*rules.StepFacts) {
	for _, list := range lists {
		if !list.Current {
			continue
		}
		for _, step := range list.Steps {
			switch step.State {
			case rules.StepOpen:
				open = append(open, step)
			case rules.StepDone:
				done = append(done, step)
			case rules.StepIdle:
			}
		}
	}
	slices.SortStableFunc(open, func(a, b *rules.StepFacts) int {
		if a.DueAt.IsZero() != b.DueAt.IsZero() { // without a time: last
			return cmp.Compare(b.DueAt.Unix(), a.DueAt.Unix())
		}
		return a.DueAt.Compare(b.DueAt)
	})
	return open, done
}

// doneStep names a step that is done, and by how much it was late.
func (p *page) doneStep(step *rules.StepFacts) string {
	late := p.late(step)
	if late == "" {
		return step.Title
	}
	return p.Say("sitrep_step_late", map[string]any{"Step": step.Title, "Late": late})
}

func overdueMark(step *rules.StepFacts) string {
	if step.Overdue && step.State == rules.StepOpen {
		return markMissed
	}
	return markNone
}

// due is by when a step is to be done, and by how much it is overdue.
func (p *page) due(step *rules.StepFacts) string {
	if step.DueAt.IsZero() {
		return p.Word("step_no_due")
	}
	text := p.Say("page_by", map[string]any{"At": p.clock(step.DueAt)})
	if step.Overdue && step.State == rules.StepOpen {
		text += " " + p.over(roughly(p.now.Sub(step.DueAt)))
	}
	return text
}

// doer is the role of a step and who holds it.
func (p *page) doer(step *rules.StepFacts) string {
	if step.Role == "" {
		return ""
	}
	title := step.RoleTitle
	if title == "" {
		title = p.titles.Role(step.Role)
	}
	return p.Say("step_doer", map[string]any{"Role": title, "Holder": step.Holder})
}

// answers tells what people found that is not in order, and how much of the survey is to be done.
func (p *page) answers(sites []*rules.SiteSurvey) {
	if len(sites) == 0 {
		return
	}
	p.section(p.Word("sitrep_survey"))
	var rows []row
	fine, open := 0, 0
	for _, site := range sites {
		for _, item := range site.Items {
			switch {
			case item.Open():
				open++
			case item.Answer == nil:
			case item.Answer.Finding == journal.Fine:
				fine++
			default:
				rows = append(rows, p.answerRow(site, item))
			}
		}
	}
	if len(rows) > 0 {
		p.table(2, rows)
	}
	p.put("  " + p.Say("survey_count", map[string]any{"Fine": fine, "Open": open}))
}

func (p *page) answerRow(site *rules.SiteSurvey, item *rules.SurveyItem) row {
	a := item.Answer
	return row{cells: []string{
		p.siteTitle(site), p.itemTitle(item), p.Finding(a.Finding),
		p.join(a.Note, p.Say("page_seen", map[string]any{"At": p.clock(a.SeenAt), "By": a.By})),
	}}
}

func (p *page) siteTitle(site *rules.SiteSurvey) string {
	if site.Title != "" {
		return site.Title
	}
	return p.titles.Site(site.Site)
}

func (p *page) itemTitle(item *rules.SurveyItem) string {
	if item.Title != "" {
		return item.Title
	}
	return p.SurveyItem(item.Item, p.titles)
}
