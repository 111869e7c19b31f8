//go:build integration

package snmp

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
)

// daemon is net-snmp's snmpd, serving a MIB that can be changed while it runs.
type daemon struct {
	address, objects string
}

const users = `
createUser keizoku SHA-256 "authpass12" AES "privpass12"
createUser oldmd5 MD5 "authpass12" DES "privpass12"
createUser long SHA-512 "authpass12" AES-256 "privpass12"
createUser short SHA "authpass12" AES-256 "privpass12"
createUser signed SHA "authpass12"
createUser open
rouser keizoku authPriv
rouser oldmd5 authPriv
rouser long authPriv
rouser short authPriv
rouser signed authNoPriv
rouser open noauth
`

// start starts snmpd on a free port and waits until it answers.
func start(t *testing.T, base string) *daemon {
	t.Helper()
	dir := t.TempDir()
	script, err := filepath.Abs("testdata/objects.py")
	if err != nil {
		t.Fatal(err)
	}
	d := &daemon{address: refused(t), objects: filepath.Join(dir, "objects")}
	conf := fmt.Sprintf("agentAddress udp:%s\nrocommunity public 127.0.0.1\n%spass_persist .%s %s %s\n",
		d.address, users, base, script, d.objects)
	file := filepath.Join(dir, "snmpd.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/sbin/snmpd", "-f", "-I", "-smux", "-C", "-c", file, "-Lf", filepath.Join(dir, "log"))
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+filepath.Join(dir, "persist"))
	if err := cmd.Start(); err != nil {
		t.Fatalf("snmpd (Debian: apt-get install snmpd) does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return d
}

// set makes the objects those of m.
func (d *daemon) set(t *testing.T, m mib) {
	t.Helper()
	var b strings.Builder
	for name, value := range m {
		kind := map[string]string{"int": "integer", "uint": "gauge", "string": "string", "snmp.oid": "objectid"}[fmt.Sprintf("%T", value)]
		fmt.Fprintf(&b, "%s %s %v\n", name, kind, value)
	}
	if err := os.WriteFile(d.objects+".new", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(d.objects+".new", d.objects); err != nil {
		t.Fatal(err)
	}
}

// ready waits until the daemon's port is taken, by asking it.
func (d *daemon) ready(t *testing.T) {
	t.Helper()
	r := open(t, d.address, `community = "public"`)
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for got := read(t, r); !got.OK(); got = read(t, r) {
		if time.Now().After(deadline) {
			t.Fatalf("snmpd does not answer: %s: %s", got.Reason, got.Text)
		}
		<-tick.C
	}
}

func v3(user, protocols, auth, priv string) string {
	block := fmt.Sprintf("v3 {\nuser = %q\n%s\n", user, protocols)
	if auth != "" {
		block += fmt.Sprintf("auth_password = %q\n", auth)
	}
	if priv != "" {
		block += fmt.Sprintf("priv_password = %q\n", priv)
	}
	return block + "}\n"
}

// TestSnmpd: a blackout as the real agent tells it, in every MIB, by v2c and v3.
func TestSnmpd(t *testing.T) {
	for _, name := range preference() {
		t.Run(name, func(t *testing.T) {
			d := start(t, bases[name])
			d.set(t, under(upsMIB(), name))
			d.ready(t)
			for _, settings := range []string{`community = "public"`, v3("keizoku", "", "authpass12", "privpass12")} {
				r := open(t, d.address, settings)
				story(t, d, r, name)
			}
		})
	}
}

func story(t *testing.T, d *daemon, r power.Reader, name string) {
	t.Helper()
	steps := []struct {
		mib  mib
		want power.Reading
	}{
		{upsMIB(), full(nil)},
		{with(upsMIB(), "4.1.0", 5, "2.2.0", 30, "2.4.0", 80, "2.3.0", 20), full(func(r *power.Reading) {
			r.Source, r.OnBatterySeconds = power.Battery, new(30.0)
			r.ChargeRatio, r.RuntimeSeconds = new(0.8), new(1200.0)
		})},
		{with(alarmed("3"), "4.1.0", 5, "2.1.0", 3, "2.2.0", 900, "2.4.0", 9, "2.3.0", 65535), full(func(r *power.Reading) {
			r.Source, r.BatteryState, r.OnBatterySeconds = power.Battery, power.BatteryLow, new(900.0)
			r.ChargeRatio, r.RuntimeSeconds, r.Doubts = new(0.09), nil, []string{"runtime of 65535 minutes"}
			r.Alarms = []string{"LowBattery"}
		})},
		{upsMIB(), full(nil)},
	}
	for i, step := range steps {
		d.set(t, under(step.mib, name).rebased(name))
		got := read(t, r)
		if diff := cmp.Diff(step.want, got.Reading); diff != "" {
			t.Errorf("step %d: %s %s\n%s", i, got.Reason, got.Text, diff)
		}
	}
}

// rebased moves the names of alarms along with the MIB.
func (m mib) rebased(name string) mib {
	for o, value := range m {
		if alarm, ok := value.(oid); ok {
			m[o] = oid(strings.Replace(string(alarm), bases["rfc1628"], bases[name], 1))
		}
	}
	return m
}

func TestSnmpdUsers(t *testing.T) {
	d := start(t, bases["rfc1628"])
	d.set(t, upsMIB())
	d.ready(t)
	for name, test := range map[string]struct {
		settings string
		want     checks.Reason
		text     string
	}{
		"authPriv":            {v3("keizoku", "", "authpass12", "privpass12"), checks.OK, ""},
		"md5 and des":         {v3("oldmd5", "auth_protocol = \"md5\"\npriv_protocol = \"des\"", "authpass12", "privpass12"), checks.OK, ""},
		"sha512 and aes256":   {v3("long", "auth_protocol = \"sha512\"\npriv_protocol = \"aes256\"", "authpass12", "privpass12"), checks.OK, ""},
		"sha and aes256":      {v3("short", "auth_protocol = \"sha\"\npriv_protocol = \"aes256\"", "authpass12", "privpass12"), checks.OK, ""},
		"authNoPriv":          {v3("signed", "auth_protocol = \"sha\"", "authpass12", ""), checks.OK, ""},
		"noAuthNoPriv":        {v3("open", "", "", ""), checks.OK, ""},
		"wrong auth_password": {v3("keizoku", "", "wrongpass12", "privpass12"), checks.AuthFailed, "auth_password"},
		"wrong auth_protocol": {v3("keizoku", "auth_protocol = \"md5\"", "authpass12", "privpass12"), checks.AuthFailed, "auth_password"},
		"unknown user":        {v3("nobody", "", "authpass12", "privpass12"), checks.AuthFailed, "no such user"},
		"unknown open user":   {v3("nobody", "", "", ""), checks.AuthFailed, "no such user"},
		"level not offered":   {v3("signed", "auth_protocol = \"sha\"", "authpass12", "privpass12"), checks.AuthFailed, "security level"},
		"level too low":       {v3("keizoku", "", "authpass12", ""), checks.AuthFailed, "may not see"},
		"wrong priv_password": {v3("keizoku", "", "authpass12", "wrongpass12"), checks.Timeout, "priv_password"},
		"wrong community":     {`community = "private"`, checks.Timeout, "community"},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, d.address, test.settings)
			for range 2 { // the second knows the engine
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				got := r.Read(ctx)
				cancel()
				if got.Reason != test.want || !strings.Contains(got.Text, test.text) {
					t.Errorf("%s: %s, want %s …%s…", got.Reason, got.Text, test.want, test.text)
				}
			}
		})
	}
}

// TestSnmpdRestarts: a card that restarts has new boots, or a new engine altogether; the reader
// that knew the old one must find out within one reading.
func TestSnmpdRestarts(t *testing.T) {
	first := start(t, bases["rfc1628"])
	first.set(t, upsMIB())
	first.ready(t)
	r := open(t, first.address, v3("keizoku", "", "authpass12", "privpass12")).(*reader)
	if got := read(t, r); !got.OK() {
		t.Fatalf("%s: %s", got.Reason, got.Text)
	}
	second := start(t, bases["rfc1628"])
	second.set(t, upsMIB())
	second.ready(t)
	host, port, _ := net.SplitHostPort(second.address)
	s := open(t, net.JoinHostPort(host, port), v3("keizoku", "", "authpass12", "privpass12")).(*reader)
	r.settings, r.peer = s.settings, s.peer // the same card, with another engine
	if got := read(t, r); !got.OK() {
		t.Errorf("after the restart: %s: %s", got.Reason, got.Text)
	}
}
