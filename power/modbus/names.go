package modbus

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/judge"
)

// name is a value that a register can be of.
type name struct {
	is string
	// units are what the plan may write, each with how many of the value's own unit it is. No
	// units: a value of yes or no.
	units []unit
	// number or truth puts the value into a reading.
	number func(r *power.Reading, j judge.Judge, v float64)
	truth  func(r *power.Reading, v bool)
}

type unit struct {
	name   string
	factor float64
}

func percent() []unit { return []unit{{"%", 1}, {"ratio", 100}} }

func watts(suffix string) []unit {
	return []unit{{suffix, 1}, {"k" + suffix, 1e3}, {"M" + suffix, 1e6}}
}

// known returns the values by name.
func known() map[string]name {
	return map[string]name{
		"running": {is: "whether the engine runs", truth: func(r *power.Reading, v bool) { r.Running = &v }},
		"on_battery": {is: "of a UPS: whether the load draws from the battery, else from the input", truth: func(r *power.Reading, v bool) {
			if r.Source = power.Utility; v {
				r.Source = power.Battery
			}
		}},
		"replace_battery": {is: "whether the battery must be replaced", truth: func(r *power.Reading, v bool) { r.ReplaceBattery = &v }},
		"fuel_liters": {is: "fuel in the tank", units: []unit{{"L", 1}, {"m3", 1000}},
			number: func(r *power.Reading, j judge.Judge, v float64) { r.FuelLiters = j.Liters(v) }},
		"fuel_ratio": {is: "fuel as a part of the full tank", units: percent(),
			number: func(r *power.Reading, j judge.Judge, v float64) { r.FuelRatio = j.FuelLevel(v) }},
		"output_watts": {is: "real power given", units: watts("W"),
			number: func(r *power.Reading, j judge.Judge, v float64) { r.OutputWatts = j.Power("output", v, "W") }},
		"output_va": {is: "apparent power given", units: watts("VA"),
			number: func(r *power.Reading, j judge.Judge, v float64) { r.OutputVA = j.Power("output", v, "VA") }},
		"load_ratio": {is: "load as a part of the nominal power", units: percent(),
			number: func(r *power.Reading, j judge.Judge, v float64) { r.LoadRatio = j.Load(v) }},
		"input_volts": {is: "voltage of the utility, as the controller sees it", units: []unit{{"V", 1}, {"kV", 1000}},
			number: func(r *power.Reading, j judge.Judge, v float64) { r.InputVolts = j.Volts("input voltage", v) }},
		"charge_ratio": {is: "charge of a UPS's battery", units: percent(),
			number: func(r *power.Reading, j judge.Judge, v float64) { r.ChargeRatio = j.Charge(v) }},
		"runtime_seconds": {is: "time left on battery", units: []unit{{"s", 1}, {"min", 60}, {"h", 3600}},
			number: func(r *power.Reading, j judge.Judge, v float64) { r.RuntimeSeconds = j.Runtime(v, 1, "s") }},
		"battery_celsius": {is: "temperature of the battery", units: []unit{{"°C", 1}},
			number: func(r *power.Reading, j judge.Judge, v float64) { r.BatteryCelsius = j.Celsius(v) }},
	}
}

func knownNames() []string { return slices.Sorted(maps.Keys(known())) }

// unit returns how many of the value's own unit the one named is; the first if none is named.
func (n name) unit(named string) (factor float64, ok bool) {
	if named == "" && len(n.units) > 0 {
		return n.units[0].factor, true
	}
	for _, u := range n.units {
		if u.name == named {
			return u.factor, true
		}
	}
	return 0, false
}

func (n name) unitNames() []string {
	names := make([]string, len(n.units))
	for i, u := range n.units {
		names[i] = u.name
	}
	return names
}

func nameTable() string {
	var b strings.Builder
	b.WriteString("| Register | Value | Units |\n|---|---|---|\n")
	for _, key := range knownNames() {
		n := known()[key]
		units := "yes or no"
		if len(n.units) > 0 {
			units = "`" + strings.Join(n.unitNames(), "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", key, n.is, units)
	}
	return b.String()
}
