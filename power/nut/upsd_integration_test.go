//go:build integration

package nut

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/nut/nuttest"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

func user(name, password string) string {
	return fmt.Sprintf("username = %q\npassword = secret(%q)\n", name, password)
}

func TestConformanceOfRealUpsd(t *testing.T) {
	upsd := nuttest.Start(t, nuttest.Options{TLS: true}, nuttest.OnLine("rack"), nuttest.UPS{Name: "ghost", Driverless: true})
	plain := nuttest.Start(t, nuttest.Options{}, nuttest.OnLine("rack"))
	trusted := fmt.Sprintf("starttls { ca_file = %q }\n", upsd.CAFile)
	target := func(name string, want checks.Reason, settings string) powertest.Target {
		return powertest.Target{Name: name, Want: want, Settings: settings}
	}
	rack := attrs(upsd.Address)
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: []powertest.Target{
		target("healthy", checks.OK, rack),
		target("login", checks.OK, rack+user(nuttest.Username, nuttest.Password)+"login = true"),
		target("login over TLS", checks.OK, rack+trusted+user(nuttest.Username, nuttest.Password)+"login = true"),
		target("TLS by name", checks.OK, rack+fmt.Sprintf("starttls {\n ca_file = %q\n server_name = \"localhost\"\n}", upsd.CAFile)),
		target("any certificate", checks.OK, rack+"starttls { insecure_skip_verify = true }"),
		target("unknown authority", checks.TLSInvalid, rack+"starttls {}"),
		target("TLS not set up", checks.TLSInvalid, attrs(plain.Address)+"starttls {}"),
		target("wrong password", checks.AuthFailed, rack+user(nuttest.Username, "wrong-password")+"login = true"),
		target("no right to log in", checks.AuthFailed, rack+user(nuttest.Stranger, nuttest.StrangerPassword)+"login = true"),
		target("wrong password unproven", checks.OK, rack+user(nuttest.Username, "wrong-password")),
		target("no such UPS", checks.NoSuchUnit, fmt.Sprintf("address = %q\nups = \"hall\"\n", upsd.Address)),
		target("never had a driver", checks.Detached, fmt.Sprintf("address = %q\nups = \"ghost\"\n", upsd.Address)),
	}})
}

// A blackout as a UPS tells it: every step is in the very next reading.
func TestBlackoutOfRealUpsd(t *testing.T) {
	upsd := nuttest.Start(t, nuttest.Options{}, nuttest.OnLine("rack"))
	r := newTestReader(t, attrs(upsd.Address))
	for _, step := range []struct {
		vars       map[string]string
		wantSource power.Source
		wantState  power.BatteryState
	}{
		{map[string]string{"ups.status": "OL"}, power.Utility, power.BatteryNormal},
		{map[string]string{"ups.status": "OB DISCHRG", "input.voltage": "0.0", "battery.charge": "60"}, power.Battery, power.BatteryNormal},
		{map[string]string{"ups.status": "OB DISCHRG LB", "battery.charge": "15", "battery.runtime": "120"}, power.Battery, power.BatteryLow},
		{map[string]string{"ups.status": "OL CHRG", "input.voltage": "100.4", "battery.charge": "18"}, power.Utility, power.BatteryNormal},
	} {
		upsd.Set(t, "rack", step.vars)
		got := r.Read(t.Context())
		if !got.OK() || got.Reading.Source != step.wantSource || got.Reading.BatteryState != step.wantState {
			t.Fatalf("%s: %s %s, %s, %s", step.vars["ups.status"], got.Reason, got.Text, got.Reading.Source, got.Reading.BatteryState)
		}
	}
}

func TestReadingOfRealUpsd(t *testing.T) {
	upsd := nuttest.Start(t, nuttest.Options{}, nuttest.OnLine("rack"))
	got := newTestReader(t, attrs(upsd.Address)).Read(t.Context())
	want := power.Result{Reason: checks.OK, Reading: power.Reading{
		Source: power.Utility, BatteryState: power.BatteryNormal, Model: "Parts Rack 3000", BatteryDate: "2024-04-01",
		ChargeRatio: new(1.0), RuntimeSeconds: new(1800.0), LoadRatio: new(0.3),
		OutputWatts: new(800.0), OutputVA: new(900.0), InputVolts: new(101.0),
		NominalWatts: new(2700.0), NominalVA: new(3000.0),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
}

func TestTroubleOfRealUpsd(t *testing.T) {
	upsd := nuttest.Start(t, nuttest.Options{MaxAge: 3 * time.Second}, nuttest.OnLine("rack"), nuttest.OnLine("hall"))
	r := newTestReader(t, attrs(upsd.Address))
	read(t, r, 1, checks.OK)

	upsd.KillDriver(t, "rack")
	turns(t, r, checks.Detached, checks.OK, checks.Stale) // stale first, when upsd is slow to notice
	upsd.StartDriver(t, "rack")
	read(t, r, 1, checks.OK)

	upsd.FreezeDriver(t, "rack")
	turns(t, r, checks.Stale, checks.OK)
	upsd.ThawDriver(t, "rack")
	turns(t, r, checks.OK, checks.Stale)

	upsd.Stop(t)
	read(t, r, 2, checks.Refused)
	upsd.Restart(t)
	read(t, r, 2, checks.OK)
}

// turns reads until the reason is the one wanted; on the way there only the others may come.
func turns(t *testing.T, r *reader, want checks.Reason, before ...checks.Reason) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	end := time.Now().Add(20 * time.Second)
	for got := r.Read(t.Context()); got.Reason != want; got = r.Read(t.Context()) {
		if !slices.Contains(before, got.Reason) || time.Now().After(end) {
			t.Fatalf("got %s: %s, want %s", got.Reason, got.Text, want)
		}
		<-tick.C
	}
}
