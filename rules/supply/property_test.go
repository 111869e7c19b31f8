package supply

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/plan"
)

// plans draws trees of up to two generators, five UPS and fourteen consumers with dependencies
// between them, small enough that capacity and fuel are short as often as not.
func plans(t *rapid.T) *plan.Plan {
	p := &plan.Plan{Power: &plan.PowerPolicy{
		Horizon: time.Duration(rapid.IntRange(1, 100).Draw(t, "horizon")) * time.Hour, Margin: rapid.Float64Range(0, 0.5).Draw(t, "margin"),
	}}
	feeds := []string{plan.Utility}
	for i := range rapid.IntRange(1, 2).Draw(t, "generators") {
		p.Generators = append(p.Generators, drawGenerator(t, fmt.Sprintf("g%d", i)))
		feeds = append(feeds, p.Generators[i].Name, p.Generators[i].Name)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "ups") {
		u := ups(fmt.Sprintf("u%d", i), rapid.SampledFrom(feeds).Draw(t, "fed by"), func(u *plan.UPS) {
			u.CapacityW = float64(rapid.IntRange(1, 20).Draw(t, "capacity")) * 500
			u.CapacityVA, u.BatteryWh = u.CapacityW*1.2, float64(rapid.IntRange(0, 5000).Draw(t, "wh"))
		})
		p.UPSs, feeds = append(p.UPSs, u), append(feeds, u.Name)
	}
	feeds = append(feeds, plan.Elsewhere)
	for i := range rapid.IntRange(0, 14).Draw(t, "systems") {
		s := system(fmt.Sprintf("s%d", i), rapid.IntRange(0, 6).Draw(t, "priority"), float64(rapid.IntRange(0, 30).Draw(t, "watts"))*100,
			rapid.SampledFrom(feeds).Draw(t, "fed by"))
		s.Power.VA = s.Power.Watts * rapid.Float64Range(1, 1.4).Draw(t, "va")
		s.Power.SwitchOffAfter = max(0, rapid.IntRange(-8, 6).Draw(t, "switch off after"))
		if rapid.IntRange(0, 5).Draw(t, "dark") == 0 {
			s.Power = nil
		}
		for _, d := range p.Systems {
			if rapid.IntRange(0, 6).Draw(t, "depends") == 0 {
				s.DependsOn = append(s.DependsOn, d.Name)
			}
		}
		p.Systems = append(p.Systems, s)
	}
	p.Systems = rapid.Permutation(p.Systems).Draw(t, "order")
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

func drawGenerator(t *rapid.T, name string) *plan.Generator {
	watts := float64(rapid.IntRange(1, 30).Draw(t, "capacity")) * 1000
	per := float64(rapid.IntRange(1, 20).Draw(t, "burn"))
	return &plan.Generator{
		Name: name, CapacityW: watts, CapacityVA: watts * 1.25, StartsWithin: time.Duration(rapid.IntRange(1, 90).Draw(t, "start")) * time.Second,
		Fuel: &plan.Fuel{
			Liters: float64(rapid.IntRange(0, 1500).Draw(t, "liters")),
			Burn:   plan.BurnCurve{{LoadRatio: 0.25, LitersPerHour: per}, {LoadRatio: 0.5, LitersPerHour: per * 1.8}, {LoadRatio: 1, LitersPerHour: per * 3}},
		},
	}
}

// After the plan nothing is over capacity, and where it says that it holds every generator's
// fuel does, at the times that it says.
func TestPlanHoldsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		f := Evaluate(p, Live{WhatIf: WhatIf{WithoutUtility: true}}, blackout)
		for _, s := range f.Supplies {
			if s.AfterShedW > p.Power.Usable(s.CapacityW)*(1+2*slack) || s.AfterShedVA > p.Power.Usable(s.CapacityVA)*(1+2*slack) {
				t.Errorf("%s is over capacity after shedding: %v W, %v VA", s.Name, s.AfterShedW, s.AfterShedVA)
			}
			if s.Kind == plan.GeneratorSupply && f.Holds && s.PlannedW > 0 {
				if burnt := burnt(p, f, s); burnt > *s.FuelLiters+1e-3 {
					t.Errorf("%s burns %v of %v L", s.Name, burnt, *s.FuelLiters)
				}
			}
		}
		if f.Holds && f.ReachesSeconds != nil && *f.ReachesSeconds < f.HorizonSeconds {
			t.Errorf("holds, but reaches %d of %d s", *f.ReachesSeconds, f.HorizonSeconds)
		}
		if f.HoldsUnshed && (!f.Holds || len(f.Shed) > 0) {
			t.Errorf("holds unshed: %+v", lines(f))
		}
	})
}

// burnt integrates, from the loss on, what a generator burns over the horizon when each load
// goes off in the last moment that the plan allows. Its second is rounded down, so nothing is
// gained by that.
func burnt(p *plan.Plan, f *Facts, s *SupplyFacts) float64 {
	tree, g := p.PowerTree(), p.Generator(s.Name)
	off := map[string]int64{}
	for _, line := range f.Shed {
		off[line.Load] = line.AfterSeconds
	}
	steps := []int64{int64(g.StartsWithin / time.Second), f.HorizonSeconds}
	for _, at := range off {
		if at > steps[0] && at < f.HorizonSeconds {
			steps = append(steps, at)
		}
	}
	slices.Sort(steps)
	liters := 0.0
	for i, from := range steps[:len(steps)-1] {
		watts := 0.0
		for _, c := range p.Consumers() {
			at, shed := off[c.Name]
			if plan.Backup(tree.Path(c.FedBy)) == g && (!shed || at > from) {
				watts += c.Watts
			}
		}
		perHour, _ := g.Fuel.Burn.At(watts / g.CapacityW)
		liters += perHour * float64(steps[i+1]-from) / 3600
	}
	return liters
}

// The lowest rank goes first among those that hang on the same supplies, and nothing goes
// before, or without, what depends on it.
func TestSheddingRespectsRankAndDependency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		e := newEvaluation(p, Live{}, blackout)
		e.rank()
		e.shed()
		f := e.facts()
		place := map[string]int{}
		for i, line := range f.Shed {
			place[line.Load] = i
		}
		for _, l := range e.loads {
			if l.cut == nil || l.cut.reason == BatteryEnds {
				continue
			}
			for _, s := range l.dependents {
				if at, gone := place[s.Name]; len(s.path) > 0 && (!gone || at > place[l.Name]) {
					t.Errorf("%s goes before %s, which depends on it", l.Name, s.Name)
				}
			}
			for _, other := range e.loads {
				same := l.path[0] == firstOf(other.path) && other.weight() > 0
				if same && other.cut == nil && other.effective > l.effective && l.cut.reason != ForDependency {
					t.Errorf("%s (%v) goes, and %s (%v) stays", l.Name, l.effective, other.Name, other.effective)
				}
			}
		}
		if !slices.IsSortedFunc(f.Shed, func(a, b *ShedFacts) int { return int(a.AfterSeconds - b.AfterSeconds) }) {
			t.Errorf("not in the order of time: %v", lines(f))
		}
	})
}

func firstOf(path []*node) *node {
	if len(path) == 0 {
		return nil
	}
	return path[0]
}

func TestMoreFuelNeverShedsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		less := rapid.Float64Range(0, 2).Draw(t, "less")
		more := less + rapid.Float64Range(0, 2).Draw(t, "more")
		now := blackout.Add(time.Duration(rapid.IntRange(0, 110).Draw(t, "hours since")) * time.Hour)
		with := func(ratio float64) *Facts {
			return Evaluate(p, Live{UtilityLostAt: blackout, WhatIf: WhatIf{FuelRatio: &ratio}}, now)
		}
		little, much := with(less), with(more)
		for _, line := range much.Shed {
			if !slices.ContainsFunc(little.Shed, func(s *ShedFacts) bool { return s.Load == line.Load }) {
				t.Errorf("%s goes with %v of the fuel, but not with %v", line.Load, more, less)
			}
		}
		if little.Holds && !much.Holds || little.HoldsUnshed && !much.HoldsUnshed {
			t.Errorf("holds with %v of the fuel, but not with %v", less, more)
		}
	})
}

func TestRuntimeNeverGrowsWithLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		less := rapid.Float64Range(0.1, 2).Draw(t, "less")
		more := less + rapid.Float64Range(0, 2).Draw(t, "more")
		with := func(factor float64) *Facts { return Evaluate(p, Live{WhatIf: WhatIf{LoadFactor: factor}}, blackout) }
		light, heavy := with(less), with(more)
		for i, s := range light.Supplies {
			if r := heavy.Supplies[i].RuntimeSeconds; r != nil && s.RuntimeSeconds != nil && *r > *s.RuntimeSeconds {
				t.Errorf("%s lasts %d s at %v, but %d s at %v", s.Name, *s.RuntimeSeconds, less, *r, more)
			}
		}
	})
}

func TestSumOfPartsIsTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		f := Evaluate(p, Live{}, blackout)
		for _, s := range f.Supplies {
			watts, va := 0.0, 0.0
			for _, l := range f.Loads {
				if l.FedBy == s.Name {
					watts, va = watts+l.Watts, va+l.VA
				}
			}
			for _, below := range f.Supplies {
				if below.FedBy == s.Name {
					watts, va = watts+below.PlannedW, va+below.PlannedVA
				}
			}
			if math.Abs(watts-s.PlannedW) > 1e-6 || math.Abs(va-s.PlannedVA) > 1e-6 {
				t.Errorf("%s: %v W, %v VA planned, its parts %v W, %v VA", s.Name, s.PlannedW, s.PlannedVA, watts, va)
			}
			shed := 0.0
			for _, l := range f.Shed {
				if i := slices.IndexFunc(f.Loads, func(c *LoadFacts) bool { return c.Load == l.Load }); l.Reason != BatteryEnds && under(f, f.Loads[i].FedBy, s.Name) {
					shed += l.Watts
				}
			}
			if math.Abs(s.PlannedW-shed-s.AfterShedW) > 1e-6 {
				t.Errorf("%s: %v W less %v W shed are not %v W", s.Name, s.PlannedW, shed, s.AfterShedW)
			}
		}
		if len(f.Restart) != len(slices.DeleteFunc(p.Consumers(), func(c *plan.Consumer) bool { return c.FedBy == plan.Elsewhere })) {
			t.Errorf("restart names %v", f.Restart)
		}
	})
}

// under reports whether what name feeds hangs on supply.
func under(f *Facts, name, supply string) bool {
	for s := f.Supply(name); s != nil; s = f.Supply(s.FedBy) {
		if s.Name == supply {
			return true
		}
	}
	return false
}

func TestSameQuestionSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		if diff := cmp.Diff(Evaluate(p, Live{}, blackout), Evaluate(p, Live{}, blackout)); diff != "" {
			t.Error(diff)
		}
	})
}
