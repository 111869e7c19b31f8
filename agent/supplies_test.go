package agent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// device is a UPS or generator that says what its test lets it say.
type device struct {
	mu     sync.Mutex
	answer func(context.Context) power.Result
	reads  int
	opened int
	closed int
}

// Read implements power.Reader.
func (d *device) Read(ctx context.Context) power.Result {
	d.mu.Lock()
	answer := d.answer
	d.reads++
	d.mu.Unlock()
	return answer(ctx)
}

// Close implements io.Closer.
func (d *device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed++
	return nil
}

func (d *device) answers(answer func(context.Context) power.Result) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = answer
}

// says makes a reading its answer.
func (d *device) says(r power.Reading) {
	d.answers(func(context.Context) power.Result { return power.Result{Reason: checks.OK, Reading: r} })
}

func (d *device) fails(reason checks.Reason, text string) {
	d.answers(func(context.Context) power.Result { return power.Failed(reason, text) })
}

func (d *device) counts() (reads, opened, closed int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reads, d.opened, d.closed
}

// line is a status of NUT as a reading, with a charge and the load that the plan lists.
func line(status string, charge float64) power.Reading {
	r := power.Reading{Source: power.Utility, BatteryState: power.BatteryNormal, ChargeRatio: &charge, OutputWatts: new(500.0)}
	for _, word := range strings.Fields(status) {
		switch word {
		case "OB":
			r.Source = power.Battery
		case "LB":
			r.BatteryState = power.BatteryLow
		case "TEST":
			r.Alarms = append(r.Alarms, word)
		}
	}
	return r
}

const powerPlan = `
plan "city" {
  title = "試験市"
}
threat "incident" {
  title   = "非災害"
  default = true
}
system "records" {
  title    = "住民記録"
  priority = 1
  power {
    watts  = 500
    fed_by = ups.rack
  }
}
ups "rack" {
  capacity_w  = 2000
  capacity_va = 2000
  battery_wh  = 1000
  %s
}
agent "a1" {}
`

// newRack is an office with one UPS, read every 50 ms, that is on line.
func newRack(t *testing.T) (*office, *device) {
	t.Helper()
	o, d := newOffice(t, fmt.Sprintf(powerPlan, `source "fake" {}`)), &device{}
	o.opts.Protocols = map[string]*power.Protocol{"fake": {
		Name: "fake", Settings: struct{}{},
		New: func(any, *power.Env) (power.Reader, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.opened++
			return &struct{ *device }{d}, nil
		},
	}}
	o.opts.Load = func() (*plan.Plan, error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		p, _, diags := config.LoadBytes("plan.hcl", []byte(o.text), o.opts.Kinds, config.Options{Protocols: o.opts.Protocols})
		if diags.HasErrors() {
			return nil, errors.New(diags.Error())
		}
		for _, node := range p.Supplies() {
			if s := node.Readings(); s != nil {
				s.Interval, s.Timeout = 50*time.Millisecond, 40*time.Millisecond
			}
		}
		return p, nil
	}
	d.says(line("OL", 1))
	return o, d
}

// rack is what the Situation says of the UPS.
func (o *office) rack() *supply.SupplyFacts { return o.agent.Situation().Power.Supply("rack") }

func (o *office) awaitsSource(source supply.Source) {
	o.Helper()
	o.until("the UPS is on "+string(source), func() bool { return o.rack().Source == source })
}

// conditions lists what began and ended, in order: "+ rack on_battery".
func (o *office) conditions() (all []string) {
	o.Helper()
	for _, e := range o.events(journal.KindPowerBegan, journal.KindPowerEnded) {
		switch p := e.Payload.(type) {
		case journal.PowerBegan:
			all = append(all, fmt.Sprintf("+ %s %s", p.Supply, p.Condition))
		case journal.PowerEnded:
			all = append(all, fmt.Sprintf("- %s %s", p.Supply, p.Condition))
		}
	}
	return all
}

// awaitsConditions waits until exactly these have been journaled.
func (o *office) awaitsConditions(want ...string) {
	o.Helper()
	o.until(strings.Join(want, ", "), func() bool { return len(o.conditions()) >= len(want) })
	if got := o.conditions(); !slices.Equal(got, want) {
		o.Fatalf("journaled\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// later waits for some more readings, of which nothing may come.
func (o *office) later(d *device) {
	o.Helper()
	before, _, _ := d.counts()
	o.until("it was read three times more", func() bool {
		reads, _, _ := d.counts()
		return reads >= before+3
	})
}

func TestBlackoutOfAUPS(t *testing.T) {
	t.Parallel()
	o, d := newRack(t)
	o.start()
	o.awaitsSource(supply.FromUtility)
	powerViews(o, false, 0)

	d.says(line("OB", 0.9))
	want := []string{"+ rack on_battery", "+ utility utility_lost"}
	o.awaitsConditions(want...)
	powerViews(o, true, 1)
	d.says(line("OB LB", 0.2))
	want = append(want, "+ rack battery_low")
	o.awaitsConditions(want...)
	o.later(d)
	o.awaitsConditions(want...)
	for i, e := range payloads[journal.PowerBegan](o) {
		if e.LastNotAt.IsZero() || !e.LastNotAt.Before(e.FirstAt) || e.ChargeRatio == nil {
			t.Errorf("bracket of event %d: %+v", i, e)
		}
	}
	d.says(line("OL", 0.2))
	want = append(want, "- rack on_battery", "- rack battery_low", "- utility utility_lost")
	o.awaitsConditions(want...)
	powerViews(o, false, 0)
}

// sample returns a metric's value for the UPS, -1 when there is none.
func (o *office) sample(name string) float64 {
	o.Helper()
	m := regexp.MustCompile(`(?m)^` + name + `\{\w+="rack"\} (\S+)$`).FindStringSubmatch(o.get("/metrics"))
	if m == nil {
		return -1
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		o.Fatal(err)
	}
	return v
}

// powerViews checks that API, metrics and Situation agree on the blackout.
func powerViews(o *office, lost bool, onBattery float64) {
	o.Helper()
	facts := decode[supply.Facts](o.T, o.get("/api/v1/power"))
	if facts.UtilityLost != lost || o.agent.Situation().Power.UtilityLost != lost || facts.Supply("rack").RuntimeSeconds == nil {
		o.Errorf("utility lost: %v in the API, %v in the Situation, want %v", facts.UtilityLost, o.agent.Situation().Power.UtilityLost, lost)
	}
	o.until(fmt.Sprintf("keizoku_ups_on_battery is %v", onBattery), func() bool { return o.sample("keizoku_ups_on_battery") == onBattery })
	for _, name := range []string{"keizoku_ups_charge_ratio", "keizoku_ups_output_watts", "keizoku_ups_last_reading_timestamp_seconds", "keizoku_supply_runtime_seconds"} {
		if o.sample(name) <= 0 {
			o.Errorf("%s is missing", name)
		}
	}
}

func TestSelfTestIsNoBlackout(t *testing.T) {
	t.Parallel()
	o, d := newRack(t)
	o.start()
	o.awaitsSource(supply.FromUtility)
	d.says(line("OB TEST", 0.9))
	o.awaitsConditions("+ rack doubtful")
	d.says(line("OL", 0.9))
	o.awaitsConditions("+ rack doubtful", "- rack doubtful")
}

// What each protocol says of a test, and when it is not believed.
func TestSelfTest(t *testing.T) {
	t.Parallel()
	o, _ := newRack(t)
	a := o.open()
	for name, test := range map[string]struct {
		reading power.Reading
		want    supply.Source
	}{
		"NUT":              {power.Reading{Alarms: []string{"TEST"}}, supply.FromUtility},
		"NUT, calibration": {power.Reading{Alarms: []string{"CAL"}, InputVolts: new(101.0)}, supply.FromUtility},
		"SNMP":             {power.Reading{TestResult: "in progress: 10 s"}, supply.FromUtility},
		"SNMP, by alarm":   {power.Reading{Alarms: []string{"OnBattery", "TestInProgress"}}, supply.FromUtility},
		"apcupsd":          {power.Reading{Alarms: []string{"Automatic or explicit self test"}}, supply.FromUtility},
		"no input":         {power.Reading{Alarms: []string{"TEST"}, InputVolts: new(0.4)}, supply.FromBattery},
		"battery low":      {power.Reading{Alarms: []string{"CAL"}, BatteryState: power.BatteryLow}, supply.FromBattery},
		"long over":        {power.Reading{TestResult: "passed"}, supply.FromBattery},
	} {
		test.reading.Source = power.Battery
		if got := a.readingOf(test.reading); got.Source != test.want || (len(got.Doubts) == 1) != (test.want == supply.FromUtility) {
			t.Errorf("%s: %s, %q", name, got.Source, got.Doubts)
		}
	}
}

// A reading that was under way while the clock stepped is dated by the clock as it is then.
func TestReadingAcrossAStepOfTheClock(t *testing.T) {
	m := &machine{wall: nine}
	c := m.clock(nine)
	m.pass(time.Minute)
	begun := m.up
	m.pass(time.Second)
	m.jump(-30 * time.Second)
	c.compare(nine)
	if got, want := c.at(begun), c.Now().Add(-time.Second); !got.Equal(want) || !got.Equal(nine.Add(30*time.Second)) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A UPS that falls silent on battery keeps its event, is assumed dying, and comes back.
func TestUPSLostOnBattery(t *testing.T) {
	t.Parallel()
	o, d := newRack(t)
	o.start()
	o.awaitsSource(supply.FromUtility)
	d.says(line("OB", 0.9))
	o.awaitsConditions("+ rack on_battery", "+ utility utility_lost")
	d.fails(checks.Detached, "the driver is not connected")
	want := []string{"+ rack on_battery", "+ utility utility_lost", "+ rack lost"}
	o.awaitsConditions(want...)
	lost := payloads[journal.PowerBegan](o)[2]
	if lost.Text != "the driver is not connected" || !lost.LastNotAt.Before(lost.FirstAt) {
		t.Errorf("%+v", lost)
	}
	o.until("it is assumed dying", func() bool { return o.rack().AssumedDying })
	if f := o.rack(); f.Source != supply.FromBattery || !slices.Contains(f.Doubts, "does not answer: the driver is not connected") {
		t.Errorf("%+v", f)
	}

	o.restart()
	o.later(d)
	if f := o.rack(); !f.AssumedDying || o.sample("keizoku_ups_on_battery") != 1 {
		t.Errorf("after a restart: %+v", f)
	}
	o.awaitsConditions(want...)
	d.says(line("OL", 0.5))
	o.awaitsConditions(append(want, "- rack lost", "- rack on_battery", "- utility utility_lost")...)
}

func TestRestartOnBattery(t *testing.T) {
	t.Parallel()
	o, d := newRack(t)
	o.start()
	o.awaitsSource(supply.FromUtility)
	d.says(line("OB", 0.9))
	o.awaitsConditions("+ rack on_battery", "+ utility utility_lost")
	// What is on disk is folded a moment later.
	o.until("the loss is shown", func() bool { return o.agent.Situation().Power.UtilityLost })
	since := o.agent.Situation().Power.UtilityLostAt
	for range 2 {
		o.restart()
		if got := o.agent.Situation().Power; !got.UtilityLostAt.Equal(since) || got.Supply("rack").Source != supply.FromBattery {
			t.Errorf("lost at %v, was %v; %s", got.UtilityLostAt, since, got.Supply("rack").Source)
		}
		o.later(d)
	}
	d.says(line("OL", 0.9))
	o.awaitsConditions("+ rack on_battery", "+ utility utility_lost", "- rack on_battery", "- utility utility_lost")
}

// A reader that is broken is shown as a supply that cannot be read; the agent goes on.
func TestBrokenReaders(t *testing.T) {
	t.Parallel()
	released := make(chan struct{})
	for name, answer := range map[string]func(context.Context) power.Result{
		"panics":             func(context.Context) power.Result { panic("index out of range") },
		"hangs":              func(context.Context) power.Result { <-released; return power.Result{Reason: checks.OK} },
		"waits for its time": func(ctx context.Context) power.Result { <-ctx.Done(); return power.Result{Reason: checks.OK} },
		"no reason":          func(context.Context) power.Result { return power.Result{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, d := newRack(t)
			o.start()
			o.awaitsSource(supply.FromUtility)
			d.answers(answer)
			o.awaitsConditions("+ rack lost")
			if text := payloads[journal.PowerBegan](o)[0].Text; text == "" {
				t.Error("nobody says why")
			}
			if name == "hangs" {
				close(released)
			}
			d.says(line("OL", 1))
			o.awaitsConditions("+ rack lost", "- rack lost")
		})
	}
}

func TestGarbageFromADevice(t *testing.T) {
	t.Parallel()
	o, d := newRack(t)
	o.start()
	o.awaitsSource(supply.FromUtility)
	nan, huge := math.NaN(), math.Inf(1)
	d.says(power.Reading{
		Source: power.Battery, ChargeRatio: &nan, RuntimeSeconds: &huge, LoadRatio: &nan, OutputWatts: &nan, OutputVA: &nan,
		Doubts: slices.Repeat([]string{"\xff\x00" + strings.Repeat("x", 9000)}, 100),
	})
	o.awaitsConditions("+ rack on_battery", "+ rack doubtful", "+ utility utility_lost")
	powerViewsOfGarbage(o)
	if text := payloads[journal.PowerBegan](o)[1].Text; len(text) > 20_000 {
		t.Errorf("%d bytes of doubts are journaled", len(text))
	}
	d.says(power.Reading{Source: "\x00", ChargeRatio: new(-1e300)})
	o.later(d)
	powerViewsOfGarbage(o)
}

func powerViewsOfGarbage(o *office) {
	o.Helper()
	facts := decode[supply.Facts](o.T, o.get("/api/v1/power"))
	f := facts.Supply("rack")
	if f.ChargeRatio != nil || f.LoadRatio != nil || f.MeasuredW != nil || f.RuntimeSeconds == nil || *f.RuntimeSeconds > 6480 {
		o.Errorf("%+v", f)
	}
	if page := o.get("/metrics"); strings.Contains(page, "NaN") || strings.Contains(page, "keizoku_ups_charge_ratio{") {
		o.Error("garbage in the metrics")
	}
}

// A reload opens and closes readers with the sources, and forgets what is no longer read.
func TestReloadOfSources(t *testing.T) {
	t.Parallel()
	o, d := newRack(t)
	o.start()
	o.awaitsSource(supply.FromUtility)
	d.says(line("OB", 0.9))
	want := []string{"+ rack on_battery", "+ utility utility_lost"}
	o.awaitsConditions(want...)

	o.write(fmt.Sprintf(powerPlan, "title = \"UPS A\"\n source \"fake\" {}"))
	if err := o.agent.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.later(d)
	o.awaitsConditions(want...)

	o.write(fmt.Sprintf(powerPlan, ""))
	if err := o.agent.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if loaded := payloads[journal.PlanLoaded](o); !slices.Equal(loaded[len(loaded)-1].GoneSupplies, []string{"rack", "utility"}) {
		t.Errorf("%+v", loaded[len(loaded)-1])
	}
	if p := o.agent.Situation().Power; p.UtilityLost || !p.Supply("rack").ReadingAt.IsZero() {
		t.Errorf("still known: %+v", p.Supply("rack"))
	}
	o.until("every reader is closed", func() bool {
		_, opened, closed := d.counts()
		return opened == 2 && closed == 2
	})

	o.write(fmt.Sprintf(powerPlan, `source "fake" {}`))
	if err := o.agent.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.awaitsConditions(append(want, "+ rack on_battery", "+ utility utility_lost")...)
	o.agent.Stop("end")
	if _, opened, closed := d.counts(); opened != 3 || closed != 3 {
		t.Errorf("%d readers opened, %d closed", opened, closed)
	}
}

// A reader that cannot be made is told of, not left out.
func TestReaderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	o, _ := newRack(t)
	o.opts.Protocols["fake"].New = func(any, *power.Env) (power.Reader, error) { return nil, errors.New("no permission") }
	o.start()
	o.awaitsConditions("+ rack lost")
	o.until("the Situation says why", func() bool { return slices.Equal(o.rack().Doubts, []string{"does not answer: no permission"}) })
}
