package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// poweredPlan is goodPlan on emergency power, still without a finding. The generator has 72 kW,
// less a margin of 20 % 57.6 kW; 400 L at 5 L/h, the least that it burns, last 80 h.
func poweredPlan(t testing.TB) *Plan {
	p := goodPlan(t)
	p.Generators = []*Generator{{
		Source: source(60, "capacity_w"), Name: "roof", CapacityW: 72000, CapacityVA: 90000, StartsWithin: 40 * time.Second,
		Fuel: &Fuel{Source: source(65, "liters", "burn"), Liters: 400, Burn: BurnCurve{{0.25, 5}, {0.5, 10}, {1, 20}}},
	}}
	p.UPSs = []*UPS{{
		Source: source(70, "capacity_w", "battery_wh", "fed_by"), Name: "rack", CapacityW: 2700, CapacityVA: 3000,
		BatteryWh: 1900, Efficiency: 0.9, FedBy: "roof",
	}}
	p.Systems[0].Power = &SystemPower{Source: source(80, "fed_by"), Watts: 850, VA: 1000, FedBy: "rack"}
	p.Systems[1].Power = &SystemPower{Source: source(85, "fed_by"), Watts: 100, VA: 100, FedBy: "rack"}
	p.Systems[1].Priority, p.Systems[0].Priority = 1, 2
	p.Loads = []*Load{{Source: source(90, "fed_by", "priority"), Name: "aircon", Watts: 3500, VA: 4000, FedBy: "roof", Priority: 2}}
	return p
}

func TestLintPower(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(p *Plan)
		line  int // 0: the near miss, without a finding
		rule  string
		text  []string
	}{
		{name: "nothing wrong", spoil: func(*Plan) {}},
		{name: "no power at all", spoil: func(p *Plan) {
			p.Generators, p.UPSs, p.Loads, p.Systems[0].Power, p.Systems[1].Power = nil, nil, nil, nil, nil
		}},

		{"load fed by nothing", func(p *Plan) { p.Loads[0].FedBy, p.Loads[0].Attrs = "", nil }, 90, RuleLoadUnfed, []string{`Load "aircon"`}},
		{name: "load fed by utility on purpose", spoil: func(p *Plan) { p.Loads[0].FedBy = Utility }},

		{"priority system without power", func(p *Plan) { p.Systems[0].Power = nil }, 21, RuleNotOnPower, []string{`"records" has priority 2`}},
		{"priority system on utility", func(p *Plan) { p.Systems[0].Power.FedBy = Utility }, 21, RuleNotOnPower, []string{`"records"`}},
		{name: "priority system elsewhere", spoil: func(p *Plan) { p.Systems[0].Power.FedBy = Elsewhere }},
		{name: "system without priority off power", spoil: func(p *Plan) { p.Businesses, p.Systems[0].Priority, p.Systems[0].Power = nil, 0, nil }},

		{"dependency of a lower rank", func(p *Plan) { p.Systems[0].Priority, p.Systems[1].Priority = 1, 2 },
			31, RulePowerRank, []string{`System "switch" is ranked 2`, `system "records", which is ranked 1`}},
		{"cooling of a lower rank", func(p *Plan) { p.Loads[0].Priority, p.Loads[0].NeededBy = 3, []string{"records"} },
			92, RulePowerRank, []string{`Load "aircon" is ranked 3`, `ranked 2`}},
		{"cooling without a rank", func(p *Plan) { p.Loads[0].Priority, p.Loads[0].NeededBy = 0, []string{"records"} },
			92, RulePowerRank, []string{"ranked last"}},
		{name: "lower priority, but switched off later", spoil: func(p *Plan) {
			p.Systems[0].Priority, p.Systems[1].Priority = 2, 5
			p.Systems[1].Power.SwitchOffAfter = 2 // 1.5: after rank 2
		}},
		{"switched off sooner than its priority", func(p *Plan) { p.Systems[1].Power.SwitchOffAfter = 4 },
			31, RulePowerRank, []string{"just after 4"}},

		{"dependency dark", func(p *Plan) { p.Systems[1].Priority, p.Systems[1].Power, p.Businesses = 0, nil, nil },
			81, RulePowerDependency, []string{`System "records" is on emergency power, but depends on "switch"`}},
		{"cooling dark", func(p *Plan) { p.Loads[0].FedBy, p.Loads[0].NeededBy = Utility, []string{"records"} },
			81, RulePowerDependency, []string{`depends on "aircon"`}},

		// 57,600 − 950 = 56,650 W are left for the aircon; in VA 72,000 − 1,100 = 70,900.
		{"over capacity in W", func(p *Plan) {
			p.Loads[0].Watts, p.Generators[0].Fuel.Liters = 56651, 4000
		}, 61, RuleOverCapacity, []string{`Generator "roof" is to carry 57601 W against 57600 W (72000 less a margin of 20 %).`}},
		{"over capacity in VA", func(p *Plan) { p.Loads[0].VA = 70901 }, 61, RuleOverCapacity, []string{"72001 VA against 72000 VA (90000"}},
		{name: "just at capacity", spoil: func(p *Plan) { p.Loads[0].Watts, p.Loads[0].VA, p.Generators[0].Fuel.Liters = 56650, 70900, 4000 }},
		{name: "over the margin, which is none", spoil: func(p *Plan) {
			p.Loads[0].Watts, p.Generators[0].Fuel.Liters = 71050, 4000
			p.Power = &PowerPolicy{Horizon: DefaultHorizon}
		}},
		// 2,700 W less 20 % are 2,160 W; 1,900 Wh × 0.9 / 2,161 W is long enough for the start.
		{"UPS over capacity", func(p *Plan) { p.Systems[0].Power.Watts = 2061 }, 71, RuleOverCapacity, []string{`UPS "rack" is to carry 2161 W against 2160 W`}},

		// At 4,450 of 72,000 W it burns 5 L/h: 359 L last 71 h 48 min.
		{"fuel short", func(p *Plan) { p.Generators[0].Fuel.Liters = 359 }, 66, RuleHorizonShort, []string{"5.0 L/h at 4450 W", "359 L last 2d23h48m of 3d"}},
		{name: "fuel just enough", spoil: func(p *Plan) { p.Generators[0].Fuel.Liters = 360 }},
		{"fuel short for its reserve", func(p *Plan) { p.Generators[0].Fuel.Reserve = 41 }, 66, RuleHorizonShort, []string{"359 L"}},
		{name: "fuel not said", spoil: func(p *Plan) { p.Generators[0].Fuel = nil }},
		{"burn curve", func(p *Plan) { p.Generators[0].Fuel.Burn[1].LitersPerHour = 5 }, 67, RuleBurnCurve, []string{"5 L/h at 50 % is not more than 5 L/h at 25 %"}},

		// 1,900 Wh × 0.9 / 950 W is 1 h 48 min: 6,480 s.
		{"bridge short", func(p *Plan) { p.Generators[0].StartsWithin = 6481 * time.Second }, 72, RuleBridgeShort, []string{"for 1h48m", `"roof" takes up to 1h48m1s`}},
		{name: "bridge just enough", spoil: func(p *Plan) { p.Generators[0].StartsWithin = 6480 * time.Second }},

		{"battery only", func(p *Plan) { p.UPSs[0].FedBy = Utility }, 73, RuleBatteryShort, []string{"for 1h48m", `of "records" and "switch"`}},
		{name: "battery for as long as they may be down", spoil: func(p *Plan) {
			p.UPSs[0].FedBy, p.UPSs[0].BatteryWh = Utility, 40000
		}},

		{"loop of UPS", func(p *Plan) { p.UPSs[0].FedBy = "rack" }, 73, RulePowerLoop, []string{"rack → rack"}},
		{"loop with a load", func(p *Plan) {
			p.Loads[0].NeededBy, p.Loads[0].DependsOn = []string{"switch"}, []string{"records"}
			p.Loads[0].Priority = 0
			p.Loads[0].FedBy = Elsewhere
		}, 22, RuleDependencyCycle, []string{"records → switch → aircon → records"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := poweredPlan(t)
			test.spoil(p)
			got := lint(t, p)
			if test.rule == "" {
				if len(got) != 0 {
					t.Fatalf("unexpected: %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Rule != test.rule || got[0].Range.Start.Line != test.line {
				t.Fatalf("want %s at line %d alone, got %+v", test.rule, test.line, got)
			}
			for _, part := range test.text {
				if !strings.Contains(got[0].Detail, part) {
					t.Errorf("%q lacks %q", got[0].Detail, part)
				}
			}
		})
	}
}

func TestBurnCurveAt(t *testing.T) {
	curve := BurnCurve{{0.25, 14}, {0.5, 25}, {0.75, 37}}
	for _, test := range []struct {
		curve   BurnCurve
		load    float64
		want    float64
		clipped bool
	}{
		{curve, 0, 14, false},     // idle: flat below the first point
		{curve, 0.25, 14, false},  // a point
		{curve, 0.4, 20.6, false}, // 14 + 11 × 0.15/0.25
		{curve, 0.9, 44.2, false}, // beyond the last: 37 + 12 × 0.15/0.25
		{curve, 1, 49, false},
		{curve, 1.3, 49, true},
		{BurnCurve{{0.5, 10}}, 1, 20, false}, // a single point: in proportion above it
		{BurnCurve{{0.5, 10}}, 0.1, 10, false},
		{nil, 1, 0, false},
	} {
		got, clipped := test.curve.At(test.load)
		if diff := got - test.want; diff > 1e-9 || diff < -1e-9 || clipped != test.clipped {
			t.Errorf("%v at %v: %v %v, want %v %v", test.curve, test.load, got, clipped, test.want, test.clipped)
		}
	}
}

func TestPowerTree(t *testing.T) {
	p := &Plan{
		Generators: []*Generator{{Name: "roof"}},
		UPSs:       []*UPS{{Name: "hall", FedBy: "roof"}, {Name: "rack", FedBy: "hall"}, {Name: "desk"}, {Name: "a", FedBy: "b"}, {Name: "b", FedBy: "a"}, {Name: "c", FedBy: "b"}},
		Loads:      []*Load{{Name: "x", FedBy: "rack", Watts: 1, VA: 2}, {Name: "y", FedBy: "roof", Watts: 10, VA: 20}, {Name: "z", FedBy: Utility, Watts: 100}},
	}
	tree := p.PowerTree()
	for name, want := range map[string]string{"rack": "rack hall roof", "desk": "desk", "a": "a b", Utility: "", "nowhere": ""} {
		var path []string
		for _, s := range tree.Path(name) {
			path = append(path, s.Name)
		}
		if got := strings.Join(path, " "); got != want {
			t.Errorf("path from %s: %q, want %q", name, got, want)
		}
	}
	if Backup(tree.Path("rack")) != p.Generators[0] || Backup(tree.Path("desk")) != nil {
		t.Error("the wrong generator is behind rack or desk")
	}
	planned := tree.Planned(p.Consumers())
	if diff := cmp.Diff(map[string]Draw{"rack": {1, 2}, "hall": {1, 2}, "roof": {11, 22}}, planned); diff != "" {
		t.Errorf("planned (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"a", "b"}}, p.SupplyCycles()); diff != "" {
		t.Errorf("cycles (-want +got):\n%s", diff)
	}
}
