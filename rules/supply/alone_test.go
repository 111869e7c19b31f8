package supply

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// office is a branch office without a generator: one UPS whose full battery gives 100 Wh × 0.9 = 90 Wh,
// and a horizon of ten minutes.
func office(t testing.TB, watts float64, edit ...func(*plan.Plan)) *plan.Plan {
	p := &plan.Plan{
		UPSs:    []*plan.UPS{ups("desk", plan.Utility, func(u *plan.UPS) { u.BatteryWh = 100 })},
		Systems: []*plan.System{system("counter", 1, watts, "desk")},
		Power:   &plan.PowerPolicy{Horizon: 10 * time.Minute},
	}
	for _, f := range edit {
		f(p)
	}
	return linked(t, p)
}

// 90 Wh ÷ 540 W are 600 s: exactly the ten minutes. 90 Wh ÷ 540.9 W are 599.0017 s, one second short
// of it, and 90 Wh ÷ 90 W are an hour.
func TestBatteryThatLastsTheHorizonHoldsIt(t *testing.T) {
	unranked := func(p *plan.Plan) { p.Systems[0].Priority = 0 }
	second := func(wh float64, priority int) func(*plan.Plan) {
		return func(p *plan.Plan) {
			p.UPSs = append(p.UPSs, ups("second", plan.Utility, func(u *plan.UPS) { u.BatteryWh = wh }))
			p.Loads = []*plan.Load{{Name: "terminal", Watts: 90, VA: 90, FedBy: "second", Priority: priority}}
		}
	}
	for _, test := range []struct {
		name            string
		plan            *plan.Plan
		unshed, holds   bool
		reaches, runs   int64
		shed            []line
		counter, others int64 // when they end
	}{
		{"an hour", office(t, 90), true, true, 3600, 3600, nil, 3600, 0},
		{"exactly the horizon", office(t, 540), true, true, 600, 600, nil, 600, 0},
		{"one second below", office(t, 540.9), false, false, 599, 599, []line{{"counter", 599, BatteryEnds}}, 599, 0},
		{"without a rank", office(t, 90, unranked), true, true, 3600, 3600, nil, 3600, 0},
		{"without a rank, below", office(t, 540.9, unranked), false, false, 599, 599, []line{{"counter", 599, BatteryEnds}}, 599, 0},
		// 10 Wh × 0.9 ÷ 90 W are 360 s, 30 Wh are 1,080 s: what nobody ranked spoils nothing.
		{"beside a shorter one without a rank", office(t, 90, second(10, 0)), false, true, 3600, 360, []line{{"terminal", 360, BatteryEnds}}, 3600, 360},
		{"beside one without a rank that holds", office(t, 90, second(30, 0)), true, true, 3600, 1080, nil, 3600, 1080},
		{"beside a shorter one with a rank", office(t, 90, second(10, 2)), false, false, 360, 360, []line{{"terminal", 360, BatteryEnds}}, 3600, 360},
		{"a battery that nobody knows", office(t, 90, func(p *plan.Plan) { p.UPSs[0].BatteryWh = 0 }), false, false, 0, 0, []line{{"counter", 0, BatteryEnds}}, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Evaluate(test.plan, Live{UtilityLostAt: blackout}, blackout)
			if f.HoldsUnshed != test.unshed || f.Holds != test.holds || say(f.ReachesSeconds) != test.reaches || say(f.UnshedSeconds) != test.runs {
				t.Errorf("unshed %v for %d s, holds %v for %d s", f.HoldsUnshed, say(f.UnshedSeconds), f.Holds, say(f.ReachesSeconds))
			}
			if diff := cmp.Diff(test.shed, lines(f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !f.Supply("desk").has(BatteryOnly) {
				t.Errorf("it is not told that no generator stands behind it: %v", f.Supply("desk").Problems)
			}
			for name, want := range map[string]int64{"counter": test.counter, "terminal": test.others} {
				if got, ok := f.Ends(name); ok && (got.AfterSeconds != want || got.Reason != BatteryEnds) || !ok && name == "counter" {
					t.Errorf("%s ends %+v, want after %d s", name, got, want)
				}
			}
		})
	}
}

// A UPS that bears 50 of 100 W sheds one load at once: 90 Wh ÷ 50 W are 6,480 s for the other. With
// both on they were 3,240 s, if it did not trip at once.
func TestBatteryHoldsWhatItsCapacityLeaves(t *testing.T) {
	p := office(t, 50, func(p *plan.Plan) {
		p.UPSs[0].CapacityW, p.UPSs[0].CapacityVA = 50, 50
		p.Systems = append(p.Systems, system("printer", 2, 50, "desk"))
	})
	f := Evaluate(p, Live{}, blackout)
	if diff := cmp.Diff([]line{{"printer", 0, ForCapacity}}, lines(f)); diff != "" || !f.Holds || f.HoldsUnshed {
		t.Errorf("holds %v, unshed %v (-want +got):\n%s", f.Holds, f.HoldsUnshed, diff)
	}
	if say(f.ReachesSeconds) != 6480 || say(f.UnshedSeconds) != 0 {
		t.Errorf("reaches %d s, unshed %d s", say(f.ReachesSeconds), say(f.UnshedSeconds))
	}
}

// The battery of exactly ten minutes, as the blackout goes on: it held the horizon, and after that
// it has ended when it ended, not just now. One of 599 s has not held it, also when that is past.
func TestBatteryAloneAsTimePasses(t *testing.T) {
	for _, since := range []time.Duration{0, 90*time.Second + 500*time.Millisecond, 9 * time.Minute, time.Hour} {
		now := blackout.Add(since)
		f := Evaluate(office(t, 540), Live{UtilityLostAt: blackout}, now)
		if line, ok := f.Ends("counter"); !f.HoldsUnshed || !ok || line.AfterSeconds != 600 || say(f.UnshedSeconds) != 600 {
			t.Errorf("after %s: holds %v, ends %+v", since, f.HoldsUnshed, line)
		}
		f = Evaluate(office(t, 540.9), Live{UtilityLostAt: blackout}, now)
		if line, ok := f.Ends("counter"); f.Holds || !ok || line.AfterSeconds != 599 || say(f.UnshedSeconds) != 599 {
			t.Errorf("after %s: holds %v, ends %+v", since, f.Holds, line)
		}
	}
}

// The generator does not start. What its UPS bears for the horizon holds; what hangs on the
// generator itself is dark at once, and with a rank it is missed.
func TestBatteryBehindAFailedGenerator(t *testing.T) {
	failed := Live{WhatIf: WhatIf{WithoutUtility: true, WithoutGenerators: true}}
	p := office(t, 90, func(p *plan.Plan) {
		p.Generators = []*plan.Generator{{
			Name: "roof", CapacityW: 50000, CapacityVA: 60000, StartsWithin: 40 * time.Second,
			Fuel: &plan.Fuel{Liters: 1, Burn: plan.BurnCurve{{LoadRatio: 1, LitersPerHour: 1000}}}, // too little, but that is not the matter
		}}
		p.UPSs[0].FedBy = "roof"
	})
	f := Evaluate(p, failed, blackout)
	if !f.HoldsUnshed || say(f.UnshedSeconds) != 3600 || say(f.ReachesSeconds) != 3600 || !f.Supply("roof").has(NotStarted) {
		t.Errorf("holds unshed %v for %d s, %v", f.HoldsUnshed, say(f.UnshedSeconds), f.Supply("roof").Problems)
	}
	if f := Evaluate(p, Live{WhatIf: WhatIf{WithoutGenerators: true}}, blackout); f.Supply("roof").has(NotStarted) {
		t.Errorf("with utility power there: %v", f.Supply("roof").Problems)
	}
	p.Systems = append(p.Systems, system("cooling", 2, 100, "roof"))
	f = Evaluate(linked(t, p), failed, blackout)
	if diff := cmp.Diff([]line{{"cooling", 0, NoSupply}}, lines(f)); diff != "" || f.Holds || say(f.UnshedSeconds) != 0 {
		t.Errorf("holds %v, unshed %d s (-want +got):\n%s", f.Holds, say(f.UnshedSeconds), diff)
	}
}

// A switch whose battery outlasts the horizon is not shed, but what depends on it lives longer.
func TestDependencyEndsBeyondTheHorizon(t *testing.T) {
	p := office(t, 90, func(p *plan.Plan) {
		p.Systems = append(p.Systems, system("cloud", 1, 0, plan.Elsewhere, "counter"))
	})
	if f := Evaluate(p, Live{}, blackout); !f.HoldsUnshed || !f.Supply("desk").has(DependencyEnds) {
		t.Errorf("holds unshed %v, %v", f.HoldsUnshed, f.Supply("desk").Problems)
	}
}
