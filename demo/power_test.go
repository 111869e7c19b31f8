package demo

import (
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	protocols "github.com/keizoku-bcp/keizoku/power/all"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// clock is a time that passes when the test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// timed is a hall whose batteries go by a clock of the test, and its plan.
func timed(t *testing.T) (*Hall, *plan.Plan, *clock) {
	t.Helper()
	h := open(t)
	p := load(t, h.PlanDir())
	c := &clock{at: time.Date(2026, 11, 2, 9, 0, 0, 0, p.Location)}
	h.power.mu.Lock()
	h.power.now, h.power.at = c.now, c.at
	h.power.mu.Unlock()
	return h, p, c
}

// read asks a supply of the plan through the protocol that the plan names.
func read(t *testing.T, p *plan.Plan, name string) power.Result {
	t.Helper()
	source := p.PowerTree().Supply(name).Readings()
	reader, err := protocols.Protocols()[source.Protocol].New(source.Settings, &power.Env{
		Supply: name, Timeout: source.Timeout, Secrets: p.Secrets, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := reader.(io.Closer); ok {
		defer c.Close()
	}
	return reader.Read(t.Context())
}

// told is what the tests look at in a reading.
type told struct {
	Source        power.Source
	BatteryState  power.BatteryState
	Charge, Watts float64
	Seconds       float64
}

func tellUPS(t *testing.T, p *plan.Plan, name string) told {
	t.Helper()
	r := read(t, p, name)
	if !r.OK() || len(r.Reading.Doubts) > 0 {
		t.Fatalf("%s: %s %s %v", name, r.Reason, r.Text, r.Reading.Doubts)
	}
	return told{r.Reading.Source, r.Reading.BatteryState, *r.Reading.ChargeRatio, *r.Reading.OutputWatts, *r.Reading.RuntimeSeconds}
}

// rack_b bears 6,700 W from 180 Wh: 96.7 s; without the four that hang on it and are shed 4,750 W.
func TestUPSTellsTheStoryOverNUT(t *testing.T) {
	h, p, c := timed(t)
	const full, half = 6700, 4750
	shed := func() {
		for _, name := range lowRanks() {
			h.Device(name).Fail()
		}
	}
	for _, step := range []struct {
		name string
		do   func()
		pass time.Duration
		want told
	}{
		{"utility", func() {}, 0, told{power.Utility, "", 1, full, 96}},
		{"utility fails", h.Power().Fail, 0, told{power.Battery, "", 1, full, 96}},
		{"half a minute", func() {}, 30 * time.Second, told{power.Battery, "", 0.68, full, 66}},
		{"shed", shed, 0, told{power.Battery, "", 0.68, half, 94}},
		{"low", func() {}, 60 * time.Second, told{power.Battery, power.BatteryLow, 0.25, half, 34}},
		{"engine starts", h.Power().Start, 3 * time.Second, told{power.Battery, power.BatteryLow, 0.22, half, 31}},
		{"generator takes the load, and a second", func() {}, 2 * time.Second, told{power.Utility, power.BatteryLow, 0.23, half, 32}},
		{"utility returns", h.Power().Recover, 30 * time.Second, told{power.Utility, "", 0.73, half, 100}},
		{"a new round", func() { _ = h.Reset() }, 0, told{power.Utility, "", 1, full, 96}},
		{"till it is empty", h.Power().Fail, time.Hour, told{power.Battery, power.BatteryLow, 0, full, 0}},
	} {
		step.do()
		c.pass(step.pass)
		got := tellUPS(t, p, "rack_b")
		if got.BatteryState != power.BatteryLow {
			got.BatteryState = ""
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestGeneratorTellsTheStoryOverModbus(t *testing.T) {
	h, p, c := timed(t)
	tell := func() (running bool, watts, liters float64) {
		r := read(t, p, generatorName)
		if !r.OK() || len(r.Reading.Doubts) > 0 {
			t.Fatalf("%s %s %v", r.Reason, r.Text, r.Reading.Doubts)
		}
		return *r.Reading.Running, *r.Reading.OutputWatts, *r.Reading.FuelLiters
	}
	for _, step := range []struct {
		name          string
		do            func()
		pass          time.Duration
		running       bool
		watts, liters float64
	}{
		{"utility", func() {}, 0, false, 0, 880},
		{"utility fails", h.Power().Fail, time.Minute, false, 0, 880},
		{"engine starts", h.Power().Start, 3 * time.Second, true, 0, 879.9},
		{"load taken", func() {}, time.Hour, true, 33600, 868.9},
		{"terminals off", h.Device("counter_terminals").Fail, 0, true, 27600, 868.9},
		{"utility returns", h.Power().Recover, time.Hour, false, 0, 868.9},
	} {
		step.do()
		c.pass(step.pass)
		running, watts, liters := tell()
		if running != step.running || watts != step.watts || liters < step.liters-0.11 || liters > step.liters+0.11 {
			t.Errorf("%s: running %t, %g W, %.1f L, want %t, %g W, %.1f L", step.name, running, watts, liters, step.running, step.watts, step.liters)
		}
	}
}

func TestSuppliesFallSilentAndComeBack(t *testing.T) {
	h, p, _ := timed(t)
	for device, name := range map[string]string{"ups_server": "rack_a", "generator_controller": generatorName} {
		h.Device(device).Fail()
		if r := read(t, p, name); r.Reason != checks.Refused {
			t.Errorf("%s down: %s is read as %q, want %q", device, name, r.Reason, checks.Refused)
		}
		if err := h.Device(device).Recover(); err != nil {
			t.Fatal(err)
		}
		if r := read(t, p, name); !r.OK() {
			t.Errorf("%s back: %s %s", device, r.Reason, r.Text)
		}
	}
}

func TestNUTAnswers(t *testing.T) {
	p := newPower(time.Now)
	for _, tt := range []struct{ ask, want string }{
		{"NETVER", "1.3\n"},
		{"USERNAME keizoku", "OK\n"},
		{"PASSWORD secret", "OK\n"},
		{"LOGIN rack_a", errAccessDenied},
		{"SET VAR rack_a ups.id x", errAccessDenied},
		{"STARTTLS", errNoTLS},
		{"LIST UPS", "BEGIN LIST UPS\nUPS rack_a \"Tsuzuki Power 5000\"\nUPS rack_b \"Tsuzuki Power 10000\"\nEND LIST UPS\n"},
		{"LIST", errInvalidArgument},
		{"LIST VAR nobody", errUnknownUPS},
		{"GET VAR rack_a ups.status", "VAR rack_a ups.status \"OL\"\n"},
		{"GET VAR rack_a ups.beeper", errNoVariable},
		{"GET VAR nobody ups.status", errUnknownUPS},
		{"GET VAR rack_a", errInvalidArgument},
		{"HELLO", errUnknownCommand},
		{"LOGOUT", "OK Goodbye\n"},
	} {
		if diff := cmp.Diff(tt.want, p.nut(strings.Fields(tt.ask))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.ask, diff)
		}
	}
}

func TestModbusRefuses(t *testing.T) {
	p := newPower(time.Now)
	for _, tt := range []struct {
		name      string
		ask, want []byte
	}{
		{"all", []byte{3, 0, 0, 0, 4}, []byte{3, 8, 0, 0, 8800 >> 8, 8800 & 0xff, 0, 0, 0, 0}},
		{"another function", []byte{4, 0, 0, 0, 1}, []byte{0x84, illegalFunction}},
		{"beyond the last", []byte{3, 0, 3, 0, 2}, []byte{0x83, illegalAddress}},
		{"far beyond", []byte{3, 0xff, 0xff, 0xff, 0xff}, []byte{0x83, illegalAddress}},
		{"nothing", []byte{3, 0, 0, 0, 0}, []byte{0x83, illegalDataValue}},
		{"cut off", []byte{3, 0}, []byte{0x83, illegalDataValue}},
	} {
		if diff := cmp.Diff(tt.want, p.modbus(tt.ask)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for _, nonsense := range []string{"", "\x00\x01", "GET / HTTP/1.1\r\n\r\n", "\x00\x01\x00\x00\x00\x01\x01", "\x00\x01\x00\x00\xff\xff\x01\x03"} {
		if _, _, err := readModbus(strings.NewReader(nonsense)); err == nil {
			t.Errorf("%q is taken for Modbus", nonsense)
		}
	}
}

// An open conversation must not keep the hall from changing or closing.
func TestPowerSourcesCloseWhileSpokenTo(t *testing.T) {
	h := open(t)
	for _, name := range []string{"ups_server", "generator_controller"} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", h.Device(name).services[0].bound)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "LI"); err != nil {
			t.Fatal(err)
		}
		h.Device(name).Fail()
		if rest, _ := io.ReadAll(conn); len(rest) > 0 { // it ends, in order or by a reset
			t.Errorf("%s answers half a command: %q", name, rest)
		}
	}
}

func TestDevicesDrawWhatThePlanSays(t *testing.T) {
	p := load(t, "../examples/city_hall")
	type draw struct {
		FedBy string
		Watts float64
	}
	planned, built := map[string]draw{}, map[string]draw{}
	for _, c := range p.Consumers() {
		if len(p.PowerTree().Path(c.FedBy)) > 0 {
			planned[c.Name] = draw{c.FedBy, c.Watts}
		}
	}
	for _, d := range city() {
		if d.fedBy != "" {
			name := strings.TrimSuffix(d.name, "_2") // a second machine of the system
			built[name] = draw{d.fedBy, built[name].Watts + d.watts}
		}
	}
	if diff := cmp.Diff(planned, built); diff != "" {
		t.Errorf("what hangs where (-plan +hall):\n%s", diff)
	}
	for _, u := range newPower(time.Now).upss {
		planned := p.UPS(u.name)
		if u.watts != planned.CapacityW || u.va != planned.CapacityVA || u.wattHours != planned.BatteryWh*planned.Efficiency {
			t.Errorf("%s has %g W, %g VA, %g Wh, and the plan says otherwise", u.name, u.watts, u.va, u.wattHours)
		}
	}
}

// What the narration claims of the blackout must be so by the plan and by what is read.
func TestBlackoutFitsThePlan(t *testing.T) {
	h, p, c := timed(t)
	failed := moment(t, "The power fails")
	live := supply.Live{Readings: map[string]supply.Reading{}}
	facts := func() *supply.Facts {
		for _, node := range p.Supplies() {
			r := read(t, p, node.Name).Reading
			live.Readings[node.Name] = supply.Reading{
				At: c.now(), Source: supply.Source(r.Source), ChargeRatio: r.ChargeRatio, RuntimeSeconds: r.RuntimeSeconds,
				OutputWatts: r.OutputWatts, OutputVA: r.OutputVA, Running: r.Running, FuelLiters: r.FuelLiters,
			}
		}
		return supply.Evaluate(p, live, c.now())
	}
	until := func(words string) { c.pass(moment(t, words) - failed - c.now().Sub(live.UtilityLostAt)) }

	h.Power().Fail()
	live.UtilityLostAt = c.now()
	until("Both UPS are on battery")
	if diff := cmp.Diff(lowRanks(), shedFor(facts(), supply.ForHorizon)); diff != "" {
		t.Errorf("what goes for the fuel (-story +plan):\n%s", diff)
	}

	until("has not started within its 15 seconds")
	late := facts()
	if got := shedFor(late, supply.BatteryEnds); len(got) < 10 || !slices.Contains(late.Supply(generatorName).Problems, supply.NotStarted) {
		t.Errorf("the generator is late, and yet only %v hang on batteries alone", got)
	}

	until("five lowest ranks")
	before := facts().Supply("rack_b").RuntimeSeconds
	for _, name := range lowRanks() {
		h.Device(name).Fail()
	}
	if after := facts().Supply("rack_b").RuntimeSeconds; *after <= *before {
		t.Errorf("the servers' battery lasts %d s after shedding, and %d s before", *after, *before)
	}

	until("the generator starts")
	h.Power().Start()
	c.pass(transfer + time.Second)
	for _, name := range []string{"rack_a", "rack_b"} {
		if got := tellUPS(t, p, name); got.Source != power.Utility || got.Charge < 0.5 {
			t.Errorf("%s when the generator has the load: %+v", name, got)
		}
	}

	until("lasts 72 hours")
	if now := facts(); !now.Holds || len(now.Shed) > 0 {
		t.Errorf("with the five off the plan's horizon holds: %t, to be shed: %v", now.Holds, shedFor(now, supply.ForHorizon))
	}
	if diff := cmp.Diff(restartOrder(), among(facts().Restart, lowRanks())); diff != "" {
		t.Errorf("order of switching on (-story +plan):\n%s", diff)
	}
}

func shedFor(f *supply.Facts, reason supply.Reason) (names []string) {
	for _, line := range f.Shed {
		if line.Reason == reason {
			names = append(names, line.Load)
		}
	}
	return names
}

func among(names, some []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !slices.Contains(some, n) })
}

func TestNarrationNamesThePlansFigures(t *testing.T) {
	p := load(t, "../examples/city_hall")
	g := p.Generator(generatorName)
	for _, tt := range []struct {
		words string
		is    bool
	}{
		{"15 seconds", g.StartsWithin == 15*time.Second},
		{"880 of 1,600 L", g.Fuel.Liters == 1600 && tankLiters == 880},
		{"72 hours", p.Power.Horizon == 72*time.Hour},
		{"Forty seconds", moment(t, "Forty seconds")-moment(t, "The power fails") == 40*time.Second},
		{"Four seconds later", transfer == 4*time.Second},
	} {
		if moment(t, tt.words); !tt.is {
			t.Errorf("%q is not what the plan and the hall have", tt.words)
		}
	}
}

func TestRoundIsShort(t *testing.T) {
	steps := Story()
	if round := steps[len(steps)-1].At + Intermission; round > 5*time.Minute {
		t.Errorf("a round takes %s", round)
	}
}
