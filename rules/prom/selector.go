package prom

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// raw selects the series of a metric that agents export, of this tenant. Matchers are written as in
// PromQL: agent="hall".
func (m *maker) raw(metric string, matchers ...string) string {
	for _, name := range slices.Sorted(maps.Keys(m.Labels)) {
		matchers = append(matchers, name+"="+quote(m.Labels[name]))
	}
	if len(matchers) == 0 {
		return metric
	}
	return metric + "{" + strings.Join(matchers, ", ") + "}"
}

// rec selects the series of a record of this plan.
func (m *maker) rec(record string, matchers ...string) string {
	return m.raw(record, append([]string{"plan=" + quote(m.plan.Name)}, matchers...)...)
}

// mine are the agents that run this plan, blind or not.
func (m *maker) mine() string { return m.raw("keizoku_plan_info", "plan="+quote(m.plan.Name)) }

// ofMine keeps what agents of this plan say.
func (m *maker) ofMine(metric string, matchers ...string) string {
	return m.raw(metric, matchers...) + " and on (agent) " + m.mine()
}

// ofSeeing keeps what agents say that are heard.
func (m *maker) ofSeeing(metric string, matchers ...string) string {
	return m.raw(metric, matchers...) + " and on (agent) " + m.rec(agentSees)
}

// held keeps the last value of a record while no agent has a vote on the system, unless the plan
// has lost it.
func (m *maker) held(record, expr string) string {
	return fmt.Sprintf("%s\nor on (system) (\n  %s unless on (system) %s and on (system) %s\n)",
		expr, m.rec(record), m.rec(systemVotes), m.rec(systemInfo))
}

// whileDown keeps what is said of systems that the fleet takes to be down.
func (m *maker) whileDown(expr string) string {
	return fmt.Sprintf("(\n%s\n)\nand on (system) (%s == 1)", indent(expr), m.rec(systemDown))
}

// quote writes a string of PromQL, whose escapes are those of Go.
func quote(s string) string { return strconv.Quote(s) }

// anyOf is a regular expression that the names fulfil, and nothing else.
func anyOf(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(name)
	}
	return strings.Join(quoted, "|")
}

func indent(expr string) string { return "  " + strings.ReplaceAll(expr, "\n", "\n  ") }

// either joins expressions: what an earlier one tells is not asked of a later one.
func either(on string, exprs ...string) string {
	return strings.Join(exprs, "\nor on ("+on+") ")
}
