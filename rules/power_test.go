package rules_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// machineRoom is three UPS, all read: a and b behind the generator, which is read too, and desk on
// utility power alone. Each battery holds 900 Wh after its efficiency.
func machineRoom(edit ...func(*plan.Plan)) *plan.Plan {
	p := planOf(
		with(system("records", "port"), func(s *plan.System) { s.Power = &plan.SystemPower{Watts: 900, VA: 900, FedBy: "a"} }),
		with(system("mail", "port"), func(s *plan.System) { s.Power = &plan.SystemPower{Watts: 900, VA: 900, FedBy: "b"} }),
		with(system("kiosk", "port"), func(s *plan.System) { s.Power = &plan.SystemPower{Watts: 900, VA: 900, FedBy: "desk"} }),
	)
	p.Generators = []*plan.Generator{{
		Name: "roof", CapacityW: 5000, CapacityVA: 5000, StartsWithin: 40 * time.Second, Readings: every10s(),
		Fuel: &plan.Fuel{Liters: 1000, Burn: plan.BurnCurve{{LoadRatio: 0.5, LitersPerHour: 5}, {LoadRatio: 1, LitersPerHour: 10}}},
	}}
	for name, fedBy := range map[string]string{"a": "roof", "b": "roof", "desk": plan.Utility} {
		p.UPSs = append(p.UPSs, &plan.UPS{
			Name: name, Title: name, CapacityW: 2000, CapacityVA: 2000, BatteryWh: 1000, Efficiency: 0.9, FedBy: fedBy, Readings: every10s(),
		})
	}
	slices.SortFunc(p.UPSs, func(a, b *plan.UPS) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range edit {
		f(p)
	}
	if err := p.Link(); err != nil {
		panic(err)
	}
	return p
}

func every10s() *plan.SupplySource {
	return &plan.SupplySource{Protocol: "nut", Interval: 10 * time.Second, Timeout: time.Second}
}

// alone leaves only the UPS named, on utility power.
func alone(name string) func(*plan.Plan) {
	return func(p *plan.Plan) {
		p.Generators = nil
		p.UPSs = slices.DeleteFunc(p.UPSs, func(u *plan.UPS) bool { return u.Name != name })
		p.UPSs[0].FedBy = plan.Utility
		p.Systems = slices.DeleteFunc(p.Systems, func(s *plan.System) bool { return s.Power.FedBy != name })
	}
}

func unread(names ...string) func(*plan.Plan) {
	return func(p *plan.Plan) {
		for _, g := range p.Generators {
			if slices.Contains(names, g.Name) {
				g.Readings = nil
			}
		}
		for _, u := range p.UPSs {
			if slices.Contains(names, u.Name) {
				u.Readings = nil
			}
		}
	}
}

// power takes a look and returns what came of it: "+ a on_battery", "- utility utility_lost".
func (h *house) power(look PowerLook) (news []string) {
	h.t.Helper()
	if look.At.After(h.clock) {
		h.clock = look.At
	}
	for _, e := range h.append(ObservePower(h.plan, h.state, look, h.newID)...) {
		switch p := e.Payload.(type) {
		case journal.PowerBegan:
			news = append(news, fmt.Sprintf("+ %s %s", p.Supply, p.Condition))
		case journal.PowerEnded:
			news = append(news, fmt.Sprintf("- %s %s", p.Supply, p.Condition))
		}
	}
	return news
}

func (h *house) reads(name, at string, edit ...func(*supply.Reading)) []string {
	h.t.Helper()
	r := supply.Reading{Source: supply.FromUtility}
	for _, f := range edit {
		f(&r)
	}
	return h.power(PowerLook{Supply: name, At: clock(at), Reading: r})
}

func (h *house) loses(name, at string) []string {
	h.t.Helper()
	return h.power(PowerLook{Supply: name, At: clock(at), Lost: true, Text: "connection refused"})
}

// last is the newest event's payload.
func last[P journal.Payload](h *house) P {
	h.t.Helper()
	p, ok := h.log[len(h.log)-1].Payload.(P)
	if !ok {
		h.t.Fatalf("the newest event is %+v", h.log[len(h.log)-1])
	}
	return p
}

func ob(r *supply.Reading)  { r.Source = supply.FromBattery }
func off(r *supply.Reading) { r.Source = supply.FromNothing }
func low(r *supply.Reading) { r.BatteryLow = true }
func from(s supply.Source) func(*supply.Reading) {
	return func(r *supply.Reading) { r.Source = s }
}
func charge(ratio float64) func(*supply.Reading) {
	return func(r *supply.Reading) { r.ChargeRatio = &ratio }
}
func watts(w float64) func(*supply.Reading) { return func(r *supply.Reading) { r.OutputWatts = &w } }
func runtime(s float64) func(*supply.Reading) {
	return func(r *supply.Reading) { r.RuntimeSeconds = &s }
}
func doubts(text ...string) func(*supply.Reading) {
	return func(r *supply.Reading) { r.Doubts = text }
}
func running(is bool) func(*supply.Reading) {
	return func(r *supply.Reading) { r.Source, r.Running = "", &is }
}

// Each condition of a UPS begins and ends with its bracket, and is told once however often it is
// read.
func TestConditionsOfASupply(t *testing.T) {
	for condition, edits := range map[journal.PowerCondition][]func(*supply.Reading){
		journal.OnBattery:    {ob},
		journal.BatteryLow:   {low},
		journal.SupplyOff:    {off},
		journal.OverCapacity: {watts(2001)},
		journal.Doubtful:     {doubts("runtime of 65535 minutes")},
	} {
		t.Run(string(condition), func(t *testing.T) {
			h := newHouse(t, machineRoom())
			h.reads("desk", "10:00:00", watts(900)) // b is read too, and has utility power throughout
			with := append([]func(*supply.Reading){watts(900), charge(0.5)}, edits...)
			h.loses("a", "10:00:01")
			h.reads("b", "10:00:02")
			equal(t, "begins", h.reads("desk", "10:00:10", with...), []string{"+ desk " + string(condition)})
			began, id := last[journal.PowerBegan](h), h.log[len(h.log)-1].ID
			same(t, "last not at", began.LastNotAt, clock("10:00:00"))
			same(t, "first at", began.FirstAt, clock("10:00:10"))
			equal(t, "charge", *began.ChargeRatio, 0.5)
			equal(t, "again", h.reads("desk", "10:00:20", with...), []string(nil))
			equal(t, "the same look again", h.reads("desk", "10:00:20", with...), []string(nil))
			equal(t, "lost", h.loses("desk", "10:00:22"), []string{"+ desk lost"})
			equal(t, "back", h.reads("desk", "10:00:25", with...), []string{"- desk lost"})
			equal(t, "ends", h.reads("desk", "10:00:30", watts(900)), []string{"- desk " + string(condition)})
			ended := last[journal.PowerEnded](h)
			equal(t, "began", ended.Began, id)
			same(t, "last at", ended.LastAt, clock("10:00:25"))
			same(t, "ended at", ended.EndedAt, clock("10:00:30"))
			equal(t, "again", h.reads("desk", "10:00:31", watts(900)), []string(nil))
			equal(t, "what is left", len(h.state.Power), 1)
		})
	}
}

func TestReplaceBatteryAndRunning(t *testing.T) {
	h := newHouse(t, machineRoom())
	look := PowerLook{Supply: "desk", At: clock("10:00:00"), Reading: supply.Reading{Source: supply.FromUtility}, Replace: true}
	equal(t, "replace", h.power(look), []string{"+ desk replace_battery"})
	same(t, "never seen without", last[journal.PowerBegan](h).LastNotAt, time.Time{})
	equal(t, "replaced", h.reads("desk", "10:00:10"), []string{"- desk replace_battery"})

	equal(t, "idle", h.reads("roof", "10:00:11", running(false)), []string(nil))
	equal(t, "runs", h.reads("roof", "10:00:21", running(true)), []string{"+ roof running", "+ utility utility_lost"})
	equal(t, "says nothing", h.reads("roof", "10:00:31", from("")), []string(nil))
	equal(t, "idle again", h.reads("roof", "10:00:41", running(false)), []string{"- roof running"})
}

// What a reading does not speak of stays as it was.
func TestSilenceOfAReading(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:00")
	h.reads("desk", "10:00:10", ob, watts(2001))
	equal(t, "no source, no load", h.reads("desk", "10:00:20", from(supply.FromUnknown)), []string(nil))
	equal(t, "garbage for a source", h.reads("desk", "10:00:30", from("")), []string(nil))
	equal(t, "a word", h.reads("desk", "10:00:40", watts(1)), []string{"- desk on_battery", "- desk over_capacity", "- utility utility_lost"})
}

// A device's garbage makes no event that the journal's JSON cannot hold, and no runtime.
func TestGarbageOfAReading(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -3, 1e300} {
		h := newHouse(t, machineRoom(alone("desk")))
		h.reads("desk", "10:00:00")
		garbage := func(r *supply.Reading) {
			*r = supply.Reading{Source: supply.FromBattery, ChargeRatio: &v, RuntimeSeconds: &v, Doubts: []string{"\x00"}}
		}
		equal(t, "on battery", h.reads("desk", "10:00:10", garbage), []string{"+ desk on_battery", "+ desk doubtful", "+ utility utility_lost"})
		h.reads("desk", "10:02:10", garbage)
		f := h.at(clock("10:02:10")).Power.Supply("desk")
		if f.ChargeRatio != nil || f.RuntimeSeconds == nil || *f.RuntimeSeconds != 3600 {
			t.Errorf("%v: charge %v, runtime %v", v, f.ChargeRatio, f.RuntimeSeconds)
		}
		if _, err := json.Marshal(h.at(clock("10:02:10"))); err != nil {
			t.Error(err)
		}
	}
}

// Utility power is lost when every UPS that answers is on battery or a generator runs, and back
// when one has it that no generator can have fed.
func TestUtilityPower(t *testing.T) {
	type step struct{ name, at, does string }
	const none = ""
	for _, test := range []struct {
		name string
		plan *plan.Plan
		// the news of utility power alone, after each step
		steps []step
		want  []string
	}{
		{"one UPS", machineRoom(alone("desk")),
			[]step{{"desk", "10:00:00", "fed"}, {"desk", "10:00:10", "battery"}, {"desk", "10:00:20", "fed"}}, []string{none, "+", "-"}},
		{"on battery from the first reading", machineRoom(alone("desk")), []step{{"desk", "10:00:00", "battery"}}, []string{"+"}},
		{"one of three", machineRoom(),
			[]step{{"a", "10:00:00", "fed"}, {"b", "10:00:01", "fed"}, {"desk", "10:00:02", "fed"}, {"a", "10:00:10", "battery"}}, []string{none, none, none, none}},
		{"all of three", machineRoom(),
			[]step{{"a", "10:00:10", "battery"}, {"desk", "10:00:11", "battery"}, {"b", "10:00:12", "battery"}}, []string{none, none, "+"}},
		{"all that answer", machineRoom(),
			[]step{{"a", "10:00:00", "fed"}, {"a", "10:00:10", "battery"}, {"desk", "10:00:11", "battery"}, {"b", "10:00:12", "lost"}}, []string{none, none, none, "+"}},
		{"all silent: nobody knows", machineRoom(),
			[]step{{"a", "10:00:00", "fed"}, {"b", "10:00:01", "fed"}, {"desk", "10:00:02", "fed"}, {"a", "10:00:12", "lost"}, {"b", "10:00:13", "lost"}, {"desk", "10:00:14", "lost"}},
			[]string{none, none, none, none, none, none}},
		{"lost on battery: nothing ends", machineRoom(alone("desk")),
			[]step{{"desk", "10:00:00", "battery"}, {"desk", "10:00:10", "lost"}, {"desk", "11:00:00", "battery"}}, []string{"+", none, none}},
		{"lost on battery beside one that has power", machineRoom(),
			[]step{{"a", "10:00:00", "battery"}, {"b", "10:00:01", "battery"}, {"desk", "10:00:02", "battery"}, {"a", "10:00:12", "lost"}, {"desk", "10:00:13", "fed"}},
			[]string{none, none, "+", none, "-"}},
		{"one of three falls silent without being called lost", machineRoom(),
			[]step{{"a", "10:00:00", "fed"}, {"b", "10:00:01", "fed"}, {"desk", "10:00:10", "battery"}, {"desk", "10:00:30", "battery"}, {"desk", "10:00:40", "battery"}},
			[]string{none, none, none, none, "+"}},
		{"a generator runs", machineRoom(),
			[]step{{"desk", "10:00:00", "fed"}, {"roof", "10:00:01", "idle"}, {"roof", "10:00:11", "runs"}, {"roof", "10:00:31", "lost"}}, []string{none, none, "+", none}},
		{"a UPS on what a generator gives is not on utility power", machineRoom(),
			[]step{
				{"roof", "10:00:00", "idle"}, {"a", "10:00:01", "battery"}, {"b", "10:00:02", "battery"}, {"desk", "10:00:03", "lost"},
				{"roof", "10:00:10", "idle"}, {"a", "10:00:11", "fed"}, {"roof", "10:00:20", "runs"}, {"b", "10:00:22", "fed"},
			},
			[]string{none, none, none, "+", none, none, none, none}},
		{"the generator stops, for want of fuel", machineRoom(),
			[]step{{"roof", "10:00:00", "runs"}, {"a", "10:00:01", "fed"}, {"b", "10:00:02", "fed"}, {"desk", "10:00:03", "lost"}, {"roof", "10:00:10", "idle"}, {"a", "10:00:11", "battery"}, {"b", "10:00:12", "battery"}},
			[]string{"+", none, none, none, none, none, none}},
		{"the generator that was idle stops, for want of fuel", machineRoom(),
			[]step{
				{"roof", "10:00:00", "idle"}, {"desk", "10:00:01", "lost"}, {"roof", "10:00:10", "runs"}, {"a", "10:00:11", "fed"}, {"b", "10:00:12", "battery"},
				{"roof", "10:00:20", "idle"}, {"b", "10:00:22", "battery"},
			},
			[]string{none, none, "+", none, none, none, none}},
		{"the generator stops, for power is back", machineRoom(),
			[]step{{"roof", "10:00:00", "runs"}, {"a", "10:00:01", "fed"}, {"roof", "10:00:10", "idle"}, {"a", "10:00:11", "fed"}, {"roof", "10:00:20", "idle"}},
			[]string{"+", none, none, none, "-"}},
		{"one on utility alone proves it at once", machineRoom(),
			[]step{{"a", "10:00:00", "battery"}, {"b", "10:00:01", "battery"}, {"desk", "10:00:02", "battery"}, {"desk", "10:00:12", "fed"}}, []string{none, none, "+", "-"}},
		{"a generator that nobody reads may feed it", machineRoom(unread("roof")),
			[]step{{"a", "10:00:00", "battery"}, {"b", "10:00:01", "battery"}, {"desk", "10:00:02", "battery"}, {"a", "10:00:10", "fed"}, {"b", "10:00:11", "fed"}, {"desk", "10:00:12", "fed"}},
			[]string{none, none, "+", none, none, "-"}},
		{"nobody else to ask", machineRoom(unread("roof", "desk")),
			[]step{{"a", "10:00:00", "battery"}, {"b", "10:00:01", "battery"}, {"a", "10:00:10", "fed"}}, []string{none, "+", "-"}},
		{"generators alone", machineRoom(unread("a", "b", "desk")),
			[]step{{"roof", "10:00:00", "idle"}, {"roof", "10:00:10", "runs"}, {"roof", "10:00:20", "lost"}, {"roof", "10:00:30", "runs"}, {"roof", "10:00:40", "idle"}},
			[]string{none, "+", none, none, "-"}},
		{"a UPS behind a UPS knows only that", machineRoom(func(p *plan.Plan) { p.UPSs[1].FedBy = "a" }, unread("desk", "roof")),
			[]step{{"a", "10:00:00", "fed"}, {"b", "10:00:01", "fed"}, {"a", "10:00:10", "battery"}, {"b", "10:00:11", "fed"}, {"a", "10:00:20", "fed"}},
			[]string{none, none, "+", none, "-"}},
		{"switched off, it has no word", machineRoom(alone("desk")),
			[]step{{"desk", "10:00:00", "battery"}, {"desk", "10:00:10", "off"}, {"desk", "10:00:20", "bypass"}}, []string{"+", none, "-"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, test.plan)
			h.state.StartedAt = clock("10:00:00") // what has not been heard yet is awaited
			heard := map[string]bool{}
			for _, s := range test.steps {
				heard[s.name] = true
			}
			for _, node := range test.plan.Supplies() { // the rest never answered
				if node.Readings() != nil && !heard[node.Name] {
					h.loses(node.Name, "09:59:00")
				}
			}
			var got []string
			for _, s := range test.steps {
				news := none
				for _, line := range h.does(s.name, s.at, s.does) {
					if kind, ok := strings.CutSuffix(line, " utility utility_lost"); ok {
						news = kind
					}
				}
				got = append(got, news)
			}
			equal(t, "utility", got, test.want)
		})
	}
}

func (h *house) does(name, at, what string) []string {
	h.t.Helper()
	switch what {
	case "lost":
		return h.loses(name, at)
	case "idle", "runs":
		return h.reads(name, at, running(what == "runs"))
	case "battery", "off", "bypass":
		return h.reads(name, at, from(supply.Source(what)))
	default:
		return h.reads(name, at)
	}
}

// The bracket of a loss begins where a UPS was last known to have input, also when others tell.
func TestBracketOfUtilityLost(t *testing.T) {
	h := newHouse(t, machineRoom())
	for name, at := range map[string]string{"a": "10:00:00", "b": "10:00:01", "desk": "10:00:02"} {
		h.reads(name, at)
	}
	h.reads("a", "10:00:10", ob)
	h.reads("b", "10:00:11", ob)
	h.reads("a", "10:00:20", ob)
	equal(t, "news", h.loses("desk", "10:00:22"), []string{"+ desk lost", "+ utility utility_lost"})
	began := last[journal.PowerBegan](h)
	same(t, "last not at", began.LastNotAt, clock("10:00:02"))
	same(t, "first at", began.FirstAt, clock("10:00:22"))
	same(t, "counted from", h.at(clock("10:01:00")).Power.UtilityLostAt, clock("10:00:02"))

	// The newest input was that of one that is on battery for long, and that of the one that tells.
	for want, steps := range map[string][]string{
		"10:00:01": {"desk 09:59:58 fed", "a 10:00:00 fed", "b 10:00:01 fed", "a 10:00:10 battery", "b 10:00:11 battery", "desk 10:00:22 lost"},
		"10:00:00": {"b 09:49:50 fed", "a 09:49:51 fed", "b 09:50:00 battery", "desk 09:50:01 lost", "a 10:00:00 fed", "a 10:00:10 battery"},
	} {
		h := newHouse(t, machineRoom())
		for _, s := range steps {
			f := strings.Fields(s)
			h.does(f[0], f[1], f[2])
		}
		began := last[journal.PowerBegan](h)
		equal(t, "condition", began.Condition, journal.UtilityLost)
		same(t, "last not at", began.LastNotAt, clock(want))
	}
}

// A UPS that was on battery when it fell silent is assumed dying and counted down, over a restart
// too: 900 Wh for 900 W are an hour.
func TestAssumedDying(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:00", watts(900))
	h.reads("desk", "10:00:10", ob, watts(900), charge(1))
	before := h.log[len(h.log)-2].ID
	equal(t, "lost", h.loses("desk", "10:00:22"), []string{"+ desk lost"})
	for range 2 {
		s := h.at(clock("10:30:10"))
		f := s.Power.Supply("desk")
		if !f.AssumedDying || f.Source != supply.FromBattery || *f.RuntimeSeconds != 1800 || !s.Power.UtilityLost {
			t.Errorf("%+v", f)
		}
		if text := strings.Join(f.Doubts, "; "); !strings.Contains(text, "assumed dying") || !strings.HasSuffix(text, "does not answer: connection refused") || len(f.Doubted) != len(f.Doubts) {
			t.Errorf("doubts: %s, in any language %+v", text, f.Doubted)
		}
		same(t, "utility lost at", s.Power.UtilityLostAt, clock("10:00:00"))
		h.start(clock("10:20:00"))
	}
	equal(t, "still lost", h.loses("desk", "10:31:00"), []string(nil))
	equal(t, "same stretch", h.state.Power[PowerKey{Supply: "desk", Condition: journal.OnBattery}].ID, before)
	// It answers: that it was lost a moment ago is no doubt of what it says.
	equal(t, "back", h.reads("desk", "10:40:00", watts(900)), []string{"- desk lost", "- desk on_battery", "- utility utility_lost"})
	same(t, "last at", last[journal.PowerEnded](h).LastAt, clock("10:00:10"))
	if f := h.at(clock("10:40:01")).Power.Supply("desk"); f.AssumedDying || len(f.Doubts) != 0 {
		t.Errorf("%+v", f)
	}
}

// A UPS that never answered shows why.
func TestNeverAnswered(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	equal(t, "lost", h.loses("desk", "10:00:22"), []string{"+ desk lost"})
	f := h.at(clock("10:01:00")).Power.Supply("desk")
	equal(t, "doubts", f.Doubts, []string{"does not answer: connection refused"})
	equal(t, "in any language", f.Doubted, []supply.Doubt{{
		Code: supply.DoubtNoAnswer, Values: map[string]any{"Text": "connection refused"}, Text: "does not answer: connection refused",
	}})
	if !f.Lost {
		t.Error("it is not told as lost")
	}
}

// An office that only has a UPS, of an hour, is short of power in a blackout when its horizon is
// longer than that, and not when it is shorter.
func TestShortPowerOfAnOfficeOnItsUPS(t *testing.T) {
	for horizon, want := range map[time.Duration]bool{10 * time.Minute: false, time.Hour: false, time.Hour + time.Second: true} {
		h := newHouse(t, machineRoom(alone("desk"), func(p *plan.Plan) { p.Power = &plan.PowerPolicy{Horizon: horizon} }))
		h.reads("desk", "10:00:00", watts(900), charge(1))
		h.reads("desk", "10:00:00", ob, watts(900), charge(1)) // the loss is known to the second
		reason := h.reason("short_power", clock("10:00:00"))
		if power := h.at(clock("10:00:00")).Power; reason.Holds != want || power.Holds == want {
			t.Errorf("horizon %s: short_power holds %v: %s; power holds %v", horizon, reason.Holds, reason.Text, power.Holds)
		}
	}
}

func TestGeneratorNotStarted(t *testing.T) {
	h := newHouse(t, machineRoom(unread("b", "desk")))
	h.reads("roof", "09:59:59", running(false))
	h.reads("a", "10:00:00")
	equal(t, "blackout", h.reads("a", "10:00:10", ob), []string{"+ a on_battery", "+ utility utility_lost"})
	equal(t, "in its time", h.reads("roof", "10:00:50", running(false)), []string(nil))
	equal(t, "later, but what the generator said is older", h.reads("a", "10:00:55", ob), []string(nil))
	equal(t, "too late", h.reads("roof", "10:00:51", running(false)), []string{"+ roof not_started"})
	began := last[journal.PowerBegan](h)
	same(t, "last not at", began.LastNotAt, clock("10:00:50"))
	equal(t, "again", h.reads("roof", "10:01:01", running(false)), []string(nil))
	equal(t, "lost", h.loses("roof", "10:01:05"), []string{"+ roof lost"})
	equal(t, "runs at last", h.reads("roof", "10:01:11", running(true)), []string{"- roof lost", "+ roof running", "- roof not_started"})
}

func TestNotStartedEndsWithTheBlackout(t *testing.T) {
	h := newHouse(t, machineRoom(unread("b")))
	h.reads("a", "10:00:10", ob)
	h.reads("desk", "10:00:11", ob)
	equal(t, "not started", h.reads("roof", "10:00:52", running(false)), []string{"+ roof not_started"})
	equal(t, "power is back", h.reads("desk", "10:01:00"), []string{"- desk on_battery", "- utility utility_lost", "- roof not_started"})
}

// A generator that stops because power is back has not failed to start; one that stops for want
// of fuel has, as soon as a UPS says so.
func TestGeneratorStops(t *testing.T) {
	for last, want := range map[string][]string{
		"fed":     {"- utility utility_lost"},
		"battery": {"+ a on_battery", "+ roof not_started"},
	} {
		h := newHouse(t, machineRoom(unread("b", "desk")))
		h.reads("a", "10:00:00", ob)
		h.reads("roof", "10:00:10", running(true))
		equal(t, "on the generator", h.reads("a", "10:29:59"), []string{"- a on_battery"})
		equal(t, "stops", h.reads("roof", "10:30:00", running(false)), []string{"- roof running"})
		news := h.does("a", "10:30:01", last)
		news = append(news, h.reads("roof", "10:30:10", running(false))...)
		equal(t, last, news, want)
	}
}

// What the model doubts is a condition, begun once whatever its text becomes.
func TestDoubtful(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:00", watts(900), charge(1))
	h.reads("desk", "10:00:10", ob, watts(900), charge(1))
	equal(t, "steady", h.reads("desk", "10:02:00", ob, watts(900), charge(1)), []string(nil))
	// 900 W × 5 min ÷ 900 Wh are 8 %.
	equal(t, "does not fall", h.reads("desk", "10:05:10", ob, watts(900), charge(1)), []string{"+ desk doubtful"})
	if text := last[journal.PowerBegan](h).Text; !strings.Contains(text, "where 8 % are due") {
		t.Error(text)
	}
	equal(t, "another text", h.reads("desk", "10:06:10", ob, watts(900), charge(1)), []string(nil))
	equal(t, "falls", h.reads("desk", "10:07:10", ob, watts(900), charge(0.88)), []string{"- desk doubtful"})
	equal(t, "low with time left", h.reads("desk", "10:07:20", low, watts(900), charge(1.0)),
		[]string{"- desk on_battery", "+ desk battery_low", "+ desk doubtful", "- utility utility_lost"})
}

// What is journaled as a doubt is what the Situation lists, although only a part of the plan is
// asked: b hangs behind a, behind the generator.
func TestDoubtsAreThoseOfTheSituation(t *testing.T) {
	h := newHouse(t, machineRoom(func(p *plan.Plan) { p.UPSs[1].FedBy = "a" }))
	at := "10:00:00"
	for _, name := range []string{"a", "b", "desk", "roof"} {
		h.reads(name, at, watts(0), runtime(60), low, doubts("charge of 250 %"))
		began := last[journal.PowerBegan](h)
		whole := h.at(clock(at)).Power.Supply(name).Doubts
		if equal(t, name, began.Text, strings.Join(whole, "; ")); began.Condition != journal.Doubtful || name != "roof" && len(whole) < 3 {
			t.Errorf("%+v: %q", began, whole)
		}
		equal(t, name+" in two languages", len(began.Doubts), len(whole))
	}
	// A load is planned on it as a system is.
	h = newHouse(t, machineRoom(alone("desk"), func(p *plan.Plan) {
		p.Systems[0].Power = nil
		p.Loads = []*plan.Load{{Name: "printer", Watts: 900, VA: 900, FedBy: "desk"}}
	}))
	equal(t, "bears nothing", h.reads("desk", at, watts(0)), []string{"+ desk doubtful"})
}

// A restart while on battery keeps the event and its start, and drains go on from there.
func TestRestartOnBattery(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:00", watts(900), charge(1))
	h.reads("desk", "10:00:10", ob, watts(900), charge(1))
	ids := h.state.Power
	h.start(clock("10:10:10"))
	equal(t, "folded", h.state.Power, ids)
	same(t, "utility lost at", h.at(clock("10:10:11")).Power.UtilityLostAt, clock("10:00:00"))
	// Not heard yet in this run: still on battery, 600 s less than an hour.
	f := h.at(clock("10:10:10")).Power.Supply("desk")
	if f.Source != supply.FromBattery || *f.RuntimeSeconds != 3000 {
		t.Errorf("%s, %d s", f.Source, *f.RuntimeSeconds)
	}
	equal(t, "nothing is doubled", h.reads("desk", "10:10:15", ob, watts(900), charge(0.7)), []string(nil))
	// 30 % in 605 s: the 70 % left last 605 × 0.7 ÷ 0.3 = 1,411 s.
	if f := h.at(clock("10:10:15")).Power.Supply("desk"); *f.RuntimeSeconds != 1411 {
		t.Errorf("%d s", *f.RuntimeSeconds)
	}
	equal(t, "back", h.reads("desk", "10:10:25", watts(900)), []string{"- desk on_battery", "- utility utility_lost"})
	same(t, "last at", last[journal.PowerEnded](h).LastAt, clock("10:10:15"))
}

// One UPS of three on battery at a restart is not a blackout before the others were heard.
func TestRestartBesideOneOnBattery(t *testing.T) {
	h := newHouse(t, machineRoom())
	h.reads("b", "10:00:01")
	h.reads("desk", "10:00:02")
	h.reads("a", "10:00:03", ob)
	h.start(clock("10:10:00"))
	equal(t, "the first heard", h.reads("a", "10:10:01", ob), []string(nil))
	equal(t, "the others", h.reads("desk", "10:10:02"), []string(nil))
}

// A step of the clock moves what is counted with it.
func TestClockStepOnBattery(t *testing.T) {
	for _, by := range []time.Duration{2 * time.Hour, -90 * time.Minute} {
		h := newHouse(t, machineRoom())
		h.reads("roof", "10:00:00", running(false))
		h.reads("desk", "10:00:00", watts(900), charge(1))
		h.reads("desk", "10:00:10", ob, watts(900), charge(1))
		for _, name := range []string{"a", "b"} {
			h.loses(name, "10:00:12")
		}
		h.step(clock("10:10:10"), by)
		now := clock("10:10:10").Add(by)
		s := h.at(now)
		same(t, "utility lost at", s.Power.UtilityLostAt, clock("10:00:00").Add(by))
		f := s.Power.Supply("desk")
		same(t, "read at", f.ReadingAt, clock("10:00:10").Add(by))
		if *f.RuntimeSeconds != 3000 {
			t.Errorf("after a step by %s: %d s", by, *f.RuntimeSeconds)
		}
		same(t, "idle", h.state.Live.Idle["roof"], clock("10:00:00").Add(by))
		news := h.power(PowerLook{Supply: "desk", At: now, Reading: supply.Reading{Source: supply.FromUtility}})
		equal(t, "back", news, []string{"- desk on_battery", "- utility utility_lost"})
		same(t, "last at", last[journal.PowerEnded](h).LastAt, clock("10:00:10").Add(by))
	}
}

// What the plan no longer reads is forgotten, with utility power when nothing is read any more.
func TestPlanForgetsSupplies(t *testing.T) {
	h := newHouse(t, machineRoom())
	h.reads("roof", "10:00:00", running(true))
	h.reads("a", "10:00:01", ob)
	h.reads("desk", "10:00:02")
	loaded := h.reload(clock("10:01:00"), machineRoom(unread("a", "desk")))
	equal(t, "gone", loaded.GoneSupplies, []string{"a", "desk"})
	equal(t, "left", len(h.state.Power), 2)
	equal(t, "readings", len(h.state.Live.Readings), 1)
	equal(t, "too late", h.reads("desk", "10:01:01", ob), []string(nil))
	loaded = h.reload(clock("10:02:00"), machineRoom(unread("a", "b", "desk", "roof")))
	equal(t, "gone", loaded.GoneSupplies, []string{"roof", "utility"})
	equal(t, "left", len(h.state.Power)+len(h.state.Live.Readings)+len(h.state.Live.Idle), 0)
	equal(t, "nothing more", h.reload(clock("10:03:00"), h.plan).GoneSupplies, []string(nil))
	elsewhere := machineRoom(func(p *plan.Plan) { p.UPSs[0].Readings.From = []string{"annex"} })
	h.reload(clock("10:04:00"), elsewhere)
	equal(t, "another agent's", h.reads("a", "10:04:01", ob), []string(nil))
}

// A name that becomes one of the other kind leaves nothing behind.
func TestSupplyBecomesAnotherKind(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:01", ob, low)
	p := machineRoom(func(p *plan.Plan) {
		p.Generators[0].Name, p.UPSs, p.Systems = "desk", nil, nil
	})
	h.reload(clock("10:01:00"), p)
	equal(t, "ends", h.reads("desk", "10:01:01", running(false)), []string{"- desk on_battery", "- desk battery_low", "- desk doubtful", "- utility utility_lost"})
}

// Applying events twice, or folding the journal anew, gives the same; drills touch nothing.
func TestFoldOfPower(t *testing.T) {
	h := newHouse(t, machineRoom())
	h.reads("roof", "10:00:00", running(false))
	h.reads("a", "10:00:01", ob, charge(0.9), doubts("x"))
	h.loses("b", "10:00:02")
	h.reads("desk", "10:00:03", off)
	h.reads("roof", "10:00:11", running(true))
	h.reads("a", "10:00:12", charge(0.9))
	again := NewState()
	for _, e := range h.log {
		again.Apply(e)
		again.Apply(e)
		e.Drill, e.Seq = true, 0
		again.Apply(e)
	}
	equal(t, "conditions", again.Power, h.state.Power)
	equal(t, "how many", len(again.Power), 4)
}

// An outage whose supply ends before it is projected to end is at risk for that.
func TestOutageMeetsPower(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.observe(failed("kiosk", "port", "09:59:50", "10:00:00"))
	h.act(clock("10:01:00"), GiveETA{System: "kiosk", At: clock("11:30:00")})
	h.reads("desk", "10:02:00", watts(900), charge(1))
	out := h.system("kiosk", clock("10:02:01")).Outage
	if out.Verdict != OnTrack || !out.SupplyEndsAt.IsZero() {
		t.Errorf("%+v", out)
	}
	h.reads("desk", "10:02:10", ob, watts(900), charge(1))
	out = h.system("kiosk", clock("10:02:10")).Outage
	if out.Verdict != AtRisk || out.Risk != RiskPower {
		t.Errorf("%s, %s", out.Verdict, out.Risk)
	}
	same(t, "supply ends at", out.SupplyEndsAt, clock("11:02:10"))
	h.act(clock("10:03:00"), GiveETA{System: "kiosk", At: clock("10:50:00")})
	if out := h.system("kiosk", clock("10:03:00")).Outage; out.Verdict != OnTrack || out.Risk != "" {
		t.Errorf("%s, %s", out.Verdict, out.Risk)
	}
	h.reads("desk", "10:04:00", watts(900))
	if out := h.system("kiosk", clock("10:04:00")).Outage; !out.SupplyEndsAt.IsZero() {
		t.Errorf("ends at %v with utility power", out.SupplyEndsAt)
	}
}

// The power object of the Situation has the names that others rely on.
func TestSituationJSONOfPower(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:00", ob, watts(900), charge(0.5), doubts("runtime of 65535 minutes"))
	text := must(json.Marshal(h.at(clock("10:00:00"))))
	var s struct{ Power map[string]any }
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	has := func(what string, object map[string]any, names ...string) {
		t.Helper()
		for _, name := range names {
			if _, ok := object[name]; !ok {
				t.Errorf("%s has no %q: %v", what, name, object)
			}
		}
	}
	has("power", s.Power, "utility_lost", "holds_unshed", "holds", "horizon_seconds", "supplies", "shed", "restart")
	desk := s.Power["supplies"].([]any)[0].(map[string]any)
	has("a supply", desk, "name", "kind", "capacity_w", "capacity_va", "planned_w", "planned_va", "measured_w", "runtime_seconds", "reading_at", "doubts")
	has("a line", s.Power["shed"].([]any)[0].(map[string]any), "load", "priority", "watts", "after_seconds", "at")
	equal(t, "reading at", desk["reading_at"], any("2026-07-15T10:00:00+09:00"))
	if text := must(json.Marshal(newHouse(t, planOf(system("records", "port"))).at(clock("10:00:00")))); strings.Contains(string(text), `"power":`) {
		t.Errorf("a plan without power: %s", text)
	}
}

// BenchmarkObservePower takes one round of readings of 200 UPS with two systems each.
func BenchmarkObservePower(b *testing.B) {
	const n = 200
	p := planOf()
	p.Systems = nil
	for i := range n {
		name := fmt.Sprintf("ups-%03d", i)
		p.UPSs = append(p.UPSs, &plan.UPS{
			Name: name, CapacityW: 2000, CapacityVA: 2000, BatteryWh: 1000, Efficiency: 0.9, FedBy: plan.Utility, Readings: every10s(),
		})
		for j := range 2 {
			p.Systems = append(p.Systems, with(system(fmt.Sprintf("system-%03d-%d", i, j), "port"), func(s *plan.System) {
				s.Power = &plan.SystemPower{Watts: 400, VA: 400, FedBy: name}
			}))
		}
	}
	if err := p.Link(); err != nil {
		b.Fatal(err)
	}
	h := newHouse(b, p)
	at := clock("10:00:00")
	b.ReportAllocs()
	for b.Loop() {
		for _, u := range p.UPSs {
			at = at.Add(50 * time.Millisecond)
			ratio := 0.9
			look := PowerLook{Supply: u.Name, At: at, Reading: supply.Reading{Source: supply.FromUtility, ChargeRatio: &ratio}}
			if events := ObservePower(p, h.state, look, h.newID); len(events) > 0 {
				b.Fatalf("%+v", events)
			}
		}
	}
}
