package prom_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/prom"
)

// wordless is a catalogue of IDs.
type wordless struct{}

func (wordless) Word(id string) string { return id }

func (wordless) Span(d time.Duration) string { return d.String() }

// turn is one alert that fires at a second and not a tick before, and ends at another: all its
// instances at once. labels are beside plan, source and severity.
type turn struct {
	alert, severity string
	from, to        int
	labels          []map[string]string
}

func l(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

var (
	records  = l("system", "records", "priority", "2", "owner", "市民", "site", "main", "threat", "incident")
	coreDown = l("system", "core", "priority", "1", "owner", "情報", "site", "main", "threat", "incident")
	poster   = l("system", "poster", "site", "east", "threat", "incident")
)

func with(m map[string]string, pairs ...string) map[string]string {
	m = maps.Clone(m)
	maps.Copy(m, l(pairs...))
	return m
}

func without(m map[string]string, name string) map[string]string {
	m = maps.Clone(m)
	delete(m, name)
	return m
}

// scene is what happens to the city, and the alerts that come of it.
type scene struct {
	name   string
	change func(world)
	turns  []turn
}

func agents(names ...string) (all []map[string]string) {
	for _, name := range names {
		all = append(all, l("agent", name))
	}
	return all
}

func one(m map[string]string) []map[string]string { return []map[string]string{m} }

var scenes = []scene{
	{"a priority system is down past its deadline", func(w world) {
		w.down(outage{system: "records", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 1200, agents: everyone})
	}, []turn{
		{"SystemDown", "warning", 600, 3030, one(records)},
		{"SystemDown", "critical", 3030, 4800, one(records)},
		{"DeadlineNear", "warning", 2400, 3840, one(records)},
		{"DeadlineNear", "critical", 3840, 4200, one(records)},
		{"StartRecoveryNow", "critical", 3000, 4200, one(records)},
		{"DeadlineMissed", "critical", 4200, 4800, one(records)},
	}},
	{"a system without a priority", func(w world) {
		w.down(outage{system: "poster", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 1200, agents: everyone})
	}, []turn{
		{"SystemDown", "info", 600, 3030, one(poster)},
		{"SystemDown", "warning", 3030, 4800, one(poster)},
		{"DeadlineNear", "info", 2400, 3840, one(poster)},
		{"DeadlineNear", "warning", 3840, 4200, one(poster)},
		{"StartRecoveryNow", "warning", 3000, 4200, one(poster)},
		{"DeadlineMissed", "warning", 4200, 4800, one(poster)},
	}},
	{"somebody is at it, and it will be late", func(w world) {
		w.down(outage{system: "records", from: 600, to: 3600, start: 600, deadline: 4200, recovery: 3000, agents: []string{"hall2", "branch"}})
		w.down(outage{system: "records", from: 600, to: 3600, start: 600, deadline: 4200, recovery: 3000, eta: 5000, ack: 900, agents: []string{"hall1"}})
	}, []turn{{"SystemDown", "critical", 600, 3600, one(records)}}},
	{"a root cause is as grave as what hangs on it", func(w world) {
		w.down(outage{system: "core", from: 600, to: 3000, start: 600, deadline: 7800, recovery: 1200, agents: everyone})
		w.down(outage{system: "records", from: 660, to: 3000, start: 600, deadline: 2400, recovery: 1200, agents: everyone})
		w.down(outage{system: "counter", from: 660, to: 2700, start: 600, deadline: 9000, recovery: 600, agents: everyone})
	}, []turn{
		{"SystemDown", "warning", 600, 1230, one(coreDown)},
		{"SystemDown", "warning", 660, 1230, one(with(records, "cause", "core"))},
		{"SystemDown", "warning", 660, 2700, one(l("system", "counter", "priority", "3", "threat", "incident", "cause", "core"))},
		{"SystemDown", "critical", 1230, 3000, []map[string]string{
			coreDown, with(records, "cause", "core"),
		}},
		{"DeadlineMissed", "critical", 2400, 3000, one(with(records, "cause", "core"))},
	}},
	{"one of three sees it down, two of three do", func(w world) {
		w.down(outage{system: "records", from: 600, to: 1800, start: 600, deadline: 4200, recovery: 60, agents: []string{"branch"}})
		w.down(outage{system: "poster", from: 600, to: 1800, start: 600, deadline: 4200, recovery: 60, agents: []string{"branch", "hall1"}})
	}, []turn{
		{"AgentsDisagree", "warning", 900, 1800, one(without(records, "threat"))},
		{"AgentsDisagree", "info", 900, 1800, one(without(poster, "threat"))},
		{"SystemDown", "info", 600, 1800, one(poster)},
	}},
	{"two agents of a site are lost, and come back", func(w world) { w.gone("hall1", 600, 1800); w.gone("hall2", 600, 1800) }, []turn{
		{"SiteLost", "critical", 720, 1800, one(l("site", "main"))},
		{"AgentMissing", "warning", 900, 1800, []map[string]string{l("agent", "hall1", "site", "main"), l("agent", "hall2", "site", "main")}},
	}},
	{"nobody watches", func(w world) {
		for _, name := range everyone {
			w.gone(name, 600, 1800)
		}
	}, []turn{{"AgentMissing", "critical", 900, 1800, []map[string]string{l("agent", "branch", "site", "east"), l("agent", "hall1", "site", "main"), l("agent", "hall2", "site", "main")}}}},
	{"an agent was never heard of", func(w world) {
		for key := range w {
			if w.of(key, "branch") {
				delete(w, key)
			}
		}
	}, []turn{{"AgentMissing", "warning", 300, 0, one(l("agent", "branch", "site", "east"))}}},
	{"an agent hangs", func(w world) {
		w[series("keizoku_agent_alive_timestamp_seconds", agent("branch"))] = fmt.Sprintf("0+30x20 600x99 3630+30x%d", steps)
	}, []turn{{"AgentMissing", "warning", 1200, 3630, one(l("agent", "branch", "site", "east"))}}},
	{"an agent is blind", func(w world) { w.during(600, 2400, "0", "1", "0", "keizoku_agent_blind", agent("hall2")) }, []turn{
		{"AgentBlind", "warning", 600, 2400, one(l("agent", "hall2", "site", "main"))},
		{"AgentBlind", "critical", 1500, 2400, one(l("agent", "hall2", "site", "main"))},
	}},
	{"a clock is off by more than the limit, another by the limit", func(w world) {
		w[series("keizoku_agent_alive_timestamp_seconds", agent("hall1"))] = fmt.Sprintf("0+30x19 569+30x39 1800+30x%d", steps)
		w[series("keizoku_agent_alive_timestamp_seconds", agent("hall2"))] = fmt.Sprintf("0+30x19 570+30x39 1800+30x%d", steps)
	}, []turn{{"AgentClockOff", "warning", 720, 1800, agents("hall1")}}},
	{"an agent runs another version", func(w world) {
		w.during(600, 2400, "1", "", "1", "keizoku_plan_info", agent("hall1"), `plan="city"`, `version="3.1"`, `hash="abc"`)
		w.during(600, 2400, "", "1", "", "keizoku_plan_info", agent("hall1"), `plan="city"`, `version="3.2"`, `hash="def"`)
	}, []turn{{"AgentsOnDifferentPlans", "warning", 1200, 2400, one(l())}}},
	{"all agents run another version", func(w world) {
		for _, name := range everyone {
			w.during(600, 2400, "1", "", "1", "keizoku_plan_info", agent(name), `plan="city"`, `version="3.1"`, `hash="abc"`)
			w.during(600, 2400, "", "1", "", "keizoku_plan_info", agent(name), `plan="city"`, `version="3.2"`, `hash="def"`)
		}
	}, []turn{{"RulesOutdated", "info", 1200, 2400, one(l())}}},
	{"agents are unwell", func(w world) {
		w.during(600, 900, "0", "1", "0", "keizoku_clock_estimated", agent("hall1"))
		w.during(600, 900, "0", "3", "0", "keizoku_journal_unwritten_events", agent("hall2"))
		w.during(600, 900, "1", "0", "1", "keizoku_plan_reload_success", agent("branch"))
		w.during(600, 1800, "", "600", "", "keizoku_notifications_failing_since_timestamp_seconds", agent("hall1"), `channel="mail"`)
		w.during(0, 3000, "", "1800", "9000", "keizoku_plan_review_due_timestamp_seconds", agent("hall1"))
		w.during(600, 900, "0", "2", "0", "keizoku_decision_unjudged_criteria", agent("hall1"))
		w.during(600, 900, "0", "2", "0", "keizoku_steps", agent("hall1"), `state="overdue"`)
	}, []turn{
		{"ClockUntrusted", "warning", 600, 900, agents("hall1")},
		{"JournalFailing", "critical", 600, 900, agents("hall2")},
		{"PlanRejected", "warning", 600, 900, agents("branch")},
		{"DeliveryFailing", "warning", 1500, 1800, one(l("agent", "hall1", "channel", "mail"))},
		{"PlanReviewDue", "info", 1800, 3000, one(l())},
		{"CriterionUnjudged", "warning", 600, 900, agents("hall1")},
		{"StepOverdue", "warning", 600, 900, agents("hall1")},
	}},
	{"a channel refuses every message, and keeps none", func(w world) {
		w.set("keizoku_notifications_pending", "0", agent("hall1"), `channel="chat"`)
		w[series("keizoku_notifications_total", agent("hall1"), `channel="chat"`, `outcome="refused"`)] = fmt.Sprintf("0x20 1+1x%d", steps)
		w.during(630, 2400, "", "630", "", "keizoku_notifications_failing_since_timestamp_seconds", agent("hall1"), `channel="chat"`)
	}, []turn{{"DeliveryFailing", "warning", 1530, 2400, one(l("agent", "hall1", "channel", "chat"))}}},
	{"the posture is established on another agent than the one that recommends it", func(w world) {
		w.during(600, 3000, "0", "1", "0", "keizoku_decision", agent("branch"), `recommendation="establish_posture"`)
		w.during(600, 3000, "1", "0", "1", "keizoku_decision", agent("branch"), `recommendation="normal"`)
		w.during(1800, 6000, "", "1800", "", "keizoku_stage_moved_timestamp_seconds", agent("hall1"))
		w.during(1800, 6000, "1", "0", "0", "keizoku_stage", agent("hall1"), `stage="monitoring"`)
		w.during(1800, 6000, "0", "1", "1", "keizoku_stage", agent("hall1"), `stage="continuity_response"`)
	}, []turn{{"EstablishPosture", "critical", 600, 1800, one(l("threat", "incident"))}}},
}

// of reports whether a series is an agent's.
func (w world) of(key, name string) bool { return contains(key, agent(name)) }

// supplyScenes are made of the list of alerts: what agents say is passed on.
func supplyScenes() (all []scene) {
	for _, severity := range plan.AlertSeverities[1:] {
		all = append(all, scene{"supplies, " + string(severity), func(w world) {
			is := fmt.Sprintf("severity=%q", severity)
			for _, name := range []string{"hall1", "hall2"} { // both read them
				eachOfPower(func(kind plan.AlertKind) {
					metric, supply := "keizoku_supply_alert", `supply="rack"`
					if !kind.OfSupply {
						metric, supply = "keizoku_alerts", ""
					}
					w.during(600, 900, "", "1", "", metric, agent(name), fmt.Sprintf("alert=%q", kind.Name), is, supply)
				})
			}
		}, supplyTurns(string(severity))})
	}
	return all
}

func supplyTurns(severity string) (turns []turn) {
	eachOfPower(func(kind plan.AlertKind) {
		labels := l("threat", "incident")
		if kind.OfSupply {
			labels = with(labels, "supply", "rack", "site", "main")
		}
		turns = append(turns, turn{kind.Name, severity, 600, 900, one(labels)})
	})
	return turns
}

func eachOfPower(f func(plan.AlertKind)) {
	for _, kind := range plan.AlertKinds {
		if kind.OfSupply || kind.OfPower {
			f(kind)
		}
	}
}

// Every alert begins at its limit and not before, ends when its cause does, and has the labels
// that Alertmanager groups and inhibits by.
func TestAlertsFireAtTheirLimits(t *testing.T) {
	p := cityPlan(t)
	rules := plainRules(Rules(p, wordless{}, Options{}))
	covered := map[string]bool{}
	var units []unit
	for _, s := range append(scenes, supplyScenes()...) {
		w := newWorld(p)
		s.change(w)
		u := unit{Name: s.name, Interval: fmt.Sprint(tick, "s"), Input: w.input()}
		for _, turn := range s.turns {
			covered[turn.alert+" "+turn.severity], covered[turn.alert+" "] = true, true
		}
		u.Alerts = momentsOf(s.turns)
		units = append(units, u)
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert != "" && !covered[r.Alert+" "+r.Labels["severity"]] {
				t.Errorf("nobody tries %s, %s", r.Alert, r.Labels["severity"])
			}
		}
	}
	try(t, rules, units)
}

// momentsOf asks for each alert, of all severities together, just before and at each change.
func momentsOf(turns []turn) (all []alertsAt) {
	type key struct {
		alert string
		at    int
	}
	asked := map[key]bool{}
	for _, turn := range turns {
		for _, at := range []int{turn.from - tick, turn.from, turn.to - tick, turn.to} {
			k := key{turn.alert, at}
			if at < 0 || turn.to == 0 && at > turn.from || asked[k] {
				continue
			}
			asked[k] = true
			all = append(all, alertsAt{fmt.Sprint(at, "s"), turn.alert, firing(turns, turn.alert, at)})
		}
	}
	return all
}

func firing(turns []turn, name string, at int) (list []expected) {
	for _, t := range turns {
		if t.alert != name || at < t.from || t.to > 0 && at >= t.to {
			continue
		}
		for _, labels := range t.labels {
			list = append(list, expected{Labels: with(labels, "plan", "city", "source", "rules", "severity", t.severity)})
		}
	}
	return list
}
