package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The palette. A colour means the same on every dashboard, and never stands alone: beside it
// there is always a word or a number. All are readable under white text, and told apart by
// brightness too.
const (
	calm    = "#1f8a5f" // as it should be
	soft    = "#6e7680" // nothing to judge
	planned = "#4a63c4" // meant to be so
	near    = "#c79a00" // to be watched
	watch   = "#d9730d" // act soon
	alarm   = "#d0312d" // act now
	lost    = "#7d0f3c" // too late
)

// uncoloured is no colour at all: that of a table's cell in which there is nothing.
const uncoloured = "transparent"

// scale is a colour by value: the first below all, and each other from its value on.
type scale []dashboard.Threshold

func from(colour string) scale { return scale{{Color: colour}} }

// at adds the colour that holds from the value on.
func (s scale) at(value float64, colour string) scale {
	return append(slices.Clone(s), dashboard.Threshold{Value: &value, Color: colour})
}

func (s scale) config() *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: s}
}

const (
	minute = 60.
	hour   = 60 * minute
	day    = 24 * hour
)

// The scales: one for each kind of number.

// noneIsGood is for what should not be at all: down, missed, blind.
func noneIsGood() scale { return from(calm).at(1, alarm) }

// timeLeft is by what can still be done in it; below zero the deadline is missed.
func timeLeft() scale { return from(lost).at(0, alarm).at(hour, watch).at(4*hour, near).at(day, calm) }

// usedShare is the part of an allowance that is used, by when the plan's alerts are told.
func (h *house) usedShare() scale {
	s, colours := from(calm), []string{near, watch, alarm}
	for i, share := range h.used {
		s = s.at(share, colours[max(0, min(len(colours)-1, len(colours)-len(h.used)+i))])
	}
	return s.at(1, lost)
}

// runtime is how long electricity lasts: as long as the horizon, at best.
func (h *house) runtime() scale {
	horizon := h.horizon.Seconds()
	return from(alarm).at(min(10*minute, horizon/4), watch).at(min(hour, horizon/2), near).at(horizon, calm)
}

// horizonShare is the same as a share of the horizon.
func (h *house) horizonShare() scale {
	s := h.runtime()
	for i := range s {
		if s[i].Value != nil {
			share := *s[i].Value / h.horizon.Seconds()
			s[i].Value = &share
		}
	}
	return s
}

// load is a share of a capacity, of which the margin is to stay free.
func (h *house) load() scale { return from(calm).at(1-h.margin, watch).at(1, alarm) }

// charge is that of a battery, 0 to 1.
func charge() scale { return from(alarm).at(0.2, watch).at(0.5, near).at(0.8, calm) }

// validity is the time until a certificate expires or a review is due.
func validity() scale {
	return from(lost).at(0, alarm).at(7*day, watch).at(30*day, near).at(60*day, calm)
}

// age is that of a reading or of a sign of life.
func age() scale { return from(calm).at(2*minute, near).at(5*minute, watch).at(15*minute, alarm) }

// batteryAge is that of a lead battery, whose makers give it three to five years.
func batteryAge() scale { return from(calm).at(3*365*day, near).at(5*365*day, watch) }

// ratio is a share of which all is best.
func ratio() scale { return from(alarm).at(0.95, watch).at(0.99, near).at(0.999, calm) }

// tooLate draws the line that a time left must not cross.
func tooLate() scale { return from(lost).at(0, alarm) }

// plain is for numbers that are neither good nor bad.
func plain() scale { return from(planned) }
