package sysfs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

// files of a supply by name.
type files map[string]string

func laptop() map[string]files {
	return map[string]files{
		"AC": {"type": "Mains", "online": "1", "voltage_now": "101000000"},
		"BAT0": {
			"type": "Battery", "status": "Full", "present": "1", "capacity": "98", "capacity_level": "Normal", "energy_now": "45000000",
			"energy_full": "46000000", "power_now": "0", "temp": "301", "health": "Good", "manufacturer": "ACME", "model_name": "B1",
		},
		"mouse": {"type": "Battery", "scope": "Device", "capacity": "3"},
	}
}

// changed returns the tree with one supply's files changed; an empty text takes a file away.
func changed(tree map[string]files, supply string, change files) map[string]files {
	if tree[supply] == nil {
		tree[supply] = files{}
	}
	for name, text := range change {
		if tree[supply][name] = text; text == "" {
			delete(tree[supply], name)
		}
	}
	return tree
}

func write(t testing.TB, tree map[string]files) string {
	t.Helper()
	dir := t.TempDir()
	for supply, all := range tree {
		if err := os.Mkdir(filepath.Join(dir, supply), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range all {
			if err := os.WriteFile(filepath.Join(dir, supply, name), []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func path(dir string) string { return fmt.Sprintf("path = %q\n", dir) }

func TestConformance(t *testing.T) {
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: []powertest.Target{
		{Name: "healthy", Settings: path(write(t, laptop())), Want: checks.OK},
		{Name: "named", Settings: path(write(t, laptop())) + `supply = "AC"`, Want: checks.OK},
		{Name: "secret in a file", Settings: path(write(t, changed(laptop(), "BAT0", files{"model_name": "hunter2\x00\x1b"}))) + `supply = secret("BAT0")`, Want: checks.OK},
		{Name: "no such supply", Settings: path(write(t, laptop())) + `supply = "BAT9"`, Want: checks.NoSuchUnit},
		{Name: "no supply", Settings: path(write(t, nil)), Want: checks.NoSuchUnit},
		{Name: "no folder", Settings: path(filepath.Join(t.TempDir(), "gone")), Want: checks.ErrorLocal},
		{Name: "taken out", Settings: path(write(t, changed(laptop(), "BAT0", files{"present": "0"}))), Want: checks.Detached},
		{Name: "empty", Settings: path(write(t, map[string]files{"BAT0": {"type": "Battery"}})), Want: checks.WrongAnswer},
	}})
}

func TestRead(t *testing.T) {
	idle := power.Reading{
		Source: power.Utility, BatteryState: power.BatteryNormal, ChargeRatio: new(0.98), InputVolts: new(101.0),
		BatteryCelsius: new(30.1), ReplaceBattery: new(false), Model: "ACME B1",
	}
	with := func(change func(*power.Reading)) power.Reading {
		r := idle
		change(&r)
		return r
	}
	onBattery := func(more files) map[string]files {
		tree := changed(laptop(), "AC", files{"online": "0", "voltage_now": ""})
		tree = changed(tree, "BAT0", files{"status": "Discharging", "power_now": "9000000"})
		return changed(tree, "BAT0", more)
	}
	for _, test := range []struct {
		name   string
		supply string
		tree   map[string]files
		want   power.Reading
	}{
		{"full", "", laptop(), idle},
		// 45 Wh at 9 W last 5 h.
		{"on battery", "", onBattery(nil), with(func(r *power.Reading) {
			r.Source, r.InputVolts = power.Battery, nil
			r.OutputWatts, r.RuntimeSeconds = new(9.0), new(18000.0)
		})},
		{"the driver's own estimate", "", onBattery(files{"time_to_empty_now": "1200"}), with(func(r *power.Reading) {
			r.Source, r.InputVolts = power.Battery, nil
			r.OutputWatts, r.RuntimeSeconds = new(9.0), new(1200.0)
		})},
		{"volts and amperes, negative", "", onBattery(files{"power_now": "", "voltage_now": "12000000", "current_now": "-1500000"}), with(func(r *power.Reading) {
			r.Source, r.InputVolts = power.Battery, nil
			r.OutputWatts, r.RuntimeSeconds = new(18.0), new(9000.0)
		})},
		{"charging is no load", "", changed(laptop(), "BAT0", files{"status": "Charging", "power_now": "20000000"}), idle},
		{"status unknown", "", changed(laptop(), "BAT0", files{"status": "Unknown"}), idle},
		{"capacity from energy", "", changed(laptop(), "BAT0", files{"capacity": "", "energy_now": "23000000"}), with(func(r *power.Reading) {
			r.ChargeRatio = new(0.5)
		})},
		{"dead", "", changed(laptop(), "BAT0", files{"health": "Dead", "capacity_level": "Critical"}), with(func(r *power.Reading) {
			r.ReplaceBattery, r.Alarms, r.BatteryState = new(true), []string{"battery health: Dead"}, power.BatteryLow
		})},
		{"impossible", "", changed(laptop(), "BAT0", files{"capacity": "255", "temp": "32767"}), with(func(r *power.Reading) {
			r.ChargeRatio, r.BatteryCelsius, r.Doubts = nil, nil, []string{"charge of 255 %", "battery temperature of 3276.7 °C"}
		})},
		{"garbage", "", changed(laptop(), "BAT0", files{"capacity": "many", "energy_now": "\x00", "temp": "9999999999999999999999"}), with(func(r *power.Reading) {
			r.ChargeRatio, r.BatteryCelsius = nil, nil
		})},
		{"adapter", "AC", laptop(), power.Reading{Source: power.Utility, InputVolts: new(101.0)}},
		{"UPS before battery", "", changed(laptop(), "ups", files{"type": "UPS", "status": "Discharging", "capacity": "40"}), power.Reading{
			Source: power.Battery, ChargeRatio: new(0.4), InputVolts: new(101.0),
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := open(t, path(write(t, test.tree))+fmt.Sprintf("supply = %q", test.supply))
			got := r.Read(t.Context())
			near := cmpopts.EquateApprox(0, 1e-9)
			if diff := cmp.Diff(test.want, got.Reading, near); diff != "" || !got.OK() {
				t.Errorf("%s %s\n%s", got.Reason, got.Text, diff)
			}
		})
	}
}

func TestOtherSystems(t *testing.T) {
	r := open(t, path(write(t, laptop())))
	r.system = "windows"
	if got := r.Read(t.Context()); got.Reason != checks.ErrorLocal || !strings.Contains(got.Text, "not on windows") {
		t.Errorf("%s: %s", got.Reason, got.Text)
	}
}

// TestHangingDriver: while a reading hangs in the kernel, the next ends with its context.
func TestHangingDriver(t *testing.T) {
	r := open(t, path(write(t, laptop())))
	r.busy <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if got := r.Read(ctx); got.Reason != checks.Timeout {
		t.Errorf("%s: %s", got.Reason, got.Text)
	}
}

func TestNameLeadsOut(t *testing.T) {
	file, _ := hclsyntax.ParseConfig([]byte(`supply = "../../etc"`), "t.hcl", hcl.InitialPos)
	_, diags := Protocol().Decode(file.Body, &block.Context{})
	if len(diags) != 1 || diags[0].Subject.Start.Column != 10 {
		t.Errorf("%v", diags)
	}
}

// FuzzFile: whatever a driver writes, the reading holds only what can be true.
func FuzzFile(f *testing.F) {
	f.Add("98", "Discharging")
	f.Add("-9223372036854775808", "\x1b[0m")
	dir := write(f, map[string]files{"b": {}})
	f.Fuzz(func(t *testing.T, number, word string) {
		for i, name := range []string{"capacity", "energy_now", "power_now", "temp", "time_to_empty_now", "status", "health", "model_name", "online", "voltage_now"} {
			text := number
			if i > 4 && i < 8 {
				text = word
			}
			if err := os.WriteFile(filepath.Join(dir, "b", name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := supply(filepath.Join(dir, "b"))
		for _, fault := range powertest.Faults(translate(s, []supply{s}, new(plan.Redactor))) {
			t.Error(fault)
		}
	})
}

func open(t testing.TB, settings string) *reader {
	t.Helper()
	r, err := Protocol().New(powertest.Settings(t, Protocol(), settings), &power.Env{Supply: "own"})
	if err != nil {
		t.Fatal(err)
	}
	return r.(*reader)
}
