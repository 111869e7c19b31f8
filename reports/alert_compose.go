package reports

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// letter writes what is told: of one thing in full, of many as a table.
func (m *teller) letter(all []*alert.Told) *letter {
	lead := all[0]
	if slices.ContainsFunc(all, func(told *alert.Told) bool { return !together(lead, told) }) {
		return m.manyLetter(all)
	}
	mark := m.mark(lead)
	l := &letter{line: headed(mark, func(s space) string { return m.headline(lead, s) })}
	l.lead = m.why(lead)
	switch lead.Topic() {
	case alert.OfOutage:
		m.outageFacts(l, lead)
	case alert.OfPower:
		m.powerFacts(l, all)
	case alert.OfResponse:
		m.responseFacts(l, lead)
	default:
		m.agentFacts(l, lead)
	}
	m.common(l, all)
	l.list = m.others(all)
	l.todo = m.todo(all)
	l.link = m.linkOf(all)
	return l
}

// together reports whether two alerts are of one outage's system, of emergency power, or the same.
func together(a, b *alert.Told) bool {
	switch about := a.Topic(); {
	case about != b.Topic():
		return false
	case about == alert.OfOutage:
		return a.System == b.System
	case about == alert.OfPower:
		return true
	default:
		return a.Name == b.Name && a.Subject == b.Subject
	}
}

// why tells why somebody hears of it now, and what to doubt.
func (m *teller) why(lead *alert.Told) (said []string) {
	if id := m.whyID(lead); id != "" {
		data := map[string]any{"Percent": ""}
		if used, ok := m.used(lead); ok {
			data["Percent"] = used
		}
		said = append(said, m.Say(id, data))
	}
	s := m.in.Situation
	if s.Agent.Blind && lead.Name != alert.AgentBlind {
		said = append(said, m.Say("console_blind", map[string]any{"Since": m.clock(s.Agent.BlindSince)}))
	}
	if s.Clock.Estimated && lead.Name != alert.ClockUntrusted {
		said = append(said, m.Word("console_estimated"))
	}
	return said
}

// unacknowledged reports whether it is told because nobody has taken it on.
func unacknowledged(told *alert.Told) bool {
	return told.Occasion == alert.Escalated && !told.Acknowledged
}

func (m *teller) whyID(lead *alert.Told) string {
	switch _, shared := m.used(lead); {
	case lead.Occasion == alert.Worsened:
		return "alert_why_worsened"
	case unacknowledged(lead):
		return "alert_why_unacknowledged"
	case lead.Occasion == alert.Escalated && shared:
		return "alert_why_escalated"
	case lead.Occasion == alert.Escalated:
		return "alert_why_escalated_plain"
	case lead.Occasion == alert.Reminded:
		return "alert_why_reminded"
	default:
		return ""
	}
}

// others tells in a line each what else is told. What more there is of one outage stands among
// its facts, and its deadline's alerts end with it.
func (m *teller) others(all []*alert.Told) (said []string) {
	for _, told := range all[1:] {
		if told.Topic() == alert.OfOutage && (told.ID == all[0].ID || told.Name != alert.SystemDown) {
			continue
		}
		said = append(said, m.mark(told)+m.headline(told, space{title: listTitle}))
	}
	return said
}

// listTitle is how much of a title a line of a list has room for.
const listTitle = 40

// todo is what to do about what is open, the most urgent first.
func (m *teller) todo(all []*alert.Told) (said []string) {
	add := func(text string) {
		if text != "" && len(said) < maxTodo && !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	for _, told := range all {
		if told.Occasion == alert.Closed {
			continue
		}
		add(m.Say("alert_do_"+told.Name, map[string]any{
			"Dying": values(told.Values).holds("dying"), "Step": told.Subject, "ByGenerator": m.byGenerator(told),
		}))
		if told.Topic() == alert.OfOutage {
			add(m.alternatively(told, "alert_do_alternative"))
			add(m.acknowledging(told))
		}
	}
	add(m.acknowledging(all[0]))
	if lead := all[0]; lead.Occasion == alert.Closed && m.ended(lead).text == "recovered" {
		add(m.alternatively(lead, "alert_undo_alternative"))
	}
	return said
}

// byGenerator reports whether utility power is taken to be lost by nothing but a generator that runs,
// as it does in its monthly test too.
func (m *teller) byGenerator(told *alert.Told) bool {
	f := m.in.Situation.Power
	return told.Name == alert.UtilityLost && f != nil && len(running(f)) > 0 && values(told.Values).length("ups") == 0
}

// maxTodo is how many things to do a message names: who reads more does none.
const maxTodo = 4

func (m *teller) alternatively(told *alert.Told, id string) string {
	if told.Alternative == "" {
		return ""
	}
	return m.Say(id, map[string]any{"Alternative": m.clean(told.Alternative)})
}

// acknowledging is how to record that one is on it. What to do about the recommendation of the posture
// is to decide.
func (m *teller) acknowledging(told *alert.Told) string {
	if told.Acknowledged || told.Occasion == alert.Closed || told.Name == alert.EstablishPosture {
		return ""
	}
	return m.Say("alert_do_acknowledge", map[string]any{"What": told.Handle()})
}
