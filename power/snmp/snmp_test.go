package snmp

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"snmp": serveBenchmark}))
}

func TestConformance(t *testing.T) {
	settings := func(address string) string {
		return fmt.Sprintf("address = %q\ncommunity = secret(\"hunter2\")\n", address)
	}
	v3 := func(address string) string {
		return fmt.Sprintf("address = %q\nv3 {\nuser = \"u\"\nauth_password = secret(\"hunter2-auth\")\npriv_password = secret(\"hunter2-priv\")\n}\n", address)
	}
	healthy, silent := serve(t, answer("hunter2", upsMIB())), serve(t, nothing)
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: []powertest.Target{
		{Name: "healthy", Settings: settings(healthy), Want: checks.OK},
		{Name: "card that repeats the community", Settings: settings(serve(t, answer("hunter2", with(upsMIB(), "1.2.0", "a hunter2 b")))), Want: checks.OK},
		{Name: "wrong community", Settings: settings(serve(t, answer("other", upsMIB()))), Want: checks.Timeout},
		{Name: "silent", Settings: settings(silent), Want: checks.Timeout},
		{Name: "silent v3", Settings: v3(silent), Want: checks.Timeout},
		{Name: "dead", Settings: settings(refused(t)), Want: checks.Refused},
		{Name: "dead v3", Settings: v3(refused(t)), Want: checks.Refused},
		{Name: "no such name", Settings: settings("ups.invalid"), Want: checks.DNSFailure},
		{Name: "no UPS", Settings: settings(serve(t, answer("hunter2", mib{}))), Want: checks.WrongAnswer},
		{Name: "echo", Settings: settings(serve(t, func(p []byte) [][]byte { return [][]byte{p} })), Want: checks.WrongAnswer},
		{Name: "noise", Settings: settings(serve(t, noise)), Want: checks.WrongAnswer},
		{Name: "noise v3", Settings: v3(serve(t, noise)), Want: checks.WrongAnswer},
		{Name: "nested", Settings: settings(serve(t, nested)), Want: checks.WrongAnswer},
		{Name: "lost its UPS", Settings: settings(serve(t, answer("hunter2", alarmed("20")))), Want: checks.Detached},
	}})
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name string
		mib  mib
		more string // settings
		want power.Reading
	}{
		{"on utility", upsMIB(), "", full(nil)},
		{"as v1 would", refusing(upsMIB()), "", full(nil)},
		{"JEMA-MIB", under(upsMIB(), "jema"), "", full(nil)},
		{"JEMA-MIB2", under(upsMIB(), "jema2"), "", full(nil)},
		{"JEMA-MIB named", under(upsMIB(), "jema"), `mib = "jema"`, full(nil)},
		{"on battery", with(upsMIB(), "4.1.0", 5, "2.2.0", 90, "2.1.0", 3, "2.4.0", 20, "2.3.0", 4), "", full(func(r *power.Reading) {
			r.Source, r.BatteryState = power.Battery, power.BatteryLow
			r.OnBatterySeconds, r.ChargeRatio, r.RuntimeSeconds = new(90.0), new(0.2), new(240.0)
		})},
		{"three phases", with(upsMIB(), "4.4.1.2.2", 101, "4.4.1.3.2", 30, "4.4.1.4.2", 250, "4.4.1.5.2", 15,
			"4.4.1.2.3", 100, "4.4.1.3.3", 10, "4.4.1.4.3", 50, "4.4.1.5.3", 5, "3.3.1.3.2", 0, "3.3.1.3.3", 102), "", full(func(r *power.Reading) {
			r.OutputWatts, r.OutputVA = new(540.0), new(250+303+100.0)
			r.LoadRatio, r.InputVolts = new(0.15), new(0.0)
		})},
		{"alarms", with(alarmed("1"), "6.1.0", uint(1)), "", full(func(r *power.Reading) {
			r.Alarms, r.ReplaceBattery = []string{"BatteryBad"}, new(true)
		})},
		{"impossible", with(upsMIB(), "2.3.0", 65535, "2.4.0", 255, "4.4.1.4.1", -1, "4.4.1.5.1", -1, "2.7.0", 250, "3.3.1.3.1", 99999, "2.2.0", -5), "", full(func(r *power.Reading) {
			r.RuntimeSeconds, r.ChargeRatio, r.OutputWatts, r.LoadRatio, r.BatteryCelsius, r.InputVolts, r.OnBatterySeconds = nil, nil, nil, nil, nil, nil, nil
			r.Doubts = []string{
				"time on battery of -5 s", "charge of 255 %", "runtime of 65535 minutes", "battery temperature of 250 °C",
				"input voltage of 99999 V", "output of -1 W", "load of -1 %",
			}
		})},
		{"no runtime known", with(upsMIB(), "2.3.0", 0), "", full(func(r *power.Reading) {
			r.RuntimeSeconds, r.Doubts = nil, []string{"runtime of 0 minutes on utility"}
		})},
		{"text for numbers", with(upsMIB(), "2.3.0", "30", "4.4.1.5.1", "x"), "", full(func(r *power.Reading) {
			r.RuntimeSeconds, r.LoadRatio, r.Doubts = nil, nil, []string{"runtime that is not a number", "output load that is not a number"}
		})},
		{"watts above VA", with(upsMIB(), "4.4.1.4.1", 400), "", full(func(r *power.Reading) {
			r.OutputWatts, r.OutputVA, r.Doubts = new(400.0), nil, []string{"output of 250 VA, below its 400 W"}
		})},
		{"own OID", with(upsMIB(), "77.1.0", 12), `oids = { runtime = ".1.3.6.1.2.1.33.1.77.1.0" }`, full(func(r *power.Reading) {
			r.RuntimeSeconds = new(720.0)
		})},
		{"little to say", mib{"1.3.6.1.2.1.33.1.2.1.0": 2, "1.3.6.1.2.1.33.1.2.2.0": 7}, "", power.Reading{
			Source: power.Battery, BatteryState: power.BatteryNormal, OnBatterySeconds: new(7.0),
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := open(t, serve(t, answer("public", test.mib)), "community = \"public\"\n"+test.more)
			for range 2 { // the second knows the MIB
				got := read(t, r)
				if got.Reason != checks.OK {
					t.Fatalf("%s: %s", got.Reason, got.Text)
				}
				if diff := cmp.Diff(test.want, got.Reading); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// full is the reading of upsMIB, changed.
func full(change func(*power.Reading)) power.Reading {
	r := power.Reading{
		Source: power.Utility, BatteryState: power.BatteryNormal, Model: "PartsTest SNMP UPS 3000",
		ChargeRatio: new(1.0), RuntimeSeconds: new(1800.0), LoadRatio: new(0.12),
		OutputWatts: new(240.0), OutputVA: new(250.0), InputVolts: new(101.0),
		BatteryCelsius: new(25.0), OnBatterySeconds: new(0.0),
		NominalVA: new(3000.0), NominalWatts: new(2700.0), ReplaceBattery: new(false),
	}
	if change != nil {
		change(&r)
	}
	return r
}

func TestSelfTest(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	v := values{scalars: map[string]any{testResult: 1, testDetail: []byte("no\x00 fault"), testStart: uint32(100_00), upTime: uint32(3700_00)}}
	got := translate(v, now)
	if want := now.Add(-time.Hour); !got.TestedAt.Equal(want) || got.TestResult != "passed: no  fault" {
		t.Errorf("%q at %s, want at %s", got.TestResult, got.TestedAt, want)
	}
	v.scalars[testResult] = 6
	if got := translate(v, now); !got.TestedAt.IsZero() || got.TestResult != "" {
		t.Errorf("a test that never was: %q at %s", got.TestResult, got.TestedAt)
	}
}

func TestTooBig(t *testing.T) {
	small := func(request *gosnmp.SnmpPacket, reply func(gosnmp.SNMPError, uint8, []gosnmp.SnmpPDU) []byte) []byte {
		if len(request.Variables) > 4 {
			return reply(gosnmp.TooBig, 0, nil)
		}
		return nil
	}
	got := read(t, open(t, serve(t, answering("public", upsMIB(), small)), `community = "public"`))
	if diff := cmp.Diff(full(func(r *power.Reading) { *r = pruned(*r) }), pruned(got.Reading)); diff != "" {
		t.Errorf("%s %s\n%s", got.Reason, got.Text, diff)
	}
}

// pruned leaves what comes without the tables, which a card that small cannot give by GETBULK.
func pruned(r power.Reading) power.Reading {
	r.OutputWatts, r.OutputVA, r.LoadRatio, r.InputVolts = nil, nil, nil, nil
	return r
}

func TestTimeoutHintsAtTheCommunity(t *testing.T) {
	r := open(t, serve(t, answer("other", upsMIB())), `community = "public"`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got := r.Read(ctx); got.Reason != checks.Timeout || !strings.Contains(got.Text, "wrong community") {
		t.Errorf("%s: %s", got.Reason, got.Text)
	}
}

// TestEndlessErrors: an agent that finds fault with every request is left after some.
func TestEndlessErrors(t *testing.T) {
	var requests atomic.Int64 // the agent runs by itself
	always := func(request *gosnmp.SnmpPacket, reply func(gosnmp.SNMPError, uint8, []gosnmp.SnmpPDU) []byte) []byte {
		requests.Add(1)
		return reply(gosnmp.TooBig, 0, nil)
	}
	got := read(t, open(t, serve(t, answering("public", upsMIB(), always)), `community = "public"`))
	if got.Reason != checks.WrongAnswer || requests.Load() > 2*maxRequests {
		t.Errorf("after %d requests %s: %s", requests.Load(), got.Reason, got.Text)
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct{ settings, want string }{
		{``, "No community and no user"},
		{"community = \"a\"\nv3 {\nuser = \"u\"\n}", "Both a community and a user"},
		{"v3 {\nuser = \"u\"\npriv_password = \"12345678\"\n}", "Encryption without authentication"},
		{"v3 {\nuser = \"u\"\nauth_password = \"1234567\"\n}", "Password too short"},
		{"v3 {\nuser = \"u\"\nauth_protocol = \"sha265\"\n}", `Did you mean "sha2`},
		{"community = \"a\"\nmib = \"jemma\"", `Did you mean "jema"?`},
		{"community = \"a\"\noids = { runtme = \"1.3.6.1\" }", `Did you mean "runtime"?`},
		{"community = \"a\"\noids = { runtime = \"1.3.6.1.x\" }", "part 5 is not a number"},
		{"community = \"a\"\noids = { runtime = \"9.3.6.1\" }", "part 1 is too large"},
		{"community = \"" + strings.Repeat("a", 200) + "\"", "Community too long"},
	} {
		file, diags := hclsyntax.ParseConfig([]byte("address = \"10.1.0.1\"\n"+test.settings), "t.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = Protocol().Decode(file.Body, &block.Context{})
		if len(diags) != 1 || !strings.Contains(diags[0].Error()+diags[0].Detail, test.want) {
			t.Errorf("%s\n%v\nwant %s", test.settings, diags, test.want)
		}
	}
}

func TestDocNamesEveryObject(t *testing.T) {
	doc := Protocol().Doc
	for _, o := range objects() {
		if !strings.Contains(doc, "| `"+o.name+"` | `"+o.number+".") {
			t.Errorf("%s is not documented", o.name)
		}
	}
}

func open(t testing.TB, address, settings string) power.Reader {
	t.Helper()
	s := powertest.Settings(t, Protocol(), fmt.Sprintf("address = %q\n%s\n", address, settings))
	r, err := Protocol().New(s, &power.Env{Supply: "rack", Timeout: 5 * time.Second})
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

// refused is an address where nothing listens.
func refused(t *testing.T) string {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().String()
}
