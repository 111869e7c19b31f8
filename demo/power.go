package demo

import (
	"sync"
	"time"
)

// Power is the hall's electricity: the utility, a generator, and the UPS that bridge its start.
// Batteries drain by what hangs on them in real time, so they are as small as the plan's times are
// short. Its methods may be called concurrently.
type Power struct {
	now func() time.Time

	mu      sync.Mutex
	at      time.Time // the moment up to which everything is counted
	utility bool
	running bool      // the generator's engine
	takes   time.Time // when the running generator takes the load
	liters  float64
	upss    []*ups
	direct  float64 // watts that hang on the generator without a UPS between
}

// The generator of examples/city_hall. Its tank was not filled up after the last test run, so
// that not everything can stay on for as long as the plan asks.
const (
	generatorName = "roof"
	tankLiters    = 880.0
	litersPerHour = 11.0
	// transfer is how long a started engine takes until it bears the load.
	transfer = 4 * time.Second
)

// ups is one UPS, by the figures of its plate.
type ups struct {
	name, model  string
	watts, va    float64 // capacity
	wattHours    float64 // that the full battery gives its loads
	charge, load float64 // 0 to 1, and W
}

// The UPS charge much faster than real ones, or the next round would find them empty. Below
// lowCharge they warn.
const (
	fullyCharged = time.Minute
	lowCharge    = 0.3
	powerFactor  = 0.89
)

func newPower(now func() time.Time) *Power {
	p := &Power{now: now, at: now(), upss: []*ups{
		{name: "rack_a", model: "Tsuzuki Power 5000", watts: 4500, va: 5000, wattHours: 90},
		{name: "rack_b", model: "Tsuzuki Power 10000", watts: 9000, va: 10000, wattHours: 180},
	}}
	p.reset()
	return p
}

// Fail takes utility power away. The generator does not start by itself: see [Power.Start].
func (p *Power) Fail() {
	p.change(func() { p.utility = false })
}

// Start starts the generator, which takes the load some seconds later.
func (p *Power) Start() {
	p.change(func() { p.running, p.takes = true, p.at.Add(transfer) })
}

// Recover brings utility power back, and stops the generator without the minutes in which a real
// one cools down.
func (p *Power) Recover() {
	p.change(func() { p.utility, p.running = true, false })
}

// reset is the state in which a round begins.
func (p *Power) reset() {
	p.change(func() {
		p.utility, p.running, p.liters = true, false, tankLiters
		for _, u := range p.upss {
			u.charge = 1
		}
	})
}

// bear hangs the devices that are switched on on their supplies.
func (p *Power) bear(devices []*Device) {
	p.change(func() {
		watts := make(map[string]float64)
		for _, d := range devices {
			if !d.failed {
				watts[d.fedBy] += d.watts
			}
		}
		for _, u := range p.upss {
			u.load = watts[u.name]
		}
		p.direct = watts[generatorName]
	})
}

// change counts what has been until now, and alters then.
func (p *Power) change(alter func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.catchUp()
	alter()
}

// look counts what has been until now, and shows it.
func (p *Power) look(show func()) { p.change(show) }

// catchUp counts up to now. The generator taking the load is a bend on the way.
func (p *Power) catchUp() {
	now := p.now()
	if p.running && p.at.Before(p.takes) && p.takes.Before(now) {
		p.pass(p.takes)
	}
	p.pass(now)
}

// pass counts up to a moment until which nothing changes.
func (p *Power) pass(until time.Time) {
	d := until.Sub(p.at)
	for _, u := range p.upss {
		if p.onBattery() {
			u.charge = max(0, u.charge-u.load*d.Hours()/u.wattHours)
		} else {
			u.charge = min(1, u.charge+d.Seconds()/fullyCharged.Seconds())
		}
	}
	if p.running {
		p.liters = max(0, p.liters-litersPerHour*d.Hours())
	}
	p.at = until
}

func (p *Power) onBattery() bool { return !p.utility && !p.carries() }

// carries reports whether the generator bears the load.
func (p *Power) carries() bool { return p.running && !p.at.Before(p.takes) }

// output is what the generator gives, in W.
func (p *Power) output() float64 {
	if !p.carries() {
		return 0
	}
	watts := p.direct
	for _, u := range p.upss {
		watts += u.load
	}
	return watts
}

// seconds is how long the battery bears the load that is on it.
func (u *ups) seconds() float64 {
	const idle = 50 // W that the UPS draws for itself
	return u.charge * u.wattHours / max(u.load, idle) * time.Hour.Seconds()
}
