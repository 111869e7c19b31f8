package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// powerPage shows what is fed by what, for how long, and what must be switched off when: as it is,
// or as it would be if.
type powerPage struct {
	*view
	// Facts are nil when the plan has no emergency power.
	Facts   *supply.Facts
	Asked   question
	Diagram draw.OneLine
	// Alerts are those about power, as it is.
	Alerts *alertList
}

func buildPower(c *console, v *view, r *http.Request) (any, error) {
	p := &powerPage{view: v, Asked: questionOf(r.URL.Query()), Facts: v.Power, Alerts: v.powerAlerts(c.agent.OpenAlerts())}
	if p.Asked.Any() && p.Facts != nil {
		p.Facts = c.agent.PowerIf(p.Asked.whatIf())
	}
	if p.Facts != nil {
		p.Diagram = draw.Diagram(p.grid())
	}
	return p, nil
}

// powerAlerts are the open alerts about power.
func (v *view) powerAlerts(open []alert.Standing) *alertList {
	list := &alertList{view: v}
	for i := range open {
		if open[i].Topic() == alert.OfPower {
			list.add(&open[i])
		}
	}
	return list
}

// question is what somebody wants to know of emergency power: in percent of the tank and of the
// loads as they are.
type question struct {
	Fuel              int // below zero: as it is
	Load              int
	WithoutUtility    bool
	WithoutGenerators bool
}

// The bounds of a question, in percent.
const (
	minLoad, maxLoad, asItIs = 50, 200, 100
	fullTank                 = 100
)

// questionOf reads the question of a query; what is out of bounds is not asked.
func questionOf(q url.Values) question {
	within := func(name string, least, most, otherwise int) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n >= least && n <= most {
			return n
		}
		return otherwise
	}
	asked := question{
		Fuel: within("fuel", 0, fullTank, -1), Load: within("load", minLoad, maxLoad, asItIs),
		WithoutUtility: q.Has("lost"), WithoutGenerators: q.Has("nogen"),
	}
	if q.Has("keep") { // the tank as it is, although the slider stands somewhere
		asked.Fuel = -1
	}
	return asked
}

// Any reports whether something is asked.
func (q question) Any() bool {
	return q.Fuel >= 0 || q.Load != asItIs || q.WithoutUtility || q.WithoutGenerators
}

func (q question) whatIf() supply.WhatIf {
	w := supply.WhatIf{
		WithoutUtility:    q.WithoutUtility || q.WithoutGenerators, // generators matter in a blackout only
		WithoutGenerators: q.WithoutGenerators, LoadFactor: float64(q.Load) / 100,
	}
	if q.Fuel >= 0 {
		ratio := float64(q.Fuel) / 100
		w.FuelRatio = &ratio
	}
	return w
}

// Tank is where the slider of the fuel stands: as asked, else as it is.
func (p *powerPage) Tank() int {
	if p.Asked.Fuel >= 0 {
		return p.Asked.Fuel
	}
	return fullTank
}

// HasFuel reports whether there is a tank to ask about.
func (p *powerPage) HasFuel() bool {
	return slices.ContainsFunc(p.Facts.Supplies, func(s *supply.SupplyFacts) bool { return s.Kind == plan.GeneratorSupply })
}

// Remaining counts down to the end of emergency power; nil while nothing ends it.
func (p *powerPage) Remaining() *Count {
	end := p.Ends()
	if end.IsZero() {
		return nil
	}
	count := p.Left(end)
	return &count
}

// Ends is when emergency power ends; zero while nothing ends it.
func (p *powerPage) Ends() time.Time { return endOf(p.Facts) }

// endOf is when emergency power ends with the shedding plan carried out; zero: utility power is there,
// nothing known ends it, or something is dark already, and each supply tells how long its own loads last.
func endOf(f *supply.Facts) time.Time {
	left, ok := f.Remaining()
	if !ok || left == 0 {
		return time.Time{}
	}
	return f.At.Add(left)
}

// Lost is when utility power was lost.
func (p *powerPage) Lost() time.Time { return p.Facts.UtilityLostAt.In(p.At.Location()) }

// LoadTitle is the title of a load by its name.
func (p *powerPage) LoadTitle(name string) string {
	if l := p.Facts.Load(name); l != nil {
		return p.Short(l.Title)
	}
	return p.Short(name)
}

// Kilo writes a power as people read it: 850, 12.3 k; the unit, W or VA, comes behind.
func (p *powerPage) Kilo(v float64) string {
	if v < 10_000 && v > -10_000 {
		return strconv.FormatFloat(v, 'f', 0, 64) + " "
	}
	return strconv.FormatFloat(v/1000, 'f', 1, 64) + " k"
}

// Whole writes a number without a fraction.
func (p *powerPage) Whole(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

// Place is the place in a list, which begins with one.
func (p *powerPage) Place(i int) int { return i + 1 }

// FeederOf names what feeds a supply.
func (p *powerPage) FeederOf(s *supply.SupplyFacts) string { return feeder(s) }

// Percent writes a part of a whole.
func (p *powerPage) Percent(ratio float64) int { return int(ratio*100 + .5) }

// Load is what hangs on a supply: as measured where that is known, else as planned.
func (p *powerPage) Load(s *supply.SupplyFacts) float64 {
	if s.MeasuredW != nil {
		return *s.MeasuredW
	}
	return s.PlannedW
}

// Gauge is a bar of load against capacity, its lengths in parts of 200.
type Gauge struct {
	Load, Limit int
	Over        bool
}

// Gauge measures the load of a supply against its capacity and against that less the margin.
func (p *powerPage) Gauge(s *supply.SupplyFacts) *Gauge {
	if s.CapacityW <= 0 {
		return nil
	}
	ratio, limit := p.Load(s)/s.CapacityW, 1-p.Facts.MarginRatio
	return &Gauge{Load: int(200 * min(1, max(0, ratio))), Limit: int(200 * limit), Over: ratio > limit}
}
