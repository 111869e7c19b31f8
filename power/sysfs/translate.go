package sysfs

import (
	"math"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
	"github.com/keizoku-bcp/keizoku/power/internal/judge"
)

// The kernel counts in millionths: µV, µA, µW, µWh.
const micro = 1e-6

// translate turns the files of a supply, and of the mains adapters beside it, into a reading.
func translate(s supply, mains []supply, secrets *plan.Redactor) power.Reading {
	r := power.Reading{Source: source(s, mains), Model: model(s, secrets)}
	j := judge.Of(&r)
	battery(s, &r, j)
	if r.Source == power.Battery {
		discharge(s, &r, j)
	}
	for _, adapter := range append(mains, own(s)...) {
		if volts, ok := adapter.number("voltage_now"); ok && r.InputVolts == nil {
			r.InputVolts = j.Volts("input voltage", volts*micro)
		}
	}
	return r
}

// own is the supply itself when it is a mains adapter.
func own(s supply) []supply {
	if s.text("type") == "Mains" {
		return []supply{s}
	}
	return nil
}

const maxWords = 120

func model(s supply, secrets *plan.Redactor) string {
	text := strings.TrimSpace(s.text("manufacturer") + " " + s.text("model_name"))
	return field.Clean(secrets.Redact(text), maxWords)
}

// source is told by the status of a battery; where that says nothing, by who is online.
func source(s supply, mains []supply) power.Source {
	switch s.text("status") {
	case "Discharging":
		return power.Battery
	case "Charging", "Not charging", "Full":
		return power.Utility
	}
	if s.text("type") != "Battery" {
		mains = []supply{s}
	}
	found := power.Unknown
	for _, adapter := range mains {
		switch adapter.text("online") {
		case "", "0":
			if found == power.Unknown && adapter.text("online") == "0" {
				found = power.Battery
			}
		default: // 1 is fixed, 2 programmable
			return power.Utility
		}
	}
	return found
}

func battery(s supply, r *power.Reading, j judge.Judge) {
	if percent, ok := charge(s); ok {
		r.ChargeRatio = j.Charge(percent)
	}
	r.BatteryState = map[string]power.BatteryState{
		"Critical": power.BatteryLow, "Low": power.BatteryLow,
		"Normal": power.BatteryNormal, "High": power.BatteryNormal, "Full": power.BatteryNormal,
	}[s.text("capacity_level")]
	if tenths, ok := s.number("temp"); ok {
		r.BatteryCelsius = j.Celsius(tenths / 10)
	}
	health(s, r)
}

// health is "Good", or one of a list of ills; "Dead" and "Unspecified failure" call for a new one.
func health(s supply, r *power.Reading) {
	word := field.Clean(s.text("health"), maxWords)
	switch word {
	case "", "Unknown":
		return
	case "Good":
		r.ReplaceBattery = new(false)
		return
	case "Dead", "Unspecified failure":
		r.ReplaceBattery = new(true)
	}
	r.Alarms = append(r.Alarms, "battery health: "+word)
}

// charge returns the charge in per cent.
func charge(s supply) (float64, bool) {
	if percent, ok := s.number("capacity"); ok {
		return percent, true
	}
	for _, kind := range []string{"energy", "charge"} {
		now, okNow := s.number(kind + "_now")
		full, okFull := s.number(kind + "_full")
		if okNow && okFull && full > 0 {
			return 100 * now / full, true
		}
	}
	return 0, false
}

// discharge reads what holds only while the battery is drawn from.
func discharge(s supply, r *power.Reading, j judge.Judge) {
	watts, known := drawn(s)
	if known {
		r.OutputWatts = j.Power("output", watts, "W")
	}
	for _, file := range []string{"time_to_empty_now", "time_to_empty_avg"} {
		// Zero is a driver that does not know yet, unless nothing is left.
		if seconds, ok := s.number(file); ok && (seconds != 0 || r.ChargeRatio != nil && *r.ChargeRatio == 0) {
			r.RuntimeSeconds = j.Runtime(seconds, 1, "s")
			return
		}
	}
	if energy, ok := s.number("energy_now"); ok && known && watts > 0 {
		r.RuntimeSeconds = j.Runtime(energy*micro/watts*3600, 1, "s")
	}
}

// drawn is the power drawn from the battery; some drivers count it negative.
func drawn(s supply) (watts float64, ok bool) {
	if power, ok := s.number("power_now"); ok {
		return math.Abs(power) * micro, true
	}
	volts, okV := s.number("voltage_now")
	amps, okA := s.number("current_now")
	return volts * micro * math.Abs(amps) * micro, okV && okA
}
