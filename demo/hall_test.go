package demo

import (
	"context"
	"crypto/x509"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/examples"
)

// open starts a hall on free ports and closes it with the test.
func open(t *testing.T) *Hall {
	t.Helper()
	h, err := Start(t.Context(), Options{Dir: t.TempDir(), FreePorts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// connects lists the devices with a TCP socket that answers to a connection.
func connects(t *testing.T, h *Hall) []string {
	t.Helper()
	found := map[string]bool{}
	for _, d := range h.devices {
		for _, s := range d.services {
			if s.stream == nil {
				continue
			}
			if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.bound); err == nil {
				found[d.name] = true
				_ = conn.Close()
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func without(names []string, gone ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(gone, n) })
}

// behindSwitch are the five systems that the floor switch takes with it.
var behindSwitch = []string{"resident_records", "tax", "health_insurance", "care_insurance", "welfare"}

func TestFailureClosesSockets(t *testing.T) {
	h := open(t)
	all := connects(t, h)
	steps := []struct {
		name string
		do   func() error
		gone []string
	}{
		{"one system", func() error { h.Device("mail").Fail(); return nil }, []string{"mail"}},
		{"mended", h.Device("mail").Recover, nil},
		{"the switch", func() error { h.Device("floor_switch").Fail(); return nil }, append([]string{"floor_switch"}, behindSwitch...)},
		{"one rewired", h.Device("tax").Rewire, append([]string{"floor_switch"}, without(behindSwitch, "tax")...)},
		{"one failed by itself", func() error { h.Device("welfare").Fail(); return nil }, append([]string{"floor_switch"}, without(behindSwitch, "tax")...)},
		{"switch mended", h.Device("floor_switch").Recover, []string{"welfare"}},
		{"all mended", h.Reset, nil},
		{"closed", h.Close, all},
		{"closed twice", h.Close, all},
		{"mended after closing", h.Device("mail").Recover, all},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if diff := cmp.Diff(without(all, step.gone...), connects(t, h), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: devices that can be reached (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestFailureCutsConnections(t *testing.T) {
	h := open(t)
	d := h.Device("firewall")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", d.services[0].bound)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	d.Fail()
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("an open connection outlives the failure of its device")
	}
}

func TestRecoverReportsALostAddress(t *testing.T) {
	h := open(t)
	d := h.Device("mail")
	d.Fail()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", d.services[0].bound)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Recover(); err == nil {
		t.Error("Recover: no error although another program holds the address")
	}
	_ = ln.Close()
	if err := d.Recover(); err != nil {
		t.Errorf("Recover once the address is free: %v", err)
	}
}

func TestContextClosesTheHall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h, err := Start(ctx, Options{Dir: t.TempDir(), FreePorts: true})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = h.Close() // waits for what the context began
	if got := connects(t, h); len(got) != 0 {
		t.Errorf("still listening: %v", got)
	}
}

func TestStartNeedsAWritableDir(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: file, FreePorts: true}); err == nil {
		t.Error("Start in a file: no error")
	}
}

func TestCandidates(t *testing.T) {
	for _, tt := range []struct {
		free bool
		want []string
	}{
		{false, []string{"127.0.10.7:18007", "127.0.0.1:18007", "127.0.0.1:0"}},
		{true, []string{"127.0.10.7:0", "127.0.0.1:0"}},
	} {
		h := &Hall{free: tt.free}
		if diff := cmp.Diff(tt.want, h.candidates("127.0.10.7:18007")); diff != "" {
			t.Errorf("free ports %t (-want +got):\n%s", tt.free, diff)
		}
	}
}

func TestTakenAddressIsReplaced(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	h := &Hall{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	s := talk(taken.Addr().String(), "")
	if err := h.bind(s, &Device{hall: h}); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if s.bound == s.planned || s.bound == "" {
		t.Errorf("bound to %q, want another port than the one that is taken", s.bound)
	}
}

// loopback finds the addresses that a plan names in the demo's network.
var loopback = regexp.MustCompile(`127\.0\.10\.\d+:\d+`)

func TestEveryAddressOfThePlanIsADevice(t *testing.T) {
	var planned, written []string
	for _, d := range city() {
		for _, s := range d.services {
			planned = append(planned, s.planned)
		}
	}
	files, err := fs.Glob(examples.CityHall(), "*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(examples.CityHall(), name)
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, loopback.FindAllString(string(text), -1)...)
	}
	slices.Sort(planned)
	slices.Sort(written)
	if diff := cmp.Diff(planned, slices.Compact(written)); diff != "" {
		t.Errorf("addresses of the devices and of the plan differ (-devices +plan):\n%s", diff)
	}
}

func TestPlanDirHoldsTheBoundPlan(t *testing.T) {
	dir := t.TempDir()
	stale := filepath.Join(dir, planFolder, "stale.hcl")
	if err := os.MkdirAll(filepath.Dir(stale), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := Start(t.Context(), Options{Dir: dir, FreePorts: true})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()

	want, _ := fs.Glob(h.Plan(), "*.hcl")
	got, _ := fs.Glob(os.DirFS(h.PlanDir()), "*.hcl")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of the plan (-source +written):\n%s", diff)
	}
	var bound, written []string
	for _, d := range h.devices {
		for _, s := range d.services {
			bound = append(bound, s.bound)
		}
	}
	for _, name := range got {
		text, err := os.ReadFile(filepath.Join(h.PlanDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		for _, addr := range loopback.FindAllString(string(text), -1) {
			if !slices.Contains(bound, addr) {
				written = append(written, addr)
			}
		}
	}
	if len(written) > 0 {
		t.Errorf("the written plan names addresses that nobody bound: %v", written)
	}
	ca, err := os.ReadFile(filepath.Join(h.PlanDir(), caFile))
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(ca) {
		t.Errorf("no certificate in %s: %v", caFile, err)
	}
}
