package reports

import (
	"cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// mark is what a line begins with: how grave it is and why it is told, or that it is over.
func (m *teller) mark(told *alert.Told) string {
	if told.Occasion == alert.Closed {
		return m.Word("alert_tag_" + m.ended(told).tag)
	}
	why := ""
	switch {
	case unacknowledged(told):
		why = m.Word("alert_tag_unacknowledged")
	case told.Occasion != alert.Opened:
		why = m.Word("alert_tag_" + string(told.Occasion))
	}
	return m.Say("alert_tag", map[string]any{"Severity": m.AlertSeverity(told.Severity), "Why": why})
}

// headline says an alert in one line, the most important first.
func (m *teller) headline(told *alert.Told, s space) string {
	data := m.headData(told, s)
	if told.Occasion == alert.Closed {
		return m.Say("alert_end_"+m.ended(told).text, data)
	}
	return m.Say("alert_head_"+told.Name, data)
}

// openOutage is the outage that an alert is about, as it is now; nil when it is over.
func (m *teller) openOutage(told *alert.Told) *rules.OutageFacts {
	sys := m.systems[told.System]
	if sys == nil || sys.Outage == nil || sys.Outage.ID != told.ID {
		return nil
	}
	return sys.Outage
}

// outageOf is that of now, or as it was told last; nil for what is about none.
func (m *teller) outageOf(told *alert.Told) *rules.OutageFacts {
	return cmp.Or(m.openOutage(told), told.Outage)
}

// headData is all that a headline may name. What is not known is empty.
func (m *teller) headData(told *alert.Told, s space) map[string]any {
	data := map[string]any{
		"Title": cut(m.titleOf(told), s.title), "Brief": s.brief, "Since": m.clock(told.Since), "Affects": 0,
		"Beyond": told.Severity == plan.Critical, "Horizon": "", "Holds": false, "Left": "", "Lost": false,
	}
	if told.Topic() == alert.OfOutage {
		m.addOutage(data, told, s)
	}
	m.addValues(data, values(told.Values), s)
	m.addPower(data)
	switch told.Name {
	case alert.EstablishPosture:
		m.addReasons(data, s)
	case alert.StepOverdue:
		m.addStep(data, told)
	case alert.PlanReviewDue:
		data["Due"] = m.Day(m.local(values(told.Values).due()))
	}
	if told.Occasion == alert.Closed {
		m.addEnd(data, told)
	}
	return data
}

func (m *teller) titleOf(told *alert.Told) string {
	if told.Name == alert.CriterionUnjudged {
		if r := m.reason(told.Subject); r != nil {
			return m.clean(m.CriterionTitle(r))
		}
	}
	if told.Title != "" {
		return m.clean(told.Title)
	}
	return m.clean(m.titles(told.Subject))
}

// reason is the criterion named, as it stands; nil when the Situation has none.
func (m *teller) reason(criterion string) *rules.ReasonFacts {
	for _, r := range m.in.Situation.Decision.Reasons {
		if r.Criterion == criterion {
			return r
		}
	}
	return nil
}

func (m *teller) addOutage(data map[string]any, told *alert.Told, s space) {
	if !s.brief {
		data["Affects"] = len(told.Affects)
	}
	o := m.outageOf(told)
	if o == nil {
		data["Clock"], data["Over"], data["Deadline"], data["StartBy"], data["By"], data["ETA"] = "", "", "", "", "", ""
		return
	}
	data["Clock"], data["Deadline"], data["Over"] = m.timeLeft(o, s.brief), m.clock(o.Deadline), ""
	if o.Left != nil && *o.Left < 0 {
		data["Over"] = m.lasting(o.Left.Duration())
	}
	data["StartBy"], data["By"], data["ETA"] = m.clock(o.StartRecoveryBy), m.clean(o.AcknowledgedBy), m.clock(o.ETA)
}

// timeLeft is how much time there is, behind what is the matter.
func (m *teller) timeLeft(o *rules.OutageFacts, brief bool) string {
	if o.Deadline.IsZero() {
		return m.Word("alert_no_deadline")
	}
	data := map[string]any{"Deadline": m.clock(o.Deadline), "Brief": brief}
	if o.Left == nil {
		return m.Say("alert_until", data)
	}
	span := m.lasting(o.Left.Duration())
	switch {
	case span == "":
		return m.Say("alert_due", data)
	case *o.Left < 0:
		data["Over"] = span
		return m.Say("alert_over", data)
	default:
		data["Left"] = span
		return m.Say("alert_left", data)
	}
}

func (m *teller) addValues(data map[string]any, v values, s space) {
	charge := percentOf(v, "charge")
	if s.brief {
		charge = ""
	}
	data["Percent"] = percentOf(v, "share")
	data["Load"], data["Capacity"] = v.watts("load_w"), v.watts("capacity_w")
	data["Count"] = max(v.count("unwritten"), v.count("pending"))
	data["Due"], data["Late"] = m.clock(v.due()), ""
	data["Dying"] = v.holds("dying")
	data["Battery"] = m.Say("alert_battery", map[string]any{
		"Runtime": m.fromSeconds(v, "runtime"), "Charge": charge, "Dying": v.holds("dying"),
	})
	data["Horizon"], data["Left"] = m.fromSeconds(v, "horizon"), m.fromSeconds(v, "left")
}

func (m *teller) addPower(data map[string]any) {
	if p := m.in.Situation.Power; p != nil {
		data["Holds"], data["Lost"] = p.Holds, p.UtilityLost
	}
}

// addReasons names the first criterion for which the posture is recommended, and counts the others.
func (m *teller) addReasons(data map[string]any, s space) {
	data["First"] = ""
	if all := m.establishing(); len(all) > 0 && !s.brief {
		data["First"], data["More"] = cut(m.clean(m.CriterionTitle(all[0])), s.title), len(all)-1
	}
	data["Established"] = m.in.Situation.Stage == plan.ContinuityResponse
}

// establishing are the criteria for which establishing the posture is recommended.
func (m *teller) establishing() (all []*rules.ReasonFacts) {
	for _, r := range m.in.Situation.Decision.Reasons {
		if r.Holds && r.Recommends == plan.EstablishPosture {
			all = append(all, r)
		}
	}
	return all
}

func (m *teller) addStep(data map[string]any, told *alert.Told) {
	end := m.now
	step := m.step(told.Subject)
	done := step != nil && !step.DoneAt.IsZero() && step.State == rules.StepDone
	if data["Done"] = done; done {
		end = step.DoneAt
	}
	if due := values(told.Values).due(); !due.IsZero() && end.After(due) {
		data["Late"] = m.lasting(end.Sub(due))
	}
}

// step is the step of a running checklist with the ID; nil when none has it.
func (m *teller) step(id string) *rules.StepFacts {
	for _, list := range m.in.Situation.Response.Checklists {
		for _, step := range list.Steps {
			if step.ID == id {
				return step
			}
		}
	}
	return nil
}

// supplyOf is the supply that an alert is about; empty for utility power and for all of it.
func supplyOf(a *alert.Alert) string {
	if a.Topic() != alert.OfPower || a.Subject == journal.Utility {
		return ""
	}
	return a.Subject
}
