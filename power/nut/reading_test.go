package nut

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

func TestReading(t *testing.T) {
	for _, test := range []struct {
		name string
		vars map[string]string
		want power.Reading
	}{
		{"says nothing", nil, power.Reading{Source: power.Unknown}},
		{"says everything", map[string]string{
			"ups.status": "OB DISCHRG LB RB OVER", "ups.load": "104", "ups.realpower": "850", "ups.power": "1000",
			"ups.realpower.nominal": "2700", "ups.power.nominal": "3000", "battery.charge": "15", "battery.runtime": "120",
			"battery.temperature": "31.5", "battery.date": "2021/04/01", "input.voltage": "0.0",
			"ups.test.result": "Done and passed", "ups.test.date": "2026-04-01", "ups.mfr": "Parts", "ups.model": "Rack 3000",
			"ups.alarm": "Replace battery!",
		}, power.Reading{
			Source: power.Battery, BatteryState: power.BatteryLow, ReplaceBattery: new(true),
			LoadRatio: new(1.04), OutputWatts: new(850.0), OutputVA: new(1000.0),
			NominalWatts: new(2700.0), NominalVA: new(3000.0), ChargeRatio: new(0.15),
			RuntimeSeconds: new(120.0), BatteryCelsius: new(31.5), InputVolts: new(0.0),
			BatteryDate: "2021/04/01", TestResult: "Done and passed", TestedAt: time.Date(2026, 4, 1, 0, 0, 0, 0, time.Local),
			Model: "Parts Rack 3000", Alarms: []string{"OVER", "Replace battery!"},
		}},
		{"impossible", map[string]string{
			"ups.status": "OL", "ups.load": "-3", "ups.realpower": "-850", "ups.power": "1e308", "battery.charge": "150",
			"battery.runtime": "65535", "battery.temperature": "NaN", "input.voltage": "full", "ups.realpower.nominal": "0",
			"ups.test.date": "02/03/04",
		}, power.Reading{Source: power.Utility, BatteryState: power.BatteryNormal, Doubts: []string{
			"charge of 150 %", "runtime of 65535, which devices give for a runtime that they do not know",
			"battery temperature of NaN °C", "load of -3 %", "output of -850 W", "output of 1e+308 VA",
			"nominal power of 0 W", `input.voltage of "full"`,
		}}},
		{"runtime in minutes of all ones", map[string]string{"battery.runtime": "3932100"}, power.Reading{
			Source: power.Unknown, Doubts: []string{"runtime of 65535, which devices give for a runtime that they do not know"},
		}},
		{"device names", map[string]string{"device.mfr": "Parts", "device.model": "PARTS 9"}, power.Reading{
			Source: power.Unknown, Model: "PARTS 9",
		}},
		{"self-test", map[string]string{"ups.status": "OB DISCHRG TEST"}, power.Reading{
			Source: power.Battery, BatteryState: power.BatteryNormal, TestResult: "in progress", Alarms: []string{"TEST"},
		}},
		{"calibration on battery", map[string]string{"ups.status": "CAL OB DISCHRG"}, power.Reading{
			Source: power.Battery, BatteryState: power.BatteryNormal, Alarms: []string{"CAL"},
		}},
		{"forced shutdown", map[string]string{"ups.status": "FSD OL"}, power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, Alarms: []string{"FSD"},
		}},
		{"words nobody knows", map[string]string{"ups.status": "OL ECO ECO TRIM \x1b[31m"}, power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, Alarms: []string{"ECO", "[31m"},
		}},
		{"words without end", map[string]string{"ups.status": "OL " + strings.Repeat("X ", 9) + strings.Repeat("Y", 1000)}, power.Reading{
			Source: power.Utility, BatteryState: power.BatteryNormal, Alarms: []string{"X", strings.Repeat("Y", maxText-len("…")) + "…"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := readingOf(test.vars, nil)
			if diff := cmp.Diff(test.want, got, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })); diff != "" {
				t.Errorf("reading (-want +got):\n%s", diff)
			}
			for _, fault := range powertest.Faults(got) {
				t.Error(fault)
			}
		})
	}
}

func TestSource(t *testing.T) {
	for status, want := range map[string]power.Source{
		"":               power.Unknown,
		"OL":             power.Utility,
		"OL CHRG":        power.Utility,
		"OL BOOST":       power.Utility,
		"OL CAL DISCHRG": power.Utility,
		"OB":             power.Battery,
		"OB LB":          power.Battery,
		"OL BYPASS":      power.Bypass,
		"OB BYPASS":      power.Bypass,
		"OL OFF":         power.Off,
		"OFF":            power.Off,
		"FSD OB LB":      power.Battery,
		"ALARM":          power.Unknown,
		"ol":             power.Unknown,
	} {
		if got := source(strings.Fields(status)); got != want {
			t.Errorf("%q: source %s, want %s", status, got, want)
		}
	}
}

func TestWaiting(t *testing.T) {
	for status, want := range map[string]bool{"WAIT": true, "WAIT ALARM": true, "OL WAIT": false, "OL": false, "": false} {
		if got := isWaiting(strings.Fields(status)); got != want {
			t.Errorf("%q: waiting %t", status, got)
		}
	}
}

func TestDate(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-04-01":           time.Date(2026, 4, 1, 0, 0, 0, 0, time.Local),
		"2026/04/01":           time.Date(2026, 4, 1, 0, 0, 0, 0, time.Local),
		" 2026-04-01 12:30:00": time.Date(2026, 4, 1, 12, 30, 0, 0, time.Local),
		"02/03/04":             {},
		"never":                {},
		"":                     {},
	} {
		if got := date(text); !got.Equal(want) {
			t.Errorf("date(%q) = %s, want %s", text, got, want)
		}
	}
}
