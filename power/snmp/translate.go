package snmp

import (
	"fmt"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
	"github.com/keizoku-bcp/keizoku/power/internal/judge"
)

// translator turns the numbers of RFC 1628 into a reading.
type translator struct {
	values
	judge   judge.Judge
	reading *power.Reading
}

// translate turns values into a reading; now is for the time of the self-test.
func translate(v values, now time.Time) power.Reading {
	r := power.Reading{Source: power.Unknown}
	t := translator{values: v, judge: judge.Of(&r), reading: &r}
	t.identity()
	t.battery()
	t.input()
	t.output()
	t.consistent()
	t.test(now)
	t.alarm()
	return r
}

func (t *translator) identity() {
	maker, device := t.text(manufacturer), t.text(model)
	t.reading.Model = device
	if maker != "" && device != "" {
		t.reading.Model = maker + " " + device
	}
}

func (t *translator) battery() {
	r := t.reading
	if status, ok := t.number(batteryStatus); ok {
		r.BatteryState = map[int64]power.BatteryState{2: power.BatteryNormal, 3: power.BatteryLow, 4: power.BatteryDepleted}[status]
	}
	if seconds, ok := t.number(onBattery); ok {
		r.OnBatterySeconds = t.judge.Seconds("time on battery", float64(seconds))
	}
	if percent, ok := t.number(charge); ok {
		r.ChargeRatio = t.judge.Charge(float64(percent))
	}
	if minutes, ok := t.number(runtime); ok {
		r.RuntimeSeconds = t.judge.Runtime(float64(minutes), 60, "minutes")
	}
	if celsius, ok := t.number(temperature); ok {
		r.BatteryCelsius = t.judge.Celsius(float64(celsius))
	}
}

// input takes the lowest voltage: the phase that fails first.
func (t *translator) input() {
	for _, volts := range t.lines(inputVolts) {
		if v := t.judge.Volts("input voltage", float64(volts)); v != nil && (t.reading.InputVolts == nil || *v < *t.reading.InputVolts) {
			t.reading.InputVolts = v
		}
	}
}

func (t *translator) output() {
	r := t.reading
	r.Source = t.source()
	r.OutputWatts = t.watts()
	for _, percent := range t.lines(outputLoad) {
		if v := t.judge.Load(float64(percent)); v != nil && (r.LoadRatio == nil || *v > *r.LoadRatio) {
			r.LoadRatio = v
		}
	}
	r.OutputVA = t.apparent()
	// Zero is a card that was not told the size of its UPS.
	if va, ok := t.number(nominalVA); ok && va != 0 {
		r.NominalVA = t.judge.Power("nominal power", float64(va), "VA")
	}
	if watts, ok := t.number(nominalWatts); ok && watts != 0 {
		r.NominalWatts = t.judge.Power("nominal power", float64(watts), "W")
	}
}

// consistent doubts a runtime of nothing with a battery that is charged and not in use: cards
// say so when they do not know.
func (t *translator) consistent() {
	r := t.reading
	charged := r.ChargeRatio == nil || *r.ChargeRatio > 0
	if r.Source == power.Utility && r.RuntimeSeconds != nil && *r.RuntimeSeconds == 0 && charged {
		r.RuntimeSeconds = nil
		t.judge.Doubt("runtime of 0 minutes on utility")
	}
}

// source is what upsOutputSource says; without it, time on battery tells battery.
func (t *translator) source() power.Source {
	source, ok := t.number(outputSource)
	if seconds := t.reading.OnBatterySeconds; !ok && seconds != nil && *seconds > 0 {
		return power.Battery
	}
	known := map[int64]power.Source{
		2: power.Off, 3: power.Utility, 4: power.Bypass, 5: power.Battery,
		6: power.Utility, 7: power.Utility, // booster and reducer: the input, mended
	}
	if s, ok := known[source]; ok {
		return s
	}
	return power.Unknown
}

// watts adds up the lines; one that cannot be true spoils the sum.
func (t *translator) watts() *float64 {
	var sum *float64
	for _, line := range t.lines(outputWatts) {
		v := t.judge.Power("output", float64(line), "W")
		if v == nil {
			return nil
		}
		sum = add(sum, *v)
	}
	return sum
}

// apparent adds up voltage times current of the lines, for RFC 1628 has no apparent power. It
// needs both for every line.
func (t *translator) apparent() *float64 {
	volts, amps := t.columns[outputVolts], t.columns[outputAmps]
	var sum *float64
	for _, line := range sortedKeys(amps) {
		v, okV := integer(volts[line])
		tenths, okA := integer(amps[line])
		if !okV || !okA {
			return nil
		}
		va := t.judge.Power("output", float64(v)*float64(tenths)/10, "VA")
		if va == nil {
			return nil
		}
		sum = add(sum, *va)
	}
	if watts := t.reading.OutputWatts; sum != nil && watts != nil && *watts > *sum*tolerance+coarse {
		t.judge.Doubt(fmt.Sprintf("output of %.0f VA, below its %.0f W", *sum, *watts))
		return nil
	}
	return sum
}

// Real power is never above apparent power, but cards round both, and the current to 0.1 A.
const (
	tolerance = 1.1
	coarse    = 30 // W
)

func add(sum *float64, v float64) *float64 {
	if sum != nil {
		v += *sum
	}
	return &v
}

// testWords are the values of upsTestResultsSummary; 6 is that there was none.
func testWords(summary int64) string {
	return map[int64]string{1: "passed", 2: "warning", 3: "error", 4: "aborted", 5: "in progress"}[summary]
}

func (t *translator) test(now time.Time) {
	summary, _ := t.number(testResult)
	word := testWords(summary)
	if word == "" {
		return
	}
	t.reading.TestResult = word
	if detail := t.text(testDetail); detail != "" && detail != word {
		t.reading.TestResult = word + ": " + detail
	}
	start, okStart := t.number(testStart)
	up, okUp := t.number(upTime)
	if okStart && okUp && start > 0 && start <= up { // hundredths of a second of the agent's uptime
		t.reading.TestedAt = now.Add(-time.Duration(up-start) * 10 * time.Millisecond).Truncate(time.Second)
	}
}

func (t *translator) alarm() {
	for _, oid := range t.alarms {
		name := wellKnown(t.base, oid)
		if name == "" {
			name = "alarm " + field.Clean(oid, maxWords)
		}
		t.reading.Alarms = append(t.reading.Alarms, name)
	}
	if count, ok := t.number(alarmCount); ok && count > 0 && len(t.alarms) == 0 {
		t.reading.Alarms = []string{fmt.Sprintf("%d alarms, which the card does not name", count)}
	}
	if t.alarmsRead {
		t.reading.ReplaceBattery = new(slices.Contains(t.reading.Alarms, batteryBad))
	}
}
