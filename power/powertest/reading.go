package powertest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
)

// examine holds a result against the promises of [power.Result].
func examine(t *testing.T, env *power.Env, r power.Result) {
	t.Helper()
	if !r.OK() {
		if diff := cmp.Diff(power.Reading{}, r.Reading); diff != "" {
			t.Errorf("a failure (%s) with a reading: %s", r.Reason, diff)
		}
		return
	}
	if r.Text != "" {
		t.Errorf("a success with the text %q", r.Text)
	}
	for _, fault := range Faults(r.Reading) {
		t.Error(fault)
	}
	for _, text := range texts(r.Reading) {
		if env.Secrets.Redact(text) != text {
			t.Errorf("the reading holds a secret: %q", text)
		}
	}
}

// Faults returns what a reading holds that no reader may give: impossible numbers, texts that do
// damage where they are shown. Fuzz tests use it too.
func Faults(r power.Reading) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if !slices.Contains([]power.Source{power.Utility, power.Battery, power.Bypass, power.Off, power.Unknown}, r.Source) {
		fault("source %q is not one of power's", r.Source)
	}
	if !slices.Contains([]power.BatteryState{power.BatteryUnknown, power.BatteryNormal, power.BatteryLow, power.BatteryDepleted}, r.BatteryState) {
		fault("battery state %q is not one of power's", r.BatteryState)
	}
	if !r.At.IsZero() {
		fault("At is the agent's to set; it is %s", r.At)
	}
	for _, n := range numbers(r) {
		if n.value != nil && !(*n.value >= n.min && *n.value <= n.max) { // NaN is in no range
			fault("%s = %v is not from %v to %v", n.name, *n.value, n.min, n.max)
		}
	}
	for _, text := range texts(r) {
		if text == "" || len(text) > checks.MaxText || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			fault("text %.80q (%d bytes) is not fit to be shown", text, len(text))
		}
	}
	return faults
}

type number struct {
	name     string
	value    *float64
	min, max float64
}

// numbers lists what a reading measures, with the bounds beyond which no device is believed.
func numbers(r power.Reading) []number {
	most := math.MaxFloat32 // far from overflow in whatever is computed from it
	return []number{
		{"ChargeRatio", r.ChargeRatio, 0, 1},
		{"RuntimeSeconds", r.RuntimeSeconds, 0, most},
		{"LoadRatio", r.LoadRatio, 0, 100},
		{"OutputWatts", r.OutputWatts, 0, most},
		{"OutputVA", r.OutputVA, 0, most},
		{"InputVolts", r.InputVolts, 0, most},
		{"BatteryCelsius", r.BatteryCelsius, -273.15, 1000},
		{"NominalWatts", r.NominalWatts, 0, most},
		{"NominalVA", r.NominalVA, 0, most},
		{"OnBatterySeconds", r.OnBatterySeconds, 0, most},
		{"FuelLiters", r.FuelLiters, 0, most},
		{"FuelRatio", r.FuelRatio, 0, 1},
	}
}

// texts lists what of a reading is the device's own words; those it may leave out, when given.
func texts(r power.Reading) []string {
	all := slices.Concat(r.Alarms, r.Doubts)
	for _, text := range []string{r.Model, r.TestResult, r.BatteryDate} {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}
