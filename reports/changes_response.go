package reports

import (
	"cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// roles tells who has come to hold a role of the posture, or no longer does.
func (d *differences) roles() {
	now, before := d.now.Response.Posture, d.before.Response.Posture
	if now == nil {
		return
	}
	held := map[string]*rules.RoleFacts{}
	if before != nil {
		for _, role := range before.Roles {
			held[role.Name] = role
		}
	}
	for _, role := range now.Roles {
		was := held[role.Name]
		if was == nil {
			was = &rules.RoleFacts{}
		}
		d.role(was, role)
	}
}

func (d *differences) role(was, role *rules.RoleFacts) {
	same := was.Holder == role.Holder && was.State == role.State && was.ComingAt.Equal(role.ComingAt)
	switch {
	case role.Exhausted && !was.Exhausted && role.Holder == "":
		d.say("role_exhausted", map[string]any{"Role": role.Title})
	case role.Holder == "" && was.Holder != "":
		d.say("role_lost", map[string]any{"Role": role.Title, "Holder": was.Holder})
	case role.Holder != "" && !same:
		d.say("role", map[string]any{"Role": role.Title, "Holder": role.Holder, "State": d.holding(role)})
	}
}

// checklists tells which began, and which were taken back with the move that began them.
func (d *differences) checklists() {
	was := proceduresOf(d.before)
	for _, list := range d.now.Response.Checklists {
		if was[list.Procedure] == nil {
			d.say("checklist_begun", map[string]any{"Title": cmp.Or(list.Title, list.Procedure), "Count": len(list.Steps)})
		}
	}
	now := proceduresOf(d.now)
	for _, list := range d.before.Response.Checklists {
		if now[list.Procedure] == nil {
			d.say("checklist_gone", map[string]any{"Title": cmp.Or(list.Title, list.Procedure)})
		}
	}
}

func proceduresOf(s *rules.Situation) map[string]*rules.ChecklistFacts {
	all := make(map[string]*rules.ChecklistFacts)
	for _, list := range s.Response.Checklists {
		all[list.Procedure] = list
	}
	return all
}

func (d *differences) steps() {
	was := stepsByID(d.before)
	for _, list := range d.now.Response.Checklists {
		for _, step := range list.Steps {
			d.step(was[step.ID], step, list.Current)
		}
	}
}

func (d *differences) step(was, step *rules.StepFacts, current bool) {
	data := map[string]any{"Step": step.Title, "At": d.clock(step.DoneAt), "By": step.DoneBy}
	done := was != nil && was.State == rules.StepDone
	late := was != nil && was.Overdue
	switch {
	case step.State == rules.StepDone && !done:
		d.say("step_done", data)
	case step.State == rules.StepOpen && done:
		d.say("step_undone", data)
	case step.State == rules.StepOpen && current && step.Overdue && !late:
		data["At"] = d.clock(step.DueAt)
		d.say("step_overdue", data)
	}
}

func stepsByID(s *rules.Situation) map[string]*rules.StepFacts {
	all := map[string]*rules.StepFacts{}
	for _, list := range s.Response.Checklists {
		for _, step := range list.Steps {
			all[step.ID] = step
		}
	}
	return all
}

// survey tells what people found since. That a thing is fine is news where it was not, or nobody
// knew.
func (d *differences) survey() {
	was := map[[2]string]string{}
	for _, site := range d.before.Response.Survey {
		for _, item := range site.Items {
			if item.Answer != nil {
				was[[2]string{site.Site, item.Item}] = item.Answer.ID
			}
		}
	}
	fine := 0
	for _, site := range d.now.Response.Survey {
		for _, item := range site.Items {
			switch known, told := was[[2]string{site.Site, item.Item}]; {
			case item.Answer == nil || known == item.Answer.ID:
			case item.Answer.Finding == journal.Fine && !told:
				fine++
			default:
				d.say("survey", map[string]any{
					"Site": d.siteTitle(site), "Item": d.itemTitle(item), "Finding": d.Finding(item.Answer.Finding), "Note": item.Answer.Note,
				})
			}
		}
	}
	if fine > 0 {
		d.say("survey_fine", map[string]any{"Count": fine})
	}
}
