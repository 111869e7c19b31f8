package reports

import (
	"cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// changed tells what two Situations of one response differ in, a line each, what weighs most
// first.
func (p *page) changed(before, now *rules.Situation) []string {
	d := differences{page: p, before: before, now: now}
	d.threat()
	d.stage()
	d.decision()
	d.sight()
	d.systems()
	d.power()
	d.roles()
	d.steps()
	d.survey()
	return d.said
}

// differences gathers what has changed from before to now.
type differences struct {
	*page
	before, now *rules.Situation
	said        []string
}

// say adds a line.
func (d *differences) say(id string, data map[string]any) {
	d.said = append(d.said, d.Say("change_"+id, data))
}

func (d *differences) threat() {
	from, to := &d.before.Threat, &d.now.Threat
	declared, was := !to.DeclaredAt.IsZero(), !from.DeclaredAt.IsZero()
	switch {
	case declared && (!was || from.Name != to.Name):
		d.say("declared", map[string]any{"Threat": d.threatTitle(to), "At": d.clock(to.DeclaredAt)})
	case !declared && was:
		d.say("threat_ended", map[string]any{"Threat": d.threatTitle(from)})
	case declared && !from.Onset.Equal(to.Onset):
		d.say("onset", map[string]any{"From": d.clock(from.Onset), "To": d.clock(to.Onset)})
	}
}

func (d *differences) threatTitle(t *rules.ThreatFacts) string {
	if t.Title != "" {
		return t.Title
	}
	return d.titles(t.Name)
}

func (d *differences) stage() {
	if from, to := stageOf(d.before), stageOf(d.now); from != to {
		d.say("stage", map[string]any{"From": d.Stage(from), "To": d.Stage(to)})
	}
}

func (d *differences) decision() {
	from, to := &d.before.Decision, &d.now.Decision
	if from.Recommendation != to.Recommendation && from.Recommendation != "" && to.Recommendation != "" {
		d.say("recommendation", map[string]any{
			"From": d.Recommendation(from.Recommendation), "To": d.Recommendation(to.Recommendation), "At": d.clock(to.Since),
		})
	}
	switch {
	case to.Choice != nil && (from.Choice == nil || from.Choice.ID != to.Choice.ID):
		d.say("ordinary", map[string]any{"By": cmp.Or(to.Choice.By, to.Choice.User)})
	case to.Choice == nil && from.Choice != nil:
		d.say("ordinary_ended", nil)
	}
}

// sight tells whether the agent has lost or found its sight.
func (d *differences) sight() {
	switch from, to := d.before.Agent.Blind, d.now.Agent.Blind; {
	case to && !from:
		d.say("blind", map[string]any{"At": d.clock(d.now.Agent.BlindSince)})
	case from && !to:
		d.say("sees", nil)
	}
}

// systems tells of each system at most one line about its outage, and one about its estimate.
func (d *differences) systems() {
	for _, sys := range d.now.Systems {
		was := d.before.System(sys.Name)
		if was == nil {
			was = &rules.SystemFacts{Name: sys.Name}
		}
		d.outage(sys, was.Outage, sys.Outage)
		d.state(sys, was)
	}
	for _, was := range d.before.Systems {
		if was.Outage != nil && d.now.System(was.Name) == nil {
			d.say("dropped", map[string]any{"System": was.Title})
		}
	}
}

func (d *differences) outage(sys *rules.SystemFacts, from, to *rules.OutageFacts) {
	data := map[string]any{"System": d.systemTitle(sys)}
	switch {
	case to == nil && from == nil:
	case to == nil:
		d.say("recovered", data)
	case from == nil || from.ID != to.ID:
		data["At"], data["Again"] = d.clock(to.Start), from != nil
		d.say("down", data)
		d.missed(data, nil, to)
	default:
		d.missed(data, from, to)
		d.estimate(data, from, to)
	}
}

func (d *differences) missed(data map[string]any, from, to *rules.OutageFacts) {
	if from != nil && from.Verdict == to.Verdict {
		return
	}
	switch data["At"] = d.clock(to.Deadline); to.Verdict {
	case rules.Missed:
		d.say("missed", data)
	case rules.AtRisk:
		d.say("at_risk", data)
	case rules.OnTrack:
		if from != nil {
			d.say("on_track", data)
		}
	}
}

func (d *differences) estimate(data map[string]any, from, to *rules.OutageFacts) {
	data["From"], data["To"] = d.clock(from.ETA), d.clock(to.ETA)
	switch {
	case from.ETA.Equal(to.ETA):
	case to.ETA.IsZero():
		d.say("eta_withdrawn", data)
	case from.ETA.IsZero():
		d.say("eta_given", data)
	default:
		d.say("eta", data)
	}
}

// state tells of what changed beside outages: degraded, not to be judged, or in order again.
func (d *differences) state(sys, was *rules.SystemFacts) {
	watched := was.State != "" && was.State != rules.Pending
	if sys.State == was.State || sys.Outage != nil || was.Outage != nil || !watched {
		return
	}
	d.say("state", map[string]any{"System": d.systemTitle(sys), "From": d.State(was.State), "To": d.State(sys.State)})
}

func (d *differences) systemTitle(sys *rules.SystemFacts) string {
	if sys.Title != "" {
		return sys.Title
	}
	return d.titles(sys.Name)
}

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
	done := was != nil && was.State == rules.StepReady
	late := was != nil && was.Overdue
	switch {
	case step.State == rules.StepReady && !done:
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
