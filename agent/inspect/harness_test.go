package inspect

import (
	"context"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// script is the settings of the kind under test: what its probes answer, in order, the last for ever.
type script struct {
	answers []checks.Result
	takes   time.Duration
	hangs   bool // it does not heed its ctx
	broken  error
	panics  bool
	confirm *checks.Result // what Confirm answers

	mu     sync.Mutex
	asked  int
	closed int
}

type scripted struct{ *script }

func (s scripted) Probe(ctx context.Context) checks.Result {
	if s.panics {
		panic("no such thing")
	}
	if s.hangs {
		<-time.After(time.Hour)
	}
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return checks.Failed(checks.Timeout, "no answer")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.answers[min(s.asked, len(s.answers))-1]
}

func (s scripted) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

// closings counts how often the prober was closed.
func (s *script) closings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

type confirming struct{ scripted }

func (c confirming) Confirm(context.Context) checks.Result { return *c.confirm }

var (
	fine    = checks.Result{Reason: checks.OK}
	refused = checks.Failed(checks.Refused, "connection refused")
)

// kinds are a kind that follows its script, the same of the agent's own machine, and one that reports by itself.
func kinds() map[string]*checks.Kind {
	made := func(settings any, _ *checks.Env) (checks.Prober, error) {
		s := settings.(*script)
		if s.confirm != nil {
			return confirming{scripted{s}}, s.broken
		}
		return scripted{s}, s.broken
	}
	return map[string]*checks.Kind{
		"script": {Name: "script", New: made}, "own": {Name: "own", Local: true, New: made}, "exec": {Name: "exec", AtOnce: 4, New: made},
		"push": {Name: "push", Pushed: true},
	}
}

func answers(all ...checks.Result) *script { return &script{answers: all, takes: time.Millisecond} }

// sys is a system with one check named as its kind.
func sys(name string, priority int, kind string, s *script) *plan.System {
	return &plan.System{Name: name, Title: "The " + name, Priority: priority, Checks: []*plan.Check{
		{Name: kind, Kind: kind, Interval: 30 * time.Second, Timeout: 5 * time.Second, FailAfter: 3, RecoverAfter: 2, Settings: s},
	}}
}

var tokyo = time.FixedZone("JST", 9*3600)

func planOf(t testing.TB, systems ...*plan.System) *plan.Plan {
	t.Helper()
	p := &plan.Plan{Name: "city", Location: tokyo, Systems: systems, Agents: []*plan.Agent{{Name: "main"}}}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

// request is an inspection of all of p with the situation given; nil: one that knows nothing.
func request(p *plan.Plan, s *rules.Situation) Request {
	if s == nil {
		s = &rules.Situation{}
	}
	return Request{
		Plan: p, Agent: p.Agents[0], Kinds: kinds(), Trigger: "scheduled",
		Situation: func() *rules.Situation { return s },
		Now:       func() time.Time { return time.Now().In(tokyo) },
	}
}
