package journal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// crashDir tells a test binary to append in this state directory until it is killed.
const crashDir = "KEIZOKU_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		appendUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// appendUntilKilled appends from several sides and prints each event after it was acknowledged.
func appendUntilKilled(dir string) {
	s, err := Open(context.Background(), testOptions(dir))
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				events, err := s.Append(context.Background(), note("one", noon), note("two", noon), note("three", noon))
				if err != nil || s.Status().Failing != nil {
					fmt.Println("append:", err, s.Status().Failing)
					os.Exit(1)
				}
				for _, e := range events {
					fmt.Printf("%d %s\n", e.Seq, e.ID) // one write(2) each: none gets torn by the others
				}
			}
		})
	}
	wg.Wait()
}

func TestNothingAcknowledgedIsLostByKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[int64]string{}
	for range 8 {
		runAndKill(t, dir, 30+rand.IntN(300), acknowledged)

		s := open(t, testOptions(dir))
		found := map[int64]string{}
		for _, e := range read(t, s, Query{}) {
			found[e.Seq] = e.ID
		}
		for seq, id := range acknowledged {
			if found[seq] != id {
				t.Errorf("event %d was acknowledged as %s, and is now %q", seq, id, found[seq])
			}
		}
		if len(found)%3 != 0 {
			t.Errorf("%d events: a call of three was split", len(found))
		}
		wantIntact(t, s, int64(len(found)))
		shut(t, s)
	}
	if len(acknowledged) < 8*30 {
		t.Errorf("only %d events were acknowledged", len(acknowledged))
	}
}

// runAndKill lets another process append, and kills it after it has acknowledged some events.
func runAndKill(t *testing.T, dir string, after int, acknowledged map[int64]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait() // its error is the kill
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		var seq int64
		var id string
		if _, err := fmt.Sscan(lines.Text(), &seq, &id); err != nil || len(id) != 26 {
			t.Fatalf("helper says: %s", strings.TrimSpace(lines.Text()))
		}
		acknowledged[seq] = id
		if n == after {
			if err := cmd.Process.Kill(); err != nil { // what is still in the pipe was acknowledged too
				t.Fatal(err)
			}
		}
	}
}
