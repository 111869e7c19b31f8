package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// fleetPage is the agents themselves: who is there, who sees, and what scraping them costs.
func fleetPage(b *board) {
	b.agents()
	b.jobs()
	b.fleetNow()
	b.section("dash_agents")
	b.agentsNow()
	b.section("dash_looking")
	b.looking()
	b.section("dash_cost")
	b.cost()
}

func byAgent(worst, metric string) string { return worst + " by (agent) (" + of(metric) + ")" }

func (b *board) fleetNow() {
	b.add(4, 4, b.stat("dash_agents_there").ask("sum("+atAgents("up")+")", "").coloured(b.expected()).hint("dash_agents_there_hint"))
	b.add(4, 4, b.stat("dash_agents_gone").ask(orNone("count("+atAgents("up")+" == 0)", atAgents("up")), "").coloured(noneIsGood()))
	b.add(4, 4, b.stat("dash_blind_agents").ask("sum("+of("keizoku_agent_blind")+")", "").coloured(noneIsGood()).hint("dash_blind_agents_hint"))
	b.add(4, 4, b.stat("dash_releases").ask("count(count by (version) ("+of("keizoku_build_info")+"))", "").coloured(oneIsGood()))
	b.add(4, 4, b.stat("dash_plans").ask("count(count by (hash) ("+of("keizoku_plan_info")+"))", "").coloured(oneIsGood()).hint("dash_plans_hint"))
	b.add(4, 4, b.stat("dash_disagreements").ask(orNone("count(("+state()+") == 0)", of("keizoku_system_info")), "").
		coloured(from(calm).at(1, near)).hint("dash_disagreements_hint"))
}

// oneIsGood is for what should be the same everywhere.
func oneIsGood() scale { return from(calm).at(2, near) }

// expected is good from as many agents on as the plan names.
func (b *board) expected() scale {
	n := 1
	if b.plan != nil {
		n = max(n, len(b.plan.Agents))
	}
	return from(alarm).at(float64(n), calm)
}

func (b *board) agentsNow() {
	b.add(gridWidth, 9, b.agentTable())
	b.add(12, 8, b.timeline("dash_reach_timeline").ask("max by (agent) ("+atAgents("up")+")", "{{agent}}").
		meaning(b.reach()).hint("dash_reach_hint"))
	b.add(12, 8, b.sightTimeline())
}

// agentTable has the agents that want looking after at its top.
func (b *board) agentTable() *chart {
	return b.table("dash_agents_now").
		ask("max by (agent) ("+atAgents("up")+")", "").
		ask(versions("release", "keizoku_build_info"), "").
		ask(versions("plan_version", "keizoku_plan_info"), "").
		ask(byAgent("max", "keizoku_agent_blind"), "").
		ask(byAgent("max", "keizoku_clock_estimated"), "").
		ask(byAgent("min", "keizoku_plan_reload_success"), "").
		ask(byAgent("max", "keizoku_journal_unwritten_events"), "").
		ask("time() - "+byAgent("max", "keizoku_agent_alive_timestamp_seconds"), "").
		ask("time() - "+byAgent("max", "keizoku_agent_start_timestamp_seconds"), "").
		ask(byAgent("min", "keizoku_plan_review_due_timestamp_seconds")+" - time()", "").
		cells("agent", b.agentColumns()...).order("dash_reach", "dash_agent")
}

// versions gives each agent's version under a label of its own, for two are joined in one table.
func versions(label, metric string) string {
	return fmt.Sprintf(`max by (agent, %s) (label_replace(%s, "%s", "$1", "version", "(.*)"))`, label, of(metric), label)
}

func (b *board) agentColumns() []column {
	return []column{
		{field: "agent", title: "dash_agent"},
		{field: "Value #A", title: "dash_reach", maps: mappings(b.reach()), width: 100},
		{field: "Value #D", title: "dash_sight_now", maps: mappings(b.sight()), width: 100},
		{field: "Value #E", title: "dash_clock", maps: mappings(b.trust()), width: 110},
		{field: "Value #F", title: "dash_plan_reload", maps: mappings(b.inForce()), width: 120},
		{field: "Value #G", title: "dash_unwritten", scale: noneIsGood(), width: 120},
		{field: "Value #H", title: "dash_alive", unit: units.DurationInDaysHoursMinutesSeconds, scale: age(), width: 120},
		{field: "Value #I", title: "dash_running", unit: units.DurationInDaysHoursMinutesSeconds, width: 130},
		{field: "release", title: "dash_release", width: 120},
		{field: "plan_version", title: "dash_plan_version", width: 110},
		{field: "Value #J", title: "dash_review_in", unit: units.DurationInDaysHoursMinutesSeconds, scale: validity(), width: 130},
	}
}

// split are the systems on which agents disagree, with how many say what.
func (b *board) split() *chart {
	disagreed := "(" + state() + ") == 0"
	say := func(state string) string {
		says := "count by (system) (" + seeing(of("keizoku_system_state", `state="`+state+`"`)) + " == 1)"
		return says + " and on (system) (" + disagreed + ")"
	}
	return b.table("dash_split").hint("dash_split_hint").
		ask(withTitle(disagreed), "").ask(say("down"), "").ask(say("up"), "").
		cells("system",
			column{field: "title", title: "dash_system_one", link: b.toSystem(systemOfRow)},
			column{field: "Value #A", title: "dash_state", maps: mappings(b.states()), width: 170},
			column{field: "Value #B", title: "dash_say_down", width: 120},
			column{field: "Value #C", title: "dash_say_up", width: 120},
			column{field: "system", title: "dash_name", width: 200},
		).order("dash_name")
}

// looking is what the probes do.
func (b *board) looking() {
	const probes, phases = "keizoku_probe_duration_seconds", "keizoku_probe_phase_duration_seconds"
	b.add(12, 8, b.lines("dash_probe_rate").ask(observed(probes, "kind"), "{{kind}}").unit(units.OpsPerSecond))
	b.add(12, 8, b.lines("dash_probe_median").ask(quantile(0.5, probes, "kind"), "{{kind}}").unit(units.Seconds))
	b.add(12, 8, b.lines("dash_probe_slow").ask(quantile(0.95, probes, "kind"), "{{kind}}").unit(units.Seconds).hint("dash_probe_slow_hint"))
	b.add(12, 8, b.lines("dash_phase_slow").ask(quantile(0.95, phases, "kind, phase"), "{{kind}}: {{phase}}").unit(units.Seconds).hint("dash_phase_slow_hint"))
	b.add(gridWidth, 8, b.split())
}

// quantile is of a histogram. A Prometheus that takes native ones has no buckets of it any more.
func quantile(q float64, histogram, by string) string {
	return fmt.Sprintf("histogram_quantile(%g, sum by (%s, le) (rate(%s[$__rate_interval]))) or histogram_quantile(%[1]g, sum by (%[2]s) (rate(%[4]s[$__rate_interval])))",
		q, by, of(histogram+"_bucket"), of(histogram))
}

// observed is how much a histogram observes in a second, be it a native one or not.
func observed(histogram, by string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s[$__rate_interval])) or sum by (%[1]s) (histogram_count(rate(%[3]s[$__rate_interval])))",
		by, of(histogram+"_count"), of(histogram))
}

// cost is what the agents and their scrapes take.
func (b *board) cost() {
	b.add(6, 8, b.lines("dash_scrape_time").ask("max by (agent) ("+atAgents("scrape_duration_seconds")+")", "{{agent}}").unit(units.Seconds))
	b.add(6, 8, b.lines("dash_scrape_samples").ask("max by (agent) ("+atAgents("scrape_samples_scraped")+")", "{{agent}}").unit(units.Short))
	b.add(6, 8, b.lines("dash_cpu").ask("sum by (agent) (rate("+atAgents("process_cpu_seconds_total")+"[$__rate_interval]))", "{{agent}}").unit(units.PercentUnit))
	b.add(6, 8, b.lines("dash_memory").ask("max by (agent) ("+atAgents("process_resident_memory_bytes")+")", "{{agent}}").unit(units.BytesIEC))
}
