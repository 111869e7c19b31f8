package nut

import (
	"math"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
	"github.com/keizoku-bcp/keizoku/power/internal/judge"
)

// unknownRuntime is what devices give for "I don't know": sixteen bits full of ones.
const unknownRuntime = math.MaxUint16

// readingOf makes a reading of a UPS's variables.
func readingOf(vars map[string]string, secrets *plan.Redactor) (r power.Reading) {
	text := func(value string) string { return field.Clean(secrets.Redact(value), maxText) }
	measure(&r, vars, secrets)
	apply(&r, status(vars), text)
	if alarm := text(vars["ups.alarm"]); alarm != "" {
		r.Alarms = append(r.Alarms, alarm)
	}
	r.Model = text(model(vars))
	r.BatteryDate = text(vars["battery.date"])
	if result := text(vars["ups.test.result"]); result != "" {
		r.TestResult = result
	}
	r.TestedAt = date(vars["ups.test.date"])
	return r
}

// maxText is the most bytes of a device's words; upsd gives up to a thousand, devices a dozen.
const maxText = 200

// measure takes the numbers.
func measure(r *power.Reading, vars map[string]string, secrets *plan.Redactor) {
	j := judge.Of(r)
	number := func(name string, take func(float64) *float64) *float64 {
		n, ok := j.Number(name, secrets.Redact(vars[name]))
		if !ok {
			return nil
		}
		return take(n)
	}
	watts := func(n float64) *float64 { return j.Power("output", n, "W") }
	va := func(n float64) *float64 { return j.Power("output", n, "VA") }
	r.ChargeRatio = number("battery.charge", j.Charge)
	r.RuntimeSeconds = number("battery.runtime", runtime(j))
	r.BatteryCelsius = number("battery.temperature", j.Celsius)
	r.LoadRatio = number("ups.load", j.Load)
	r.OutputWatts = number("ups.realpower", watts)
	r.OutputVA = number("ups.power", va)
	r.NominalWatts = number("ups.realpower.nominal", j.Nominal("W"))
	r.NominalVA = number("ups.power.nominal", j.Nominal("VA"))
	r.InputVolts = number("input.voltage", func(n float64) *float64 { return j.Volts("input voltage", n) })
}

func runtime(j judge.Judge) func(float64) *float64 {
	return func(seconds float64) *float64 {
		if seconds == unknownRuntime || seconds == unknownRuntime*60 {
			j.Doubt("runtime of 65535, which devices give for a runtime that they do not know")
			return nil
		}
		return j.Runtime(seconds, 1, "s")
	}
}

// model joins maker and model; many models begin with their maker.
func model(vars map[string]string) string {
	maker, name := either(vars, "ups.mfr", "device.mfr"), either(vars, "ups.model", "device.model")
	if strings.HasPrefix(strings.ToLower(name), strings.ToLower(maker)) {
		return name
	}
	return strings.TrimSpace(maker + " " + name)
}

func either(vars map[string]string, first, second string) string {
	if value := strings.TrimSpace(vars[first]); value != "" {
		return value
	}
	return strings.TrimSpace(vars[second])
}

// dateLayouts are those that can be read in one way only. In "02/03/04" nobody knows which is the
// month.
var dateLayouts = [...]string{time.DateTime, time.RFC3339, time.DateOnly, "2006/01/02", "2006/01/02 15:04:05", "2006-01-02 15:04"}

// date reads a date of a device, which means the zone of where it stands, taken to be the agent's.
// It is the zero time when there is none or it cannot be told.
func date(text string) time.Time {
	for _, layout := range dateLayouts {
		if at, err := time.ParseInLocation(layout, strings.TrimSpace(text), time.Local); err == nil {
			return at
		}
	}
	return time.Time{}
}
