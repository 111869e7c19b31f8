package supply

import (
	"fmt"
	"slices"
	"time"
)

// Live is what is known beyond the plan. The zero value knows nothing: the plan alone.
type Live struct {
	// UtilityLostAt is when utility power was lost; zero while it is there.
	UtilityLostAt time.Time
	// Readings are the newest by name of supply, also of those that no longer answer.
	Readings map[string]Reading
	// Silent says why a supply is confirmed not to answer, by its name; the text may be empty.
	Silent map[string]string
	// Drains are the charges read since a UPS went to battery, by its name, the oldest first.
	Drains map[string][]Charge
	WhatIf WhatIf
}

// WhatIf changes the facts for a question.
type WhatIf struct {
	// WithoutUtility takes utility power away, now unless it is lost already.
	WithoutUtility bool
	// WithoutGenerators keeps every generator from starting.
	WithoutGenerators bool
	// FuelRatio fills every tank to this part of its litres; nil leaves it.
	FuelRatio *float64
	// LoadFactor multiplies every load; zero means 1.
	LoadFactor float64
}

// Source is where a UPS's load draws from. The values are those of package power.
type Source string

// The sources.
const (
	FromUtility Source = "utility" // the input, be it the grid or a generator
	FromBattery Source = "battery"
	FromBypass  Source = "bypass"
	FromNothing Source = "off"
	FromUnknown Source = "unknown"
)

// Reading is what a UPS or generator said last. A nil pointer is something it did not say.
type Reading struct {
	At     time.Time
	Source Source
	// Lost says that it no longer answers: the reading is its last.
	Lost bool
	// BatteryLow is its own warning.
	BatteryLow bool
	// TestResult is its own word on its newest self-test, TestedAt when that was; BatteryDate its
	// word on when its battery was put in. Any may be empty or zero.
	TestResult  string
	TestedAt    time.Time
	BatteryDate string

	ChargeRatio    *float64 // 0 to 1
	RuntimeSeconds *float64
	LoadRatio      *float64 // of the nominal power
	OutputWatts    *float64
	OutputVA       *float64

	// Of generators.
	Running    *bool
	FuelLiters *float64
	FuelRatio  *float64 // 0 to 1 of the tank

	// Doubts are what the reader could not believe and left out.
	Doubts []string
}

// Charge is a battery's charge at one moment.
type Charge struct {
	At    time.Time
	Ratio float64 // 0 to 1
	// DrawnWh is what the loads drew since the first charge, by the UPS's own word; zero when it
	// tells no watts.
	DrawnWh float64
}

// sane returns the reading without values that cannot be: a reader that let one pass must not
// make a runtime of it.
func sane(r Reading) Reading {
	r.Doubts = slices.Clone(r.Doubts)
	for _, v := range []struct {
		name  string
		value **float64
	}{
		{"charge", &r.ChargeRatio}, {"runtime", &r.RuntimeSeconds}, {"load", &r.LoadRatio}, {"output in W", &r.OutputWatts},
		{"output in VA", &r.OutputVA}, {"fuel in L", &r.FuelLiters}, {"fuel level", &r.FuelRatio},
	} {
		if p := *v.value; p != nil && !(*p >= 0 && *p < most) { // so that NaN is refused too
			r.Doubts = append(r.Doubts, fmt.Sprintf("%s of %g", v.name, *p))
			*v.value = nil
		}
	}
	return r
}

// most is beyond all that is measured in W, s or L.
const most = 1e12
