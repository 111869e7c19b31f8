//go:build integration && linux

package integration

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// smallDisk mounts a file system of a few megabytes for the agent's state.
func smallDisk(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=2m,mode=0700"); err != nil {
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
}

// fill takes all the room that is left, and returns what gives it back.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	_ = f.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// A full disk takes nothing from those who watch, and loses nothing once there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	records := newService(t, "127.0.0.1", listenTCP)
	k := newKeizoku(t, fmt.Sprintf(killPlan, records.addr, newService(t, "127.0.0.1", listenTCP).addr))
	smallDisk(t, k.state)
	t.Cleanup(func() { k.kill() }) // before the disk goes
	k.start()
	k.awaits("records", rules.Up)
	free := fill(t, k.state)

	var notes []string
	until(t, "the journal fails", func() bool {
		e, err := k.client.Act(t.Context(), "note", rules.AddNote{Text: fmt.Sprint(len(notes), strings.Repeat(" 満杯", 500))}, "課長")
		if err != nil {
			t.Fatalf("a person's word is refused: %v", err)
		}
		notes = append(notes, e.ID)
		return k.situation().Journal.Failing != ""
	})
	records.down()
	out := k.awaits("records", rules.Down).Outage
	if s := k.situation(); !strings.Contains(s.Journal.Failing, k.state) || s.Journal.Unwritten == 0 {
		t.Errorf("the situation says %+v", s.Journal)
	}
	if n := sample(t, k, "keizoku_journal_unwritten_events"); n == 0 {
		t.Error("the metrics say that all is written")
	}
	page, _ := k.page("/", "")
	if !strings.Contains(page, k.state) {
		t.Error("the console does not say why the journal fails")
	}

	free()
	until(t, "all is written", func() bool { j := k.situation().Journal; return j.Failing == "" && j.Unwritten == 0 })
	k.kill() // nothing is left in memory alone
	k.start()
	same(t, out, k.situation().System("records").Outage)
	k.stop()
	written := of(k.history(), "", journal.KindNoteAdded)
	if len(written) != len(notes) {
		t.Fatalf("%d notes were taken and %d are written", len(notes), len(written))
	}
	for i, e := range written {
		if e.ID != notes[i] {
			t.Errorf("note %d is %s, want %s", i, e.ID, notes[i])
		}
	}
}

// scarcePlan watches many services that answer late, so that many connections are open at once.
func scarcePlan(addr string) string {
	var b strings.Builder
	b.WriteString("plan \"city\" {}\nthreat \"incident\" {\n  title   = \"非災害\"\n  default = true\n}\nagent \"a1\" {}\n")
	for i := range 200 {
		fmt.Fprintf(&b, "system \"s%03d\" {\n  check \"tcp\" \"port\" {\n    address  = %q\n    expect   = \"late\"\n    interval = \"2s\"\n    timeout  = \"1500ms\"\n    fail_after = 1\n  }\n}\n", i, addr)
	}
	return b.String()
}

// An agent without file descriptors knows nothing, and says so.
func TestNoFileDescriptors(t *testing.T) {
	t.Parallel()
	late := startService(t, &service{T: t, addr: "127.0.0.1:0", listen: listenTCP, answer: func(c net.Conn) {
		pause(t, 800*time.Millisecond)
		_, _ = c.Write([]byte("late\n"))
	}})
	k := newKeizoku(t, scarcePlan(late.addr), need(t, "prlimit", "util-linux"), "--nofile=48:48")
	k.start()
	var starved *rules.CheckFacts
	until(t, "a check finds no descriptor", func() bool {
		for _, sys := range k.situation().Systems {
			if c := sys.Checks[0]; c.Reason == string(checks.ErrorLocal) && strings.Contains(c.Error, "too many open files") {
				starved = c
				if sys.State == rules.Down { // pending or up: the failure is not judged yet
					t.Errorf("%s is %s by %+v", sys.Name, sys.State, c)
				}
			}
		}
		return starved != nil
	})
	pause(t, 5*time.Second)
	k.stop()
	if failed := of(k.history(), "", journal.KindCheckFailed, journal.KindOutageOpened); len(failed) > 0 {
		t.Errorf("%d failures, the first: %+v", len(failed), failed[0])
	}
}
