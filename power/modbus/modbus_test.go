package modbus

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

const running = "register \"running\" {\n address = 0\n}\n"

func at(address string) string { return fmt.Sprintf("address = %q\n%s", address, running) }

func TestConformance(t *testing.T) {
	target := func(name, settings string, want checks.Reason) powertest.Target {
		return powertest.Target{Name: name, Settings: settings, Want: want}
	}
	controller := serveFrames(t, func(function byte, data []byte) []byte { return []byte{function, 2, 0, 1} })
	says := func(answer ...byte) string {
		return at(serveFrames(t, func(byte, []byte) []byte { return answer }))
	}
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: append(powertest.TCP(t, at),
		target("healthy", at(controller), checks.OK),
		target("secret in an alarm", at(controller)+"alarm \"oil hunter2 low\" {\n address = 3\n}\n", checks.OK),
		target("no such name", at("generator.invalid:502"), checks.DNSFailure),
		target("illegal address", says(0x83, 2), checks.WrongAnswer),
		target("gateway without controller", says(0x83, 11), checks.Detached),
		target("other function", says(4, 2, 0, 1), checks.WrongAnswer),
		target("too short", says(3, 2, 0), checks.WrongAnswer),
		target("wrong count", says(3, 4, 0, 1), checks.WrongAnswer),
		target("no frame", at(powertest.Endless(t, []byte("HTTP/1.1 400 Bad Request\r\n\r\n"))), checks.WrongAnswer),
		target("hangs up midway", at(checktest.Serve(t, func(c net.Conn) {
			_, _ = io.ReadFull(c, make([]byte, 12))
			_, _ = c.Write([]byte{0, 1, 0, 0, 0, 5, 1, 3})
		})), checks.Reset),
	)})
}

// serveFrames answers each request with a frame around what answer returns.
func serveFrames(t testing.TB, answer func(function byte, data []byte) []byte) string {
	return checktest.Serve(t, func(c net.Conn) {
		request := make([]byte, 12)
		for {
			if _, err := io.ReadFull(c, request); err != nil {
				return
			}
			body := answer(request[7], request[8:])
			frame := append([]byte{request[0], request[1], 0, 0, 0, byte(len(body) + 1), request[6]}, body...)
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	})
}

// TestPlaces: every type and order, each from the bytes on the wire.
func TestPlaces(t *testing.T) {
	type bytes = []byte
	big := &Settings{ByteOrder: "big", WordOrder: "high_first"}
	low := &Settings{ByteOrder: "big", WordOrder: "low_first"}
	little := &Settings{ByteOrder: "little", WordOrder: "low_first"}
	for _, test := range []struct {
		place    Place
		settings *Settings
		data     bytes
		want     float64
		ok       bool
	}{
		{Place{Type: "uint16"}, big, bytes{0xff, 0xfe}, 65534, true},
		{Place{Type: "uint16"}, little, bytes{0xfe, 0xff}, 65534, true},
		{Place{Type: "int16"}, big, bytes{0xff, 0xfe}, -2, true},
		{Place{Type: "uint32"}, big, bytes{0, 1, 0, 2}, 65538, true},
		{Place{Type: "uint32"}, low, bytes{0, 2, 0, 1}, 65538, true},
		{Place{Type: "uint32"}, little, bytes{2, 0, 1, 0}, 65538, true},
		{Place{Type: "int32"}, big, bytes{0xff, 0xff, 0xff, 0xfd}, -3, true},
		{Place{Type: "float32"}, big, bytes{0x42, 0xf6, 0xe9, 0x79}, float64(float32(123.456)), true},
		{Place{Type: "float32"}, big, bytes{0x7f, 0xc0, 0, 0}, 0, false},
		{Place{Type: "uint16", Absent: []float64{65535}}, big, bytes{0xff, 0xff}, 0, false},
		{Place{Kind: "coil", Type: "uint16"}, big, bytes{1}, 1, true},
	} {
		got, ok := test.place.raw(test.data, test.settings)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%s of % x, %s and %s: %v %v, want %v %v", test.place.Type, test.data, test.settings.ByteOrder, test.settings.WordOrder, got, ok, test.want, test.ok)
		}
	}
}

// idleReading is the reading of idle.
func idleReading() power.Reading {
	return power.Reading{
		Source: power.Unknown, Running: new(false), FuelLiters: new(950.0), FuelRatio: new(1.0),
		OutputWatts: new(12500.0), OutputVA: new(15000.0), LoadRatio: new(0.08),
		Alarms: []string{"油圧低下"},
	}
}

// TestRead: against a server that somebody else wrote.
func TestRead(t *testing.T) {
	c := idle()
	r := open(t, c.serve(t), genset)
	compare(t, "idle", r, idleReading())

	c.set(map[uint16]uint16{1: 3, 30: 1 << 4, 31: 234, 32: 1700, 24: 202})
	want := idleReading()
	want.Running, want.InputVolts = new(true), new(202.0)
	want.Alarms = []string{"油圧低下", "over temperature", "start battery low", "over speed"}
	compare(t, "running", r, want)

	c.set(map[uint16]uint16{10: 0xffff, 11: 0xffff, 23: 0x8000, 22: 0, 21: 0xffff, 20: 0xc7ff})
	want.FuelLiters, want.LoadRatio, want.OutputVA, want.OutputWatts = nil, nil, nil, nil
	want.Doubts = []string{"fuel of 429496729.5 L", "output of -131071992.1875 W", "output of -10000 VA", "load of -32768 %"}
	compare(t, "impossible", r, want)
}

func TestRefusalNamesTheRegister(t *testing.T) {
	c := idle()
	got := read(t, open(t, c.serve(t), "register \"fuel_liters\" {\n address = 999\n}\n"))
	if want := `refuses register "fuel_liters" (holding 999): exception 2, illegal data address`; got.Reason != checks.WrongAnswer || !strings.Contains(got.Text, want) {
		t.Errorf("%s: %s", got.Reason, got.Text)
	}
}

func TestMistakes(t *testing.T) {
	register := func(name, more string) string {
		return fmt.Sprintf("register %q {\n address = 1\n%s\n}", name, more)
	}
	alarm := func(more string) string { return running + "alarm \"a\" {\n address = 1\n" + more + "\n}" }
	for _, test := range []struct{ settings, want string }{
		{"", "No registers"},
		{register("runing", ""), `Did you mean "running"?`},
		{register("fuel_ratio", `unit = "L"`), `A fuel_ratio is in % or ratio.`},
		{register("running", `unit = "L"`), "has no unit"},
		{register("fuel_ratio", `kind = "coil"`), "One bit for a number"},
		{register("fuel_ratio", `bit = 1`), "Yes or no for a number"},
		{register("fuel_ratio", `scale = 0`), "Scale of zero"},
		{register("running", `bit = 16`), "No such bit"},
		{register("running", "bit = 1\nequals = [1]"), "Both bit and equals"},
		{register("running", `type = "uint64"`), `Did you mean "uint16"?`},
		{running + running, "Second register"},
		{"register \"output_watts\" {\n address = 65535\n type = \"int32\"\n}", "Beyond the last register"},
		{alarm("bit = 1\nabove = 2"), "Alarm in two ways"},
		{alarm("kind = \"coil\"\nabove = 2"), "Condition on one bit"},
		{running + "alarm \"\" {\n address = 1\n}", "Alarm without a text"},
	} {
		file, diags := hclsyntax.ParseConfig([]byte("address = \"10.1.0.1\"\n"+test.settings), "t.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = Protocol().Decode(file.Body, &block.Context{})
		if len(diags) != 1 || !strings.Contains(diags[0].Summary+diags[0].Detail, test.want) {
			t.Errorf("%s\n%v\nwant %s", test.settings, diags, test.want)
		}
	}
}

// FuzzAnswer: whatever a controller answers, a reading holds only what can be true.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte{3, 2, 0, 1})
	f.Add([]byte{3, 4, 0xff, 0xff, 0x7f, 0xff})
	f.Add([]byte{0x83, 2})
	var settings = powertest.Settings(f, Protocol(), "address = \"127.0.0.1\"\n"+genset).(*Settings)
	f.Fuzz(func(t *testing.T, answer []byte) {
		r := &reader{settings: settings, env: &power.Env{}, names: known()}
		reading := power.Reading{Source: power.Unknown}
		for i := range settings.Registers {
			register := &settings.Registers[i]
			data, err := payload(answer, register.function(), register.quantity())
			if err != nil {
				continue
			}
			if raw, ok := register.raw(data, settings); ok {
				r.put(&reading, register, raw)
			}
		}
		for _, fault := range powertest.Faults(reading) {
			t.Error(fault)
		}
	})
}

func open(t testing.TB, address, registers string) power.Reader {
	t.Helper()
	s := powertest.Settings(t, Protocol(), fmt.Sprintf("address = %q\n%s", address, registers))
	r, err := Protocol().New(s, &power.Env{Supply: "roof", Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t testing.TB, r power.Reader) power.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return r.Read(ctx)
}

func compare(t *testing.T, step string, r power.Reader, want power.Reading) {
	t.Helper()
	got := read(t, r)
	if diff := cmp.Diff(want, got.Reading); diff != "" || !got.OK() {
		t.Errorf("%s: %s %s\n%s", step, got.Reason, got.Text, diff)
	}
}
