package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// office is an agent with the real kinds on a plan in the plan language, whose pace is sped up
// after reading: the language allows no interval below a second.
type office struct {
	*testing.T
	opts  Options
	agent *Agent

	mu    sync.Mutex
	text  string           // of the plan
	hurry func(*plan.Plan) // what is changed after reading
}

func newOffice(t *testing.T, text string) *office {
	t.Helper()
	dir, err := os.MkdirTemp("", "kz") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	o := &office{T: t, text: text, hurry: hasten}
	o.opts = Options{
		Load: o.load, Kinds: all.Kinds(), Listen: "127.0.0.1:0", StateDir: filepath.Join(dir, "state"),
		Version: "test", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	return o
}

func (o *office) load() (*plan.Plan, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p, sources, diags := config.LoadBytes("plan.hcl", []byte(o.text), o.opts.Kinds, config.Options{})
	if diags.HasErrors() {
		var b strings.Builder
		config.WriteDiagnostics(&b, sources, diags, config.PrintOptions{})
		return nil, errors.New(b.String())
	}
	o.hurry(p)
	return p, nil
}

// write changes the plan's text.
func (o *office) write(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = text
}

func hasten(p *plan.Plan) {
	for _, s := range p.Systems {
		for _, c := range s.Checks {
			c.Interval, c.RetryInterval, c.Timeout = 200*time.Millisecond, 50*time.Millisecond, 150*time.Millisecond
		}
	}
}

// open makes the agent without starting it.
func (o *office) open() *Agent {
	o.Helper()
	a, err := New(o.Context(), o.opts)
	if err != nil {
		o.Fatal(err)
	}
	o.agent = a
	o.Cleanup(func() { a.Stop("end of the test") })
	return a
}

// start makes an agent and starts it.
func (o *office) start() *Agent {
	o.Helper()
	a := o.open()
	if err := a.Start(o.Context()); err != nil {
		o.Fatal(err)
	}
	return a
}

// restart ends the agent and starts another on the same journal.
func (o *office) restart() *Agent {
	o.Helper()
	o.agent.Stop("restart")
	return o.start()
}

// until waits for is, which it asks again and again.
func (o *office) until(what string, is func() bool) {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.Context(), time.Minute) // for a machine with much else to do
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			o.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}

// awaits waits until a system is in a state and returns its facts.
func (o *office) awaits(system string, state rules.SystemState) (facts *rules.SystemFacts) {
	o.Helper()
	o.until(system+" is "+string(state), func() bool {
		facts = o.agent.Situation().System(system)
		return facts.State == state
	})
	return facts
}

// events returns what the journal holds of a kind; of every kind when none is given.
func (o *office) events(kinds ...journal.Kind) (all []journal.Event) {
	o.Helper()
	for e, err := range o.agent.Events(context.Background(), journal.Query{Kinds: kinds}) {
		if err != nil {
			o.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// payloads returns the payloads of the events of one kind.
func payloads[P journal.Payload](o *office) (all []P) {
	o.Helper()
	var zero P
	for _, e := range o.events(zero.Kind()) {
		all = append(all, e.Payload.(P))
	}
	return all
}

// get reads a page of the agent.
func (o *office) get(path string) string {
	o.Helper()
	status, body := o.ask(http.MethodGet, path, nil, "")
	if status != http.StatusOK {
		o.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

func (o *office) ask(method, path string, header map[string]string, body string) (int, string) {
	o.Helper()
	req, err := http.NewRequestWithContext(o.Context(), method, "http://"+o.agent.Addr()+path, strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		o.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// act does what a person does on the command line, through the socket.
func (o *office) act(name string, action rules.Action) api.Event {
	o.Helper()
	e, err := api.NewSocketClient(o.agent.SocketPath()).Act(o.Context(), name, action, "課長")
	if err != nil {
		o.Fatal(err)
	}
	return e
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// service is something that a check connects to, and that can be stopped and started again.
type service struct {
	*testing.T
	addr string
	ln   net.Listener
	wg   sync.WaitGroup
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{T: t, addr: "127.0.0.1:0"}
	s.up()
	s.addr = s.ln.Addr().String()
	t.Cleanup(s.down)
	return s
}

func (s *service) up() {
	s.Helper()
	ln, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	s.ln = ln
	s.wg.Go(func() {
		for conn, err := ln.Accept(); err == nil; conn, err = ln.Accept() {
			_ = conn.Close()
		}
	})
}

func (s *service) down() {
	_ = s.ln.Close()
	s.wg.Wait()
}

// cityPlan is a plan with one priority system on its own, and one that depends on a switch.
func cityPlan(records, floor, mail string) string {
	return fmt.Sprintf(`
plan "city" {
  title = "試験市"
}
threat "disaster" {
  title = "災害"
}
threat "incident" {
  title   = "非災害"
  default = true
}
system "records" {
  title    = "住民記録"
  priority = 1
  allowable_downtime = { disaster = "24h", incident = "4h" }
  typical_recovery   = "1h"
  check "tcp" "port" { address = %q }
}
system "floor_switch" {
  check "tcp" "port" { address = %q }
}
system "mail" {
  depends_on = [system.floor_switch]
  allowable_downtime = "1d"
  check "tcp" "port" { address = %q }
}
agent "a1" {}
`, records, floor, mail)
}
