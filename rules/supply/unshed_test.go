package supply

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/plan"
)

// How far everything gets is told short of the horizon exactly when it does not hold it.
func TestUnshedAgreesWithTheHorizon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		live := Live{WhatIf: WhatIf{WithoutGenerators: rapid.Bool().Draw(t, "without generators")}}
		now := blackout
		if rapid.Bool().Draw(t, "lost") {
			live.UtilityLostAt = blackout
			now = now.Add(time.Duration(rapid.IntRange(0, 120*3600).Draw(t, "since")) * time.Second)
		}
		f := Evaluate(p, live, now)
		if holds := f.UnshedSeconds == nil || *f.UnshedSeconds >= f.HorizonSeconds; f.HoldsUnshed != holds {
			t.Errorf("holds unshed %v, with %d of %d s", f.HoldsUnshed, say(f.UnshedSeconds), f.HorizonSeconds)
		}
	})
}

func TestUnshed(t *testing.T) {
	desk := func(wh float64) func(*plan.Plan) {
		return func(p *plan.Plan) {
			p.UPSs = []*plan.UPS{ups("desk", plan.Utility, func(u *plan.UPS) { u.BatteryWh = wh })}
			p.Loads = []*plan.Load{{Name: "terminal", Watts: 90, VA: 90, FedBy: "desk"}}
		}
	}
	tests := []struct {
		name string
		edit func(*plan.Plan)
		want int64
	}{
		{"the fuel lasts for the horizon", func(*plan.Plan) {}, 72 * 3600},
		{"half the fuel", func(p *plan.Plan) { p.Generators[0].Fuel.Liters /= 2 }, 36 * 3600},
		{"too much for the generator trips it when it takes the load", func(p *plan.Plan) { p.Generators[0].CapacityW = 100 }, 40},
		{"a battery with nothing behind it", desk(100), 3600},
		{"one that lasts the horizon to the second", func(p *plan.Plan) { desk(7200)(p); p.Generators[0].Fuel = nil }, 72 * 3600},
		{"one second less", func(p *plan.Plan) { desk(7199.98)(p); p.Generators[0].Fuel = nil }, 72*3600 - 1},
		{"one that outlasts the fuel", desk(100 * 100), 72 * 3600},
		{"fuel that nobody wrote down", func(p *plan.Plan) { p.Generators[0].Fuel = nil }, -1},
		{"no supply at all", func(p *plan.Plan) { p.Generators = nil }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := small(t, 1440)
			tt.edit(p)
			if got := say(Evaluate(linked(t, p), Live{}, blackout).UnshedSeconds); got != tt.want {
				t.Errorf("%d s, want %d", got, tt.want)
			}
		})
	}
}
