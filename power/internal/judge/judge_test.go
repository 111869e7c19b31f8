package judge

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/power"
)

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		name  string
		take  func(Judge) *float64
		want  *float64
		doubt string
	}{
		{"charge", func(j Judge) *float64 { return j.Charge(100) }, new(1.0), ""},
		{"overcharge", func(j Judge) *float64 { return j.Charge(101) }, nil, "charge of 101 %"},
		{"overload is possible", func(j Judge) *float64 { return j.Load(130) }, new(1.3), ""},
		{"load below nothing", func(j Judge) *float64 { return j.Load(-1) }, nil, "load of -1 %"},
		{"half an hour", func(j Judge) *float64 { return j.Runtime(30, 60, "minutes") }, new(1800.0), ""},
		{"a week", func(j Judge) *float64 { return j.Runtime(7*24, 3600, "hours") }, new(604800.0), ""},
		{"a counter's end", func(j Judge) *float64 { return j.Runtime(65535, 60, "minutes") }, nil, "runtime of 65535 minutes"},
		{"not a number", func(j Judge) *float64 { return j.Power("output", math.NaN(), "W") }, nil, "output of NaN W"},
		{"no end", func(j Judge) *float64 { return j.Liters(math.Inf(1)) }, nil, "fuel of +Inf L"},
		{"very much", func(j Judge) *float64 { return j.Power("output", 1e300, "W") }, nil, "output of 1e+300 W"},
		{"no voltage", func(j Judge) *float64 { return j.Volts("input voltage", 0) }, new(0.0), ""},
		{"frost", func(j Judge) *float64 { return j.Celsius(-10) }, new(-10.0), ""},
		{"full tank", func(j Judge) *float64 { return j.FuelLevel(100) }, new(1.0), ""},
		{"years on battery", func(j Judge) *float64 { return j.Seconds("time on battery", 4e9) }, nil, "time on battery of 4000000000 s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r power.Reading
			if diff := cmp.Diff(test.want, test.take(Of(&r))); diff != "" {
				t.Error(diff)
			}
			var want []string
			if test.doubt != "" {
				want = []string{test.doubt}
			}
			test.take(Of(&r)) // the same doubt once
			if diff := cmp.Diff(want, r.Doubts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Zero and the most that is believed are taken, what lies beyond is not: a device that means "not
// known" by its counter's end must not be taken at its word.
func TestBoundsOfWhatIsBelieved(t *testing.T) {
	for name, take := range map[string]struct {
		of        func(Judge, float64) *float64
		low, high float64
	}{
		"charge":  {Judge.Charge, 0, 100},
		"load":    {Judge.Load, 0, 100 * maxLoadRatio},
		"runtime": {func(j Judge, v float64) *float64 { return j.Runtime(v, 1, "s") }, 0, maxRuntimeSeconds},
		"seconds": {func(j Judge, v float64) *float64 { return j.Seconds("time on battery", v) }, 0, maxSeconds},
		"power":   {func(j Judge, v float64) *float64 { return j.Power("output", v, "W") }, 0, maxPower},
		"nominal": {func(j Judge, v float64) *float64 { return j.Nominal("W")(v) }, 1, maxPower},
		"volts":   {func(j Judge, v float64) *float64 { return j.Volts("input voltage", v) }, 0, maxVolts},
		"celsius": {Judge.Celsius, minCelsius, maxCelsius},
		"liters":  {Judge.Liters, 0, maxLiters},
		"fuel":    {Judge.FuelLevel, 0, 100},
	} {
		for value, taken := range map[float64]bool{take.low: true, take.high: true, take.low - 1: false, take.high + 1: false} {
			var r power.Reading
			if got := take.of(Of(&r), value); (got != nil) != taken || (len(r.Doubts) == 0) != taken {
				t.Errorf("%s of %v: taken %v, doubts %q", name, value, got != nil, r.Doubts)
			}
		}
	}
}
