package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/keizoku-bcp/keizoku/plan"
)

// priorityPage is the wall: what is down, how much time is left, and what comes first.
func priorityPage(b *board) {
	b.agents()
	b.sites()
	b.threats()
	b.jobs()
	b.add(4, 4, b.stat("dash_down_now").ask(orNone("count(("+rankedState()+fmt.Sprintf(") == %d)", downCode), ofRank()), "").coloured(noneIsGood()))
	b.add(4, 4, b.stat("dash_missed").ask(orNone("count(("+ranked(used())+") >= 1)", ofRank()), "").coloured(from(calm).at(1, lost)))
	b.add(4, 4, b.stat("dash_next_deadline").ask("min(("+ranked(left())+") > 0)", "").
		unit(units.DurationInDaysHoursMinutesSeconds).coloured(timeLeft()).hint("dash_next_deadline_hint"))
	b.add(4, 4, b.recommendation())
	b.add(4, 4, b.threat())
	b.add(4, 4, b.stat("dash_unseeing").ask(unseeing(), "").coloured(noneIsGood()).hint("dash_unseeing_hint"))
	b.add(gridWidth, 14, b.urgencies())
	b.add(16, 10, b.timeline("dash_states").points(wallPoints).ask(inOrder(rankedState()), "{{title}}").
		meaning(b.states()).leads(*b.toSystem(systemOfSeries)))
	b.add(8, 10, b.sightTimeline())
	b.add(gridWidth, 9, b.lines("dash_burndown").points(timelinePoints).ask(withTitle(ranked(used())), "{{title}}").
		unit(units.PercentUnit).limited(b.usedShare()).hint("dash_burndown_hint").leads(*b.toSystem(systemOfSeries)))
}

// urgencies is the table of all priority systems, the most urgent first: what is missed, then by
// time left, then what is down without a deadline, then the rest by rank.
func (b *board) urgencies() *chart {
	c := b.table("dash_urgencies").hint("dash_urgencies_hint")
	c.ask("max by (system, title, priority, owner, site) ("+of("keizoku_system_info", `priority!=""`, `site=~"$site"`)+")", "")
	c.ask(rankedState(), "")
	c.ask(ranked(urgency()), "")
	c.ask(millis("("+ranked("min by (system) ("+of("keizoku_outage_deadline_timestamp_seconds")+")")+")"), "")
	c.ask(millis("("+ranked("min by (system) ("+of("keizoku_outage_start_recovery_by_timestamp_seconds")+")")+")"), "")
	c.ask(ranked(used()), "")
	c.ask(ranked(allowed()), "")
	c.ask(ranked("count by (system) ("+seeing(of("keizoku_system_state", `state="down"`))+" == 1)"), "")
	c.ask(millis("("+ranked(projectedEnd())+")"), "")
	c.ask(ranked(takenOn()), "")
	c.ask(ranked("topk by (system) (1, "+rootCauses()+")"), "")
	return c.cells("system", b.urgencyColumns()...).numeric("priority").order("dash_time_left", "dash_rank")
}

func (b *board) urgencyColumns() []column {
	return []column{
		{field: "priority", title: "dash_rank", width: 70},
		{field: "title", title: "dash_system_one", link: b.toSystem(systemOfRow)},
		{field: "Value #B", title: "dash_state", maps: mappings(b.states()), width: 110},
		{field: "Value #C", title: "dash_time_left", unit: units.DurationInDaysHoursMinutesSeconds, scale: timeLeft(), maps: b.noClock(), width: 150},
		{field: "Value #D", title: "dash_deadline", unit: units.DatetimeISONotToday, width: 170},
		{field: "Value #E", title: "dash_start_by", unit: units.DatetimeISONotToday, width: 170},
		{field: "cause_title", title: "dash_cause"},
		{field: "Value #I", title: "dash_expected_end", unit: units.DatetimeISONotToday, width: 170},
		{field: "Value #J", title: "dash_taken_on", maps: mappings(b.either("dash_no", near, "dash_yes", calm)), width: 90},
		{field: "Value #F", title: "dash_used", unit: units.PercentUnit, scale: b.usedShare(), width: 90},
		{field: "Value #G", title: "dash_allowed", unit: units.DurationInDaysHoursMinutesSeconds, width: 110},
		{field: "Value #H", title: "dash_say_down", width: 100},
		{field: "owner", title: "dash_owner", width: 130},
		{field: "site", title: "dash_site", titles: b.siteTitles(), width: 110},
		{field: "system", title: "dash_name", width: 170},
	}
}

// threat is the threat whose allowances hold.
func (h *house) threat() *chart {
	return h.stat("dash_threat_active").names().
		ask("max by (threat) ("+of("keizoku_threat_active")+" == 1)", "{{threat}}").
		coloured(plain()).titled(h.threatTitles()).hint("dash_threat_active_hint")
}

func (h *house) recommendation() *chart {
	return h.stat("dash_recommendation").
		ask(coded("", "keizoku_decision", "recommendation", plan.Recommendations[:]), "").
		meaning(h.recommendations()).hint("dash_recommendation_hint")
}

func (h *house) sightTimeline() *chart {
	return h.timeline("dash_sight").ask("max by (agent) ("+of("keizoku_agent_blind")+")", "{{agent}}").
		meaning(h.sight()).hint("dash_sight_hint")
}
