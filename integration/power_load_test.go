//go:build integration && linux

package integration

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// A server room of this size does not exist: 200 UPS, each with forty variables and two systems.
const manyUPS = 200

// roomPlan reads every UPS from one upsd, every 10 s.
func roomPlan(address string) string {
	var b strings.Builder
	b.WriteString("plan \"city\" {}\nthreat \"incident\" {\n  title   = \"非災害\"\n  default = true\n}\nagent \"a1\" {}\n")
	for i := range manyUPS {
		fmt.Fprintf(&b, "ups \"u%03d\" {\n  capacity_w  = 2700\n  capacity_va = 3000\n  battery_wh  = 600\n", i)
		fmt.Fprintf(&b, "  source \"nut\" {\n    address = %q\n    ups     = \"u%03d\"\n  }\n}\n", address, i)
		for j := range 2 {
			fmt.Fprintf(&b, "system \"s%03d_%d\" {\n  power {\n    watts  = 400\n    fed_by = ups.u%03d\n  }\n}\n", i, j, i)
		}
	}
	return b.String()
}

// manyAnswers is an upsd with as many UPS as are asked for.
func manyAnswers(conn net.Conn) {
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		name, ok := strings.CutPrefix(lines.Text(), "LIST VAR ")
		if !ok {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "BEGIN LIST VAR %s\n", name)
		for variable, value := range map[string]string{
			"ups.status": "OL CHRG", "ups.load": "30", "ups.realpower": "800", "battery.charge": "98", "battery.runtime": "2000", "input.voltage": "101",
		} {
			fmt.Fprintf(&b, "VAR %s %s \"%s\"\n", name, variable, value)
		}
		for i := range 34 {
			fmt.Fprintf(&b, "VAR %s outlet.%d.desc \"Main outlet %d of the rack\"\n", name, i, i)
		}
		fmt.Fprintf(&b, "END LIST VAR %s\n", name)
		if _, err := io.WriteString(conn, b.String()); err != nil {
			return
		}
	}
}

// The budget is a 50th of one core. What it takes is told (go test -v) and not judged here: a test
// must not fail for the machine that it runs on.
func TestTwoHundredUPS(t *testing.T) {
	upsd := startService(t, &service{T: t, addr: "127.0.0.1:0", listen: listenTCP, answer: manyAnswers})
	k := newKeizoku(t, roomPlan(upsd.addr))
	k.start()
	until(t, "all are read", func() bool { return unreadUPS(k) == 0 })
	begun, before := time.Now(), cpuOf(t, k.cmd.Process.Pid)
	pause(t, 30*time.Second)
	used := cpuOf(t, k.cmd.Process.Pid) - before
	share := used.Seconds() / time.Since(begun).Seconds()
	t.Logf("%d UPS every 10 s: %.2f %% of a core", manyUPS, 100*share)
	if n := unreadUPS(k); n > 0 {
		t.Errorf("%d have not been read for long", n)
	}
	if news := k.powerNews(); len(news) > 0 {
		t.Errorf("news: %v", news)
	}
	k.kill() // upsd waits for its connections
}

// unreadUPS counts those whose reading is not new and believed.
func unreadUPS(k *keizoku) (n int) {
	k.Helper()
	s := k.situation()
	for _, f := range s.Power.Supplies {
		if f.Source != supply.FromUtility || s.At.Sub(f.ReadingAt) > 15*time.Second || len(f.Doubts) > 0 {
			n++
		}
	}
	return n
}

// cpuOf is the CPU time that a process has used; the kernel counts it in hundredths of a second.
func cpuOf(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // from the third on
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
