package host

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/sensors"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
)

// fake is a machine of a test's making. A nil hang does not hang.
type fake struct {
	usage     *disk.UsageStat
	mem       mem.VirtualMemoryStat
	load      float64
	processes int
	active    bool
	state     string
	sensors   []sensors.TemperatureStat
	err       error
	panics    bool
	hang      chan struct{} // disk blocks on it, deaf to the context
	asked     int           // times that disk was called
}

func (f *fake) disk(context.Context, string) (*disk.UsageStat, error) {
	f.asked++
	if f.panics {
		panic("statfs went mad")
	}
	if f.hang != nil {
		<-f.hang
	}
	return f.usage, f.err
}
func (f *fake) memory(context.Context) (*mem.VirtualMemoryStat, error)    { return &f.mem, f.err }
func (f *fake) load5PerCore(context.Context) (float64, error)             { return f.load, f.err }
func (f *fake) countProcesses(context.Context, processMatch) (int, error) { return f.processes, f.err }
func (f *fake) service(context.Context, string) (bool, string, error) {
	return f.active, f.state, f.err
}
func (f *fake) temperatures(context.Context) ([]sensors.TemperatureStat, error) {
	return f.sensors, f.err
}

func probe(t *testing.T, s Settings, m machine) checks.Result {
	t.Helper()
	p, err := newProber(&s, m)
	if err != nil {
		t.Fatal(err)
	}
	return p.Probe(t.Context())
}

const gib = 1 << 30

// root is 80 % full with 20 GiB free, and half of its inodes used.
func root() *disk.UsageStat {
	return &disk.UsageStat{
		Fstype: "ext4", Total: 105 * gib, Free: 20 * gib, Used: 80 * gib, UsedPercent: 80,
		InodesTotal: 1000, InodesUsed: 500, InodesUsedPercent: 50,
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	halfUsed := mem.VirtualMemoryStat{Total: 8 * gib, Available: 4 * gib, Free: 1 * gib}
	warm := []sensors.TemperatureStat{
		{SensorKey: "coretemp_core_0", Temperature: 61.5},
		{SensorKey: "room", Temperature: 24},
		{SensorKey: "not_fitted", Temperature: -273.1},
	}
	diskValues := map[string]float64{"disk_used_ratio": 0.8, "disk_free_bytes": 20 * gib, "disk_inodes_used_ratio": 0.5}
	memValues := map[string]float64{"memory_used_ratio": 0.5, "memory_available_bytes": 4 * gib}
	tests := map[string]struct {
		settings Settings
		machine  fake
		reason   checks.Reason
		text     string
		values   map[string]float64
	}{
		"disk with room": {
			Settings{Disks: []Disk{{Path: "/", MaxUsed: 0.8, MinFreeBytes: 20 * gib, MaxInodesUsed: 0.5}}},
			fake{usage: root()}, checks.OK, "disk / 80.0 % used, 20 GiB free", diskValues,
		},
		"disk too full": {
			Settings{Disks: []Disk{{Path: "/", MaxUsed: 0.79}}},
			fake{usage: root()}, checks.Limit, "disk / 80.0 % used, 20 GiB free, more than 79.0 %", diskValues,
		},
		"disk with too few bytes": {
			Settings{Disks: []Disk{{Path: "/", MinFreeBytes: 21 * gib}}},
			fake{usage: root()}, checks.Limit, "disk / 80.0 % used, 20 GiB free, less than 21 GiB", diskValues,
		},
		"disk out of inodes": {
			Settings{Disks: []Disk{{Path: "/", MaxInodesUsed: 0.4}}},
			fake{usage: root()}, checks.Limit,
			"disk / 80.0 % used, 20 GiB free, 50.0 % of inodes used, more than 40.0 %", diskValues,
		},
		"disk without inodes, inodes asked for": {
			Settings{Disks: []Disk{{Path: "/", MaxInodesUsed: 0.4}}},
			fake{usage: &disk.UsageStat{Fstype: "btrfs", Total: 2 * gib, Free: gib, UsedPercent: 50}}, checks.ErrorLocal,
			"disk / 50.0 % used, 1.0 GiB free, but btrfs has no inodes to count: remove max_inodes_used",
			map[string]float64{"disk_used_ratio": 0.5, "disk_free_bytes": gib},
		},
		"disk gone": {
			Settings{Disks: []Disk{{Path: "/data", MaxUsed: 0.9}}},
			fake{err: syscall.ENOENT}, checks.WrongAnswer, "disk /data: no such file or directory", nil,
		},
		"disk not permitted": {
			Settings{Disks: []Disk{{Path: "/secret", MaxUsed: 0.9}}},
			fake{err: syscall.EACCES}, checks.ErrorLocal, "disk /secret: permission denied", nil,
		},
		"disk of nothing": {
			Settings{Disks: []Disk{{Path: "/proc", MaxUsed: 0.9}}},
			fake{usage: &disk.UsageStat{}}, checks.ErrorLocal, "disk /proc: the operating system told nothing", nil,
		},
		"several processes are told apart": {
			Settings{Processes: []Process{{Name: "postgres"}, {Name: "java", Pattern: field.MustPattern("kintai")}}},
			fake{processes: 3}, checks.OK, "process postgres: 3 running; process java /kintai/: 3 running",
			map[string]float64{"process_count_postgres": 3, "process_count_java_kintai": 3},
		},
		"several disks are told apart": {
			Settings{Disks: []Disk{{Path: "/", MaxUsed: 0.9}, {Path: "/var", MaxUsed: 0.7}}},
			fake{usage: root()}, checks.Limit,
			"disk /var 80.0 % used, 20 GiB free, more than 70.0 %; disk / 80.0 % used, 20 GiB free",
			map[string]float64{
				"disk_used_ratio_root": 0.8, "disk_free_bytes_root": 20 * gib, "disk_inodes_used_ratio_root": 0.5,
				"disk_used_ratio_var": 0.8, "disk_free_bytes_var": 20 * gib, "disk_inodes_used_ratio_var": 0.5,
			},
		},
		"memory counts what is available, not what is free": {
			Settings{Memory: &Memory{MaxUsed: 0.5}},
			fake{mem: halfUsed}, checks.OK, "memory 50.0 % used, 4.0 GiB available", memValues,
		},
		"memory too full": {
			Settings{Memory: &Memory{MaxUsed: 0.45}},
			fake{mem: halfUsed}, checks.Limit, "memory 50.0 % used, 4.0 GiB available, more than 45.0 %", memValues,
		},
		"memory too little": {
			Settings{Memory: &Memory{MinAvailableBytes: 5 * gib}},
			fake{mem: halfUsed}, checks.Limit, "memory 50.0 % used, 4.0 GiB available, less than 5.0 GiB", memValues,
		},
		"load at its limit": {
			Settings{Load: &Load{MaxPerCore: 1.5}},
			fake{load: 1.5}, checks.OK, "load 1.50 per processor", map[string]float64{"load5_per_core": 1.5},
		},
		"load too high": {
			Settings{Load: &Load{MaxPerCore: 1.5}},
			fake{load: 1.51}, checks.Limit, "load 1.51 per processor, more than 1.5", map[string]float64{"load5_per_core": 1.51},
		},
		"processes enough": {
			Settings{Processes: []Process{{Name: "postgres", Min: 2}}},
			fake{processes: 2}, checks.OK, "process postgres: 2 running", map[string]float64{"process_count": 2},
		},
		"processes too few": {
			Settings{Processes: []Process{{Name: "java", Pattern: field.MustPattern("kintai"), Min: 2}}},
			fake{processes: 1}, checks.NotRunning, "process java /kintai/: 1 running, fewer than 2",
			map[string]float64{"process_count": 1},
		},
		"process without a minimum needs one": {
			Settings{Processes: []Process{{Name: "postgres"}}},
			fake{}, checks.NotRunning, "process postgres: 0 running, fewer than 1", map[string]float64{"process_count": 0},
		},
		"processes hidden": {
			Settings{Processes: []Process{{Name: "postgres"}}},
			fake{err: errHidden}, checks.ErrorLocal, "process postgres: " + errHidden.Error(), nil,
		},
		"temperature of the sensors chosen": {
			Settings{Temperatures: []Temperature{{Sensor: field.MustPattern("^room$"), MaxCelsius: 35}}},
			fake{sensors: warm}, checks.OK, "room 24.0 °C", map[string]float64{"temperature_celsius": 24},
		},
		"temperature of the hottest": {
			Settings{Temperatures: []Temperature{{MaxCelsius: 60}}},
			fake{sensors: warm}, checks.Limit, "coretemp_core_0 61.5 °C, hotter than 60 °C",
			map[string]float64{"temperature_celsius": 61.5},
		},
		"temperature without a sensor": {
			Settings{Temperatures: []Temperature{{MaxCelsius: 60}}},
			fake{}, checks.ErrorLocal,
			"temperature: this host has no temperature sensor (virtual machines have none)", nil,
		},
		"temperature of a sensor that is not there": {
			Settings{Temperatures: []Temperature{{Sensor: field.MustPattern("rack"), MaxCelsius: 60}}},
			fake{sensors: warm}, checks.ErrorLocal,
			"temperature /rack/: no such sensor with a plausible reading; there are: coretemp_core_0, room, not_fitted", nil,
		},
		"a real failure outranks what the agent cannot tell": {
			Settings{Temperatures: []Temperature{{MaxCelsius: 60}}, Disks: []Disk{{Path: "/", MaxUsed: 0.5}}},
			fake{usage: root()}, checks.Limit,
			"temperature: this host has no temperature sensor (virtual machines have none); " +
				"disk / 80.0 % used, 20 GiB free, more than 50.0 %", diskValues,
		},
		"a panic is a local error": {
			Settings{Disks: []Disk{{Path: "/", MaxUsed: 0.5}}},
			fake{panics: true}, checks.ErrorLocal, "disk /: the check itself failed: statfs went mad", nil,
		},
		"too slow is a timeout": {
			Settings{Load: &Load{MaxPerCore: 1}},
			fake{err: context.DeadlineExceeded}, checks.Timeout, "load: context deadline exceeded", nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := probe(t, test.settings, &test.machine)
			want := checks.Result{Reason: test.reason, Text: test.text, Values: test.values}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(checks.Result{}, "Phases"), cmpopts.EquateEmpty(),
				cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Errorf("Probe (-want +got):\n%s", diff)
			}
		})
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		machine fake
		want    checks.Reason
		text    string
	}{
		{fake{active: true, state: "active (running)"}, checks.OK, "service cron is active (running)"},
		{fake{state: "failed (failed)"}, checks.NotRunning, "service cron is failed (failed)"},
		{fake{err: errors.New("no bus")}, checks.ErrorLocal, "service cron: no bus"},
	} {
		got := askService("cron").run(t.Context(), &test.machine)
		if got.reason != test.want || got.text != test.text {
			t.Errorf("got %s %q, want %s %q", got.reason, got.text, test.want, test.text)
		}
	}
}

// A dead NFS mount must cost one probe its time and the agent one goroutine, not one per probe.
func TestProbeNeverPilesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dead := &fake{usage: root(), load: 0.5, hang: make(chan struct{})}
		p, err := newProber(&Settings{
			Load:  &Load{MaxPerCore: 1},
			Disks: []Disk{{Path: "/mnt/nfs", MaxUsed: 0.9}, {Path: "/", MaxUsed: 0.9}},
		}, dead)
		if err != nil {
			t.Fatal(err)
		}
		probe := func() checks.Result {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			began := time.Now()
			r := p.Probe(ctx)
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("Probe took %v, beyond its context", took)
			}
			return r
		}

		first := probe()
		if want := "disk /mnt/nfs: no answer in time; load 0.50 per processor"; first.Reason != checks.Timeout || first.Text != want {
			t.Errorf("first: %s %q, want timeout %q", first.Reason, first.Text, want)
		}
		if diff := cmp.Diff(map[string]float64{"load5_per_core": 0.5}, first.Values); diff != "" {
			t.Errorf("values before the disk that hangs (-want +got):\n%s", diff)
		}
		for range 3 {
			if r := probe(); r.Reason != checks.Timeout || !strings.HasPrefix(r.Text, "disk /mnt/nfs: still no answer to the question of ") {
				t.Errorf("later: %s %q", r.Reason, r.Text)
			}
		}
		synctest.Wait() // orders the read below after the write in the goroutine that hangs
		if dead.asked != 1 {
			t.Errorf("asked %d times while the first question hung, want 1", dead.asked)
		}
		close(dead.hang)
		synctest.Wait()
		if r := probe(); r.Reason != checks.OK {
			t.Errorf("after the mount came back: %s %q", r.Reason, r.Text)
		}
	})
}

func TestProbeWithEndedContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, err := newProber(&Settings{Load: &Load{MaxPerCore: 1}}, &fake{})
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Probe(ctx); r.Reason != checks.ErrorLocal || r.Text == "" {
		t.Errorf("got %s %q, want error_local with a text", r.Reason, r.Text)
	}
}

// TestThisMachine asks the machine that runs the test what every machine can answer.
func TestThisMachine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{
		Disks:     []Disk{{Path: dir, MaxUsed: 1}},
		Memory:    &Memory{MaxUsed: 1},
		Load:      &Load{MaxPerCore: 1e6},
		Processes: []Process{{Pattern: field.MustPattern(regexp.QuoteMeta(filepath.Base(self))), Min: 1}},
	}
	got := probe(t, s, thisMachine{})
	if !got.OK() {
		t.Fatalf("got %s %q", got.Reason, got.Text)
	}
	for _, name := range []string{"disk_used_ratio", "disk_free_bytes", "memory_used_ratio", "memory_available_bytes", "process_count"} {
		if got.Values[name] <= 0 {
			t.Errorf("%s = %v, want more than zero; all: %v", name, got.Values[name], got.Values)
		}
	}

	missing := probe(t, Settings{
		Processes: []Process{{Name: "no-such-program-runs-here"}},
		Disks:     []Disk{{Path: filepath.Join(dir, "not-there"), MaxUsed: 1}},
	}, thisMachine{})
	if missing.Reason != checks.NotRunning || !strings.Contains(missing.Text, "not-there") {
		t.Errorf("missing: %s %q", missing.Reason, missing.Text)
	}
}

func TestProcessName(t *testing.T) {
	t.Parallel()
	if !(processMatch{exact: "postgres"}).name("postgres") || (processMatch{exact: "postgres"}).name("postgresql") {
		t.Error("the name must match whole")
	}
	if got := (processMatch{exact: "Keizoku"}).name("keizoku.exe"); got != (runtime.GOOS == "windows") {
		t.Errorf("case and .exe: matched %v on %s", got, runtime.GOOS)
	}
	if got := trimExe("a.EXE"); got != "a" {
		t.Errorf("trimExe = %q", got)
	}
}
