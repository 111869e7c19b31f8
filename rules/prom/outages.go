package prom

import (
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

func (m *maker) outages() []Rule {
	var rules []Rule
	for i, severity := range plan.AlertSeverities {
		rules = append(rules, m.alert(alert.SystemDown, severity, 0, m.labelled(m.leftOf(i+1), "")))
	}
	rules = append(rules, m.near()...)
	startNow := fmt.Sprintf("(\n  time() - %s >= 0\n  and on (system) (%s > 0)\n  unless on (system) (%s)\n  unless on (system) (%s)\n)",
		m.rec(outageStartBy), m.rec(outageLeft), m.ofMine("keizoku_outage_acknowledged_timestamp_seconds"), m.ofMine("keizoku_outage_eta_timestamp_seconds"))
	for _, p := range priorities {
		rules = append(rules, m.alert(alert.StartRecoveryNow, p.grave, 0, m.labelled(startNow, p.matcher)))
	}
	for _, p := range priorities {
		rules = append(rules, m.alert(alert.DeadlineMissed, p.grave, 0, m.labelled(fmt.Sprintf("(time() - %s >= 0)", m.rec(outageEnd)), p.matcher)))
	}
	for _, p := range priorities {
		rules = append(rules, m.alert(AgentsDisagree, p.calm, disagreeAfter, fmt.Sprintf(
			"(%s > 0 < 1)\n* on (system) group_left (title, priority, owner, site) %s", m.rec(systemShare), m.rec(systemInfo, p.matcher))))
	}
	for i := range rules {
		for _, label := range [...]string{"title", "since", "deadline"} {
			rules[i].Labels[label] = "" // the words need it; an alert that bore it would not be its agents' like
		}
	}
	return rules
}

// leftOf is the time that is left to what is down with a grade; NaN where there is no deadline.
func (m *maker) leftOf(grade int) string {
	return fmt.Sprintf("(\n  (%s and on (system) (%s == %d))\n  or on (system) NaN * (%[2]s == %[3]d)\n)", m.rec(outageLeft), m.rec(outageWorst), grade)
}

// near makes DeadlineNear: from the first of the plan's shares on, graver from the last.
func (m *maker) near() (rules []Rule) {
	used := m.plan.Alerting.Used
	if len(used) == 0 {
		return nil
	}
	first, last := used[0], used[len(used)-1]
	between := func(from, to float64) string {
		return fmt.Sprintf("(%s >= %v < %v)", m.rec(outageUsed), from, to)
	}
	arms := make(map[plan.AlertSeverity][]string) // a severity is one rule, or Prometheus warns of duplicates
	for _, p := range priorities {
		if first < last {
			arms[p.calm] = append(arms[p.calm], m.labelled(between(first, last), p.matcher))
		}
		arms[p.grave] = append(arms[p.grave], m.labelled(between(last, 1), p.matcher))
	}
	for _, severity := range plan.AlertSeverities {
		if len(arms[severity]) > 0 {
			rules = append(rules, m.alert(alert.DeadlineNear, severity, 0, strings.Join(arms[severity], "\nor\n")))
		}
	}
	return rules
}

// labelled gives a value of each system the labels of its outage, and keeps the value.
func (m *maker) labelled(expr, matcher string) string {
	var matchers []string
	if matcher != "" {
		matchers = append(matchers, matcher)
	}
	cause := ""
	if len(dependencies{m.plan}.roots()) > 0 {
		cause = ", cause"
	}
	return fmt.Sprintf("%s\n* on (system) group_left (title, since, deadline, priority, owner, site, threat%s) %s", expr, cause, m.rec(outageInfo, matchers...))
}
