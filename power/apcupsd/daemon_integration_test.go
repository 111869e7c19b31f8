//go:build integration

package apcupsd

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

// master is a made-up apcupsd that the real one follows, as slaves do: the real one has no driver
// that needs no UPS.
type master struct {
	address string
	says    atomic.Pointer[string] // nil: hangs up
}

func startMaster(t *testing.T) *master {
	m := new(master)
	m.address = checktest.Serve(t, func(conn net.Conn) {
		if says := m.says.Load(); says != nil {
			talk(conn, frames(*says))
		}
	})
	m.say(healthy)
	return m
}

func (m *master) say(lines string) { m.says.Store(&lines) }

const daemonConf = `## apcupsd.conf v1.1 ##
UPSNAME rack
UPSCABLE ether
UPSTYPE net
DEVICE %[1]s
POLLTIME 1
LOCKFILE %[2]s
SCRIPTDIR %[2]s
PWRFAILDIR %[2]s
NOLOGINDIR %[2]s
ONBATTERYDELAY 1
BATTERYLEVEL 0
MINUTES 0
TIMEOUT 0
ANNOY 0
NETSERVER on
NISIP 127.0.0.1
NISPORT %[3]s
EVENTSFILE %[2]s/events
UPSCLASS standalone
UPSMODE disable
STATTIME 0
LOGSTATS off
`

// startDaemon starts the real apcupsd as a slave of m and returns the address of its NIS. All its
// scripts are replaced by one that does nothing.
func startDaemon(t *testing.T, m *master) (address string) {
	t.Helper()
	dir, root := t.TempDir(), unpack(t)
	address = freeAddress(t)
	_, port, _ := strings.Cut(address, ":")
	write(t, filepath.Join(dir, "apcupsd.conf"), fmt.Sprintf(daemonConf, m.address, dir, port), 0o600)
	write(t, filepath.Join(dir, "apccontrol"), "#!/bin/sh\n", 0o700)
	cmd := exec.Command(filepath.Join(root, "sbin/apcupsd"), "-b", "-f", filepath.Join(dir, "apcupsd.conf"), "-P", filepath.Join(dir, "pid"))
	libraries, err := filepath.Glob(filepath.Join(root, "lib", "*-linux-gnu*"))
	if err != nil || len(libraries) == 0 {
		t.Fatalf("no libraries unpacked under %s: %v", root, err)
	}
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+strings.Join(libraries, ":"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return address
}

// debian is where `make packages` has put the packages.
const debian = "../../bin/debian"

// unpack unpacks the package without installing it, for it cannot be installed beside NUT.
func unpack(t *testing.T) (root string) {
	t.Helper()
	root = t.TempDir()
	run := func(name string, args ...string) {
		cmd := exec.Command(name, args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
	}
	folder, err := filepath.Abs(debian)
	if err != nil {
		t.Fatal(err)
	}
	packages, err := filepath.Glob(filepath.Join(folder, "*.deb"))
	if err != nil || len(packages) == 0 {
		t.Fatalf("Debian's packages apcupsd and libusb-0.1-4 are not in %s: make packages", folder)
	}
	for _, p := range packages {
		run("dpkg", "-x", p, root)
	}
	return root
}

func write(t *testing.T, file, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// freeAddress returns an address that nobody listens on now.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// until reads until the result is as wanted.
func until(t *testing.T, r power.Reader, what string, wanted func(power.Result) bool) power.Result {
	t.Helper()
	end := time.Now().Add(30 * time.Second)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		got := r.Read(t.Context())
		if wanted(got) {
			return got
		}
		if time.Now().After(end) {
			t.Fatalf("waiting for %s: %s: %s, %+v", what, got.Reason, got.Text, got.Reading)
		}
		<-tick.C
	}
}

func TestRealDaemon(t *testing.T) {
	m := startMaster(t)
	address := startDaemon(t, m)
	r, err := newReader(powertest.Settings(t, Protocol(), attrs(address)), &power.Env{})
	if err != nil {
		t.Fatal(err)
	}
	online := until(t, r, "mains", func(r power.Result) bool { return r.Reading.Source == power.Utility && r.Reading.LoadRatio != nil })
	want := power.Reading{
		Source: power.Utility, BatteryState: power.BatteryNormal, Model: "Smart-UPS 1500", BatteryDate: "2023-05-14",
		ChargeRatio: new(1.0), RuntimeSeconds: new(2160.0), LoadRatio: new(0.23),
		InputVolts: new(101.0), OnBatterySeconds: new(0.0), NominalWatts: new(865.0),
	}
	if diff := cmp.Diff(want, online.Reading); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: []powertest.Target{
		{Name: "real", Settings: attrs(address), Want: checks.OK},
	}})

	m.say(strings.NewReplacer("ONLINE", "ONBATT", "0x05000008", "0x05000010", "101.0 Volts", "0.0 Volts", "100.0 P", "60.0 P").Replace(healthy))
	until(t, r, "battery", func(r power.Result) bool {
		return r.Reading.Source == power.Battery && r.Reading.ChargeRatio != nil && *r.Reading.ChargeRatio == 0.6
	})
	m.say(healthy)
	until(t, r, "mains again", func(r power.Result) bool { return r.Reading.Source == power.Utility })
	m.says.Store(nil)
	until(t, r, "the loss of the UPS", func(r power.Result) bool { return r.Reason == checks.Detached })
	m.say(healthy)
	until(t, r, "the UPS again", func(r power.Result) bool { return r.OK() })
}
