package rules_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// witness is a criterion that keeps the facts it was asked about.
type witness struct{ facts *plan.Facts }

func (w *witness) Judge(f *plan.Facts) plan.Judgement { w.facts = f; return plan.Judgement{} }
func (w *witness) Text() string                       { return "" }

// factsAt returns the facts that criteria see at the instant.
func (h *house) factsAt(at time.Time) *plan.Facts {
	h.t.Helper()
	w := &witness{}
	old := h.plan.Decision
	h.plan.Decision = &plan.Decision{Criteria: []*plan.Criterion{criterion("witness", plan.EstablishPosture, w)}}
	h.at(at)
	h.plan.Decision = old
	return w.facts
}

// hall is two sites with systems of every state at 13:00: records past its deadline, core at
// risk, tax down and on track, gate in maintenance until 14:00, sign down without a priority, lift
// not to be judged, mail up.
func hall(t tb) *house {
	at := func(site string, priority int, s *plan.System) *plan.System {
		s.Site, s.Priority = site, priority
		return s
	}
	gate := at("main", 4, system("gate", "tcp"))
	gate.Maintenance = []*plan.Maintenance{{Name: "cut", Starts: clock("09:00:00"), Ends: clock("14:00:00")}}
	p := planOf(
		at("main", 1, system("core", "tcp")), at("main", 3, system("records", "tcp")), at("annex", 2, system("tax", "tcp")),
		gate, at("annex", 0, system("sign", "tcp")), at("", 5, system("lift", "tcp")), at("main", 6, system("mail", "tcp")),
	)
	p.Sites = []*plan.Site{{Name: "main"}, {Name: "annex"}, {Name: "store"}}
	p.Calendars = []*plan.Calendar{
		{Name: "office", Days: [7]bool{false, true, true, true, true, true, false}, Opens: clockTime(8, 30), Closes: clockTime(17, 15), Location: tokyo},
		{Name: "never", Location: tokyo},
	}
	h := newHouse(t, p)
	h.fails("records", clock("08:30:00"))
	h.fails("core", clock("09:30:00"))
	h.act(clock("09:40:00"), Acknowledge{System: "records", Why: "x"})
	for _, name := range []string{"tax", "gate", "sign"} {
		h.fails(name, clock("10:00:00"))
	}
	h.observe(unclear("lift", "tcp", "10:00:00"), seen("mail", "tcp", "10:00:00"))
	h.act(clock("10:00:00"), GiveETA{System: "core", At: clock("13:45:00")})
	return h
}

func clockTime(hour, minute int) plan.ClockTime {
	return must(plan.ParseClockTime(fmt.Sprintf("%02d:%02d", hour, minute)))
}

func num(v float64) *float64 { return &v }

func TestFactsOfSystems(t *testing.T) {
	f := hall(t).factsAt(clock("13:00:00"))
	equal(t, "down", f.Down, plan.CountFacts{
		Count: 4, PriorityCount: 3, Priorities: []float64{1, 2, 3}, Systems: []string{"core", "records", "tax", "sign"},
	})
	equal(t, "at risk", f.AtRisk, plan.CountFacts{Count: 1, PriorityCount: 1, Priorities: []float64{1}, Systems: []string{"core"}})
	equal(t, "missed", f.Missed, plan.CountFacts{Count: 1, PriorityCount: 1, Priorities: []float64{3}, Systems: []string{"records"}})
	equal(t, "unknown", f.Unknown, plan.CountFacts{Count: 1, PriorityCount: 1, Priorities: []float64{5}, Systems: []string{"lift"}})
	equal(t, "outages", f.Outages, plan.OutagesFacts{LongestHours: num(4.5), LeastLeft: num(-0.5), MostUsed: 1.125})
	equal(t, "systems", f.Systems, []plan.SystemFacts{
		{Name: "core", State: "down", Down: true, AtRisk: true, Hours: 3.5, Left: num(0.5)},
		{Name: "records", State: "down", Down: true, Missed: true, Hours: 4.5, Left: num(-0.5)},
		{Name: "tax", State: "down", Down: true, Hours: 3, Left: num(1)},
		{Name: "gate", State: "planned", Hours: 3, Left: num(1)},
		{Name: "sign", State: "down", Down: true, Hours: 3, Left: num(1)},
		{Name: "lift", State: "unknown"},
		{Name: "mail", State: "up"},
	})
	equal(t, "sites", f.Sites, []plan.SiteFacts{
		{Name: "main", Count: 4, Down: 2, PriorityDown: 2},
		{Name: "annex", Count: 2, Down: 2, PriorityDown: 1, AllDown: true},
		{Name: "store"},
	})
}

// What was down by intent is down from the end of the window.
func TestFactsAfterMaintenance(t *testing.T) {
	h := hall(t)
	if f := h.factsAt(clock("14:00:00").Add(-1)); f.Down.PriorityCount != 3 || f.Missed.PriorityCount != 2 {
		t.Errorf("in the window: %+v, %+v", f.Down, f.Missed)
	}
	if f := h.factsAt(clock("14:00:00").Add(1)); f.Down.PriorityCount != 4 || f.Missed.PriorityCount != 4 || f.Down.Priorities[3] != 4 {
		t.Errorf("after it: %+v, %+v", f.Down, f.Missed)
	}
	h.plan.System("gate").Maintenance[0].Ends = clock("16:00:00")
	if gate := h.factsAt(clock("15:00:00")).Systems[3]; gate.Name != "gate" || gate.Missed || gate.AtRisk {
		t.Errorf("in the window, past its deadline: %+v", gate)
	}
}

func TestFactsAround(t *testing.T) {
	h := hall(t)
	f := h.factsAt(clock("17:15:00"))
	equal(t, "time", f.Time, plan.TimeFacts{Hour: 17.25, Weekday: "wed", Month: 7, Day: 15})
	equal(t, "calendars", f.Calendars, []plan.CalendarFacts{{Name: "office", OpenDay: true, OpeningHours: num(15.25)}, {Name: "never"}})
	if f := h.factsAt(clock("17:14:59")); !f.Calendars[0].Open {
		t.Error("it is closed before closing time")
	}
	equal(t, "threat", f.Threat, plan.ThreatFacts{Name: "incident"})
	equal(t, "stage", f.Stage, "monitoring")
	equal(t, "agent", f.Agent, plan.AgentFacts{Name: "hall", Site: "main"})
	equal(t, "power", f.Power, plan.PowerFacts{Lost: new(bool), LostHours: num(0), HorizonHours: 72})
	h.act(clock("17:15:00"), Declare{Threat: "disaster", Onset: clock("16:45:00")})
	h.write(journal.BlindBegan{Since: clock("17:00:00")})
	h.write(journal.ClockUntrusted{})
	h.state.Response.Stage = plan.InitialResponse
	f = h.factsAt(clock("18:00:00").UTC())
	equal(t, "threat", f.Threat, plan.ThreatFacts{Name: "disaster", Declared: true, Hours: num(1.25)})
	equal(t, "stage", f.Stage, "initial_response")
	equal(t, "agent", f.Agent, plan.AgentFacts{Name: "hall", Site: "main", Blind: true, BlindHours: 1, ClockEstimated: true})
	equal(t, "hour in the plan's zone", f.Time.Hour, 18.0)
}

func TestFactsOfPower(t *testing.T) {
	h := newHouse(t, machineRoom())
	calm := h.factsAt(clock("10:00:00")).Power
	equal(t, "utility there", calm, plan.PowerFacts{Lost: new(bool), LostHours: num(0), RuntimeHours: num(1), ShedHours: num(1), HorizonHours: 72})
	for name, want := range map[string][2]bool{"desk": {false, true}, "roof": {true, true}} { // holds unshed, holds
		power := newHouse(t, machineRoom(func(p *plan.Plan) {
			p.Systems[2].Priority = 0 // the desk spoils nothing
			if name == "roof" {
				p.Systems[2].Power.FedBy = plan.Utility
			}
		})).factsAt(clock("10:00:00")).Power
		equal(t, name, [2]bool{power.HoldsUnshed, power.Holds}, want)
	}
	for _, name := range []string{"a", "b"} {
		h.reads(name, "10:00:00", ob, func(r *supply.Reading) { r.OutputWatts = num(1900) })
	}
	h.reads("desk", "10:00:00", ob)
	h.loses("roof", "10:00:30")
	f := h.factsAt(clock("10:00:30")).Power
	sit := h.at(clock("10:00:30"))
	if !*f.Lost || *f.LostHours <= 0 || f.OnBattery != 3 || f.OverCapacity != 2 || f.Silent != 1 {
		t.Errorf("in a blackout: %+v", f)
	}
	equal(t, "runtime", *f.RuntimeHours, float64(*sit.Power.UnshedSeconds)/3600)
	equal(t, "with shedding", *f.ShedHours, float64(*sit.Power.ReachesSeconds)/3600)
}

// What people found counts; what the agents know is neither found nor open.
func TestFactsOfTheSurvey(t *testing.T) {
	h := hall(t)
	h.act(clock("12:59:00"), MoveStage{To: plan.InitialResponse, Why: "地震"})
	before := h.factsAt(clock("13:00:00")).Survey
	if before.Stopped != 0 || before.Degraded != 0 || before.Open == 0 {
		t.Fatalf("before anybody looked: %+v", before)
	}
	sheet := h.at(clock("13:00:00")).Response.Survey[0]
	blank := slices.DeleteFunc(slices.Clone(sheet.Items), func(i *SurveyItem) bool { return !i.Open() })
	h.act(clock("13:01:00"), AnswerSurvey{Site: sheet.Site, Item: blank[0].Item, Finding: journal.Stopped})
	h.act(clock("13:02:00"), AnswerSurvey{Site: sheet.Site, Item: blank[1].Item, Finding: journal.Impaired})
	h.act(clock("13:03:00"), AnswerSurvey{Site: sheet.Site, Item: blank[2].Item, Finding: journal.Fine})
	equal(t, "survey", h.factsAt(clock("13:04:00")).Survey, plan.SurveyCounts{Stopped: 1, Degraded: 1, Open: before.Open - 3})
}
