package reports

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// powerFacts tells how emergency power stands, and of the supplies that the message is about.
func (m *teller) powerFacts(l *letter, all []*alert.Told) {
	if lead := all[0]; lead.Name != alert.UtilityLost {
		m.sinceFact(l, lead)
	} else if lead.Occasion == alert.Closed {
		m.fact(l, "power", m.fromTo(lead.Since, lead.EndedAt))
	}
	f := m.in.Situation.Power
	if f == nil {
		return
	}
	if f.UtilityLost {
		m.lostFacts(l, f)
	}
	var said []string
	if lead := all[0]; lead.Name == alert.UtilityLost && lead.Occasion != alert.Closed {
		for _, node := range running(f) { // by which utility power is taken to be lost
			said = append(said, node.Name)
			m.supplyFact(l, node)
		}
	}
	for _, told := range all {
		name := supplyOf(&told.Alert)
		if node := f.Supply(name); name != "" && node != nil && !slices.Contains(said, name) {
			said = append(said, name)
			m.supplyFact(l, node)
		}
		if told.Occasion != alert.Closed {
			m.fact(l, "told", cut(m.clean(values(told.Values).text("text")), maxDetail))
		}
	}
	m.fact(l, "taken", m.taken(all[0]))
}

func (m *teller) supplyFact(l *letter, node *supply.SupplyFacts) {
	m.fact(l, "supply", m.Say("alert_supply", map[string]any{
		"Title": m.clean(cmp.Or(node.Title, node.Name)), "State": m.join(m.Supply(node), m.capacity(node)),
	}))
}

// running are the generators that say that they run.
func running(f *supply.Facts) (all []*supply.SupplyFacts) {
	for _, node := range f.Supplies {
		if node.Runs() {
			all = append(all, node)
		}
	}
	return all
}

// lostFacts are those of a time without utility power.
func (m *teller) lostFacts(l *letter, f *supply.Facts) {
	m.fact(l, "power", m.sinceText(f.UtilityLostAt, false))
	if left, ok := f.Remaining(); ok {
		m.fact(l, "runtime", m.powerLeft(left))
	}
	m.fact(l, "horizon", m.horizon(f))
	if next := f.NextShed(); next != nil {
		m.fact(l, "shed", m.Say("alert_shed", map[string]any{"Load": m.clean(next.Title), "At": m.clock(next.At)}))
	}
}

func (m *teller) powerLeft(left time.Duration) string {
	if m.lasting(left) == "" {
		return m.Word("alert_power_ended")
	}
	return m.Say("alert_power_left", map[string]any{"Span": m.lasting(left), "At": m.clock(m.in.Situation.At.Add(left))})
}

// responseFacts tells what has to be decided or done.
func (m *teller) responseFacts(l *letter, told *alert.Told) {
	v := values(told.Values)
	if told.Name != alert.StepOverdue || told.Occasion == alert.Closed {
		m.sinceFact(l, told)
	}
	switch told.Name {
	case alert.EstablishPosture:
		if told.Occasion == alert.Closed {
			return
		}
		for _, r := range m.establishing() {
			m.fact(l, "reasons", m.Criterion(r, m.titles))
		}
		m.fact(l, "taken", m.chosen(told))
	case alert.StepOverdue:
		m.fact(l, "procedure", v.text("procedure_title"))
		if told.Occasion != alert.Closed {
			m.fact(l, "deadline", m.stepDue(v))
		}
	case alert.CriterionUnjudged:
		if told.Occasion != alert.Closed {
			m.fact(l, "text", m.Unjudged(v.text("why")))
		}
		m.fact(l, "expression", v.text("expression"))
	}
	if told.Name != alert.EstablishPosture {
		m.fact(l, "taken", m.taken(told))
	}
}

func (m *teller) stepDue(v values) string {
	due := v.due()
	if due.IsZero() {
		return ""
	}
	return m.passing(due)
}

// chosen is the choice of an ordinary failure, which acknowledges that the posture is recommended, or
// who has taken that on. Who takes something on says how, who chooses need not.
func (m *teller) chosen(told *alert.Told) string {
	if !told.Acknowledged || told.AcknowledgedWhy != "" {
		return m.taken(told)
	}
	by := cmp.Or(m.clean(told.AcknowledgedBy), m.Word("not_known"))
	return m.Say("alert_ordinary", map[string]any{"By": by, "At": m.clock(told.AcknowledgedAt)})
}

// agentFacts tells what is the matter with the agent itself, a channel or the plan.
func (m *teller) agentFacts(l *letter, told *alert.Told) {
	if told.Name != alert.PlanReviewDue { // a day, which its line tells
		m.sinceFact(l, told)
	}
	if told.Occasion == alert.Closed {
		return
	}
	v := values(told.Values)
	m.fact(l, "text", cut(m.clean(v.text("text")), maxDetail))
	for _, name := range []string{"unwritten", "pending"} {
		if n := v.count(name); n > 0 {
			m.fact(l, name, m.Say("alert_messages", map[string]any{"Count": n}))
		}
	}
	m.fact(l, "taken", m.taken(told))
}

// common are the facts that stand at the end whatever it is about: where, whom to call, under
// which threat, who looks.
func (m *teller) common(l *letter, all []*alert.Told) {
	lead := all[0]
	if lead.Site != "" {
		m.fact(l, "site", m.titles.Site(lead.Site))
	}
	if lead.Occasion != alert.Closed {
		for _, text := range m.whom(all) {
			m.fact(l, "whom", text)
		}
	}
	m.surroundings(l)
}

func (m *teller) surroundings(l *letter) {
	if t := &m.in.Situation.Threat; !t.DeclaredAt.IsZero() {
		m.fact(l, "threat", cmp.Or(t.Title, m.titles(t.Name)))
	}
	m.fact(l, "agent", m.agentText())
}

func (m *teller) agentText() string {
	site := m.in.Situation.Agent.Site
	if site == "" {
		return m.in.Agent
	}
	return m.Say("calls_person", map[string]any{"Name": m.in.Agent, "Position": m.titles.Site(site)})
}

// maxWhom is how many roles a message names.
const maxWhom = 6

// whom lists whom to call: those who have to act, else, where a system or power is concerned,
// the roles of the posture.
func (m *teller) whom(all []*alert.Told) (said []string) {
	var roles []string
	for _, told := range all {
		roles = append(roles, told.Roles...)
	}
	posture := m.in.Situation.Response.Posture
	if len(roles) == 0 && posture != nil && m.concernsPosture(all[0]) {
		for _, role := range posture.Roles {
			roles = append(roles, role.Name)
		}
	}
	for i, name := range roles {
		if len(said) < maxWhom && !slices.Contains(roles[:i], name) {
			if text := m.roleText(name, all[0]); text != "" {
				said = append(said, text)
			}
		}
	}
	return said
}

// concernsPosture reports whether it is for the people of the posture: a system that somebody must
// look at, power when it is grave or lost.
func (m *teller) concernsPosture(told *alert.Told) bool {
	switch told.Topic() {
	case alert.OfOutage:
		return told.Severity.Above(plan.Info)
	case alert.OfPower:
		return told.Severity == plan.Critical || m.in.Situation.Power != nil && m.in.Situation.Power.UtilityLost
	default:
		return false
	}
}

// roleText is a role and who holds it, or who is to be called next.
func (m *teller) roleText(name string, told *alert.Told) string {
	data := map[string]any{"Role": m.titles.Role(name), "Person": m.Word("role_open"), "State": ""}
	if title := values(told.Values).text("role_title"); title != "" {
		data["Role"], data["Person"] = title, cmp.Or(values(told.Values).text("holder"), m.Word("role_open"))
	}
	if role := m.role(name); role != nil {
		switch {
		case role.Holder != "":
			data["Person"], data["State"] = role.Holder, m.holding(role)
		case role.Exhausted:
			data["Person"] = m.Word("role_exhausted")
		case role.Next != "":
			data["Person"] = m.Say("role_next", map[string]any{"Person": role.Next})
		}
	}
	return m.Say("alert_whom", data)
}

// role is the role of the posture named; nil when the posture has none of that name.
func (m *teller) role(name string) *rules.RoleFacts {
	posture := m.in.Situation.Response.Posture
	if posture == nil {
		return nil
	}
	i := slices.IndexFunc(posture.Roles, func(r *rules.RoleFacts) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return posture.Roles[i]
}

// rankText is a priority as the cell of a table.
func rankText(priority int) string {
	if priority == 0 {
		return ""
	}
	return strconv.Itoa(priority)
}

// standing is the word for how an open outage stands.
func (m *teller) standing(o *rules.OutageFacts) string {
	if o == nil || o.Verdict == rules.OnTrack || o.Verdict == "" {
		return m.State(rules.Down)
	}
	return m.Verdict(o.Verdict)
}

// priorityOf is that of the system itself, or the highest of what hangs on it.
func priorityOf(told *alert.Told) int { return cmp.Or(told.TopPriority, told.Priority) }
