package alert_test

import (
	"slices"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// scene is a Situation at 10:00 with nothing the matter, to be edited.
func scene(edits ...func(*rules.Situation)) *rules.Situation {
	sit := &rules.Situation{
		At: clock("10:00:00"), Plan: rules.PlanFacts{Name: "musashino"}, Agent: rules.AgentFacts{Name: "hall"},
		Threat: rules.ThreatFacts{Name: "incident"}, Stage: plan.Monitoring,
		Decision: rules.DecisionFacts{Recommendation: plan.Normal},
	}
	for _, edit := range edits {
		edit(sit)
	}
	return sit
}

// found is what holds: "SystemDown/mail warning", with its level and silence when it has one.
func found(p *plan.Plan, sit *rules.Situation, more Conditions) []string {
	var all []string
	for _, a := range Derive(p, sit, more) {
		text := a.Name + "/" + a.Subject + " " + string(a.Severity)
		if a.Silence != "" {
			text += " " + string(a.Silence)
		}
		all = append(all, text)
	}
	return all
}

// broken is a system of priority 1 that is down since 08:00 with 4 h allowed and 1 h to recover.
func broken(name string, now time.Time, edits ...func(*rules.SystemFacts)) *rules.SystemFacts {
	start := clock("08:00:00")
	deadline := start.Add(4 * time.Hour)
	used, left := now.Sub(start).Seconds()/(4*3600), rules.SecondsOf(deadline.Sub(now))
	sys := &rules.SystemFacts{
		Name: name, Title: name, Priority: 1, State: rules.Down, Since: start,
		Outage: &rules.OutageFacts{
			ID: "o-" + name, Start: start, FirstBadAt: start, Deadline: deadline, StartRecoveryBy: deadline.Add(-time.Hour),
			UsedRatio: &used, Left: &left, Verdict: rules.OnTrack,
		},
	}
	if now.After(deadline) {
		sys.Outage.Verdict = rules.Missed
	}
	for _, edit := range edits {
		edit(sys)
	}
	return sys
}

func unranked(s *rules.SystemFacts) { s.Priority = 0 }
func atRisk(s *rules.SystemFacts)   { s.Outage.Verdict = rules.AtRisk }
func taken(s *rules.SystemFacts)    { s.Outage.AcknowledgedAt = clock("08:10:00") }
func planned(s *rules.SystemFacts)  { s.State, s.Outage.Planned = rules.Planned, true }

func TestAlertsOfAnOutage(t *testing.T) {
	for _, c := range []struct {
		name, at string
		edits    []func(*rules.SystemFacts)
		want     []string
	}{
		{"before the first share", "09:59:59", nil, []string{"SystemDown/mail warning"}},
		{"first share", "10:00:00", nil, []string{"SystemDown/mail warning", "DeadlineNear/mail warning"}},
		{"at risk", "10:00:00", []func(*rules.SystemFacts){atRisk}, []string{"SystemDown/mail critical", "DeadlineNear/mail warning"}},
		{"before recovery must begin", "10:59:59", nil, []string{"SystemDown/mail warning", "DeadlineNear/mail warning"}},
		{"recovery must begin", "11:00:00", nil, []string{"SystemDown/mail warning", "DeadlineNear/mail warning", "StartRecoveryNow/mail critical"}},
		{"recovery has begun", "11:00:00", []func(*rules.SystemFacts){taken}, []string{"SystemDown/mail warning", "DeadlineNear/mail warning"}},
		{"somebody knows when", "11:00:00", []func(*rules.SystemFacts){func(s *rules.SystemFacts) { s.Outage.ETA = clock("11:30:00") }},
			[]string{"SystemDown/mail warning", "DeadlineNear/mail warning"}},
		{"last share", "11:36:00", []func(*rules.SystemFacts){taken}, []string{"SystemDown/mail warning", "DeadlineNear/mail critical"}},
		{"deadline", "12:00:00", []func(*rules.SystemFacts){taken}, []string{"SystemDown/mail warning", "DeadlineNear/mail critical"}},
		{"past it", "12:00:01", nil, []string{"SystemDown/mail critical", "DeadlineMissed/mail critical"}},
		{"without priority", "11:00:00", []func(*rules.SystemFacts){unranked},
			[]string{"SystemDown/mail info", "DeadlineNear/mail info", "StartRecoveryNow/mail warning"}},
		{"without priority, last share", "11:36:00", []func(*rules.SystemFacts){unranked, taken, atRisk}, []string{"SystemDown/mail warning", "DeadlineNear/mail warning"}},
		{"without priority, missed", "12:00:01", []func(*rules.SystemFacts){unranked}, []string{"SystemDown/mail warning", "DeadlineMissed/mail warning"}},
		{"in maintenance", "12:00:01", []func(*rules.SystemFacts){planned}, []string{"SystemDown/mail critical maintenance", "DeadlineMissed/mail critical maintenance"}},
		{"by its root cause", "10:00:00", []func(*rules.SystemFacts){func(s *rules.SystemFacts) { s.Causes = []string{"switch"} }},
			[]string{"SystemDown/mail warning dependency", "DeadlineNear/mail warning"}},
		{"without a deadline", "13:00:00", []func(*rules.SystemFacts){func(s *rules.SystemFacts) {
			s.Outage.Deadline, s.Outage.UsedRatio, s.Outage.Verdict = time.Time{}, nil, rules.OnTrack
		}}, []string{"SystemDown/mail warning"}},
	} {
		now := clock(c.at)
		sit := scene(func(s *rules.Situation) { s.At, s.Systems = now, []*rules.SystemFacts{broken("mail", now, c.edits...)} })
		equal(t, c.name, found(planOf(), sit, Conditions{}), c.want)
	}
	near := Derive(planOf(), scene(func(s *rules.Situation) { s.Systems = []*rules.SystemFacts{broken("mail", clock("10:30:00"))} }), Conditions{})[1]
	if near.Name != DeadlineNear || !near.Since.Equal(clock("10:00:00")) {
		t.Errorf("%s since %v, want from when half was used", near.Name, near.Since)
	}
}

// nearAt is the DeadlineNear of a system at an instant, under a plan with these shares.
func nearAt(at string, shares ...float64) Alert {
	p, now := planOf(), clock(at)
	p.Alerting.Used = shares
	sit := scene(func(s *rules.Situation) { s.At, s.Systems = now, []*rules.SystemFacts{broken("mail", now, taken)} })
	return Derive(p, sit, Conditions{})[1]
}

func TestDeadlineNearTellsTheShareReached(t *testing.T) {
	for at, want := range map[string]int{"10:00:00": 5000, "10:59:59": 5000, "11:00:00": 7500, "11:35:59": 7500, "11:36:00": 9000} {
		equal(t, at, nearAt(at, 0.5, 0.75, 0.9).Level, want)
	}
}

// A plan with other, and fewer, shares tells of the next of them all the same.
func TestSharesThatChangeAreToldWhenTheyAreReached(t *testing.T) {
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"11:00:00", hold(nearAt("11:00:00", 0.5, 0.75, 0.9)), []string{"staff: opened DeadlineNear/mail"}},
		{"11:12:00", hold(nearAt("11:12:00", 0.8, 0.95)), []string{"staff: worsened DeadlineNear/mail"}},
		{"11:13:00", hold(nearAt("11:13:00", 0.5, 0.75, 0.8, 0.95)), nothing},
	})
}

func TestARootCauseIsAsGraveAsWhatHangsOnIt(t *testing.T) {
	now := clock("08:30:00")
	root := broken("switch", now, unranked, func(s *rules.SystemFacts) { s.Affects = []string{"mail", "web"} })
	mail := broken("mail", now, atRisk, func(s *rules.SystemFacts) { s.Causes, s.Priority = []string{"switch"}, 3 })
	web := broken("web", now, planned, func(s *rules.SystemFacts) { s.Causes = []string{"switch"} })
	sit := scene(func(s *rules.Situation) { s.At, s.Systems = now, []*rules.SystemFacts{root, mail, web} })
	got := Derive(planOf(), sit, Conditions{})[0]
	equal(t, "severity", got.Severity, plan.Critical)
	equal(t, "priority", []int{got.Priority, got.TopPriority}, []int{0, 3})
	equal(t, "affects", got.Affects, []string{"mail", "web"})
}

func TestASystemWaitsForWhatItDependsOn(t *testing.T) {
	probed := func(state rules.SystemState, success bool, at string) *rules.CheckFacts {
		return &rules.CheckFacts{State: state, Success: success, LastRunAt: clock(at)}
	}
	for _, c := range []struct {
		name, at string
		check    *rules.CheckFacts
		want     Silence
	}{
		{"not looked at since", "08:00:30", probed(rules.Up, true, "07:59:59"), Suspected},
		{"looked at since", "08:00:30", probed(rules.Up, true, "08:00:00"), ""},
		{"fails, not confirmed", "08:00:30", probed(rules.Up, false, "08:00:20"), Suspected},
		{"fails for long", "08:00:30", probed(rules.Down, false, "07:59:59"), ""},
		{"looked at by nobody here", "08:00:30", &rules.CheckFacts{State: rules.Unknown}, ""},
		{"to the limit", "08:00:59", probed(rules.Up, true, "07:59:59"), Suspected},
		{"no longer", "08:01:00", probed(rules.Up, true, "07:59:59"), ""},
	} {
		now := clock(c.at)
		mail := broken("mail", now, func(s *rules.SystemFacts) { s.DependsOn = []string{"server"} })
		server := &rules.SystemFacts{Name: "server", DependsOn: []string{"switch", "mail"}}
		root := &rules.SystemFacts{Name: "switch", Checks: []*rules.CheckFacts{c.check}}
		sit := scene(func(s *rules.Situation) { s.At, s.Systems = now, []*rules.SystemFacts{mail, server, root} })
		equal(t, c.name, Derive(planOf(), sit, Conditions{})[0].Silence, c.want)
	}
}

func TestAlertsOfTheAgent(t *testing.T) {
	blind := func(since string) func(*rules.Situation) {
		return func(s *rules.Situation) { s.Agent.Blind, s.Agent.BlindSince = true, clock(since) }
	}
	failing := func(since string) Conditions {
		return Conditions{Channels: []Failing{{Channel: "staff", Since: clock(since)}}}
	}
	for _, c := range []struct {
		name string
		edit func(*rules.Situation)
		more Conditions
		want []string
	}{
		{"nothing", func(*rules.Situation) {}, Conditions{}, nil},
		{"blind", blind("09:45:01"), Conditions{}, []string{"AgentBlind/hall warning"}},
		{"blind for long", blind("09:45:00"), Conditions{}, []string{"AgentBlind/hall critical"}},
		{"clock", func(s *rules.Situation) { s.Clock.Estimated = true }, Conditions{}, []string{"ClockUntrusted/hall warning"}},
		{"journal", func(s *rules.Situation) { s.Journal.Failing = "disk full" }, Conditions{}, []string{"JournalFailing/hall critical"}},
		{"delivery, not for long", func(*rules.Situation) {}, failing("09:45:01"), nil},
		{"delivery", func(*rules.Situation) {}, failing("09:45:00"), []string{"DeliveryFailing/staff warning"}},
		{"plan", func(s *rules.Situation) { s.Plan.Rejected = "plan.hcl:3" }, Conditions{}, []string{"PlanRejected/musashino warning"}},
		{"review not due", func(s *rules.Situation) { s.Plan.ReviewDue = clock("10:00:01") }, Conditions{}, nil},
		{"review due", func(s *rules.Situation) { s.Plan.ReviewDue = clock("10:00:00") }, Conditions{}, []string{"PlanReviewDue/musashino info"}},
	} {
		equal(t, c.name, found(planOf(), scene(c.edit), c.more), c.want)
	}
}

func TestAlertsOfTheResponse(t *testing.T) {
	establish := func(s *rules.Situation) {
		s.Decision.Recommendation, s.Decision.Since = plan.EstablishPosture, clock("09:00:00")
	}
	stage := func(stage plan.Stage) func(*rules.Situation) {
		return func(s *rules.Situation) { s.Stage = stage }
	}
	against := func(at string) func(*rules.Situation) {
		return func(s *rules.Situation) {
			s.Stage, s.Response.Move = plan.StoodDown, &rules.MoveFacts{To: plan.StoodDown, Against: true, At: clock(at)}
		}
	}
	list := func(current bool, step rules.StepFacts) func(*rules.Situation) {
		return func(s *rules.Situation) {
			s.Response.Checklists = []*rules.ChecklistFacts{{Procedure: "first", Current: current, Steps: []*rules.StepFacts{&step}}}
		}
	}
	late := rules.StepFacts{ID: "first.call", State: rules.StepOpen, Overdue: true, Role: "servers"}
	done := late
	done.State = rules.StepDone
	for _, c := range []struct {
		name  string
		edits []func(*rules.Situation)
		want  []string
	}{
		{"establish", []func(*rules.Situation){establish}, []string{"EstablishPosture/ critical"}},
		{"established", []func(*rules.Situation){establish, stage(plan.ContinuityResponse)}, nil},
		{"decided against", []func(*rules.Situation){establish, against("09:00:00")}, nil},
		{"recommended anew after that", []func(*rules.Situation){establish, against("08:59:59")}, []string{"EstablishPosture/ critical"}},
		{"ordinary failure", []func(*rules.Situation){func(s *rules.Situation) { s.Decision.Recommendation = plan.OrdinaryFailure }}, nil},
		{"unjudged", []func(*rules.Situation){func(s *rules.Situation) {
			s.Decision.Reasons = []*rules.ReasonFacts{{Criterion: "short", Unjudged: "power.runtime_hours is not known"}, {Criterion: "ok"}}
		}}, []string{"CriterionUnjudged/short warning"}},
		{"overdue", []func(*rules.Situation){list(true, late), stage(plan.InitialResponse)}, []string{"StepOverdue/first.call warning"}},
		{"overdue when it was over", []func(*rules.Situation){list(true, late), stage(plan.StoodDown)}, nil},
		{"done too late", []func(*rules.Situation){list(true, done), stage(plan.InitialResponse)}, nil},
		{"of another stage", []func(*rules.Situation){list(false, late), stage(plan.InitialResponse)}, nil},
	} {
		equal(t, c.name, found(planOf(), scene(c.edits...), Conditions{}), c.want)
	}
}

// What is down by intent is so whatever else is down: it is told of to nobody, also where its root
// cause is not heard.
func TestMaintenanceOutweighsADependency(t *testing.T) {
	now := clock("10:00:00")
	sit := scene(func(s *rules.Situation) {
		s.Systems = []*rules.SystemFacts{broken("mail", now, planned, func(s *rules.SystemFacts) { s.Causes = []string{"switch"} }), broken("switch", now)}
	})
	equal(t, "silence", Derive(planOf(), sit, Conditions{})[0].Silence, Maintenance)
}

// The root cause is as urgent as the highest of what hangs on it, whatever the order.
func TestARootCauseHasTheHighestPriority(t *testing.T) {
	now := clock("10:00:00")
	hanging := func(name string, priority int) *rules.SystemFacts {
		return broken(name, now, func(s *rules.SystemFacts) { s.Priority, s.Causes = priority, []string{"switch"} })
	}
	for _, names := range [][]string{{"tax", "mail", "sign"}, {"sign", "mail", "tax"}} {
		sit := scene(func(s *rules.Situation) {
			root := broken("switch", now, func(s *rules.SystemFacts) { s.Priority, s.Affects = 5, names })
			s.Systems = []*rules.SystemFacts{root, hanging("tax", 1), hanging("mail", 3), hanging("sign", 0)}
		})
		equal(t, "highest", Derive(planOf(), sit, Conditions{})[0].TopPriority, 1)
	}
}

func TestAChoiceAcknowledgesTheRecommendationUntilItIsOvertaken(t *testing.T) {
	for _, overtaken := range []bool{false, true} {
		sit := scene(func(s *rules.Situation) {
			s.Decision.Recommendation = plan.EstablishPosture
			s.Decision.Choice = &rules.ChoiceFacts{By: "佐藤", At: clock("09:00:00"), Overtaken: overtaken}
		})
		equal(t, "acknowledged", Derive(planOf(), sit, Conditions{})[0].Acknowledged, !overtaken)
	}
}

func TestAlertsGoToTheRolesThatMustAct(t *testing.T) {
	p := planOf()
	p.Postures = []*plan.Posture{{Name: "disaster", Roles: []string{"head", "servers"}}}
	sit := scene(func(s *rules.Situation) { s.Decision.Recommendation = plan.EstablishPosture })
	equal(t, "declarers", Derive(p, sit, Conditions{})[0].Roles, []string{"head"})
	sit.Response.Posture = &rules.PostureFacts{DeclaredBy: []string{"cio"}}
	equal(t, "declarers", Derive(p, sit, Conditions{})[0].Roles, []string{"cio"})
}

// powered is a plan with a generator, a UPS behind it and one on the grid alone.
func powered() *plan.Plan {
	p := planOf()
	p.Generators = []*plan.Generator{{Name: "roof", CapacityW: 1000}}
	p.UPSs = []*plan.UPS{{Name: "rack", FedBy: "roof", CapacityW: 500, Site: "main"}, {Name: "lone", CapacityW: 500}}
	return p
}

func TestAlertsOfPower(t *testing.T) {
	held := func(supply string, conditions ...journal.PowerCondition) Conditions {
		var more Conditions
		for _, c := range conditions {
			more.Power = append(more.Power, Power{Supply: supply, Condition: c, ID: "p-" + string(c), Since: clock("09:59:00")})
		}
		return more
	}
	facts := func(edit func(*supply.Facts)) *supply.Facts {
		f := &supply.Facts{At: clock("10:00:00"), Holds: true, HoldsUnshed: true, Supplies: []*supply.SupplyFacts{{Name: "roof"}, {Name: "rack"}, {Name: "lone"}}}
		edit(f)
		return f
	}
	calm := func(*supply.Facts) {}
	lost := func(f *supply.Facts) { f.UtilityLost, f.UtilityLostAt = true, clock("09:59:00") }
	half, less, watts := int64(1800), int64(1799), 450.0
	for _, c := range []struct {
		name string
		edit func(*supply.Facts)
		more Conditions
		want []string
	}{
		{"nothing", calm, Conditions{}, nil},
		{"utility", lost, held(journal.Utility, journal.UtilityLost), []string{"UtilityLost/utility critical"}},
		{"short unless shed", func(f *supply.Facts) { lost(f); f.HoldsUnshed = false }, Conditions{}, []string{"UtilityLost/utility critical", "RuntimeShort/ warning"}},
		{"short", func(f *supply.Facts) { lost(f); f.HoldsUnshed, f.Holds = false, false }, Conditions{}, []string{"UtilityLost/utility critical", "RuntimeShort/ critical"}},
		{"short on paper", func(f *supply.Facts) { f.HoldsUnshed, f.Holds = false, false }, Conditions{}, nil},
		{"battery with a generator behind", calm, held("rack", journal.OnBattery), []string{"OnBattery/rack warning"}},
		{"battery alone", calm, held("lone", journal.OnBattery), []string{"OnBattery/lone critical"}},
		{"large battery alone", func(f *supply.Facts) { f.Supplies[2].RuntimeSeconds = &half }, held("lone", journal.OnBattery), []string{"OnBattery/lone warning"}},
		{"battery alone, soon empty", func(f *supply.Facts) { f.Supplies[2].RuntimeSeconds = &less }, held("lone", journal.OnBattery), []string{"OnBattery/lone critical"}},
		{"low", calm, held("rack", journal.BatteryLow), []string{"BatteryLow/rack critical"}},
		{"off", calm, held("rack", journal.SupplyOff), []string{"SupplyOff/rack critical"}},
		{"aged", calm, held("rack", journal.ReplaceBattery), []string{"ReplaceBattery/rack warning"}},
		{"silent", calm, held("rack", journal.SupplyLost), []string{"UPSLost/rack warning"}},
		{"silent on battery", calm, held("rack", journal.OnBattery, journal.SupplyLost), []string{"OnBattery/rack warning", "UPSLost/rack critical"}},
		{"silent generator", calm, held("roof", journal.SupplyLost), []string{"GeneratorLost/roof warning"}},
		{"silent generator in a blackout", lost, held("roof", journal.SupplyLost), []string{"UtilityLost/utility critical", "GeneratorLost/roof critical"}},
		{"not started", calm, held("roof", journal.NotStarted), []string{"GeneratorNotStarted/roof critical"}},
		{"running", calm, held("roof", journal.Running), nil},
		{"above capacity", calm, held("rack", journal.OverCapacity), []string{"OverCapacity/rack critical"}},
		{"above margin, measured", func(f *supply.Facts) {
			f.Supplies[1].Problems, f.Supplies[1].MeasuredW = []supply.Problem{supply.OverCapacity}, &watts
		}, Conditions{}, []string{"OverCapacity/rack warning"}},
		{"above margin, planned", func(f *supply.Facts) { f.Supplies[1].Problems = []supply.Problem{supply.OverCapacity} }, Conditions{}, nil},
		{"above margin, planned, in a blackout", func(f *supply.Facts) { lost(f); f.Supplies[1].Problems = []supply.Problem{supply.OverCapacity} }, Conditions{},
			[]string{"UtilityLost/utility critical", "OverCapacity/rack warning"}},
	} {
		sit := scene(func(s *rules.Situation) { s.Power = facts(c.edit) })
		equal(t, c.name, found(powered(), sit, c.more), c.want)
	}
	sit := scene(func(s *rules.Situation) {
		s.Power = facts(func(f *supply.Facts) { f.Supplies[2].RuntimeSeconds = &half })
	})
	for name, want := range map[string]map[string]any{"rack": {"dying": false}, "lone": {"dying": false, "runtime": 1800.0}} {
		a := Derive(powered(), sit, held(name, journal.OnBattery))[0]
		equal(t, name+" says", a.Values, want)
		equal(t, name+" since", []any{a.ID, a.Since}, []any{"p-on_battery", clock("09:59:00")})
	}
	equal(t, "above capacity since", Derive(powered(), sit, held("rack", journal.OverCapacity))[0].Since, clock("09:59:00"))
	told := held("rack", journal.ReplaceBattery)
	told.Power[0].Text = "replace battery"
	equal(t, "its own words", Derive(powered(), sit, told)[0].Values, map[string]any{"text": "replace battery"})
	sit.Power = facts(lost)
	more := held(journal.Utility, journal.UtilityLost)
	more.Power = slices.Concat(more.Power, held("rack", journal.OnBattery).Power, held("lone", journal.SupplyOff).Power)
	equal(t, "on battery", Derive(powered(), sit, more)[0].Values["ups"], any([]string{"rack"}))
}

func TestABatteryWhoseGeneratorFailedIsCritical(t *testing.T) {
	more := Conditions{Power: []Power{{Supply: "rack", Condition: journal.OnBattery}, {Supply: "roof", Condition: journal.NotStarted}}}
	sit := scene(func(s *rules.Situation) { s.Power = &supply.Facts{} })
	equal(t, "found", found(powered(), sit, more), []string{"GeneratorNotStarted/roof critical", "OnBattery/rack critical"})
	equal(t, "site", Derive(powered(), sit, more)[1].Site, "main")
}

// What rests on readings alone does not close because a supply is silent.
func TestNothingClosesBecauseASupplyIsSilent(t *testing.T) {
	short, over := alertOf(RuntimeShort, "", ""), alertOf(OverCapacity, "rack", "")
	d := newDesk(t, planOf(channel("staff")))
	d.moment.Situation.Power = &supply.Facts{UtilityLost: true}
	d.says("10:00:00", short, over)
	d.moment.Conditions.Unread = []string{"rack"}
	equal(t, "silent", d.says("10:10:00"), nothing)
	equal(t, "open", len(Open(d.told, &d.moment)), 2)
	d.moment.Conditions.Unread = []string{"lone"}
	equal(t, "another is silent", d.says("10:20:00"), []string{"staff: closed OverCapacity/rack"})
	d.moment.Conditions.Unread = nil
	equal(t, "read", d.says("10:21:00"), []string{"staff: closed RuntimeShort/"})
}

func TestADrillMarksAll(t *testing.T) {
	sit := scene(func(s *rules.Situation) { s.Clock.Estimated = true })
	if !Derive(planOf(), sit, Conditions{Drill: true})[0].Drill {
		t.Error("an exercise that does not say so")
	}
}

func TestTurnsForeseesWhatTimeBrings(t *testing.T) {
	for _, c := range []struct{ at, want string }{
		{"08:00:30", "08:01:00"}, {"09:00:00", "10:00:00"}, {"10:30:00", "11:00:00"}, {"11:10:00", "11:36:00"},
	} {
		now := clock(c.at)
		sit := scene(func(s *rules.Situation) { s.At, s.Systems = now, []*rules.SystemFacts{broken("mail", now)} })
		got := Turns(planOf(), sit, Conditions{})
		equal(t, c.at, got.In(tokyo).Format(time.TimeOnly), c.want)
	}
	missed := clock("12:00:01")
	sit := scene(func(s *rules.Situation) { s.At, s.Systems = missed, []*rules.SystemFacts{broken("mail", missed)} })
	if got := Turns(planOf(), sit, Conditions{}); !got.IsZero() {
		t.Errorf("after the deadline: %v", got)
	}
	// Reaching a limit to the instant is no miss: what the alert tells begins just after it.
	step := &rules.StepFacts{State: rules.StepOpen, DueAt: clock("10:20:00")}
	for name, c := range map[string]struct {
		edit func(*rules.Situation)
		more Conditions
		want time.Time
	}{
		"nothing": {func(*rules.Situation) {}, Conditions{}, time.Time{}},
		"recovery too late": {func(s *rules.Situation) {
			s.At, s.Systems = clock("11:00:00"), []*rules.SystemFacts{broken("mail", clock("11:00:00"))}
		}, Conditions{}, clock("11:00:00").Add(1)},
		"deadline": {func(s *rules.Situation) {
			s.At, s.Systems = clock("12:00:00"), []*rules.SystemFacts{broken("mail", clock("12:00:00"))}
		}, Conditions{}, clock("12:00:00").Add(1)},
		"maintenance ends": {func(s *rules.Situation) {
			s.At = clock("10:10:00")
			s.Systems = []*rules.SystemFacts{broken("mail", s.At, func(s *rules.SystemFacts) { s.Maintenance = &rules.Window{To: clock("10:15:00")} })}
		}, Conditions{}, clock("10:15:00")},
		"step": {func(s *rules.Situation) {
			s.Response.Checklists = []*rules.ChecklistFacts{{Current: true, Steps: []*rules.StepFacts{step}}}
		}, Conditions{}, step.DueAt.Add(1)},
		"step of another stage": {func(s *rules.Situation) {
			s.Response.Checklists = []*rules.ChecklistFacts{{Steps: []*rules.StepFacts{step}}}
		}, Conditions{}, time.Time{}},
		"recommendation":  {func(s *rules.Situation) { s.Decision.Reasons = []*rules.ReasonFacts{{KeptUntil: clock("10:05:00")}} }, Conditions{}, clock("10:05:00")},
		"blind":           {func(s *rules.Situation) { s.Agent.Blind, s.Agent.BlindSince = true, clock("09:50:00") }, Conditions{}, clock("10:05:00")},
		"review":          {func(s *rules.Situation) { s.Plan.ReviewDue = clock("10:30:00") }, Conditions{}, clock("10:30:00")},
		"channel":         {func(*rules.Situation) {}, Conditions{Channels: []Failing{{Channel: "staff", Since: clock("09:46:00")}}}, clock("10:01:00")},
		"channel at ease": {func(*rules.Situation) {}, Conditions{Channels: []Failing{{Channel: "staff"}}}, time.Time{}},
	} {
		if got := Turns(planOf(), scene(c.edit), c.more); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestNamesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Names {
		if n.Name == "" || n.Topic == "" || n.Holds == "" || n.Severity == "" || seen[n.Name] {
			t.Errorf("%+v", n)
		}
		seen[n.Name] = true
	}
}
