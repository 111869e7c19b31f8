package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// one narrows a metric to the system that is chosen.
const one = `system="$system"`

// systemPage is one system: its clock, its checks, its past.
func systemPage(b *board) {
	b.agents()
	b.systems()
	b.threats()
	b.clock()
	b.section("dash_checks")
	b.checks()
	b.section("dash_past")
	b.past()
}

// clock is how the system stands, and how its allowance runs out.
func (b *board) clock() {
	b.add(8, 4, b.stat("dash_system_one").names().ask("max by (title) ("+of("keizoku_system_info", one)+")", "{{title}}").coloured(plain()))
	b.add(4, 4, b.stat("dash_state").ask(state(one), "").meaning(b.states()))
	b.add(4, 4, b.stat("dash_time_left").ask(left(one), "").unit(units.DurationInDaysHoursMinutesSeconds).coloured(timeLeft()))
	b.add(4, 4, b.stat("dash_start_by").ask(leftToBegin(one), "").unit(units.DurationInDaysHoursMinutesSeconds).
		coloured(timeLeft()).hint("dash_start_by_hint"))
	b.add(4, 4, b.stat("dash_used").ask(used(one), "").unit(units.PercentUnit).coloured(b.usedShare()))
	b.moments()
	b.add(gridWidth, 5, b.timeline("dash_state_by_agent").ask(stateByAgent(one), "{{agent}}").
		meaning(b.states()).hint("dash_state_by_agent_hint"))
	b.add(12, 5, b.table("dash_causes").hint("dash_causes_hint").ask(rootCauses(one), "").
		cells("", column{field: "cause_title", title: "dash_system_one"}, column{field: "cause", title: "dash_name", link: b.toSystem("__data.fields.cause")}))
	b.add(12, 5, b.table("dash_affects").hint("dash_affects_hint").ask(withTitle("max by (system) ("+of("keizoku_system_cause", `cause="$system"`)+")"), "").
		cells("", column{field: "title", title: "dash_system_one"}, column{field: "system", title: "dash_name", link: b.toSystem(systemOfRow)}))
	b.add(12, 9, b.lines("dash_left_over_time").ask(left(one), b.say("dash_time_left")).
		ask(leftToBegin(one), b.say("dash_start_by")).
		unit(units.DurationInDaysHoursMinutesSeconds).limited(tooLate()).hint("dash_left_over_time_hint"))
	b.add(12, 9, b.lines("dash_burndown").ask(used(one), b.say("dash_used")).
		unit(units.PercentUnit).limited(b.usedShare()).hint("dash_burndown_hint"))
}

// moments are the points in time of the open outage.
func (b *board) moments() {
	at := func(title, vector string) *chart {
		return b.stat(title).ask(millis(vector), "").unit(units.DatetimeISONotToday).coloured(plain())
	}
	b.add(5, 3, at("dash_down_since", "min by (system) ("+of("keizoku_outage_start_timestamp_seconds", one)+")"))
	b.add(5, 3, at("dash_deadline", "min by (system) ("+of("keizoku_outage_deadline_timestamp_seconds", one)+")"))
	b.add(5, 3, at("dash_taken_on_at", "max by (system) ("+of("keizoku_outage_acknowledged_timestamp_seconds", one)+")"))
	b.add(5, 3, at("dash_estimate", "max by (system) ("+of("keizoku_outage_eta_timestamp_seconds", one)+")").hint("dash_estimate_hint"))
	b.add(4, 3, at("dash_expected_end", projectedEnd(one)).hint("dash_expected_end_hint"))
}

func (b *board) checks() {
	success := func(metric string) string { return "max by (agent, check, kind) (" + of(metric, one) + ")" }
	b.add(gridWidth, 8, b.table("dash_checks_now").
		ask(success("keizoku_check_success"), "").
		ask(success("keizoku_check_duration_seconds"), "").
		ask("time() - "+success("keizoku_check_last_run_timestamp_seconds"), "").
		cells("",
			column{field: "check", title: "dash_check"},
			column{field: "kind", title: "dash_kind", width: 110},
			column{field: "Value #A", title: "dash_result", maps: mappings(b.success()), width: 110},
			column{field: "Value #B", title: "dash_duration", unit: units.Seconds, width: 110},
			column{field: "Value #C", title: "dash_since_last", unit: units.DurationInDaysHoursMinutesSeconds, scale: age(), width: 140},
			column{field: "agent", title: "dash_agent"},
		).order("dash_result", "dash_check"))
	b.add(12, 8, b.timeline("dash_check_results").ask("min by (agent, check) ("+of("keizoku_check_success", one)+")", "{{check}} ({{agent}})").
		meaning(b.success()))
	b.add(12, 8, b.lines("dash_latency").ask("max by (agent, check) ("+of("keizoku_check_duration_seconds", one)+")", "{{check}} ({{agent}})").
		unit(units.Seconds).hint("dash_latency_hint"))
	b.add(gridWidth, 8, b.lines("dash_phases").ask("max by (agent, check, phase) ("+of("keizoku_check_phase_duration_seconds", one)+")", "{{check}}: {{phase}} ({{agent}})").
		unit(units.Seconds).hint("dash_phases_hint"))
	b.add(12, 7, b.table("dash_certificates").
		ask("min by (check, kind) ("+of("keizoku_check_certificate_not_after_timestamp_seconds", one)+") - time()", "").
		cells("",
			column{field: "check", title: "dash_check"},
			column{field: "kind", title: "dash_kind", width: 110},
			column{field: "Value", title: "dash_valid_for", unit: units.DurationInDaysHoursMinutesSeconds, scale: validity(), width: 170},
		).order("dash_valid_for"))
	b.add(12, 7, b.allowances())
}

// allowances are what each threat allows the system.
func (b *board) allowances() *chart {
	return b.table("dash_allowances").hint("dash_allowances_hint").
		ask("min by (threat) ("+of("keizoku_system_allowable_downtime_seconds", one, `threat=~"$threat"`)+")", "").
		ask("max by (threat) ("+of("keizoku_threat_active", `threat=~"$threat"`)+")", "").
		cells("threat",
			column{field: "threat", title: "dash_threat", titles: b.threatTitles()},
			column{field: "Value #A", title: "dash_allowed", unit: units.DurationInDaysHoursMinutesSeconds, width: 170},
			column{field: "Value #B", title: "dash_in_force", maps: mappings(b.either("dash_no", soft, "dash_yes", planned)), width: 110},
		)
}

// past counts within the range that is shown.
func (b *board) past() {
	const outages, down = "keizoku_outages_total", "keizoku_outage_seconds_total"
	b.add(6, 4, b.stat("dash_outages_in_range").ask(grown(of(outages, one)), "").coloured(noneIsGood()))
	b.add(6, 4, b.stat("dash_down_in_range").ask(grown(of(down, one)), "").unit(units.DurationInDaysHoursMinutesSeconds).coloured(noneIsGood()))
	b.add(6, 4, b.stat("dash_availability").ask("clamp_min(1 - "+grown(of(down, one))+" / $__range_s, 0)", "").
		unit(units.PercentUnit).coloured(ratio()).hint("dash_availability_hint"))
	b.add(6, 4, b.stat("dash_outages_ever").ask("max("+of(outages, one)+")", "").coloured(plain()).hint("dash_outages_ever_hint"))
}
