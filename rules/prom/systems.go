package prom

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The records about systems.
const (
	threatActive  = "plan:keizoku_threat_active:newest"
	systemInfo    = "system:keizoku_system_info:one"
	systemVotes   = "system:keizoku_system_votes:count"
	systemShare   = "system:keizoku_system_down:ratio"
	systemDown    = "system:keizoku_system_down:majority"
	outageStart   = "system:keizoku_outage_start_timestamp_seconds:min"
	outageEnd     = "system:keizoku_outage_deadline_timestamp_seconds:min"
	outageStartBy = "system:keizoku_outage_start_recovery_by_timestamp_seconds:min"
	outageLeft    = "system:keizoku_outage_left_seconds:min"
	outageUsed    = "system:keizoku_outage_used:ratio"
	outageRisk    = "system:keizoku_outage_at_risk:bool"
	outageCause   = "system:keizoku_outage_cause:first"
	outageGrade   = "system:keizoku_outage_grade:own"
	outageWorst   = "system:keizoku_outage_grade:max"
	outageInfo    = "system:keizoku_outage_info:one"
	alternative   = "system:keizoku_alternative:info"
)

// The metrics of agents that tell of outages.
const (
	state    = "keizoku_system_state"
	deadline = "keizoku_outage_deadline_timestamp_seconds"
)

func (m *maker) systems() []Rule {
	rules := []Rule{
		m.record(threatActive, m.threat()),
		m.record(systemInfo, m.info()),
		m.record(systemVotes, m.votes()),
		m.record(systemShare, "sum by (system) ("+m.ofSeeing(state, `state="down"`)+")\n/ on (system) "+m.rec(systemVotes)),
		m.record(systemDown, m.held(systemDown, m.rec(systemShare)+" > bool 0.5")),
		m.record(outageStart, m.held(outageStart, m.whileDown("min by (system) ("+m.ofSeeing("keizoku_outage_start_timestamp_seconds")+")"))),
		m.record(outageEnd, m.held(outageEnd, m.whileDown(m.deadline()))),
		m.record(outageLeft, m.rec(outageEnd)+" - time()"),
		m.record(outageUsed, fmt.Sprintf("(time() - %s)\n/ on (system) (%s - on (system) %[1]s)", m.rec(outageStart), m.rec(outageEnd))),
		m.record(outageRisk, m.risk()),
	}
	if m.recoveries() != nil {
		rules = append(rules, m.record(outageStartBy, m.startBy()))
	}
	causes := m.causes()
	if causes != "" {
		rules = append(rules, m.record(outageCause, causes))
	}
	if means := m.alternatives(); means != "" {
		rules = append(rules, m.record(alternative, means))
	}
	return append(rules,
		m.record(outageGrade, m.grade()),
		m.record(outageWorst, m.worstGrade(causes != "")),
		m.outageInfo(causes != ""))
}

// votes counts the agents that tell whether a system is down. Those that do not know it are
// subtracted, for that reads half of the series that adding up the others would.
func (m *maker) votes() string {
	return fmt.Sprintf("count by (system) ((%s == 0) and on (agent) %s)\n- on (system) sum by (system) (%s)\n> 0",
		m.raw(state, `state="pending"`), m.rec(agentSees), m.ofSeeing(state, `state="unknown"`))
}

// threat is the one declared last; without a declaration the one that the agents go by, and while
// none answers what it was. It always tells of exactly one, be it one without a name.
func (m *maker) threat() string {
	return either("",
		"(0 * topk(1, max by (threat) ("+m.ofMine("keizoku_threat_declared_timestamp_seconds")+")) + 1)",
		"topk(1, max by (threat) (("+m.raw("keizoku_threat_active")+" == 1) and on (agent) "+m.mine()+"))",
		"topk(1, "+m.rec(threatActive)+")",
		"vector(1)")
}

// info is what the plan says of each system, once: agents on different plans may differ, and the
// joins below bear one each. A scrape without honor_labels has moved the system's site away.
func (m *maker) info() string {
	own := fmt.Sprintf("max by (system, title, priority, owner, site, exported_site) (%s)", m.ofMine("keizoku_system_info"))
	return fmt.Sprintf("topk by (system) (1,\n  max by (system, title, priority, owner, site) (\n    label_replace(%s, \"site\", \"$1\", \"exported_site\", \"(.+)\")\n  )\n)\nor on (system) (%s unless on () %s)",
		own, m.rec(systemInfo), m.mine())
}

// deadline is that of the agents under the active threat. Where none of them sees the outage it is
// reckoned: exactly where the allowance counts real time; where it counts by a calendar, which
// PromQL has not, it is the earliest that any agent tells.
func (m *maker) deadline() string {
	all := []string{fmt.Sprintf("min by (system) (\n  %s\n  and on (agent) ((%s == 1) and on (threat) %s)\n)", m.ofSeeing(deadline), m.raw("keizoku_threat_active"), m.rec(threatActive))}
	for _, threat := range m.plan.Threats {
		plain, calendar := m.allowances(threat.Name)
		active := m.rec(threatActive, "threat="+quote(threat.Name))
		for _, t := range plain {
			all = append(all, fmt.Sprintf("(\n  %s + %v\n  and on () %s\n)", m.rec(outageStart, "system=~"+quote(anyOf(t.systems))), t.long.Seconds(), active))
		}
		if len(calendar) > 0 {
			all = append(all, fmt.Sprintf("(\n  min by (system) (%s)\n  and on () %s\n)", m.ofSeeing(deadline, "system=~"+quote(anyOf(calendar))), active))
		}
	}
	return either("system", all...)
}

// term is a time that the plan gives to some systems, in its order.
type term struct {
	long    time.Duration
	systems []string
}

// terms adds a system to those with the same time.
func terms(all []term, long time.Duration, system string) []term {
	i := slices.IndexFunc(all, func(t term) bool { return t.long == long })
	if i < 0 {
		return append(all, term{long, []string{system}})
	}
	all[i].systems = append(all[i].systems, system)
	return all
}

// allowances are those under a threat that count real time, and the systems whose allowance counts
// by a calendar.
func (m *maker) allowances(threat string) (plain []term, calendar []string) {
	for _, s := range m.plan.Systems {
		switch a := s.Allowance(threat); {
		case a.IsZero():
		case a.Calendar() == nil:
			plain = terms(plain, a.Deadline(time.Unix(0, 0)).Sub(time.Unix(0, 0)), s.Name)
		default:
			calendar = append(calendar, s.Name)
		}
	}
	return plain, calendar
}

// recoveries are the typical times of recovery; nil when the plan knows none.
func (m *maker) recoveries() (all []term) {
	for _, s := range m.plan.Systems {
		if s.TypicalRecovery > 0 {
			all = terms(all, s.TypicalRecovery, s.Name)
		}
	}
	return all
}

// startBy is the deadline less the typical recovery. It is the plan's own: asking agents for it
// would cost a tenth of all these rules.
func (m *maker) startBy() string {
	var all []string
	for _, t := range m.recoveries() {
		all = append(all, fmt.Sprintf("(%s - %v)", m.rec(outageEnd, "system=~"+quote(anyOf(t.systems))), t.long.Seconds()))
	}
	return either("system", all...)
}

// risk is 1 where the outage is expected to last beyond the deadline, or has, and 0 where not. A
// person's estimate on any agent goes before what agents reckon; of that the earliest counts, for
// it is known on one agent alone that somebody has begun.
func (m *maker) risk() string {
	expected := either("system",
		"max by (system) ("+m.ofMine("keizoku_outage_eta_timestamp_seconds")+")",
		"min by (system) ("+m.ofSeeing("keizoku_outage_projected_end_timestamp_seconds")+")")
	return either("system",
		fmt.Sprintf("(%s <= bool time()) == 1", m.rec(outageEnd)),
		fmt.Sprintf("((\n%s\n) > bool on (system) %s)", indent(expected), m.rec(outageEnd)),
		fmt.Sprintf("0 * (%s == 1)", m.rec(systemDown)))
}

// grade is 1 for info, 2 for warning, 3 for critical: one for being down, one for a priority, one
// for the deadline in danger, as agents judge.
func (m *maker) grade() string {
	return fmt.Sprintf("%s\n+ on (system) (1 + (%s or on (system) 0 * %s))", m.rec(outageRisk), m.rec(systemInfo, `priority!=""`), m.rec(systemInfo))
}

// worstGrade raises a root cause to the grade of what is down because of it.
func (m *maker) worstGrade(causes bool) string {
	if !causes {
		return m.rec(outageGrade)
	}
	return fmt.Sprintf("max by (system) (\n  %s\n  or label_replace(\n    max by (cause) (%[1]s * on (system) group_left (cause) %s),\n    \"system\", \"$1\", \"cause\", \"(.+)\"\n  )\n)",
		m.rec(outageGrade), m.rec(outageCause))
}

// outageInfo has the labels of an agent's alerts, for each outage, and what their words need: title,
// alternative, and moments in seconds of local time, which no alert bears in the end. source is among them, for
// a label that a rule gives costs more than one that its series bring.
func (m *maker) outageInfo(causes bool) Rule {
	expr := fmt.Sprintf("(%s == 1)\n* on (system) group_left (title, priority, owner, site) %s\n* on () group_left (threat) %s", m.rec(systemDown), m.rec(systemInfo), m.rec(threatActive))
	for _, moment := range [...][2]string{{"since", outageStart}, {"deadline", outageEnd}} {
		expr = fmt.Sprintf("%s\n* on (system) group_left (%s) (\n  count_values by (system) (%s, %s%s)\n  or on (system) (%s == 1)\n)",
			expr, moment[0], quote(moment[0]), m.rec(moment[1]), m.toLocal(), m.rec(systemDown))
	}
	if causes {
		expr = m.adding(expr, "cause", outageCause)
	}
	if m.hasAlternatives() {
		expr = m.adding(expr, "alternative", alternative)
	}
	r := m.record(outageInfo, expr)
	r.Labels["source"] = fromRules
	return r
}

// adding takes a label over from a record that not every system that is down has.
func (m *maker) adding(expr, label, record string) string {
	return fmt.Sprintf("%s\n* on (system) group_left (%s) (\n  %s\n  or on (system) (%s == 1)\n)", expr, label, m.rec(record), m.rec(systemDown))
}

// priorities are the labels of priority systems, and of the others.
var priorities = [...]struct {
	matcher     string
	calm, grave plan.AlertSeverity
}{
	{`priority!=""`, plan.Caution, plan.Critical},
	{`priority=""`, plan.Info, plan.Caution},
}

// causes finds for each system that is down the first of its root causes, by name: what it
// depends on, directly or not, that is down while nothing that it depends on itself is. Empty when
// no system depends on another.
func (m *maker) causes() string {
	d := dependencies{m.plan}
	var terms []string
	for _, root := range d.roots() {
		term := fmt.Sprintf("label_replace(%s == 1, \"cause\", %s, \"\", \"\")\n  and on () (%s == 1)",
			m.rec(systemDown, "system=~"+quote(anyOf(d.below(root)))), quote(root), m.rec(systemDown, "system="+quote(root)))
		if above := d.above(root); len(above) > 0 {
			term += fmt.Sprintf("\n  unless on () (%s == 1)", m.rec(systemDown, "system=~"+quote(anyOf(above))))
		}
		terms = append(terms, "(\n  "+term+"\n)")
	}
	return strings.Join(terms, "\nor on (system) ")
}
