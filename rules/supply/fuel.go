package supply

import (
	"math"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// fuelled reports whether the plan tells enough of a generator's fuel to count with.
func (n *node) fuelled() bool {
	g := n.Generator
	return g.Fuel != nil && len(g.Fuel.Burn) > 0 && g.CapacityW > 0
}

// burn returns the litres per hour at the load, with what a running generator measures more.
func (n *node) burn(d plan.Draw) (litersPerHour float64, beyond bool) {
	return n.Generator.Fuel.Burn.At(d.W * n.factor / n.CapacityW)
}

// liters returns what is in the tank now, with the reserve.
func (e *evaluation) liters(n *node) float64 {
	f, r := n.Generator.Fuel, n.reading
	liters, from := f.Liters, e.lostAt.Add(n.Generator.StartsWithin)
	switch {
	case e.live.WhatIf.FuelRatio != nil:
		return f.Liters * *e.live.WhatIf.FuelRatio
	case n.read && r.FuelLiters != nil:
		liters, from = *r.FuelLiters, later(r.At, from)
	case n.read && r.FuelRatio != nil:
		liters, from = f.Liters**r.FuelRatio, later(r.At, from)
	}
	if e.lost && !n.failed && e.now.After(from) {
		perHour, _ := n.burn(n.load)
		liters -= perHour * e.now.Sub(from).Hours()
	}
	return math.Max(0, liters)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// runtime returns how long the generator's fuel bears the load from now on.
func (e *evaluation) runtime(n *node, d plan.Draw) (time.Duration, bool) {
	if !n.fuelled() {
		return 0, false
	}
	perHour, _ := n.burn(d)
	if perHour <= 0 {
		return 0, false
	}
	return plan.HoursOf(n.Generator.Fuel.Usable(e.liters(n)) / perHour), true
}

// short reports whether the fuel ends before what is left of the horizon, with what is on.
func (e *evaluation) short(n *node) bool {
	lasts, ok := e.runtime(n, n.on)
	return ok && n.on.W > 0 && lasts < e.horizon
}

// helps reports whether less load would burn less: below the first point of its curve a
// generator burns what it burns.
func (n *node) helps() bool {
	now, _ := n.burn(n.on)
	idle, _ := n.burn(plan.Draw{})
	return now > idle
}
