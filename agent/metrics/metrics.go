// Package metrics exports a Situation to Prometheus, with what people were told and how probes fare.
//
// A scrape is one pass over one Situation, so that all its samples speak of the same instant.
// Moments are exported as timestamps, never as ages: Prometheus does the subtraction, and a late
// scrape of an agent behind a bad line still shows the right deadline. The names are a contract
// with rules and dashboards; docs/reference/metrics.md is generated from the tables of families.
package metrics

import (
	"strconv"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// family is one metric: its contract with those who query it. S is what it is a view of.
type family[S any] struct {
	name   string
	kind   dto.MetricType
	help   string
	labels []string
	// samples adds the family's samples of one instant; label values stand in the order of labels.
	samples func(s S, out *room)
}

// families is every metric that is a view of a Situation, in the order of the reference.
var families = []family[*rules.Situation]{
	{"keizoku_check_success", gauge, "Whether the newest probe of the check succeeded (1) or failed (0); absent before the first.",
		[]string{"system", "check", "kind"}, eachCheck(func(c *rules.CheckFacts) float64 { return truth(c.Success) })},
	{"keizoku_check_duration_seconds", gauge, "How long the newest probe of the check took.",
		[]string{"system", "check", "kind"}, eachCheck(func(c *rules.CheckFacts) float64 { return micro(c.Duration) })},
	{"keizoku_check_phase_duration_seconds", gauge, "How long the phases of the newest probe of the check took: resolve, connect, tls and others that the page of its kind tells; absent for those that it did not come to.",
		[]string{"system", "check", "kind", "phase"}, eachSystem(checkPhases)},
	{"keizoku_check_last_run_timestamp_seconds", gauge, "When the newest probe of the check began.",
		[]string{"system", "check", "kind"}, eachCheck(func(c *rules.CheckFacts) float64 { return unix(c.LastRunAt) })},
	{"keizoku_check_certificate_not_after_timestamp_seconds", gauge, "When the first of the certificates that the check saw expires; absent when it saw none.",
		[]string{"system", "check", "kind"}, certificates},

	{"keizoku_system_info", gauge, "What the plan says of the system; always 1. The priority of a system that is not a priority system is empty.",
		[]string{"system", "title", "priority", "owner", "site"}, eachSystem(systemInfo)},
	{"keizoku_system_state", gauge, "1 for the state that the system is in, 0 for the others.",
		[]string{"system", "state"}, eachSystem(systemState)},
	{"keizoku_system_cause", gauge, "1 for each root cause of the system's trouble: a system that it depends on, directly or not, and that is down by itself; absent for a system that is up, or is down by itself.",
		[]string{"system", "cause"}, eachSystem(causes)},
	{"keizoku_system_allowable_downtime_seconds", gauge, "Real time that the threat allows the system to be down, if it failed now; for next_opening() and business_hours() it changes with the hour.",
		[]string{"system", "threat"}, eachSystem(allowances)},

	{"keizoku_outage_start_timestamp_seconds", gauge, "Start of the open outage, from which the allowable downtime counts; absent while there is none.",
		[]string{"system"}, eachOutage(func(o *rules.OutageFacts) (float64, bool) { return moment(o.Start) })},
	{"keizoku_outage_deadline_timestamp_seconds", gauge, "When the allowable downtime of the open outage is used up, under the active threat.",
		[]string{"system"}, eachOutage(func(o *rules.OutageFacts) (float64, bool) { return moment(o.Deadline) })},
	{"keizoku_outage_start_recovery_by_timestamp_seconds", gauge, "Last moment to begin a recovery of typical length and still meet the deadline.",
		[]string{"system"}, eachOutage(func(o *rules.OutageFacts) (float64, bool) { return moment(o.StartRecoveryBy) })},
	{"keizoku_outage_projected_end_timestamp_seconds", gauge, "When the open outage is expected to end: by a person's estimate, else after a recovery of typical length; absent when nothing tells.",
		[]string{"system"}, eachOutage(func(o *rules.OutageFacts) (float64, bool) { return moment(o.ProjectedEnd) })},
	{"keizoku_outage_eta_timestamp_seconds", gauge, "When the system is back by a person's estimate; absent without one.",
		[]string{"system"}, eachOutage(func(o *rules.OutageFacts) (float64, bool) { return moment(o.ETA) })},
	{"keizoku_outage_acknowledged_timestamp_seconds", gauge, "When a person took the open outage on; absent while nobody has.",
		[]string{"system"}, eachOutage(func(o *rules.OutageFacts) (float64, bool) { return moment(o.AcknowledgedAt) })},
	{"keizoku_outage_used_ratio", gauge, "Share of the allowable downtime that the open outage has used; above 1 after the deadline.",
		[]string{"system"}, eachOutage(usedRatio)},
	{"keizoku_outages_total", counter, "Outages of the system since its journal began, the open one included.",
		[]string{"system"}, eachSystem(func(s *rules.SystemFacts, out *room) { out.add(float64(s.OutagesTotal), s.Name) })},
	{"keizoku_outage_seconds_total", counter, "Time that the system was down since its journal began, the open outage included up to its newest failed probe.",
		[]string{"system"}, eachSystem(func(s *rules.SystemFacts, out *room) { out.add(float64(s.OutageSeconds), s.Name) })},

	{"keizoku_ups_on_battery", gauge, "1 while the UPS feeds its loads from its battery; absent before its first reading, as all that follows of it.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return truth(s.Source == supply.FromBattery), true })},
	{"keizoku_ups_charge_ratio", gauge, "Charge of the battery, 0 to 1.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return told(s.ChargeRatio) })},
	{"keizoku_ups_runtime_seconds", gauge, "How long the battery would bear the present load.",
		[]string{"ups"}, eachUPS(runtimeSeconds)},
	{"keizoku_ups_load_ratio", gauge, "Load by the word of the UPS, as a share of its nominal power.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return told(s.LoadRatio) })},
	{"keizoku_ups_output_watts", gauge, "Output of the UPS, by its own word.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return told(s.MeasuredW) })},
	{"keizoku_ups_last_reading_timestamp_seconds", gauge, "When the UPS was last read.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return moment(s.ReadingAt) })},
	{"keizoku_ups_replace_battery", gauge, "1 while the UPS asks for a new battery.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return truth(s.ReplaceBattery), true })},
	{"keizoku_ups_battery_installed_timestamp_seconds", gauge, "Day on which the battery was put in, by the UPS's own word; absent when it does not say, or not year first.",
		[]string{"ups"}, batteryInstalled},
	{"keizoku_ups_test_failed", gauge, "1 when the UPS says that its newest self-test failed or was not finished, else 0; absent when it says nothing of one.",
		[]string{"ups"}, eachUPS(testFailed)},
	{"keizoku_ups_test_timestamp_seconds", gauge, "When the newest self-test was, by the UPS's own word; absent when it does not say.",
		[]string{"ups"}, eachUPS(func(s *supply.SupplyFacts) (float64, bool) { return moment(s.TestedAt) })},

	{"keizoku_utility_lost", gauge, "1 while utility power is lost, else 0; absent while nobody can tell.",
		nil, one(utilityLost)},
	{"keizoku_utility_lost_timestamp_seconds", gauge, "Since when utility power is lost; absent while it is not.",
		nil, one(utilityLostAt)},
	{"keizoku_generator_running", gauge, "1 while the generator runs, 0 while it stands; absent when nothing tells.",
		[]string{"supply"}, eachSupply(generatorRunning)},
	{"keizoku_supply_fuel_liters", gauge, "Fuel in the tank, the reserve included: as measured, or where no device tells as planned.",
		[]string{"supply", "basis"}, eachSupply(fuel)},
	{"keizoku_supply_capacity_watts", gauge, "Rated output of the generator or UPS.",
		[]string{"supply"}, eachSupply(func(s *supply.SupplyFacts, out *room) { out.add(s.CapacityW, s.Name) })},
	{"keizoku_supply_load_watts", gauge, "Load of the supply: by the plan's list, and as measured where a device tells.",
		[]string{"supply", "basis"}, eachSupply(supplyLoad)},
	{"keizoku_supply_runtime_seconds", gauge, "How long battery or fuel would bear the whole load from now on; absent when not known.",
		[]string{"supply"}, eachSupply(supplyRuntime)},
	{"keizoku_supply_after_shed_runtime_seconds", gauge, "How long battery or fuel would bear what the shedding plan leaves on, from now on; absent when not known.",
		[]string{"supply"}, eachSupply(shedRuntime)},
	{"keizoku_load_shed_timestamp_seconds", gauge, "When the load must be switched off by the shedding plan; absent while utility power is there.",
		[]string{"load"}, shedTimes},

	{"keizoku_threat_active", gauge, "1 for the threat whose allowances hold, 0 for the others.",
		[]string{"threat"}, threats},
	{"keizoku_threat_declared_timestamp_seconds", gauge, "When the active threat was declared; absent while none is.",
		[]string{"threat"}, threatDeclared},

	{"keizoku_decision", gauge, "1 for what Keizoku recommends, 0 for the others. People decide.",
		[]string{"recommendation"}, recommendations},
	{"keizoku_decision_criterion", gauge, "1 while the criterion counts for the recommendation: it holds, ceased too shortly ago, or cannot be judged and would make it worse.",
		[]string{"criterion"}, criteria},
	{"keizoku_decision_unjudged_criteria", gauge, "How many criteria cannot be judged, because a fact that they need is not known.",
		nil, one(unjudged)},
	{"keizoku_stage", gauge, "1 for the stage of the response, 0 for the others.",
		[]string{"stage"}, stages},
	{"keizoku_stage_moved_timestamp_seconds", gauge, "When a person last moved the stage; absent before the first time.",
		nil, one(stageMoved)},
	{"keizoku_steps", gauge, "Steps of the checklists of the present stage: open, done, and those of the open ones that are overdue.",
		[]string{"state"}, steps},

	{"keizoku_notifications_pending", gauge, "Messages that wait to be delivered.",
		[]string{"channel"}, eachChannel(func(c *rules.ChannelFacts) (float64, bool) { return float64(c.Pending), true })},
	{"keizoku_notifications_failing_since_timestamp_seconds", gauge, "Since when messages do not get through to the channel; absent while they do.",
		[]string{"channel"}, eachChannel(func(c *rules.ChannelFacts) (float64, bool) { return moment(c.FailingSince) })},

	{"keizoku_agent_blind", gauge, "1 while the agent is cut off from its network and judges nothing.",
		nil, one(func(s *rules.Situation) (float64, bool) { return truth(s.Agent.Blind), true })},
	{"keizoku_agent_start_timestamp_seconds", gauge, "When this run of the agent began.",
		nil, one(func(s *rules.Situation) (float64, bool) { return moment(s.Agent.StartedAt) })},
	{"keizoku_clock_estimated", gauge, "1 while the wall clock is not trusted and times are estimates.",
		nil, one(func(s *rules.Situation) (float64, bool) { return truth(s.Clock.Estimated), true })},
	{"keizoku_journal_last_commit_timestamp_seconds", gauge, "When the journal last made an event durable.",
		nil, one(func(s *rules.Situation) (float64, bool) { return moment(s.Journal.LastCommitAt) })},
	{"keizoku_journal_unwritten_events", gauge, "Events that are in memory alone because the disk refuses them; 0 when all is well.",
		nil, one(func(s *rules.Situation) (float64, bool) { return float64(s.Journal.Unwritten), true })},
	{"keizoku_plan_reload_success", gauge, "1 when the newest plan is in force, 0 when its reload failed and the old one stays.",
		nil, one(func(s *rules.Situation) (float64, bool) { return truth(s.Plan.Rejected == ""), true })},
	{"keizoku_plan_review_due_timestamp_seconds", gauge, "When the plan must be reviewed; absent when it does not say.",
		nil, one(func(s *rules.Situation) (float64, bool) { return moment(s.Plan.ReviewDue) })},
	{"keizoku_plan_info", gauge, "Which plan is in force; always 1.",
		[]string{"plan", "version", "hash"}, func(s *rules.Situation, out *room) { out.add(1, s.Plan.Name, s.Plan.Version, s.Plan.Hash) }},
}

const (
	gauge   = dto.MetricType_GAUGE
	counter = dto.MetricType_COUNTER
)

// eachChannel is a family of at most one sample for each channel.
func eachChannel(value func(*rules.ChannelFacts) (float64, bool)) func(*rules.Situation, *room) {
	return func(s *rules.Situation, out *room) {
		for i := range s.Channels {
			if v, ok := value(&s.Channels[i]); ok {
				out.add(v, s.Channels[i].Name)
			}
		}
	}
}

func eachSystem(f func(*rules.SystemFacts, *room)) func(*rules.Situation, *room) {
	return func(s *rules.Situation, out *room) {
		for _, sys := range s.Systems {
			f(sys, out)
		}
	}
}

func eachCheck(value func(*rules.CheckFacts) float64) func(*rules.Situation, *room) {
	return eachSystem(func(sys *rules.SystemFacts, out *room) {
		for _, c := range sys.Checks {
			if !c.LastRunAt.IsZero() {
				out.add(value(c), sys.Name, c.Name, c.Kind)
			}
		}
	})
}

func eachOutage(value func(*rules.OutageFacts) (float64, bool)) func(*rules.Situation, *room) {
	return eachSystem(func(sys *rules.SystemFacts, out *room) {
		if sys.Outage == nil {
			return
		}
		if v, ok := value(sys.Outage); ok {
			out.add(v, sys.Name)
		}
	})
}

// one is a family of at most one sample without labels.
func one(value func(*rules.Situation) (float64, bool)) func(*rules.Situation, *room) {
	return func(s *rules.Situation, out *room) {
		if v, ok := value(s); ok {
			out.add(v)
		}
	}
}

func certificates(s *rules.Situation, out *room) {
	for _, sys := range s.Systems {
		for _, c := range sys.Checks {
			if !c.NotAfter.IsZero() {
				out.add(unix(c.NotAfter), sys.Name, c.Name, c.Kind)
			}
		}
	}
}

func systemInfo(s *rules.SystemFacts, out *room) {
	priority := ""
	if s.Priority > 0 {
		priority = strconv.Itoa(s.Priority)
	}
	out.add(1, s.Name, s.Title, priority, s.Owner, s.Site)
}

func systemState(s *rules.SystemFacts, out *room) {
	for _, state := range rules.States {
		out.add(truth(s.State == state), s.Name, string(state))
	}
}

func causes(s *rules.SystemFacts, out *room) {
	for _, cause := range s.Causes {
		out.add(1, s.Name, cause)
	}
}

func allowances(s *rules.SystemFacts, out *room) {
	for _, a := range s.Allowances {
		out.add(float64(a.Seconds), s.Name, a.Threat)
	}
}

func usedRatio(o *rules.OutageFacts) (float64, bool) {
	if o.UsedRatio == nil {
		return 0, false
	}
	return *o.UsedRatio, true
}

func threats(s *rules.Situation, out *room) {
	for _, name := range s.Threat.Names {
		out.add(truth(name == s.Threat.Name), name)
	}
}

func threatDeclared(s *rules.Situation, out *room) {
	if !s.Threat.DeclaredAt.IsZero() {
		out.add(unix(s.Threat.DeclaredAt), s.Threat.Name)
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// moment is t as a timestamp; nothing when it is zero.
func moment(t time.Time) (float64, bool) { return unix(t), !t.IsZero() }

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
