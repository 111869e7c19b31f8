package plan

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// BurnPoint is one line of a generator's fuel table.
type BurnPoint struct {
	LoadRatio     float64 // of the rated watts, 0 to 1
	LitersPerHour float64
}

// BurnCurve is a generator's fuel table, by growing load.
type BurnCurve []BurnPoint

// Fault says in a sentence why the curve cannot be one, or returns "". More load burns more: a
// curve that does not rise has a slip of the pen in it.
func (c BurnCurve) Fault() string {
	if len(c) == 0 {
		return "The burn curve has no point."
	}
	for i, p := range c {
		switch {
		case p.LoadRatio < 0 || p.LoadRatio > 1:
			return fmt.Sprintf("%g %% is no load: it must be from 0 to 100 %%.", p.LoadRatio*100)
		case p.LitersPerHour <= 0:
			return fmt.Sprintf("%g L/h at %g %% is no consumption: it must be more than 0.", p.LitersPerHour, p.LoadRatio*100)
		case i > 0 && p.LitersPerHour <= c[i-1].LitersPerHour:
			return fmt.Sprintf("%g L/h at %g %% is not more than %g L/h at %g %%.",
				p.LitersPerHour, p.LoadRatio*100, c[i-1].LitersPerHour, c[i-1].LoadRatio*100)
		}
	}
	return ""
}

// At returns the litres per hour at the load, a part of the rated watts.
//
// Between two points it is the straight line through them. Below the first it is flat, at the
// first: an engine burns to turn itself, and a guess may err only on the side of more. Above the
// last it goes on along the last piece (from a single point, in proportion). Above 100 % it is
// what it is at 100 %, and clipped is true: no table covers that, and no set does it for long.
func (c BurnCurve) At(load float64) (litersPerHour float64, clipped bool) {
	if len(c) == 0 {
		return 0, false
	}
	if load > 1+ratioSlack {
		load, clipped = 1, true
	}
	if load <= c[0].LoadRatio {
		return c[0].LitersPerHour, clipped
	}
	i := slices.IndexFunc(c, func(p BurnPoint) bool { return load <= p.LoadRatio })
	switch {
	case len(c) == 1:
		return c[0].LitersPerHour * load / math.Max(c[0].LoadRatio, minRatio), clipped
	case i < 0:
		i = len(c) - 1
	}
	a, b := c[i-1], c[i]
	return a.LitersPerHour + (b.LitersPerHour-a.LitersPerHour)*(load-a.LoadRatio)/(b.LoadRatio-a.LoadRatio), clipped
}

const (
	// ratioSlack is what sums of watts may be off by.
	ratioSlack = 1e-9
	// minRatio keeps a single point at 0 % from making the consumption endless.
	minRatio = 0.01
)

// Usable is the fuel that is counted on, of the litres given.
func (f *Fuel) Usable(liters float64) float64 { return math.Max(0, liters-f.Reserve) }

// Hours returns how long the litres last at the load, a part of the rated watts.
func (f *Fuel) Hours(liters, load float64) float64 {
	perHour, _ := f.Burn.At(load)
	if perHour <= 0 {
		return math.Inf(1)
	}
	return f.Usable(liters) / perHour
}

// Runtime returns how long the full tank lasts at the watts given; ok is false when the plan
// does not tell.
func (g *Generator) Runtime(watts float64) (d time.Duration, ok bool) {
	if g.Fuel == nil || g.CapacityW <= 0 || len(g.Fuel.Burn) == 0 {
		return 0, false
	}
	return HoursOf(g.Fuel.Hours(g.Fuel.Liters, watts/g.CapacityW)), true
}

// Runtime returns how long the full battery bears the watts given: energy × efficiency ÷ load.
// ok is false when the plan does not tell, or there is no load.
func (u *UPS) Runtime(watts float64) (d time.Duration, ok bool) {
	if u.BatteryWh <= 0 || watts <= 0 {
		return 0, false
	}
	return HoursOf(u.BatteryWh * u.Efficiency / watts), true
}

// maxHours bounds what HoursOf returns to what a Duration can hold: a century.
const maxHours = 100 * 365 * 24

// HoursOf returns the hours as a Duration, rounded down to whole seconds: nobody is promised
// more time than there is. More than a century is a century.
func HoursOf(hours float64) time.Duration {
	hours = math.Min(math.Max(hours, 0), maxHours)
	// A sum that is whole but for the last bits of a float is whole.
	return time.Duration(math.Floor(hours*3600+1e-6)) * time.Second
}
