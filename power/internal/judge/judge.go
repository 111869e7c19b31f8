// Package judge tells the numbers of a device that can be true from those that cannot.
//
// It exists because UPS and controllers say 65535 minutes, 255 % or -1 W when they do not know,
// each in its own way, and because a plan made on such a number is worse than one made on none:
// what is impossible is left out of a reading and named among its doubts.
package judge

import (
	"math"
	"slices"
	"strconv"

	"github.com/keizoku-bcp/keizoku/power"
)

// The bounds of what is believed. They are wide: a judge must not doubt a rare device, only what
// no device can mean.
const (
	maxRuntimeSeconds = 7 * 24 * 3600 // longer is a counter's end: 65535 minutes are 45 days
	maxLoadRatio      = 3             // a UPS trips long before
	maxPower          = 20e6          // W or VA; the largest sets of a city hall have some 2 MW
	maxVolts          = 1000          // low voltage, IEC 60038
	minCelsius        = -50
	maxCelsius        = 120
	maxLiters         = 1e6
	maxSeconds        = 10 * 365 * 24 * 3600
)

// Judge fills one reading. It is not safe for concurrent use.
type Judge struct{ reading *power.Reading }

// Of returns the judge of what goes into reading.
func Of(reading *power.Reading) Judge { return Judge{reading} }

// Doubt notes what was left out, once.
func (j Judge) Doubt(text string) {
	if !slices.Contains(j.reading.Doubts, text) {
		j.reading.Doubts = append(j.reading.Doubts, text)
	}
}

// between returns value/divisor when that is from low to high, and doubts it otherwise. what and
// unit word the doubt: "runtime of 65535 minutes".
func (j Judge) between(what string, value, divisor float64, unit string, low, high float64) *float64 {
	v := value / divisor
	if math.IsNaN(v) || v < low || v > high {
		j.Doubt(what + " of " + digits(value) + " " + unit)
		return nil
	}
	return &v
}

// digits writes a number as a device would, unless it is longer than anybody reads.
func digits(value float64) string {
	if math.Abs(value) >= 1e12 {
		return strconv.FormatFloat(value, 'g', 3, 64)
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// Charge takes the charge of a battery in per cent.
func (j Judge) Charge(percent float64) *float64 {
	return j.between("charge", percent, 100, "%", 0, 1)
}

// Load takes a load in per cent of the nominal power.
func (j Judge) Load(percent float64) *float64 {
	return j.between("load", percent, 100, "%", 0, maxLoadRatio)
}

// Runtime takes the time left on battery, said as number units of unitSeconds each.
func (j Judge) Runtime(number, unitSeconds float64, unit string) *float64 {
	return j.between("runtime", number, 1/unitSeconds, unit, 0, maxRuntimeSeconds)
}

// Seconds takes a length of time that may be long.
func (j Judge) Seconds(what string, seconds float64) *float64 {
	return j.between(what, seconds, 1, "s", 0, maxSeconds)
}

// Power takes a power in unit, W or VA. Zero is possible, less is not.
func (j Judge) Power(what string, value float64, unit string) *float64 {
	return j.between(what, value, 1, unit, 0, maxPower)
}

// Nominal returns what takes a nominal power in unit, W or VA; nothing is made for 0 W.
func (j Judge) Nominal(unit string) func(float64) *float64 {
	return func(value float64) *float64 {
		if value == 0 {
			j.Doubt("nominal power of 0 " + unit)
			return nil
		}
		return j.Power("nominal power", value, unit)
	}
}

// Volts takes an AC voltage. Zero is an input without voltage.
func (j Judge) Volts(what string, volts float64) *float64 {
	return j.between(what, volts, 1, "V", 0, maxVolts)
}

// Celsius takes the temperature of a battery.
func (j Judge) Celsius(celsius float64) *float64 {
	return j.between("battery temperature", celsius, 1, "°C", minCelsius, maxCelsius)
}

// Liters takes the fuel in a tank.
func (j Judge) Liters(liters float64) *float64 {
	return j.between("fuel", liters, 1, "L", 0, maxLiters)
}

// FuelLevel takes the fuel in per cent of the tank.
func (j Judge) FuelLevel(percent float64) *float64 {
	return j.between("fuel", percent, 100, "%", 0, 1)
}
