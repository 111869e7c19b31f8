package supply

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// diesel is a set of 90 kVA at a power factor of 0.8, so 72 kW, with 1,600 L.
func diesel() *plan.Generator {
	return &plan.Generator{
		Name: "diesel", CapacityW: 72000, CapacityVA: 90000, StartsWithin: 40 * time.Second,
		Fuel: &plan.Fuel{Liters: 1600, Burn: plan.BurnCurve{{LoadRatio: 0.25, LitersPerHour: 9}, {LoadRatio: 0.5, LitersPerHour: 16}, {LoadRatio: 0.75, LitersPerHour: 24}, {LoadRatio: 1, LitersPerHour: 33}}},
	}
}

// The listed load is 45 kW, 62.5 % of 72 kW: half way between 50 % (16 L/h) and 75 % (24 L/h),
// so 20 L/h, and 1,600 L ÷ 20 L/h = 80 h: beyond the 72 h.
//
// At 1.3 times that, 58.5 kW are 81.25 %: a quarter of the way from 24 to 33 L/h, so 26.25 L/h,
// and 1,600 ÷ 26.25 = 60.952 h = 219,428 s: short of the 72 h by 11 hours.
func TestDieselReachesTheHorizon(t *testing.T) {
	p := linked(t, &plan.Plan{
		Generators: []*plan.Generator{diesel()},
		Systems:    []*plan.System{system("records", 1, 20000, "diesel"), system("mail", 2, 15000, "diesel")},
		Loads:      []*plan.Load{{Name: "lights", Watts: 10000, VA: 10000, FedBy: "diesel", Priority: 3}},
		Power:      &plan.PowerPolicy{Horizon: 72 * time.Hour, Margin: 0.1}, // 64.8 kW: capacity is not the matter here
	})
	f := Evaluate(p, Live{}, blackout)
	if got := f.Supply("diesel"); say(got.RuntimeSeconds) != 80*3600 || got.PlannedW != 45000 || got.HeadroomW != 19800 || len(got.Problems) != 0 {
		t.Errorf("%+v", got)
	}
	if !f.Holds || !f.HoldsUnshed || len(f.Shed) != 0 || say(f.ReachesSeconds) != 80*3600 {
		t.Errorf("%+v", f)
	}

	f = Evaluate(p, Live{WhatIf: WhatIf{LoadFactor: 1.3}}, blackout)
	got := f.Supply("diesel")
	if say(got.RuntimeSeconds) != 219428 || !slices.Equal(got.Problems, []Problem{HorizonShort}) || f.HoldsUnshed {
		t.Errorf("%d s, %v", say(got.RuntimeSeconds), got.Problems)
	}
	// Without the lights (13 kW) 45.5 kW are 63.194 %: 16 + 8 × 13.194/25 = 20.2222 L/h last
	// 79.1 h. Everything may stay on until T = (1,600 − 20.2222 × 72) ÷ (26.25 − 20.2222) =
	// 144 ÷ 6.02778 = 23.8894 h = 86,001.8 s.
	if diff := cmp.Diff([]line{{"lights", 86001, ForHorizon}}, lines(f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !f.Holds || say(f.ReachesSeconds) != 72*3600 {
		t.Errorf("holds %v, reaches %d", f.Holds, say(f.ReachesSeconds))
	}
}

// 1,900 Wh × 0.9 ÷ 850 W = 2.01176 h = 7,242.35 s: two hours and 42 seconds.
func TestBatteryOfOneUPS(t *testing.T) {
	p := linked(t, &plan.Plan{
		UPSs: []*plan.UPS{ups("rack", plan.Utility, func(u *plan.UPS) {
			u.CapacityW, u.CapacityVA, u.BatteryWh = 2700, 3000, 1900
		})},
		Systems: []*plan.System{system("records", 1, 850, "rack")},
	})
	f := Evaluate(p, Live{}, blackout)
	got := f.Supply("rack")
	if say(got.RuntimeSeconds) != 7242 || got.HeadroomW != 2160-850 || got.HeadroomVA != 2400-850 {
		t.Errorf("%d s, %v W, %v VA", say(got.RuntimeSeconds), got.HeadroomW, got.HeadroomVA)
	}
	// Nothing stands behind it: the system must be off when the battery ends, and 72 h are far.
	if diff := cmp.Diff([]line{{"records", 7242, BatteryEnds}}, lines(f)); diff != "" || f.Holds || say(f.ReachesSeconds) != 7242 {
		t.Errorf("holds %v, reaches %d (-want +got):\n%s", f.Holds, say(f.ReachesSeconds), diff)
	}
}

// The generator may bear 50 kW less 20 %: 40 kW. On it hang 44 kW, 4 kW too much:
//
//	UPS a  records 1 20,000   auth 8 2,000 (records depends on it)
//	UPS b  groupware 6 3,000  mail 6 2,500  files 7 1,000
//	UPS c  kiosk 5 15,000     display (no rank) 500
//
// auth has the lowest rank but one, but is kept for records. So display goes (3,500 W left to
// go), files (2,500), and of rank 6 the larger, groupware (−500): mail stays. All before the
// generator takes the load, 40 s after the loss.
func TestThreeUPSOverCapacityByFourKilowatts(t *testing.T) {
	p := threeUPS(t)
	f := Evaluate(p, Live{WhatIf: WhatIf{WithoutUtility: true}}, blackout)
	want := []line{{"display", 40, ForCapacity}, {"files", 40, ForCapacity}, {"groupware", 40, ForCapacity}}
	if diff := cmp.Diff(want, lines(f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if at := blackout.Add(40 * time.Second); !f.Shed[0].At.Equal(at) {
		t.Errorf("at %s, want %s", f.Shed[0].At, at)
	}
	g := f.Supply("roof")
	if g.PlannedW != 44000 || g.HeadroomW != -4000 || g.AfterShedW != 39500 || !slices.Equal(g.Problems, []Problem{OverCapacity, FuelUnknown}) {
		t.Errorf("%+v", g)
	}
	if !f.Holds || f.HoldsUnshed {
		t.Errorf("holds %v, unshed %v", f.Holds, f.HoldsUnshed)
	}
	// records first, but not before what it depends on; display last.
	if got := strings.Join(f.Restart, " "); got != "auth records kiosk groupware mail files display" {
		t.Error(got)
	}
}

func threeUPS(t testing.TB) *plan.Plan {
	return linked(t, &plan.Plan{
		Generators: []*plan.Generator{{Name: "roof", CapacityW: 50000, CapacityVA: 60000, StartsWithin: 40 * time.Second}},
		UPSs:       []*plan.UPS{ups("a", "roof"), ups("b", "roof"), ups("c", "roof")},
		Systems: []*plan.System{
			system("records", 1, 20000, "a", "auth"), system("auth", 8, 2000, "a"),
			system("groupware", 6, 3000, "b"), system("mail", 6, 2500, "b"), system("files", 7, 1000, "b"),
			system("kiosk", 5, 15000, "c"), system("display", 0, 500, "c"),
		},
		Power: &plan.PowerPolicy{Horizon: 72 * time.Hour, Margin: 0.2},
	})
}

// small burns 10 L/h up to 10 kW and 20 L/h at 20 kW, of 40 kW.
func small(t testing.TB, liters float64) *plan.Plan {
	return linked(t, &plan.Plan{
		Generators: []*plan.Generator{{
			Name: "small", CapacityW: 40000, CapacityVA: 40000, StartsWithin: 40 * time.Second,
			Fuel: &plan.Fuel{Liters: liters, Burn: plan.BurnCurve{{LoadRatio: 0.25, LitersPerHour: 10}, {LoadRatio: 0.5, LitersPerHour: 20}, {LoadRatio: 1, LitersPerHour: 40}}},
		}},
		Systems: []*plan.System{system("first", 1, 10000, "small"), system("second", 2, 10000, "small")},
		Power:   &plan.PowerPolicy{Horizon: 72 * time.Hour},
	})
}

func TestHorizon(t *testing.T) {
	for _, test := range []struct {
		name    string
		liters  float64
		shed    []line
		holds   bool
		reaches int64
	}{
		// 1,440 L ÷ 20 L/h = 72 h.
		{"just enough", 1440, nil, true, 72 * 3600},
		// 1,000 ÷ 20 = 50 h. Without the second 10 L/h: T = (1,000 − 720) ÷ (20 − 10) = 28 h.
		{"until 28 h", 1000, []line{{"second", 28 * 3600, ForHorizon}}, true, 72 * 3600},
		// 720 L are just enough for the first alone: the second goes before the start.
		{"at once", 720, []line{{"second", 40, ForHorizon}}, true, 72 * 3600},
		// 500 ÷ 10 = 50 h with the first alone, which stays on for as long as it gets.
		{"infeasible", 500, []line{{"second", 40, ForHorizon}}, false, 50 * 3600},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Evaluate(small(t, test.liters), Live{}, blackout)
			if diff := cmp.Diff(test.shed, lines(f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if f.Holds != test.holds || say(f.ReachesSeconds) != test.reaches || f.HoldsUnshed != (test.shed == nil) {
				t.Errorf("holds %v (unshed %v), reaches %d", f.Holds, f.HoldsUnshed, say(f.ReachesSeconds))
			}
			if f.Supply("small").has(Infeasible) == test.holds {
				t.Error(f.Supply("small").Problems)
			}
		})
	}
}

// Two generators. The small one, with 1,600 L, bears 30 kW, so 30 L/h, and sheds its lights for the
// horizon. The other, with 1,000 L, sheds auth at 28 h, and mail, on the small one, goes with it. Its
// ten kilowatts may be on for longer than the lights, so the lights count with it: T = (1,600 − 20 ×
// 72) ÷ (30 − 20) = 16 h, where without it they would be promised (1,600 − 10 × 72) ÷ 20 = 44 h.
func TestWhatGoesWithAnotherGeneratorCountsAsRest(t *testing.T) {
	p, other := small(t, 1600), small(t, 1000).Generators[0]
	other.Name = "other"
	p.Generators = append(p.Generators, other)
	p.Systems = []*plan.System{
		system("records", 1, 10000, "small"), system("mail", 5, 10000, "small", "auth"), system("lights", 9, 10000, "small"),
		system("core", 1, 10000, "other"), system("auth", 5, 10000, "other"),
	}
	f := Evaluate(linked(t, p), Live{}, blackout)
	want := []line{{"lights", 16 * 3600, ForHorizon}, {"mail", 28 * 3600, ForDependency}, {"auth", 28 * 3600, ForHorizon}}
	if diff := cmp.Diff(want, lines(f)); diff != "" || !f.Holds || say(f.ReachesSeconds) != 72*3600 {
		t.Errorf("holds %v for %d s (-want +got):\n%s", f.Holds, say(f.ReachesSeconds), diff)
	}
}

// What a generator bears beyond its whole capacity is beyond the curve that tells what it burns.
func TestBeyondTheCurve(t *testing.T) {
	for watts, want := range map[float64]bool{30000: false, 30001: true} { // of 40 kW, beside 10 kW
		p := small(t, 1e6)
		p.Systems[1].Power.Watts = watts
		if got := Evaluate(p, Live{}, blackout).Supply("small"); got.has(BeyondCurve) != want || got.has(NotStarted) {
			t.Errorf("%v W: %v", watts, got.Problems)
		}
	}
}

func (f *SupplyFacts) has(p Problem) bool { return slices.Contains(f.Problems, p) }

// Ten hours into the blackout 1,000 L have become 1,000 − 20 × (10 h − 40 s) = 800.2222 L: left of
// the horizon are 62 h, and T = (800.2222 − 620) ÷ 10 = 18.0222 h from now, 28 h and 80 s after
// the loss: the 40 s before the start burnt nothing, and what they would have is 80 s of the second.
func TestClockTimesMoveWithTheFuel(t *testing.T) {
	live := Live{UtilityLostAt: blackout}
	now := blackout.Add(10 * time.Hour)
	f := Evaluate(small(t, 1000), live, now)
	if diff := cmp.Diff([]line{{"second", 28*3600 + 80, ForHorizon}}, lines(f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The gauge says 700 L: T = (700 − 620) ÷ 10 = 8 h from now.
	live.Readings = map[string]Reading{"small": {At: now, FuelLiters: new(700.0), Running: new(true)}}
	f = Evaluate(small(t, 1000), live, now)
	if want := blackout.Add(18 * time.Hour); !f.Shed[0].At.Equal(want) || !f.Holds {
		t.Errorf("at %s, want %s", f.Shed[0].At, want)
	}
}

// With a fuel of 40 % the same plan has 640 L: infeasible, 64 h with the first alone.
func TestWhatIfFuel(t *testing.T) {
	f := Evaluate(small(t, 1600), Live{WhatIf: WhatIf{FuelRatio: new(0.4)}}, blackout)
	if f.Holds || say(f.ReachesSeconds) != 64*3600 || *f.Supply("small").FuelLiters != 640 {
		t.Errorf("holds %v, reaches %d", f.Holds, say(f.ReachesSeconds))
	}
}

func TestSituations(t *testing.T) {
	p := small(t, 1000)
	p.UPSs = []*plan.UPS{ups("rack", "small", func(u *plan.UPS) { u.BatteryWh = 10000 })} // 0.9 h at 10 kW
	p.Systems[0].Power.FedBy = "rack"
	f := Evaluate(p, Live{}, blackout)
	want := []SituationFacts{
		{Name: UtilityPresent, Fed: true},
		{Name: GeneratorRunning, Fed: true, LastsSeconds: new(int64(50 * 3600))},
		{Name: GeneratorFailed, Fed: true, LastsSeconds: new(int64(3240))},
	}
	if diff := cmp.Diff(want, f.Supply("rack").Situations); diff != "" {
		t.Errorf("rack (-want +got):\n%s", diff)
	}
	want[2] = SituationFacts{Name: GeneratorFailed}
	if diff := cmp.Diff(want, f.Supply("small").Situations); diff != "" {
		t.Errorf("generator (-want +got):\n%s", diff)
	}

	// A generator that does not start leaves the second dark at once and the first on its battery.
	f = Evaluate(p, Live{WhatIf: WhatIf{WithoutUtility: true, WithoutGenerators: true}}, blackout)
	if diff := cmp.Diff([]line{{"second", 0, NoSupply}, {"first", 3240, BatteryEnds}}, lines(f)); diff != "" || f.Holds {
		t.Errorf("holds %v (-want +got):\n%s", f.Holds, diff)
	}
	if !f.Supply("small").has(NotStarted) {
		t.Error(f.Supply("small").Problems)
	}

	// A battery that ends before the generator takes the load.
	p.UPSs[0].BatteryWh = 100 // 32 s
	f = Evaluate(p, Live{}, blackout)
	if got := f.Supply("rack"); !got.has(BridgeShort) || say(got.Situations[1].LastsSeconds) != 32 {
		t.Errorf("%v, %d s", got.Problems, say(got.Situations[1].LastsSeconds))
	}
}

func TestDependencies(t *testing.T) {
	base := func() *plan.Plan {
		p := small(t, 1000)
		p.Generators[0].Fuel = nil
		p.Power.Margin = 0.5 // 20 kW
		return p
	}
	for _, test := range []struct {
		name string
		edit func(p *plan.Plan)
		want []line
	}{
		{"cooling stays with what it cools", func(p *plan.Plan) {
			p.Loads = []*plan.Load{{Name: "aircon", Watts: 5000, VA: 5000, FedBy: "small", NeededBy: []string{"first"}}}
		}, []line{{"second", 40, ForCapacity}}},
		{"through a system that draws nothing", func(p *plan.Plan) {
			p.Systems = append(p.Systems, &plan.System{Name: "middle", DependsOn: []string{"switch"}}, system("switch", 0, 5000, "small"))
			p.Systems[0].DependsOn = []string{"middle"}
		}, []line{{"second", 40, ForCapacity}}},
		{"for what lives elsewhere", func(p *plan.Plan) {
			p.Systems = append(p.Systems, system("cloud", 1, 0, plan.Elsewhere, "line"), system("line", 0, 5000, "small"))
		}, []line{{"second", 40, ForCapacity}}},
		{"not for what is dark anyway", func(p *plan.Plan) {
			p.Systems = append(p.Systems, system("shop", 1, 0, plan.Utility, "line"), system("line", 0, 5000, "small"))
		}, []line{{"line", 40, ForCapacity}}},
		{"what depends on it goes first", func(p *plan.Plan) {
			p.Systems[0].DependsOn = []string{"second"}
			p.Systems[0].Priority, p.Systems[1].Priority = 2, 3
			p.Systems = append(p.Systems, system("third", 1, 15000, "small"))
		}, []line{{"first", 40, ForCapacity}, {"second", 40, ForCapacity}}},
		{"switch_off_after keeps it longer", func(p *plan.Plan) {
			p.Systems[1].Power.SwitchOffAfter = 1 // after rank 1
			p.Systems = append(p.Systems, system("third", 3, 100, "small"))
			p.Systems[0].Power.Watts = 19000
		}, []line{{"third", 40, ForCapacity}, {"first", 40, ForCapacity}}},
		{"a UPS over its own capacity, at once, and nothing for the others", func(p *plan.Plan) {
			p.UPSs = []*plan.UPS{ups("rack", "small", func(u *plan.UPS) { u.CapacityW, u.CapacityVA = 20000, 30000 })} // 10 kW
			p.Systems[0].Power.FedBy = "rack"
			p.Systems[1].Power.Watts = 9000
			p.Systems = append(p.Systems, system("third", 3, 1000, "rack"))
		}, []line{{"third", 0, ForCapacity}}},
		{"a circle is survived", func(p *plan.Plan) {
			p.Systems[0].DependsOn, p.Systems[1].DependsOn = []string{"second"}, []string{"first"}
			p.Systems[1].Power.Watts = 15000
		}, []line{{"second", 40, ForCapacity}, {"first", 40, ForDependency}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := base()
			test.edit(p)
			if diff := cmp.Diff(test.want, lines(Evaluate(linked(t, p), Live{}, blackout))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A desk's UPS without a generator is no reason to say that emergency power fails; a ranked
// system on it is.
func TestBatteryOnlyBesideAGenerator(t *testing.T) {
	p := small(t, 1440)
	p.UPSs = []*plan.UPS{ups("desk", plan.Utility, func(u *plan.UPS) { u.BatteryWh = 100 })}
	p.Loads = []*plan.Load{{Name: "terminal", Watts: 90, VA: 90, FedBy: "desk"}}
	f := Evaluate(p, Live{}, blackout)
	if diff := cmp.Diff([]line{{"terminal", 3600, BatteryEnds}}, lines(f)); diff != "" || !f.Holds || f.HoldsUnshed || say(f.ReachesSeconds) != 72*3600 {
		t.Errorf("%+v (-want +got):\n%s", f, diff)
	}
	if f.Supply("desk").has(DependencyEnds) {
		t.Errorf("nothing depends on the terminal, and yet %v", f.Supply("desk").Problems)
	}
	p.Loads[0].Priority, p.Loads[0].NeededBy = 5, []string{"first"}
	f = Evaluate(p, Live{}, blackout)
	if f.Holds || say(f.ReachesSeconds) != 3600 || !f.Supply("desk").has(DependencyEnds) {
		t.Errorf("holds %v, reaches %d, %v", f.Holds, say(f.ReachesSeconds), f.Supply("desk").Problems)
	}
}

// A terminal with a rank hangs on a battery alone, 100 Wh × 0.9 ÷ 90 W = 1 h, and needs the second
// system. With 1,000 L the second goes at 28 h, with 2,000 L (100 h at 20 L/h) it stays. Neither
// gives the terminal more than its hour: it ends then, and emergency power does not hold either way.
//
// Two hours on a battery twice the size are no different, nor is a battery that nobody knows. One of
// 80 h (8,000 Wh × 0.9 ÷ 90 W) outlasts the horizon: with 1,000 L the terminal goes with the second.
func TestBatteryAloneEndsBeforeWhatItNeeds(t *testing.T) {
	for _, test := range []struct {
		wh           float64
		little, much []line
		holds        bool
	}{
		{100, []line{{"terminal", 3600, BatteryEnds}, {"second", 28 * 3600, ForHorizon}}, []line{{"terminal", 3600, BatteryEnds}}, false},
		{200, []line{{"terminal", 7200, BatteryEnds}, {"second", 28 * 3600, ForHorizon}}, []line{{"terminal", 7200, BatteryEnds}}, false},
		{0, []line{{"terminal", 0, BatteryEnds}, {"second", 28 * 3600, ForHorizon}}, []line{{"terminal", 0, BatteryEnds}}, false},
		{8000, []line{{"terminal", 28 * 3600, ForDependency}, {"second", 28 * 3600, ForHorizon}}, nil, true},
		// 30 h: with 1,000 L the terminal goes with the second, with 2,000 L with its battery.
		{3000, []line{{"terminal", 28 * 3600, ForDependency}, {"second", 28 * 3600, ForHorizon}}, []line{{"terminal", 30 * 3600, BatteryEnds}}, false},
	} {
		for liters, want := range map[float64][]line{1000: test.little, 2000: test.much} {
			p := small(t, liters)
			p.UPSs = []*plan.UPS{ups("desk", plan.Utility, func(u *plan.UPS) { u.BatteryWh = test.wh })}
			p.Systems = append(p.Systems, system("terminal", 3, 90, "desk", "second"))
			f := Evaluate(linked(t, p), Live{}, blackout)
			if diff := cmp.Diff(want, lines(f)); diff != "" || f.Holds != test.holds {
				t.Errorf("%v Wh, %v L: holds %v (-want +got):\n%s", test.wh, liters, f.Holds, diff)
			}
			if reaches := say(f.ReachesSeconds) >= f.HorizonSeconds; reaches != f.Holds {
				t.Errorf("%v Wh, %v L: reaches %d s", test.wh, liters, say(f.ReachesSeconds))
			}
		}
	}
}

func TestPlanWithoutPower(t *testing.T) {
	if f := Evaluate(linked(t, &plan.Plan{Systems: []*plan.System{{Name: "a"}}}), Live{}, blackout); f != nil {
		t.Errorf("%+v", f)
	}
	f := Evaluate(linked(t, &plan.Plan{Loads: []*plan.Load{{Name: "a", Watts: 1}}}), Live{}, blackout)
	if f.Holds || len(f.Shed) != 0 || f.Shed == nil || f.Supplies == nil {
		t.Errorf("%+v", f)
	}
	f = Evaluate(linked(t, &plan.Plan{UPSs: []*plan.UPS{ups("spare", plan.Utility)}}), Live{}, blackout)
	if !f.Holds || !f.HoldsUnshed || f.ReachesSeconds != nil {
		t.Errorf("nothing hangs on it: %+v", f)
	}
}
