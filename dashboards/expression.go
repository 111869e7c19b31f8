package dashboards

import (
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The numbers that stand for a time left that there is none of: they sort behind all deadlines.
const (
	noDeadline = 1e10 // an outage that no deadline holds
	noOutage   = 2e10 // none
)

// fromAgents narrows a metric to the agents that are chosen.
const fromAgents = `agent=~"$agent"`

// of is a metric of the chosen agents, with more matchers when wanted.
func of(metric string, matchers ...string) string {
	return metric + "{" + strings.Join(append(matchers, fromAgents), ",") + "}"
}

// seeing leaves out what blind agents say: they repeat what they saw last.
func seeing(vector string) string {
	return "(" + vector + " unless on (job, instance) (keizoku_agent_blind == 1))"
}

// state is the state of each system as a number of stateCodes: the one that most of the agents
// tell that see; 0 when they disagree; unknown when none of them sees.
func state(matchers ...string) string {
	return stateOf(of("keizoku_system_info", matchers...), of("keizoku_system_state", matchers...))
}

// rankedState is the same of the priority systems of the chosen sites.
func rankedState() string { return stateOf(ofRank(), of("keizoku_system_state")) }

// stateOf is the state of the systems of which there is info. Of the states of an agent only the
// one that holds goes into the sums: a wall asks this for every few minutes of hours.
func stateOf(info, states string) string {
	codes := make([]string, len(stateCodes))
	for i, s := range stateCodes {
		codes[i] = numbered(s.code, "state", s.state)
	}
	who := "count by (system) " + seeing(info)
	says := "count by (system, state) " + seeing("("+states+" == 1)")
	return fmt.Sprintf("max by (system) (0 * (%s > on (system) group_left () 0.5 * %s) + on (state) group_left () (%s)) or on (system) 0 * %s or on (system) %d * max by (system) (%s)",
		says, who, strings.Join(codes, " or "), who, unknownCode, info)
}

// numbered is a number under a label, to be matched with what bears that label.
func numbered[T ~string](number int, label string, value T) string {
	return fmt.Sprintf(`label_replace(vector(%d), %q, %q, "", "")`, number, label, value)
}

// graded numbers alerts by their severity, from 1 for the calmest on: by its name "info" would stand
// between "critical" and "warning".
func graded(alerts string) string {
	var grades []string
	for i, s := range plan.AlertSeverities {
		grades = append(grades, numbered(i+1, "severity", s))
	}
	return fmt.Sprintf("0 * (%s) + on (severity) group_left () (%s)", alerts, strings.Join(grades, " or "))
}

// stateByAgent is what each agent says, blind or not.
func stateByAgent(matchers ...string) string {
	terms := make([]string, len(stateCodes))
	for i, s := range stateCodes {
		terms[i] = fmt.Sprintf("%d * %s", s.code, of("keizoku_system_state", append([]string{`state="` + string(s.state) + `"`}, matchers...)...))
	}
	return "max by (agent) (" + strings.Join(terms, " or ") + ")"
}

// coded numbers the values of a label from 1 on, and gives the greatest of those that hold.
func coded[T ~string](by, metric, label string, values []T) string {
	terms := make([]string, len(values))
	for i, v := range values {
		terms[i] = fmt.Sprintf("%d * %s", i+1, of(metric, fmt.Sprintf("%s=%q", label, v)))
	}
	return fmt.Sprintf("max%s (%s)", by, strings.Join(terms, " or "))
}

// ofRank is what is known of the priority systems of the chosen sites.
func ofRank() string { return of("keizoku_system_info", `priority!=""`, `site=~"$site"`) }

// ranked narrows a vector to the priority systems of the chosen sites.
func ranked(vector string) string {
	return "(" + vector + ") and on (system) " + ofRank()
}

// withTitle adds the title of each system; any one of them while agents have different plans.
func withTitle(vector string) string {
	return "(" + vector + ") * on (system) group_left (title) topk by (system) (1, " + of("keizoku_system_info") + ")"
}

// inOrder adds the title of each system, and its rank in four digits: Prometheus answers in the order of
// labels, and a timeline shows the first twenty alone until somebody turns the page.
func inOrder(vector string) string {
	ranks := fmt.Sprintf(`label_replace(label_replace(topk by (system) (1, %s), "rank", "000$1", "priority", "(.+)"), "rank", "$1", "rank", "0*(.{4})")`, ofRank())
	return "(" + vector + ") * on (system) group_left (rank, title) " + ranks
}

// rootCauses are the systems that others are down for, with their titles as cause_title.
func rootCauses(matchers ...string) string {
	titles := fmt.Sprintf(`label_replace(label_replace(%s, "cause", "$1", "system", "(.*)"), "cause_title", "$1", "title", "(.*)")`, of("keizoku_system_info"))
	return fmt.Sprintf("max by (system, cause) (%s) * on (cause) group_left (cause_title) topk by (cause) (1, %s)",
		of("keizoku_system_cause", matchers...), titles)
}

// The clocks of open outages. Where agents differ, the least time holds.

func left(matchers ...string) string {
	return "min by (system) (" + of("keizoku_outage_deadline_timestamp_seconds", matchers...) + ") - time()"
}

func leftToBegin(matchers ...string) string {
	return "min by (system) (" + of("keizoku_outage_start_recovery_by_timestamp_seconds", matchers...) + ") - time()"
}

func used(matchers ...string) string {
	return "max by (system) (" + of("keizoku_outage_used_ratio", matchers...) + ")"
}

// projectedEnd is the latest end that an agent expects: its people's word, or the typical recovery.
func projectedEnd(matchers ...string) string {
	return "max by (system) (" + of("keizoku_outage_projected_end_timestamp_seconds", matchers...) + ")"
}

// takenOn is 1 for outages that somebody has taken on, 0 for those that nobody has.
func takenOn() string {
	return fmt.Sprintf("(max by (system) (%s) > bool 0) or on (system) (0 * max by (system) (%s))",
		of("keizoku_outage_acknowledged_timestamp_seconds"), of("keizoku_outage_start_timestamp_seconds"))
}

// allowed is what the chosen threats allow each system: of the one in force when it is among them,
// for that is what its deadline comes of; else the least.
func allowed() string {
	chosen := of("keizoku_system_allowable_downtime_seconds", `threat=~"$threat"`)
	return fmt.Sprintf("(min by (system) (%s and on (job, instance, threat) (keizoku_threat_active == 1))) or on (system) (min by (system) (%[1]s))", chosen)
}

// urgency is the time left of every system, whether it has a deadline or not.
func urgency() string {
	return fmt.Sprintf("(%s) or on (system) (0 * max by (system) (%s) + %g) or on (system) (%g * max by (system) (%s))",
		left(), of("keizoku_outage_start_timestamp_seconds"), noDeadline, noOutage, of("keizoku_system_info"))
}

// millis is a moment as Grafana wants it.
func millis(vector string) string { return "1000 * " + vector }

// orNone is a count that is zero when there is nothing to count among what is known. While nothing is
// known there is no count: a wall that no agent reaches must not say that nothing is down.
func orNone(vector, known string) string { return "(" + vector + ") or 0 * count(" + known + ")" }

// grown is by how much a counter that outlives its agent grew within the range that is shown. It is
// exact: increase() would reckon on to the ends of the range, and make more than one of one outage.
func grown(counter string) string {
	return fmt.Sprintf("max(max_over_time(%s[$__range]) - min_over_time(%[1]s[$__range]))", counter)
}

// bySupply and byUPS take the worst of what several agents read of one device.
func bySupply(worst, metric string, matchers ...string) string {
	return worst + " by (supply) (" + of(metric, matchers...) + ")"
}

func byUPS(worst, metric string) string { return worst + " by (ups) (" + of(metric) + ")" }

// loadOf is the load of each supply: measured where it can be, else as planned.
func loadOf() string {
	const watts = "keizoku_supply_load_watts"
	return "(" + bySupply("max", watts, `basis="measured"`) + " or " + bySupply("max", watts, `basis="planned"`) + ")"
}

// unseeing counts the agents that are blind, and those that Prometheus cannot scrape: when all are gone,
// nothing else of the wall would say so.
func unseeing() string {
	return orNone(fmt.Sprintf("count((max by (agent) (%s) == 0) or (max by (agent) (%s) == 1))", atAgents("up"), of("keizoku_agent_blind")), atAgents("up"))
}

// atAgents is a metric of Prometheus about its own scrapes, for the jobs that agents stand in.
func atAgents(metric string) string { return of(metric, `job=~"$job"`) }
