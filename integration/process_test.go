//go:build integration && linux

package integration

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// keizoku is `keizoku run` on a plan, which may be ended and started again on the same journal.
type keizoku struct {
	*testing.T
	plan, state string
	// wrap stands before the command, to run it elsewhere or under limits.
	wrap []string
	// more stands after it.
	more []string

	*process
	client *api.Client
}

// process is one run of it.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
	url string // empty until it serves
}

func newKeizoku(t *testing.T, plan string, wrap ...string) *keizoku {
	t.Helper()
	dir := folder(t)
	k := &keizoku{T: t, plan: filepath.Join(dir, "plan.hcl"), state: filepath.Join(dir, "state"), wrap: wrap}
	if err := os.WriteFile(k.plan, []byte(plan), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if k.process != nil {
			k.kill()
			if t.Failed() {
				t.Logf("log of the last run:\n%s", k.tail())
			}
		}
	})
	return k
}

// launch starts the command and does not wait for it to serve.
func (k *keizoku) launch() {
	k.Helper()
	path, err := binary()
	if err != nil {
		k.Fatal(err)
	}
	args := slices.Concat(k.wrap, []string{path, "run", k.plan, "--listen", "127.0.0.1:0", "--state-dir", k.state}, k.more)
	p := &process{cmd: exec.Command(args[0], args[1:]...), ended: make(chan struct{})}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		k.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		k.Fatal(err)
	}
	go p.follow(stderr)
	k.process, k.client = p, api.NewSocketClient(filepath.Join(k.state, "keizoku.sock"))
}

var servesAt = regexp.MustCompile(`msg="agent started".* url=(\S+)`)

// follow keeps the log and finds the address in it, until the process ends.
func (p *process) follow(stderr io.Reader) {
	defer close(p.ended)
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.log.Write(append(lines.Bytes(), '\n'))
		if m := servesAt.FindSubmatch(lines.Bytes()); m != nil {
			p.url = string(m[1])
		}
		p.mu.Unlock()
	}
	_ = p.cmd.Wait()
}

func (p *process) address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

// tail is the end of the log.
func (p *process) tail() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := p.log.Bytes()
	return string(text[max(0, len(text)-6000):])
}

// start starts the command and waits until it serves.
func (k *keizoku) start() {
	k.Helper()
	k.launch()
	until(k.T, "the agent serves", func() bool {
		select {
		case <-k.ended:
			k.Fatalf("the agent has ended:\n%s", k.tail())
		default:
		}
		return k.address() != ""
	})
}

// kill ends the process as a power cut does.
func (k *keizoku) kill() {
	_ = k.cmd.Process.Kill()
	<-k.ended
}

// stop ends the process in good order.
func (k *keizoku) stop() {
	k.Helper()
	if err := k.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		k.Fatal(err)
	}
	select {
	case <-k.ended:
	case <-time.After(30 * time.Second):
		k.Fatalf("the agent does not stop:\n%s", k.tail())
	}
	if code := k.cmd.ProcessState.ExitCode(); code != 0 {
		k.Errorf("exit code %d:\n%s", code, k.tail())
	}
}

func (k *keizoku) situation() *rules.Situation {
	k.Helper()
	s, err := k.client.Situation(k.Context())
	if err != nil {
		k.Fatal(err)
	}
	return s
}

// awaits waits until a system is in a state and returns its facts.
func (k *keizoku) awaits(system string, state rules.SystemState) (facts *rules.SystemFacts) {
	k.Helper()
	until(k.T, system+" is "+string(state), func() bool {
		facts = k.situation().System(system)
		return facts.State == state
	})
	return facts
}

// page reads a page over HTTP.
func (k *keizoku) page(path, accept string) (string, http.Header) {
	k.Helper()
	req, err := http.NewRequestWithContext(k.Context(), http.MethodGet, k.address()+path, nil)
	if err != nil {
		k.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		k.Fatalf("GET %s: %s, %v\n%s", path, resp.Status, err, body)
	}
	return string(body), resp.Header
}

// history verifies the journal of an agent that has ended and returns all of it.
func (k *keizoku) history() (all []journal.Event) {
	k.Helper()
	ctx := context.Background()
	store, err := journal.Open(ctx, journal.Options{Dir: k.state, Agent: "reader"})
	if err != nil {
		k.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	report, err := store.Verify(ctx)
	if err != nil || !report.OK() {
		k.Errorf("the chain is broken: %+v, %v", report.Breaks, err)
	}
	for e, err := range store.Read(ctx, journal.Query{}) {
		if err != nil {
			k.Fatal(err)
		}
		if want := int64(len(all) + 1); e.Seq != want {
			k.Fatalf("event %d where %d should be", e.Seq, want)
		}
		all = append(all, e)
	}
	return all
}

// of returns the events of some kinds about a subject; about any when it is empty.
func of(all []journal.Event, subject string, kinds ...journal.Kind) (some []journal.Event) {
	for _, e := range all {
		if (subject == "" || e.Subject == subject) && slices.Contains(kinds, e.Kind) {
			some = append(some, e)
		}
	}
	return some
}
