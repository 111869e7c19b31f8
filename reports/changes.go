package reports

import (
	"cmp"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Changes are the lines that tell what two Situations of one response differ in, what weighs most
// first; none when nothing that people are told of has changed. They are inert.
func Changes(w *messages.Words, titles messages.Titles, before, now *rules.Situation) []string {
	said := newPage(w, titles, now.At).changed(before, now)
	for i, line := range said {
		said[i] = inert(line)
	}
	return said
}

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
	d.checklists()
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
		d.deadline(data, from, to)
		d.missed(data, from, to)
		d.estimate(data, from, to)
	}
}

// deadline tells of one that moved: by a threat, a corrected start or another plan.
func (d *differences) deadline(data map[string]any, from, to *rules.OutageFacts) {
	data["From"], data["To"] = d.clock(from.Deadline), d.clock(to.Deadline)
	switch {
	case data["From"] == data["To"]: // a step of the clock by seconds is no news
	case to.Deadline.IsZero():
		d.say("deadline_gone", data)
	case from.Deadline.IsZero():
		d.say("deadline_set", data)
	default:
		d.say("deadline", data)
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
