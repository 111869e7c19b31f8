package supply

import (
	"math"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// battery returns how long the UPS's battery bears the watts given from now on.
func (e *evaluation) battery(n *node, watts float64) (time.Duration, bool) {
	wh, ok := e.energy(n)
	if !ok || watts <= 0 {
		return 0, false
	}
	return plan.HoursOf(wh / watts), true
}

// energy returns the watt-hours that the battery can still give its loads: what was stored, less
// what went out since. Runtime is this divided by the load, so that it never grows with the load.
func (e *evaluation) energy(n *node) (wh float64, known bool) {
	wh, known = e.stored(n)
	return math.Max(0, wh-e.goneSince(n)), known
}

// stored returns the watt-hours that the battery held by its newest word: the smallest of what the
// plan, the UPS and its draining tell.
func (e *evaluation) stored(n *node) (wh float64, known bool) {
	wh = math.Inf(1)
	if full, ok := n.fullWh(); ok {
		wh = full * n.charge()
	}
	if s := n.reading.RuntimeSeconds; s != nil && n.read && n.load.W > 0 {
		wh = math.Min(wh, n.measuredW(e)**s/3600)
	}
	if drained, ok := e.drained(n); ok {
		wh = math.Min(wh, drained)
	}
	if math.IsInf(wh, 1) {
		return 0, false
	}
	return wh, true
}

// saidRuntime is what the UPS says, counted down since it said so.
func (e *evaluation) saidRuntime(n *node) (time.Duration, bool) {
	s := n.reading.RuntimeSeconds
	if s == nil {
		return 0, false
	}
	from, to := e.onBattery(n)
	return plan.HoursOf(*s/3600 - to.Sub(from).Hours()), true
}

// fullWh is what the full battery gives its loads, by the plan.
func (n *node) fullWh() (float64, bool) {
	return n.UPS.BatteryWh * n.UPS.Efficiency, n.UPS.BatteryWh > 0
}

// charge is the battery's charge as last read; a battery of which nobody knows is full.
func (n *node) charge() float64 {
	if n.reading.ChargeRatio != nil {
		return math.Min(math.Max(*n.reading.ChargeRatio, 0), 1)
	}
	return 1
}

// measuredW is the load that the UPS had when it spoke, for what it says holds for that load. A
// question about another load must not change it.
func (n *node) measuredW(e *evaluation) float64 { return n.load.W / e.live.WhatIf.LoadFactor }

// The least that a charge must fall, and the least time, to tell a rate from it.
const (
	leastFall  = 0.02
	leastDrain = 30 * time.Second
)

// drained returns the energy left by the rate at which the charge was seen to fall.
func (e *evaluation) drained(n *node) (float64, bool) {
	hours, fall, ok := e.fall(n)
	if !ok || fall < leastFall {
		return 0, false
	}
	points := e.live.Drains[n.Name]
	drawn := points[len(points)-1].DrawnWh - points[0].DrawnWh
	if drawn <= 0 { // it told no watts: as if the load had always been what it is
		drawn = n.measuredW(e) * hours
	}
	return drawn / fall * n.charge(), true
}

// fall returns over how many hours on battery the charge fell, and by how much.
func (e *evaluation) fall(n *node) (hours, fall float64, ok bool) {
	points := e.live.Drains[n.Name]
	if len(points) < 2 {
		return 0, 0, false
	}
	first, last := points[0], points[len(points)-1]
	d := last.At.Sub(first.At)
	return d.Hours(), first.Ratio - last.Ratio, d >= leastDrain
}

// goneSince returns the watt-hours that went out since the newest word of the battery.
func (e *evaluation) goneSince(n *node) float64 {
	from, to := e.onBattery(n)
	if !to.After(from) {
		return 0
	}
	return n.measuredW(e) * to.Sub(from).Hours()
}

// onBattery returns the time on battery that no reading covers. A UPS that nobody has read since
// utility power was lost is on battery from then, until its generator has taken the load.
func (e *evaluation) onBattery(n *node) (from, to time.Time) {
	r := n.reading
	switch {
	case n.read && r.Source == FromBattery:
		return r.At, e.now
	case !e.lost || n.read && !r.At.Before(e.lostAt):
		return e.now, e.now
	}
	to = e.now
	if g := n.running(); g != nil {
		if taken := e.lostAt.Add(g.Generator.StartsWithin); taken.Before(to) {
			to = taken
		}
	}
	return e.lostAt, to
}

// dying reports whether the UPS was on battery when it last answered, and answers no longer.
func (n *node) dying() bool { return n.read && n.reading.Lost && n.reading.Source == FromBattery }

// When words of a UPS are doubted.
const (
	muchLonger  = 3.0              // it promises this many times what its battery holds
	muchShorter = 1.0 / 3          // or holds this part of what the plan says
	lowWithTime = time.Hour        // it warns of a low battery with so much left
	lateReading = 3                // intervals without an answer
	steadyFor   = 2 * time.Minute  // on battery with a charge that does not fall
	steadyFall  = 0.05             // though it should have, by so much
	leastLate   = 30 * time.Second // no reading is late before that
)

func (e *evaluation) late(n *node) bool {
	limit := leastLate
	if s := n.Readings(); s != nil {
		limit = max(limit, lateReading*s.Interval)
	}
	return n.reading.Lost || e.now.Sub(n.reading.At) > limit
}
