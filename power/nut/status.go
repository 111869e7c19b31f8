package nut

import (
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/power"
)

// maxAlarms is how many words of a status are taken; the whole vocabulary has some twenty.
const maxAlarms = 32

// everyday are the words of a status that are no alarm: those that have fields of their own in a
// reading, and those of a battery or a transformer at its daily work.
var everyday = [...]string{"OL", "OB", "LB", "RB", "BYPASS", "OFF", "CHRG", "DISCHRG", "TRIM", "BOOST", "WAIT"}

// status returns the words of ups.status.
func status(vars map[string]string) []string { return strings.Fields(vars["ups.status"]) }

// apply takes the words of ups.status. text makes the unknown ones fit to be shown.
func apply(r *power.Reading, words []string, text func(string) string) {
	r.Source = source(words)
	r.BatteryState = batteryState(words)
	if slices.Contains(words, "RB") {
		r.ReplaceBattery = new(true)
	}
	if slices.Contains(words, "TEST") {
		r.TestResult = "in progress"
	}
	for _, word := range words {
		if slices.Contains(everyday[:], word) || len(r.Alarms) == maxAlarms {
			continue
		}
		if word = text(word); word != "" && !slices.Contains(r.Alarms, word) {
			r.Alarms = append(r.Alarms, word)
		}
	}
}

// source tells what feeds the load. "OL OFF" is a UPS that has input and gives no output; one that
// bypasses says OL or OB, of its input, beside it.
func source(words []string) power.Source {
	for _, known := range [...]struct {
		word   string
		source power.Source
	}{{"OFF", power.Off}, {"BYPASS", power.Bypass}, {"OB", power.Battery}, {"OL", power.Utility}} {
		if slices.Contains(words, known.word) {
			return known.source
		}
	}
	return power.Unknown
}

// batteryState is normal when the driver knows its UPS and does not call the battery low.
func batteryState(words []string) power.BatteryState {
	switch {
	case slices.Contains(words, "LB"):
		return power.BatteryLow
	case slices.Contains(words, "OL"), slices.Contains(words, "OB"):
		return power.BatteryNormal
	default:
		return power.BatteryUnknown
	}
}

// isWaiting reports whether the driver has not heard from its UPS since it started. Its other
// variables are then empty or old, and must not end what was known of a UPS on battery.
func isWaiting(words []string) bool {
	return slices.Contains(words, "WAIT") && source(words) == power.Unknown
}
