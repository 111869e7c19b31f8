//go:build unix

// Package nuttest runs the real upsd with simulated UPS for integration tests.
//
// It exists because upsd's ways with a driver that dies, freezes or starts anew cannot be made up
// in a test. Every [Upsd] has a port and a folder of its own on 127.0.0.1 and ends with its test.
// It needs Debian's package nut-server, and libnss3-tools for [Options].TLS.
//
//	upsd := nuttest.Start(t, nuttest.Options{}, nuttest.OnLine("rack"))
//	… address = upsd.Address …
//	upsd.Set(t, "rack", map[string]string{"ups.status": "OB DISCHRG"})
//	upsd.KillDriver(t, "rack")
//
// An Upsd is not safe for concurrent use.
package nuttest

import (
	"maps"
	"os"
	"testing"
	"time"
)

// The users of every upsd. Username may LOGIN as a secondary upsmon does; Stranger may nothing.
const (
	Username         = "keizoku"
	Password         = `shed "load" \ 1` //nolint:gosec // of a upsd that lives as long as its test
	Stranger         = "stranger"
	StrangerPassword = "stranger-password"
)

// Options tell how upsd runs.
type Options struct {
	// MaxAge is upsd's MAXAGE, in whole seconds: how long it believes a driver that says
	// nothing. Zero is its default, 15 s.
	MaxAge time.Duration
	// TLS sets STARTTLS up; [Upsd].CAFile then tells whom to trust. The certificate is for
	// 127.0.0.1 and "localhost".
	TLS bool
}

// UPS is one that upsd serves.
type UPS struct {
	Name string
	Vars map[string]string
	// Driverless leaves the UPS configured with no driver running.
	Driverless bool
}

// OnLine is a UPS with mains, a full battery and some load.
func OnLine(name string) UPS {
	return UPS{Name: name, Vars: map[string]string{
		"ups.mfr": "Parts", "ups.model": "Rack 3000", "ups.serial": "SN1",
		"ups.status": "OL", "ups.load": "30", "ups.realpower": "800", "ups.power": "900",
		"ups.realpower.nominal": "2700", "ups.power.nominal": "3000",
		"battery.charge": "100", "battery.charge.low": "20", "battery.runtime": "1800",
		"battery.date": "2024-04-01", "input.voltage": "101.0", "output.voltage": "100.9",
	}}
}

// Upsd is a running upsd with its drivers.
type Upsd struct {
	// Address is its host and port; it stays the same over [Upsd.Restart].
	Address string
	// CAFile holds the certificate of the authority behind its own; empty without TLS.
	CAFile string

	dir     string
	ups     map[string]*UPS
	server  *process
	drivers map[string]*process
}

// Start starts the drivers, then upsd, and returns when every UPS with a driver can be read.
func Start(t testing.TB, options Options, ups ...UPS) *Upsd {
	t.Helper()
	u := &Upsd{
		Address: freeAddress(t), dir: shortTempDir(t),
		ups: make(map[string]*UPS), drivers: make(map[string]*process),
	}
	for _, one := range ups {
		one.Vars = maps.Clone(one.Vars)
		u.ups[one.Name] = &one
	}
	t.Cleanup(func() { u.end(t) })
	u.configure(t, options)
	for _, one := range ups {
		if !one.Driverless {
			u.StartDriver(t, one.Name)
		}
	}
	u.Restart(t)
	return u
}

// Set changes variables of a UPS and returns when upsd serves them, unless its driver does not
// run: then they are served when it does.
func (u *Upsd) Set(t testing.TB, ups string, vars map[string]string) {
	t.Helper()
	maps.Copy(u.ups[ups].Vars, vars)
	u.writeDevice(t, ups)
	if u.server != nil && u.drivers[ups] != nil && !u.drivers[ups].frozen {
		u.await(t, ups, vars)
	}
}

// KillDriver kills the driver of a UPS: upsd then says DRIVER-NOT-CONNECTED within a second or so.
func (u *Upsd) KillDriver(t testing.TB, ups string) {
	t.Helper()
	u.drivers[ups].kill(t)
	delete(u.drivers, ups)
}

// StartDriver starts the driver of a UPS anew. When upsd runs it returns once it serves the UPS.
func (u *Upsd) StartDriver(t testing.TB, ups string) {
	t.Helper()
	u.drivers[ups] = u.start(t, driverPath, "-a", ups)
	if u.server != nil {
		u.await(t, ups, u.ups[ups].Vars)
	}
}

// FreezeDriver stops the driver of a UPS without ending it: upsd repeats what it knew until its
// MAXAGE, then says DATA-STALE.
func (u *Upsd) FreezeDriver(t testing.TB, ups string) {
	t.Helper()
	u.drivers[ups].freeze(t)
}

// ThawDriver lets the driver go on.
func (u *Upsd) ThawDriver(t testing.TB, ups string) {
	t.Helper()
	u.drivers[ups].thaw(t)
}

// Stop kills upsd; the drivers stay.
func (u *Upsd) Stop(t testing.TB) {
	t.Helper()
	u.server.kill(t)
	u.server = nil
}

// Restart starts upsd again at its address and returns when every UPS with a driver can be read.
func (u *Upsd) Restart(t testing.TB) {
	t.Helper()
	u.server = u.start(t, serverPath)
	for name, driver := range u.drivers {
		if !driver.frozen {
			u.await(t, name, u.ups[name].Vars)
		}
	}
}

// end kills whatever still runs.
func (u *Upsd) end(t testing.TB) {
	if u.server != nil {
		u.server.kill(t)
	}
	for _, driver := range u.drivers {
		driver.kill(t)
	}
}

// shortTempDir makes a folder whose path leaves room for the name of a Unix socket; those of
// t.TempDir do not.
func shortTempDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "nut") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
