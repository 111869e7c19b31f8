//go:build integration && linux

package integration

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// thousandPlan watches a thousand loopback addresses by ping.
func thousandPlan() string {
	var b strings.Builder
	b.WriteString("plan \"city\" {}\nthreat \"incident\" {\n  title   = \"非災害\"\n  default = true\n}\nagent \"a1\" {}\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "system \"s%04d\" {\n  check \"icmp\" \"host\" {\n    host     = \"127.%d.%d.%d\"\n    interval = \"10s\"\n    timeout  = \"5s\"\n  }\n}\n",
			i, 2+i%5, i/250, 1+i%250)
	}
	return b.String()
}

func TestThousandTargets(t *testing.T) {
	t.Parallel()
	k := newKeizoku(t, thousandPlan())
	k.start()
	begun := time.Now()
	rounds := 0.0
	for time.Since(begun) < 25*time.Second {
		pause(t, time.Second)
		for _, sys := range k.situation().Systems {
			if c := sys.Checks[0]; !c.LastRunAt.IsZero() && !c.Success {
				t.Fatalf("%s: %s: %s", sys.Name, c.Reason, c.Error)
			}
		}
	}
	until(t, "three probes of each are counted", func() bool {
		rounds = sample(t, k, `keizoku_probe_duration_seconds_count{kind="icmp"}`) / 1000
		return rounds >= 3
	})
	for _, sys := range k.situation().Systems {
		if sys.State != rules.Up {
			t.Errorf("%s is %s", sys.Name, sys.State)
		}
	}
	if n := icmpSockets(t, k.cmd.Process.Pid); n["raw"]+n["icmp"] != 1 || n["raw6"]+n["icmp6"] > 1 {
		t.Errorf("sockets: %v, want one", n)
	}
	k.stop()
	if failed := of(k.history(), "", journal.KindCheckFailed, journal.KindOutageOpened); len(failed) > 0 {
		t.Errorf("failed: %+v", failed[0])
	}
	t.Logf("%.1f rounds in %v", rounds, time.Since(begun).Round(time.Second))
}

// sample reads one sample off /metrics; 0 when it is not there.
func sample(t *testing.T, k *keizoku, series string) float64 {
	t.Helper()
	text, _ := k.page("/metrics", "")
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	return 0
}

// icmpSockets counts the sockets of a process by the kernel's tables of those that ping.
func icmpSockets(t *testing.T, pid int) map[string]int {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	links, err := filepath.Glob(filepath.Join(proc, "fd", "*"))
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, "socket:[") {
			own[strings.Trim(to, "socket:[]")] = true
		}
	}
	count := map[string]int{}
	for _, table := range []string{"raw", "icmp", "raw6", "icmp6"} {
		f, err := os.Open(filepath.Join(proc, "net", table))
		if err != nil {
			continue // a kernel without IPv6
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if fields := strings.Fields(lines.Text()); len(fields) > 9 && own[fields[9]] {
				count[table]++
			}
		}
		_ = f.Close()
	}
	return count
}
