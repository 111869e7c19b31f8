package apcupsd

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
	"github.com/keizoku-bcp/keizoku/power/internal/judge"
)

// maxText is the most bytes of a device's words; apcupsd's lines have 256.
const maxText = 200

// notAvailable is what apcupsd writes for what it does not know.
const notAvailable = "N/A"

// readingOf makes a reading of the fields of a status.
func readingOf(fields map[string]string, secrets *plan.Redactor) (r power.Reading) {
	text := func(key string) string {
		if fields[key] == notAvailable {
			return ""
		}
		return field.Clean(secrets.Redact(fields[key]), maxText)
	}
	measure(&r, fields, secrets)
	apply(&r, words(text("STATUS")), flags(fields))
	if transfer := text("LASTXFER"); r.Source == power.Battery && transfer != "" {
		r.Alarms = append(r.Alarms, transfer)
	}
	r.Model = text("MODEL")
	r.BatteryDate = text("BATTDATE")
	r.TestResult = testResult(text("SELFTEST"))
	r.TestedAt = date(fields["LASTSTEST"])
	return r
}

// measure takes the numbers.
func measure(r *power.Reading, fields map[string]string, secrets *plan.Redactor) {
	j := judge.Of(r)
	number := func(key, unit string, take func(float64) *float64) *float64 {
		n, ok := value(j, key, unit, secrets.Redact(fields[key]))
		if !ok {
			return nil
		}
		return take(n)
	}
	r.ChargeRatio = number("BCHARGE", "Percent", j.Charge)
	r.RuntimeSeconds = number("TIMELEFT", "Minutes", func(n float64) *float64 { return j.Runtime(n, 60, "minutes") })
	r.LoadRatio = number("LOADPCT", "Percent", j.Load)
	r.InputVolts = number("LINEV", "Volts", func(n float64) *float64 { return j.Volts("input voltage", n) })
	r.OnBatterySeconds = number("TONBATT", "Seconds", func(n float64) *float64 { return j.Seconds("time on battery", n) })
	r.NominalWatts = number("NOMPOWER", "Watts", j.Nominal("W"))
	r.NominalVA = number("NOMAPNT", "VA", j.Nominal("VA"))
}

// value takes a number with its unit, "36.0 Minutes" or "023.0 Percent Load Capacity"; a text
// without a unit is taken to have the right one.
func value(j judge.Judge, key, unit, text string) (n float64, ok bool) {
	number, said, _ := strings.Cut(text, " ")
	said, _, _ = strings.Cut(strings.TrimSpace(said), " ")
	switch {
	case number == notAvailable:
		return 0, false
	case said != "" && !strings.EqualFold(said, unit):
		j.Doubt(key + " of " + field.Clean(strconv.Quote(text), maxText))
		return 0, false
	}
	return j.Number(key, number)
}

// testResult gives apcupsd's codes their meaning. NO is no result.
func testResult(code string) string {
	meaning, known := map[string]string{
		"NO": "", "OK": "passed", "NG": "failed", "WN": "warning", "IP": "in progress", "BT": "failed: insufficient battery capacity",
	}[code]
	if !known {
		return code
	}
	return meaning
}

// dateLayouts: apcupsd's since version 3.14, and the one before, which ends in the name of a zone.
var dateLayouts = [...]string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05"}

// date reads a date of apcupsd; the zero time when there is none.
func date(text string) time.Time {
	for _, layout := range dateLayouts {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at
		}
	}
	return time.Time{}
}

// everyday are the words of STATUS that are no alarm: those that have fields of their own in a
// reading, and those of ordinary work.
var everyday = [...]string{"ONLINE", "ONBATT", "LOWBATT", "REPLACEBATT", "TRIM", "BOOST", "SLAVE"}

// maxAlarms is how many words of a status are taken; the whole vocabulary has some twenty.
const maxAlarms = 32

// shuttingDown is one word of STATUS, in two.
const shuttingDown = "SHUTTING DOWN"

// words cuts STATUS into its words.
func words(status string) []string {
	before, after, found := strings.Cut(status, shuttingDown)
	words := strings.Fields(before)
	if found {
		words = append(append(words, shuttingDown), strings.Fields(after)...)
	}
	return words
}

// The bits of STATFLAG (apcupsd's include/defines.h) that are of use when SHUTTING DOWN has taken
// the place of all other words of STATUS.
const (
	flagOnline    = 1 << 3
	flagOnBattery = 1 << 4
	flagLow       = 1 << 6
	flagCommLost  = 1 << 8
)

// flags reads STATFLAG, "0x05000008" and in old versions a comment; 0 when there is none.
func flags(fields map[string]string) uint64 {
	number, _, _ := strings.Cut(fields["STATFLAG"], " ")
	bits, err := strconv.ParseUint(number, 0, 64)
	if err != nil {
		return 0
	}
	return bits
}

// hasLostUPS reports whether apcupsd has no news of its UPS: its other fields are then old.
func hasLostUPS(fields map[string]string) bool {
	return slices.Contains(words(fields["STATUS"]), "COMMLOST") || flags(fields)&flagCommLost != 0
}

// apply takes the words of STATUS and the bits of STATFLAG.
func apply(r *power.Reading, words []string, bits uint64) {
	says := func(word string, flag uint64) bool {
		return slices.Contains(words, word) || slices.Contains(words, shuttingDown) && bits&flag != 0
	}
	r.Source = power.Unknown
	switch {
	case says("ONBATT", flagOnBattery):
		r.Source = power.Battery
	case says("ONLINE", flagOnline):
		r.Source = power.Utility
	}
	switch {
	case slices.Contains(words, "NOBATT"):
	case says("LOWBATT", flagLow):
		r.BatteryState = power.BatteryLow
	case r.Source != power.Unknown:
		r.BatteryState = power.BatteryNormal
	}
	if slices.Contains(words, "REPLACEBATT") {
		r.ReplaceBattery = new(true)
	}
	for _, word := range words {
		if !slices.Contains(everyday[:], word) && !slices.Contains(r.Alarms, word) && len(r.Alarms) < maxAlarms {
			r.Alarms = append(r.Alarms, word)
		}
	}
}
