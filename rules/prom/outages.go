package prom

import (
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

func (m *maker) outages() []Rule {
	rules := []Rule{m.outage(alert.SystemDown, m.graded())}
	if near := m.near(); len(near) > 0 {
		rules = append(rules, m.outage(alert.DeadlineNear, near))
	}
	if m.recoveries() != nil {
		rules = append(rules, m.outage(alert.StartRecoveryNow, m.byPriority(m.startNow())))
	}
	missed := fmt.Sprintf("(time() - %s >= 0)", m.rec(outageEnd))
	return append(append(rules, m.outage(alert.DeadlineMissed, m.byPriority(missed))), m.disagree()...)
}

// arm is what raises an alert with a severity: a value of each system, and a matcher that narrows
// which ones; empty: all.
type arm struct {
	severity      plan.AlertSeverity
	expr, matcher string
}

// outage makes an alert about outages, whose series bring all labels. Its words are no labels in
// the end: an alert that bore them would not be its agents' like, and would be another one when a
// moment changes. Only those are asked for that the texts use.
//
// All this is because Prometheus parses a template for every label and every annotation of a rule,
// for every alert, at every evaluation, and in a blackout there are hundreds of alerts.
func (m *maker) outage(name string, arms []arm) Rule {
	words := m.wordsOf(name)
	exprs := make([]string, len(arms))
	for i, a := range arms {
		exprs[i] = m.labelled(a, words)
	}
	r := m.alert(name, "", 0, strings.Join(exprs, "\nor\n"))
	clear(r.Labels)
	for _, label := range words {
		r.Labels[label] = ""
	}
	return r
}

// wordsOf are the labels of [outageInfo] that an alert's texts use.
func (m *maker) wordsOf(name string) (used []string) {
	texts := m.annotations(name)
	for _, label := range [...]string{"title", "since", "deadline", "alternative"} {
		if strings.Contains(texts["summary"]+texts["description"], "$labels."+label) {
			used = append(used, label)
		}
	}
	return used
}

// labelled gives a value of each system the labels of its outage and a severity, and keeps the value.
func (m *maker) labelled(a arm, words []string) string {
	labels := append(words[:len(words):len(words)], "priority", "owner", "site", "threat", "source")
	if len(dependencies{m.plan}.roots()) > 0 {
		labels = append(labels, "cause")
	}
	var matchers []string
	if a.matcher != "" {
		matchers = append(matchers, a.matcher)
	}
	expr := fmt.Sprintf("%s\n* on (system) group_left (%s) %s", a.expr, strings.Join(labels, ", "), m.rec(outageInfo, matchers...))
	return fmt.Sprintf("label_replace(\n%s,\n  \"severity\", %s, \"\", \"\"\n)", indent(expr), quote(string(a.severity)))
}

// byPriority is graver for priority systems.
func (m *maker) byPriority(expr string) (arms []arm) {
	for _, p := range priorities {
		arms = append(arms, arm{p.grave, expr, p.matcher})
	}
	return arms
}

// graded is the time that is left to what is down, by its grade; NaN where there is no deadline.
func (m *maker) graded() (arms []arm) {
	for i, severity := range plan.AlertSeverities {
		arms = append(arms, arm{severity: severity, expr: fmt.Sprintf("(\n  (%s and on (system) (%s == %d))\n  or on (system) NaN * (%[2]s == %[3]d)\n)",
			m.rec(outageLeft), m.rec(outageWorst), i+1)})
	}
	return arms
}

// near is the share that is used: from the first of the plan's shares on, graver from the last.
func (m *maker) near() (arms []arm) {
	used := m.plan.Alerting.Used
	if len(used) == 0 {
		return nil
	}
	first, last := used[0], used[len(used)-1]
	between := func(from, to float64) string {
		return fmt.Sprintf("(%s >= %v < %v)", m.rec(outageUsed), from, to)
	}
	for _, p := range priorities {
		if first < last {
			arms = append(arms, arm{p.calm, between(first, last), p.matcher})
		}
		arms = append(arms, arm{p.grave, between(last, 1), p.matcher})
	}
	return arms
}

// startNow is how late recovery is of what nobody has taken on, while there is time left.
func (m *maker) startNow() string {
	return fmt.Sprintf("(\n  time() - %s >= 0\n  and on (system) (%s > 0)\n  unless on (system) (%s)\n  unless on (system) (%s)\n)",
		m.rec(outageStartBy), m.rec(outageLeft), m.ofMine("keizoku_outage_acknowledged_timestamp_seconds"), m.ofMine("keizoku_outage_eta_timestamp_seconds"))
}

// disagree makes AgentsDisagree, which needs no outage.
func (m *maker) disagree() (rules []Rule) {
	for _, p := range priorities {
		r := m.alert(AgentsDisagree, p.calm, disagreeAfter, fmt.Sprintf(
			"(%s > 0 < 1)\n* on (system) group_left (title, priority, owner, site) %s", m.rec(systemShare), m.rec(systemInfo, p.matcher)))
		r.Labels["title"] = ""
		rules = append(rules, r)
	}
	return rules
}
