package outbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
)

// crashDir tells a test binary to commit and send in this state directory until it is killed.
const crashDir = "KEIZOKU_TEST_CRASH_DIR"

// spool is a channel whose receiver is a file: a line for each message that arrived. Now and then
// it says of one that did arrive that it did not.
type spool struct {
	file     *os.File
	doubtful bool
	arrived  chan<- struct{}
}

func openSpool(dir string) (*spool, error) {
	f, err := os.OpenFile(filepath.Join(dir, "spool"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return &spool{file: f}, err
}

func (s *spool) Send(_ context.Context, m *notify.Message) (notify.Receipt, error) {
	if _, err := fmt.Fprintf(s.file, "%s %s\n", m.ID, m.Subject); err != nil {
		return "", err
	}
	if s.doubtful && rand.IntN(10) == 0 {
		return "", errors.New("read tcp: connection reset by peer")
	}
	if s.arrived != nil {
		s.arrived <- struct{}{}
	}
	return "ok", nil
}

// sendUntilKilled opens, worsens and closes alerts, and prints each step when it was committed.
func sendUntilKilled(dir string) {
	store, err := journal.Open(context.Background(), journal.Options{Dir: dir, Agent: "main_hall"})
	check(err)
	b, err := Open(context.Background(), store, Options{})
	check(err)
	s, err := openSpool(dir)
	check(err)
	s.doubtful = true
	b.SetChannels(map[string]Channel{"spool": {Carrier: s}})
	run := journal.NewID(time.Now())
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s-%d", run, i)
		for step, occasion := range [...]notify.Occasion{notify.Opened, notify.Worsened, notify.Closed} {
			check(b.Commit(context.Background(), stepOf(name, step, occasion)))
			if b.Status().Failing != nil {
				check(b.Status().Failing)
			}
			fmt.Println(name, step)
		}
	}
}

func stepOf(name string, step int, occasion notify.Occasion) Change {
	c := Change{Messages: []Addressed{to("spool", fmt.Sprint(name, " ", step), occasion, name)}}
	if occasion == notify.Closed {
		c.Remove = []string{name}
	} else {
		c.Upsert = map[string]json.RawMessage{name: payload(fmt.Sprint(step))}
	}
	return c
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func TestNothingCommittedIsLostByKill(t *testing.T) {
	dir := t.TempDir()
	committed := map[string]int{} // the last step of an alert
	for range 5 {
		runAndKill(t, dir, 20+rand.IntN(200), committed)
	}
	alerts := drain(t, dir)
	for name, last := range committed {
		_, open := alerts[name]
		if last == 2 && open {
			t.Errorf("alert %s was closed, and is open", name)
		}
		if last < 2 && !open && wasSent(t, dir, name, 2) == "" {
			t.Errorf("alert %s was opened, and is not", name)
		}
		for step := range last + 1 {
			if wasSent(t, dir, name, step) == "" {
				t.Errorf("step %d of alert %s was committed, and never sent", step, name)
			}
		}
	}
	if len(committed) < 5*6 {
		t.Errorf("only %d alerts", len(committed))
	}
	wantInOrder(t, dir)
}

// runAndKill lets another process work, and kills it after it has committed some steps.
func runAndKill(t *testing.T, dir string, after int, committed map[string]int) {
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
		var name string
		var step int
		if _, err := fmt.Sscan(lines.Text(), &name, &step); err != nil {
			t.Fatalf("helper says: %s", lines.Text())
		}
		committed[name] = step
		if n == after {
			if err := cmd.Process.Kill(); err != nil { // what is still in the pipe was committed too
				t.Fatal(err)
			}
		}
	}
}

// drain delivers what is left, and returns the open alerts.
func drain(t *testing.T, dir string) map[string]json.RawMessage {
	t.Helper()
	o := openOffice(t, dir, Options{})
	s, err := openSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.file.Close()
	arrived := make(chan struct{}, 10_000)
	s.arrived = arrived
	left := o.standing("spool").Pending
	o.use(map[string]notify.Channel{"spool": s})
	for range left {
		select {
		case <-arrived:
		case <-time.After(30 * time.Second):
			t.Fatalf("waited in vain: %+v", o.Channels())
		}
	}
	alerts := o.Alerts()
	o.shut()
	return alerts
}

func spooled(t *testing.T, dir string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "spool"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// wasSent returns the line of a step that arrived.
func wasSent(t *testing.T, dir, name string, step int) string {
	t.Helper()
	for _, line := range spooled(t, dir) {
		if strings.HasSuffix(line, fmt.Sprint(" ", name, " ", step)) {
			return line
		}
	}
	return ""
}

// wantInOrder tells whether each alert's steps arrived in order, again and again maybe, and each
// under one ID.
func wantInOrder(t *testing.T, dir string) {
	t.Helper()
	at, ids, twice := map[string]int{}, map[string]string{}, 0
	for _, line := range spooled(t, dir) {
		var id, name string
		var step int
		if _, err := fmt.Sscan(line, &id, &name, &step); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if step < at[name] || step > at[name]+1 {
			t.Errorf("of alert %s, step %d arrived after step %d", name, step, at[name])
		}
		at[name] = step
		message := fmt.Sprint(name, " ", step)
		if known, ok := ids[message]; ok {
			twice++
			if known != id {
				t.Errorf("%s arrived as %s and as %s", message, known, id)
			}
		}
		ids[message] = id
	}
	if twice == 0 {
		t.Error("nothing arrived twice: has the channel raised no doubts?")
	}
}
