package supply

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// rack is one UPS of 1,900 Wh behind a generator, with 850 W planned: 2 h 42 s, 7,242 s.
func rack(t testing.TB) *plan.Plan {
	return linked(t, &plan.Plan{
		Generators: []*plan.Generator{{Name: "roof", CapacityW: 50000, CapacityVA: 60000, StartsWithin: 40 * time.Second}},
		UPSs:       []*plan.UPS{ups("rack", "roof", func(u *plan.UPS) { u.BatteryWh = 1900 })},
		Systems:    []*plan.System{system("records", 1, 850, "rack")},
	})
}

func TestReadings(t *testing.T) {
	now := blackout.Add(10 * time.Minute)
	on := func(edit func(r *Reading)) Live {
		r := Reading{At: now, Source: FromBattery}
		edit(&r)
		return Live{UtilityLostAt: blackout, Readings: map[string]Reading{"rack": r}}
	}
	for _, test := range []struct {
		name  string
		live  Live
		want  int64
		doubt string // part of the only one; "" for none
	}{
		{"nothing read: on battery until the generator took over", Live{UtilityLostAt: blackout}, 7242 - 40, ""},
		{"full", on(func(*Reading) {}), 7242, ""},
		// Half of 1,710 Wh ÷ 850 W = 3,621.18 s.
		{"half full", on(func(r *Reading) { r.ChargeRatio = new(0.5) }), 3621, ""},
		{"measured half of what is planned", on(func(r *Reading) { r.OutputWatts = new(425.0) }), 14484, ""},
		// 0.000425 × 1,000,000 W: a load ratio is a part of the capacity.
		{"measured as a ratio", on(func(r *Reading) { r.LoadRatio = new(0.000425) }), 14484, ""},
		{"measured in VA alone", on(func(r *Reading) { r.OutputVA = new(425.0) }), 14484, ""},
		{"the UPS says less", on(func(r *Reading) { r.RuntimeSeconds = new(6000.0) }), 6000, ""},
		{"the UPS says more", on(func(r *Reading) { r.RuntimeSeconds = new(8000.0) }), 7242, ""},
		{"the UPS says far more", on(func(r *Reading) { r.RuntimeSeconds = new(65535.0 * 60) }), 7242, "promises 3932100 s"},
		{"the UPS says far less", on(func(r *Reading) { r.RuntimeSeconds = new(600.0) }), 600, "is it aged?"},
		{"a reading of two minutes ago, on battery", on(func(r *Reading) { r.At = now.Add(-2 * time.Minute) }), 7242 - 120, "no answer since"},
		{"assumed dying", on(func(r *Reading) { r.At, r.Lost = now.Add(-5*time.Minute), true }), 7242 - 300, "assumed dying"},
		{"dead by the count", on(func(r *Reading) { r.At, r.Lost, r.ChargeRatio = now.Add(-5*time.Minute), true, new(0.01) }), 0, "assumed dying"},
		{"low with two hours left", on(func(r *Reading) { r.BatteryLow = true }), 7242, "warns of a low battery with 2h42s left"},
		{"low with less than an hour", on(func(r *Reading) { r.BatteryLow, r.ChargeRatio = true, new(0.3) }), 2172, ""},
		{"bears nothing", on(func(r *Reading) { r.OutputWatts = new(0.0) }), 7242, "bears nothing"},
		{"off and bears nothing", on(func(r *Reading) { r.OutputWatts, r.Source = new(0.0), FromNothing }), 7242, ""},
		{"garbage", on(func(r *Reading) { r.OutputWatts = new(-5.0) }), 7242, "output in W of -5"},
		{"not a number", on(func(r *Reading) { r.RuntimeSeconds = new(math.NaN()) }), 7242, "runtime of NaN"},
		{"the reader's own doubt", on(func(r *Reading) { r.Doubts = []string{"charge of 250 %"} }), 7242, "charge of 250 %"},
		{"fed by the generator", on(func(r *Reading) { r.Source = FromUtility }), 7242, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Evaluate(rack(t), test.live, now).Supply("rack")
			if say(f.RuntimeSeconds) != test.want {
				t.Errorf("%d s, want %d", say(f.RuntimeSeconds), test.want)
			}
			text := strings.Join(f.Doubts, "; ")
			if (text == "") != (test.doubt == "") || !strings.Contains(text, test.doubt) || len(f.Doubts) > 1 {
				t.Errorf("doubts %q, want %q", f.Doubts, test.doubt)
			}
			if alone := Texts(Doubts(rack(t), test.live, "rack", now)); strings.Join(alone, "; ") != text {
				t.Errorf("asked alone: %q", alone)
			}
			if f.AssumedDying != strings.Contains(test.doubt, "dying") {
				t.Errorf("assumed dying: %v", f.AssumedDying)
			}
		})
	}
}

// A UPS that is read once a minute is late after three: its word of two minutes ago stands.
func TestLateByItsInterval(t *testing.T) {
	p, now := rack(t), blackout.Add(10*time.Minute)
	p.UPSs[0].Readings = &plan.SupplySource{Interval: time.Minute}
	for ago, late := range map[time.Duration]bool{2 * time.Minute: false, 3 * time.Minute: false, 3*time.Minute + time.Second: true} {
		live := Live{UtilityLostAt: blackout, Readings: map[string]Reading{"rack": {At: now.Add(-ago), Source: FromBattery}}}
		f := Evaluate(p, live, now).Supply("rack")
		if got := len(f.Doubts) > 0; got != late || say(f.RuntimeSeconds) != 7242-int64(ago.Seconds()) {
			t.Errorf("%s ago: %d s, %q", ago, say(f.RuntimeSeconds), f.Doubts)
		}
	}
}

// Of a UPS on which the plan lists nothing, all that is known is its own word, counted down from
// when it spoke.
func TestUPSWithNothingListed(t *testing.T) {
	p, now := rack(t), blackout.Add(10*time.Minute)
	p.Systems[0].Power.FedBy = "roof"
	live := Live{UtilityLostAt: blackout, Readings: map[string]Reading{
		"rack": {At: now.Add(-10 * time.Second), Source: FromBattery, RuntimeSeconds: new(600.0)},
	}}
	if got := Evaluate(linked(t, p), live, now).Supply("rack").RuntimeSeconds; say(got) != 590 {
		t.Errorf("%d s", say(got))
	}
	live.Readings["rack"] = Reading{At: now, Source: FromBattery}
	if got := Evaluate(p, live, now).Supply("rack").RuntimeSeconds; got != nil {
		t.Errorf("%d s, though it said nothing", *got)
	}
}

// The UPS may bear 1,000 VA. It measures 600 W, which the plan says of it, but 1,200 VA instead of
// 600: too much, also where only the two together tell.
func TestApparentPowerIsMeasured(t *testing.T) {
	p := rack(t)
	p.UPSs[0].CapacityVA, p.Power = 1000, &plan.PowerPolicy{Horizon: time.Hour}
	p.Systems[0].Power.Watts, p.Systems[0].Power.VA = 600, 600
	live := Live{Readings: map[string]Reading{"rack": {At: blackout, Source: FromUtility, OutputWatts: new(600.0), OutputVA: new(1200.0)}}}
	got := Evaluate(linked(t, p), live, blackout).Supply("rack")
	if got.HeadroomVA != -200 || !got.has(OverCapacity) || got.HeadroomW != 1e6-600 || *got.MeasuredVA != 1200 {
		t.Errorf("%+v", got)
	}
}

// On battery at 850 W the charge fell from 100 to 80 % in 10 minutes: all of it is 850 W × 1/6 h
// ÷ 0.2 = 708.3 Wh, far from the 1,710 Wh of the plan. 80 % of that bear 850 W for 2,400 s.
func TestSeenToDrain(t *testing.T) {
	now := blackout.Add(10 * time.Minute)
	live := Live{
		UtilityLostAt: blackout,
		Readings:      map[string]Reading{"rack": {At: now, Source: FromBattery, ChargeRatio: new(0.8)}},
		Drains:        map[string][]Charge{"rack": {{blackout, 1, 0}, {now, 0.8, 0}}},
	}
	if f := Evaluate(rack(t), live, now).Supply("rack"); say(f.RuntimeSeconds) != 2400 || len(f.Doubts) != 0 {
		t.Errorf("%d s, %v", say(f.RuntimeSeconds), f.Doubts)
	}
	// Half of the load was switched off after five minutes: it drew 850 W × 1/12 h + 425 W × 1/12 h =
	// 106.25 Wh for those 20 %, 531.25 Wh in all. 80 % of that, 425 Wh, bear 425 W for an hour, though
	// the plan lists 850 W.
	live.Readings["rack"] = Reading{At: now, Source: FromBattery, ChargeRatio: new(0.8), OutputWatts: new(425.0)}
	live.Drains["rack"] = []Charge{{blackout, 1, 0}, {now, 0.8, 106.25}}
	if f := Evaluate(rack(t), live, now).Supply("rack"); say(f.RuntimeSeconds) != 3600 {
		t.Errorf("%d s", say(f.RuntimeSeconds))
	}
	// 100 % after ten minutes cannot be: 850 W × 1/6 h ÷ 1,710 Wh = 8 % are gone.
	live.Readings["rack"] = Reading{At: now, Source: FromBattery, ChargeRatio: new(1.0)}
	live.Drains["rack"] = []Charge{{blackout, 1, 0}, {now, 1, 0}}
	if f := Evaluate(rack(t), live, now).Supply("rack"); len(f.Doubts) != 1 || !strings.Contains(f.Doubts[0], "where 8 % are due") {
		t.Errorf("%v", f.Doubts)
	}
}

// The generator says that it does not run. Within its time to start that is as it should be;
// after that the systems hang on their battery: 2 h 42 s, of which 41 s are over.
func TestGeneratorThatDoesNotStart(t *testing.T) {
	for after, want := range map[time.Duration]bool{39 * time.Second: true, 41 * time.Second: false} {
		now := blackout.Add(after)
		f := Evaluate(rack(t), Live{UtilityLostAt: blackout, Readings: map[string]Reading{"roof": {At: now, Running: new(false)}}}, now)
		if f.Holds != want || f.Supply("roof").has(NotStarted) == want {
			t.Errorf("after %s: holds %v, %v", after, f.Holds, f.Supply("roof").Problems)
		}
		if line, ends := f.Ends("records"); ends == want || ends && line.AfterSeconds != 7242 {
			t.Errorf("after %s: %+v", after, line)
		}
	}
}

// A running generator that measures 1.2 times what its loads add up to burns for that.
func TestGeneratorMeasures(t *testing.T) {
	p := small(t, 1440)
	now := blackout.Add(time.Minute)
	live := Live{UtilityLostAt: blackout, Readings: map[string]Reading{"small": {At: now, Running: new(true), OutputWatts: new(24000.0), FuelLiters: new(1440.0)}}}
	f := Evaluate(p, live, now)
	// 24 of 40 kW are 24 L/h: 60 h.
	if got := f.Supply("small"); say(got.RuntimeSeconds) != 60*3600 || got.PlannedW != 20000 || *got.MeasuredW != 24000 || got.HeadroomW != 16000 {
		t.Errorf("%+v", got)
	}
	if len(f.Shed) != 1 || f.Shed[0].Load != "second" || !f.Supply("small").FuelMeasured {
		t.Errorf("%v, %+v", lines(f), f.Supply("small"))
	}
	// A gauge that tells half a tank, 720 L: 30 h. What it said ten minutes ago has burnt on since.
	live.Readings["small"] = Reading{At: now, Running: new(true), OutputWatts: new(24000.0), FuelRatio: new(0.5)}
	for later, want := range map[time.Duration]int64{0: 30 * 3600, 10 * time.Minute: 30*3600 - 600} {
		got := Evaluate(p, live, now.Add(later)).Supply("small")
		if say(got.RuntimeSeconds) != want || !got.FuelMeasured || math.Abs(*got.FuelLiters-24*float64(want)/3600) > 1e-6 {
			t.Errorf("%s later: %d s, %v L", later, say(got.RuntimeSeconds), *got.FuelLiters)
		}
	}
}

// When everything ends: what is shed by its time, the rest with the fuel, what hangs on utility
// power with that, and what is elsewhere never.
func TestEnds(t *testing.T) {
	p := small(t, 1000)
	p.Systems = append(p.Systems, system("cloud", 1, 0, plan.Elsewhere))
	p.Loads = []*plan.Load{{Name: "lift", FedBy: plan.Utility}}
	lost := Evaluate(linked(t, p), Live{UtilityLostAt: blackout}, blackout)
	for name, want := range map[string]ShedFacts{
		"second": {AfterSeconds: 28 * 3600, Reason: ForHorizon},
		"first":  {AfterSeconds: 72 * 3600, Reason: FuelEnds},
		"lift":   {AfterSeconds: 0, Reason: NoSupply},
	} {
		got, ok := lost.Ends(name)
		if !ok || got.AfterSeconds != want.AfterSeconds || got.Reason != want.Reason || !got.At.Equal(blackout.Add(time.Duration(want.AfterSeconds)*time.Second)) {
			t.Errorf("%s ends %+v", name, got)
		}
	}
	if got, ok := lost.Ends("cloud"); ok {
		t.Errorf("%+v", got)
	}
	if got, ok := Evaluate(p, Live{}, blackout).Ends("second"); ok {
		t.Errorf("with utility power there: %+v", got)
	}
}

// Events are folded in UTC; people are told times in the zone of the instant that they ask for.
func TestTimesAreInTheZoneOfNow(t *testing.T) {
	zone := time.FixedZone("JST", 9*60*60)
	now := blackout.Add(time.Minute).In(zone)
	p := rack(t)
	p.UPSs[0].FedBy = plan.Utility // so that its battery ends
	f := Evaluate(p, Live{UtilityLostAt: blackout}, now)
	if len(f.Shed) != 1 || f.Shed[0].At.Location() != zone || f.UtilityLostAt.Location() != zone {
		t.Errorf("lost at %s, to be shed: %+v, want times in %s", f.UtilityLostAt, f.Shed, zone)
	}
}

// Nobody can ask this generator. Twenty seconds after the loss, ten after it was due, the UPS
// behind it is on battery still: it has not started, and what lasts is the battery.
func TestGeneratorThatNobodyCanAsk(t *testing.T) {
	p := linked(t, &plan.Plan{
		Generators: []*plan.Generator{{
			Name: "roof", CapacityW: 50000, CapacityVA: 60000, StartsWithin: 10 * time.Second,
			Fuel: &plan.Fuel{Liters: 1600, Burn: plan.BurnCurve{{LoadRatio: 1, LitersPerHour: 10}}},
		}},
		UPSs:    []*plan.UPS{ups("rack", "roof", func(u *plan.UPS) { u.BatteryWh = 1900 })},
		Systems: []*plan.System{system("records", 1, 850, "rack")},
	})
	for after, failed := range map[time.Duration]bool{9 * time.Second: false, 20 * time.Second: true} {
		now := blackout.Add(after)
		live := Live{UtilityLostAt: blackout, Readings: map[string]Reading{"rack": {At: now, Source: FromBattery}}}
		f := Evaluate(p, live, now)
		left, _ := f.Remaining()
		if got := left < 3*time.Hour; got != failed {
			t.Errorf("after %s: %s left", after, left)
		}
		if got := slices.Contains(f.Supply("roof").Problems, NotStarted); got != failed {
			t.Errorf("after %s: %v", after, f.Supply("roof").Problems)
		}
		// What is fed by another generator says nothing of this one, nor this one's of that.
		annex := *p.Generators[0]
		annex.Name = "annex"
		two := linked(t, &plan.Plan{
			Generators: []*plan.Generator{p.Generators[0], &annex}, UPSs: []*plan.UPS{p.UPSs[0], ups("fed", "annex")}, Systems: p.Systems,
		})
		live.Readings["fed"] = Reading{At: now, Source: FromUtility}
		f = Evaluate(two, live, now)
		if f.Supply("roof").has(NotStarted) != failed || f.Supply("annex").has(NotStarted) {
			t.Errorf("after %s: %v, annex %v", after, f.Supply("roof").Problems, f.Supply("annex").Problems)
		}
	}
}

// A supply that is confirmed not to answer says why, be it after a reading or without one; where
// nobody knows why it is lost all the same.
func TestSilent(t *testing.T) {
	now := blackout.Add(time.Minute)
	because := Doubt{DoubtNoAnswer, map[string]any{"Text": "connection refused"}, "does not answer: connection refused"}
	since := Doubt{DoubtSilent, map[string]any{"At": blackout}, "no answer since 2026-03-11 14:46:00"}
	for _, test := range []struct {
		name   string
		live   Live
		doubts []Doubt
	}{
		{"never answered", Live{Silent: map[string]string{"rack": "connection refused"}}, []Doubt{because}},
		{"answered before", Live{
			Silent: map[string]string{"rack": "connection refused"}, Readings: map[string]Reading{"rack": {At: blackout, Source: FromUtility, Lost: true}},
		}, []Doubt{since, because}},
		{"nobody knows why", Live{Silent: map[string]string{"rack": ""}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Evaluate(rack(t), test.live, now).Supply("rack")
			if diff := cmp.Diff(test.doubts, f.Doubted); diff != "" || !f.Lost {
				t.Errorf("lost %v (-want +got):\n%s", f.Lost, diff)
			}
			if diff := cmp.Diff(Texts(test.doubts), f.Doubts); diff != "" {
				t.Errorf("in English (-want +got):\n%s", diff)
			}
		})
	}
}
