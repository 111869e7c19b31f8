package prom

import (
	"fmt"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// The records about agents.
const (
	agentUp     = "agent:up:max"
	agentSees   = "agent:keizoku_agent_sees:bool"
	agentOffset = "agent:keizoku_clock_offset_seconds:max"
	agentsAll   = "plan:keizoku_agents:count"
	agentsAlive = "plan:keizoku_agents_alive:count"
	agentsBlind = "plan:keizoku_agents_blind:count"
)

// The alerts that only a fleet can raise.
const (
	AgentMissing           = "AgentMissing"
	SiteLost               = "SiteLost"
	AgentsDisagree         = "AgentsDisagree"
	AgentClockOff          = "AgentClockOff"
	AgentsOnDifferentPlans = "AgentsOnDifferentPlans"
	RulesOutdated          = "RulesOutdated"
)

// FleetAlerts lists the alerts that no agent raises by itself.
var FleetAlerts = [...]string{AgentMissing, SiteLost, AgentsDisagree, AgentClockOff, AgentsOnDifferentPlans, RulesOutdated}

// The waits. A plan has no word for them: they are about the fleet, not about systems.
const (
	missingAfter = 5 * time.Minute
	// siteAfter is shorter, so that the site's loss is told before its agents', and silences them.
	siteAfter = 2 * time.Minute
	// blindAfter is when blindness is critical, as the agent itself has it.
	blindAfter = 15 * time.Minute
	// clockOff is far more than a late scrape or a slow look, and far less than any allowance.
	clockOff      = 30 * time.Second
	clockOffAfter = 2 * time.Minute
	// rolledOut is how long a new plan takes to reach every agent.
	rolledOut = 10 * time.Minute
	// disagreeAfter is more than probes of the usual interval need to be confirmed everywhere.
	disagreeAfter = 5 * time.Minute
)

func (m *maker) agents() []Rule {
	alive := m.rec(agentUp) + " == 1"
	rules := []Rule{
		m.record(agentUp, m.up()),
		m.record(agentSees, "max by (agent) ("+m.mine()+")\nand on (agent) (max by (agent) ("+m.raw("keizoku_agent_blind")+") == 0)\nand on (agent) ("+alive+")"),
		m.record(agentOffset, fmt.Sprintf("max by (agent) (\n  %s - timestamp(%[1]s)\n)\nand on (agent) (%s)", m.raw(aliveAt), alive)),
		m.record(agentsAll, "count("+m.rec(agentUp)+")"),
		m.record(agentsAlive, "sum("+m.rec(agentUp)+")"),
		m.record(agentsBlind, fmt.Sprintf("count(\n  (max by (agent) (%s) == 1) and on (agent) (%s)\n) or vector(0)", m.ofMine("keizoku_agent_blind"), alive)),
	}
	rules = append(rules, m.gone()...)
	return append(rules, m.unwell()...)
}

// aliveAt tells that an agent does not hang.
const aliveAt = "keizoku_agent_alive_timestamp_seconds"

// up is 1 for each agent that can be scraped and 0 for the others, those too of which Prometheus
// has never heard. A plan that names no agents has those that are scraped.
func (m *maker) up() string {
	job := "job=" + quote(m.Job)
	if len(m.plan.Agents) == 0 {
		return "max by (agent) (" + m.raw("up", job) + ")"
	}
	names := make([]string, len(m.plan.Agents))
	for i, a := range m.plan.Agents {
		names[i] = a.Name
	}
	var b strings.Builder
	fmt.Fprintf(&b, "max by (agent) (\n  %s", m.raw("up", job, "agent=~"+quote(anyOf(names))))
	for _, name := range names {
		fmt.Fprintf(&b, "\n  or 0 * absent(%s)", m.raw("up", job, "agent="+quote(name)))
	}
	b.WriteString("\n)")
	return withSites(b.String(), "agent", m.agentSites())
}

func (m *maker) agentSites() []located {
	names := make([]string, len(m.plan.Agents))
	for i, a := range m.plan.Agents {
		names[i] = a.Name
	}
	return m.sites(names, func(name string) string { return m.plan.Agent(name).Site })
}

// gone are the alerts of agents that do not answer, or answer and stand still.
func (m *maker) gone() (rules []Rule) {
	if shared := m.sharedSites(); len(shared) > 0 {
		rules = append(rules, m.alert(SiteLost, plan.Critical, siteAfter, fmt.Sprintf("max by (site) (%s) == 0", m.rec(agentUp, "site=~"+quote(anyOf(shared))))))
	}
	missing := fmt.Sprintf("(\n  %s == 0\n  or %[1]s * on (agent) group_left () (%s)\n)", m.rec(agentUp), m.stands())
	return append(rules,
		m.alert(AgentMissing, plan.Caution, missingAfter, missing+"\nand on () "+m.rec(agentsAlive)+" > 0"),
		m.alert(AgentMissing, plan.Critical, missingAfter, missing+"\nand on () "+m.rec(agentsAlive)+" == 0"))
}

// stands is 0 for agents that answer and have not looked at anything for five minutes, whatever
// the clocks say. One scrape alone tells nothing.
func (m *maker) stands() string {
	return fmt.Sprintf("max by (agent) (changes(%s[5m]) == 0 and count_over_time(%[1]s[5m]) > 1)", m.raw(aliveAt))
}

// sharedSites are those with two agents or more: where there is one, nothing tells the loss of the
// site from that of the agent.
func (m *maker) sharedSites() (sites []string) {
	for _, l := range m.agentSites() {
		if len(l.names) > 1 {
			sites = append(sites, l.site)
		}
	}
	return sites
}

// unwell are the alerts of agents that answer and must not be trusted as they are.
func (m *maker) unwell() []Rule {
	blind := m.atSites("max by (agent) (" + m.ofMine("keizoku_agent_blind") + ") == 1")
	each := func(metric string) string { return "max by (agent) (" + m.ofMine(metric) + ")" }
	return []Rule{
		m.alert(alert.AgentBlind, plan.Caution, 0, blind),
		m.alert(alert.AgentBlind, plan.Critical, blindAfter, blind),
		m.alert(AgentClockOff, plan.Caution, clockOffAfter, fmt.Sprintf("abs(%s) > %v\nunless on (agent) (%s)",
			m.rec(agentOffset), clockOff.Seconds(), m.stands())),
		m.alert(AgentsOnDifferentPlans, plan.Caution, rolledOut, "count(\n  count by (hash) ("+m.mine()+")\n) > 1"),
		m.alert(RulesOutdated, plan.Info, rolledOut, fmt.Sprintf("count(%s)\nunless on () %s",
			m.mine(), m.raw("keizoku_plan_info", "plan="+quote(m.plan.Name), "hash="+quote(m.plan.Hash)))),
		m.alert(alert.ClockUntrusted, plan.Caution, 0, each("keizoku_clock_estimated")+" == 1"),
		m.alert(alert.JournalFailing, plan.Critical, 0, each("keizoku_journal_unwritten_events")+" > 0"),
		m.alert(alert.DeliveryFailing, plan.Caution, 0, fmt.Sprintf("time() - min by (agent, channel) (%s) >= %v",
			m.ofMine("keizoku_notifications_failing_since_timestamp_seconds"), alert.FailingFor.Seconds())),
		m.alert(alert.PlanRejected, plan.Caution, 0, "min by (agent) ("+m.ofMine("keizoku_plan_reload_success")+") == 0"),
		m.alert(alert.PlanReviewDue, plan.Info, 0, "time() - min("+m.ofMine("keizoku_plan_review_due_timestamp_seconds")+") >= 0"),
	}
}

// atSites gives agents the site that the plan tells.
func (m *maker) atSites(expr string) string { return withSites(expr, "agent", m.agentSites()) }
