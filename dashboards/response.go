package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/keizoku-bcp/keizoku/plan"
)

// responsePage is what people decided, what is recommended to them and why, and whether messages
// get through.
func responsePage(b *board) {
	b.agents()
	b.responseNow()
	b.section("dash_course")
	b.course()
	b.section("dash_telling")
	b.telling()
}

func (b *board) responseNow() {
	b.add(6, 4, b.threat())
	b.add(6, 4, b.stat("dash_stage").ask(b.stage(""), "").meaning(b.stages()))
	b.add(6, 4, b.recommendation())
	b.add(6, 4, b.stat("dash_unjudged").ask("max("+of("keizoku_decision_unjudged_criteria")+")", "").
		coloured(from(calm).at(1, near)).hint("dash_unjudged_hint"))
	b.add(6, 4, b.stat("dash_declared_at").ask(millis("max("+of("keizoku_threat_declared_timestamp_seconds")+")"), "").
		unit(units.DatetimeISONotToday).coloured(plain()))
	b.add(6, 4, b.stat("dash_moved_at").ask(millis("max("+of("keizoku_stage_moved_timestamp_seconds")+")"), "").
		unit(units.DatetimeISONotToday).coloured(plain()))
	b.add(6, 4, b.stat("dash_steps_overdue").ask("max("+of("keizoku_steps", `state="overdue"`)+")", "").coloured(noneIsGood()))
	b.add(6, 4, b.stat("dash_critical_alerts").ask(orNone("max(sum by (agent) ("+of("keizoku_alerts", `severity="critical"`)+"))", of("keizoku_build_info")), "").
		coloured(noneIsGood()))
}

// stage is the stage of the response as a number, by agent or over all.
func (b *board) stage(by string) string { return coded(by, "keizoku_stage", "stage", plan.Stages[:]) }

// course is how it went: threat, stage, recommendation, its reasons, and the checklists.
func (b *board) course() {
	const by = " by (agent)"
	b.add(12, 6, b.timeline("dash_stage_timeline").ask(b.stage(by), "{{agent}}").meaning(b.stages()))
	b.add(12, 6, b.timeline("dash_recommendation_timeline").
		ask(coded(by, "keizoku_decision", "recommendation", plan.Recommendations[:]), "{{agent}}").meaning(b.recommendations()))
	b.add(12, 8, b.timeline("dash_reasons").ask("max by (criterion) ("+of("keizoku_decision_criterion")+")", "{{criterion}}").
		meaning(b.counting()).titled(b.criterionTitles()).hint("dash_reasons_hint"))
	b.add(12, 8, b.timeline("dash_threat_timeline").ask("max by (threat) ("+of("keizoku_threat_active")+")", "{{threat}}").
		meaning(b.either("dash_no", soft, "dash_yes", planned)).titled(b.threatTitles()))
	b.add(gridWidth, 7, b.lines("dash_steps").
		ask("max("+of("keizoku_steps", `state="done"`)+")", b.say("dash_steps_done")).
		ask("max("+of("keizoku_steps", `state="open"`)+")", b.say("dash_steps_open")).
		ask("max("+of("keizoku_steps", `state="overdue"`)+")", b.say("dash_steps_late")))
}

// telling is what people are told, and whether it arrives.
func (b *board) telling() {
	alerts := "max by (alert, severity) (" + of("keizoku_alerts") + ")"
	b.add(12, 8, b.table("dash_alerts").ask(graded(alerts), "").ask(alerts, "").
		cells("",
			column{field: "Value #A", title: "dash_severity", maps: mappings(b.severities()), width: 130},
			column{field: "alert", title: "dash_alert", titles: b.alertTitles()},
			column{field: "Value #B", title: "dash_count", width: 90},
		).fall("dash_severity", "dash_count").hint("dash_alerts_hint"))
	b.add(12, 8, b.table("dash_channels").
		ask("sum by (channel) ("+of("keizoku_notifications_pending")+")", "").
		ask("time() - min by (channel) ("+of("keizoku_notifications_failing_since_timestamp_seconds")+")", "").
		cells("channel",
			column{field: "channel", title: "dash_channel", titles: b.channelTitles()},
			column{field: "Value #A", title: "dash_pending", scale: from(calm).at(1, near).at(10, watch), width: 110},
			column{field: "Value #B", title: "dash_failing_for", unit: units.DurationInDaysHoursMinutesSeconds, scale: from(alarm), width: 170},
		).fall("dash_failing_for", "dash_pending"))
	b.add(12, 8, b.lines("dash_outcomes").ask("sum by (outcome) (increase("+of("keizoku_notifications_total")+"[$__rate_interval]))", "{{outcome}}").
		titled(b.outcomeTitles()).hint("dash_outcomes_hint"))
	b.add(12, 8, b.lines("dash_pending_over_time").ask("sum by (channel) ("+of("keizoku_notifications_pending")+")", "{{channel}}").
		titled(b.channelTitles()))
}

func (h *house) outcomeTitles() []titled {
	return []titled{
		{"delivered", h.say("notify_state_delivered")},
		{"refused", h.say("notify_state_refused")},
		{"superseded", h.say("notify_state_superseded")},
		{"dropped", h.say("notify_state_dropped")},
		{"failed", h.say("dash_failed_try")},
	}
}
