package snmp

import (
	"fmt"
	"slices"
	"strings"
)

// The objects, by the names that plans use in oids.
const (
	manufacturer   = "manufacturer"
	model          = "model"
	batteryStatus  = "battery_status"
	onBattery      = "seconds_on_battery"
	runtime        = "runtime"
	charge         = "charge"
	temperature    = "battery_temperature"
	inputVolts     = "input_voltage"
	outputSource   = "output_source"
	outputVolts    = "output_voltage"
	outputAmps     = "output_current"
	outputWatts    = "output_power"
	outputLoad     = "output_load"
	alarmCount     = "alarms"
	testResult     = "test_result"
	testDetail     = "test_detail"
	testStart      = "test_start"
	nominalVA      = "nominal_va"
	nominalWatts   = "nominal_power"
	alarmTable     = "alarm_table"
	upTime         = "uptime"
	sysUpTime      = "1.3.6.1.2.1.1.3.0"
	wellKnownAlarm = ".6.3." // beneath the base
)

// bases are where the MIBs begin. Beneath them the numbers are the same.
var bases = map[string]string{
	"rfc1628": "1.3.6.1.2.1.33.1",
	"jema":    "1.3.6.1.4.1.4550.1.1",
	"jema2":   "1.3.6.1.4.1.4550.2.1",
}

// preference is the order in which equally good MIBs are taken: the standard one first, for its
// numbers are all certain.
func preference() []string { return []string{"rfc1628", "jema2", "jema"} }

// object is one object of the MIBs.
type object struct {
	name   string
	number string // beneath the base, without the instance
	column bool   // has a row for each line
	// jema tells that the number is confirmed for JEMA-MIB; otherwise it is assumed.
	jema bool
	is   string // what it is in RFC 1628, with its unit
}

// objects lists what is read, in the order of the MIB.
func objects() []object {
	return []object{
		{name: manufacturer, number: "1.1", jema: true, is: "upsIdentManufacturer, text"},
		{name: model, number: "1.2", jema: true, is: "upsIdentModel, text"},
		{name: batteryStatus, number: "2.1", jema: true, is: "upsBatteryStatus: 1 unknown, 2 normal, 3 low, 4 depleted"},
		{name: onBattery, number: "2.2", is: "upsSecondsOnBattery, s"},
		{name: runtime, number: "2.3", is: "upsEstimatedMinutesRemaining, min"},
		{name: charge, number: "2.4", is: "upsEstimatedChargeRemaining, %"},
		{name: temperature, number: "2.7", jema: true, is: "upsBatteryTemperature, °C"},
		{name: inputVolts, number: "3.3.1.3", column: true, jema: true, is: "upsInputVoltage, V"},
		{name: outputSource, number: "4.1", is: "upsOutputSource: 1 other, 2 none, 3 normal, 4 bypass, 5 battery, 6 booster, 7 reducer"},
		{name: outputVolts, number: "4.4.1.2", column: true, jema: true, is: "upsOutputVoltage, V"},
		{name: outputAmps, number: "4.4.1.3", column: true, is: "upsOutputCurrent, 0.1 A"},
		{name: outputWatts, number: "4.4.1.4", column: true, is: "upsOutputPower, W"},
		{name: outputLoad, number: "4.4.1.5", column: true, jema: true, is: "upsOutputPercentLoad, %"},
		{name: alarmCount, number: "6.1", is: "upsAlarmsPresent, count"},
		{name: testResult, number: "7.3", is: "upsTestResultsSummary: 1 passed, 2 warning, 3 error, 4 aborted, 5 in progress, 6 none yet"},
		{name: testDetail, number: "7.4", is: "upsTestResultsDetail, text"},
		{name: testStart, number: "7.5", is: "upsTestStartTime, 0.01 s of the agent's uptime"},
		{name: nominalVA, number: "9.5", is: "upsConfigOutputVA, VA"},
		{name: nominalWatts, number: "9.6", is: "upsConfigOutputPower, W"},
	}
}

// names returns the names that oids may use.
func names() []string {
	var names []string
	for _, o := range objects() {
		names = append(names, o.name)
	}
	slices.Sort(names)
	return names
}

// objectTable documents the objects.
func objectTable() string {
	var b strings.Builder
	b.WriteString("| Name | Beneath the base | Object and unit | JEMA-MIB |\n|---|---|---|---|\n")
	for _, o := range objects() {
		instance, jema := "0", "assumed"
		if o.column {
			instance = "n"
		}
		if o.jema {
			jema = "confirmed"
		}
		fmt.Fprintf(&b, "| `%s` | `%s.%s` | %s | %s |\n", o.name, o.number, instance, o.is, jema)
	}
	return b.String()
}

// query is what one reading asks for: OIDs by name, without a leading dot.
type query struct {
	base    string
	scalars map[string]string
	columns map[string]string
	order   []string // the names, so that requests are always alike
}

// newQuery makes the query of a MIB, with the plan's own OIDs in place of the MIB's.
func newQuery(base string, own map[string]OID) query {
	q := query{base: base, scalars: map[string]string{upTime: sysUpTime}, columns: make(map[string]string), order: []string{upTime}}
	for _, o := range objects() {
		q.order = append(q.order, o.name)
		switch oid, ok := own[o.name]; {
		case ok && o.column:
			q.columns[o.name] = string(oid)
		case ok:
			q.scalars[o.name] = string(oid)
		case o.column:
			q.columns[o.name] = base + "." + o.number
		default:
			q.scalars[o.name] = base + "." + o.number + ".0"
		}
	}
	return q
}

// wellKnown returns the name of the alarm that RFC 1628 defines under oid, without "upsAlarm".
// It is empty for a maker's own.
func wellKnown(base, oid string) string {
	number, ok := strings.CutPrefix(strings.TrimPrefix(oid, "."), base+wellKnownAlarm)
	if !ok {
		return ""
	}
	return map[string]string{
		"1": batteryBad, "2": "OnBattery", "3": "LowBattery", "4": "DepletedBattery", "5": "TempBad",
		"6": "InputBad", "7": "OutputBad", "8": "OutputOverload", "9": "OnBypass", "10": "BypassBad",
		"11": "OutputOffAsRequested", "12": "UpsOffAsRequested", "13": "ChargerFailed", "14": "UpsOutputOff",
		"15": "UpsSystemOff", "16": "FanFailure", "17": "FuseFailure", "18": "GeneralFault",
		"19": "DiagnosticTestFailed", "20": communicationsLost, "21": "AwaitingPower",
		"22": "ShutdownPending", "23": "ShutdownImminent", "24": "TestInProgress",
	}[number]
}

// The alarms that mean more than their name.
const (
	batteryBad         = "BatteryBad"
	communicationsLost = "CommunicationsLost"
)
