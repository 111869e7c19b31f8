package schedule

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// probe is a prober that does what a function says, and notes what is done to it. n counts its
// probes from 1.
type probe struct {
	do func(ctx context.Context, n int) checks.Result

	mu                    sync.Mutex
	n, inside, most, shut int
}

func (p *probe) Probe(ctx context.Context) checks.Result {
	p.mu.Lock()
	p.n++
	n := p.n
	p.inside++
	p.most = max(p.most, p.inside)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.inside--
		p.mu.Unlock()
	}()
	return p.do(ctx, n)
}

func (p *probe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shut++
	if p.inside > 0 {
		return fmt.Errorf("closed while %d probes run", p.inside)
	}
	return nil
}

func (p *probe) closed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shut
}

func (p *probe) probed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

var (
	good = checks.Result{Reason: checks.OK}
	bad  = checks.Failed(checks.Refused, "connection refused")
)

// follow answers by letters, one a probe, the last for good: g good, b refused, l no route,
// t silent until the timeout, p panics.
func follow(letters string) *probe {
	return &probe{do: func(ctx context.Context, n int) checks.Result {
		return answer(ctx, letters[min(n, len(letters))-1])
	}}
}

func answer(ctx context.Context, letter byte) checks.Result {
	switch letter {
	case 'b':
		return bad
	case 'l':
		return checks.Failed(checks.NoRoute, "network is unreachable")
	case 't':
		<-ctx.Done()
		return checks.Failed(checks.Timeout, "no answer")
	case 'p':
		panic("boom")
	default:
		return good
	}
}

// world is an engine in a bubble of fake time, and all that it told.
type world struct {
	*Engine
	t     *testing.T
	begun time.Time

	mu    sync.Mutex
	looks []Look
	calls [][]Transition
	gaps  []gap
}

// newWorld starts an engine with jobs; more may change its options.
func newWorld(t *testing.T, more func(*Options), jobs ...Job) *world {
	t.Helper()
	w := &world{t: t, begun: time.Now()}
	opts := Options{
		Now:     time.Now,
		Look:    func(l Look) { w.note(func() { w.looks = append(w.looks, l) }) },
		Changed: func(_ context.Context, ts []Transition) { w.note(func() { w.calls = append(w.calls, ts) }) },
		Gap:     func(from, to time.Time) { w.note(func() { w.gaps = append(w.gaps, gap{from, to}) }) },
		Uptime:  func() time.Duration { return 0 },
	}
	if more != nil {
		more(&opts)
	}
	w.Engine = New(opts)
	w.Set(jobs)
	w.Start(t.Context())
	return w
}

// stateOf is the confirmed state of a check.
func (w *world) stateOf(system, check string) State {
	w.Engine.mu.Lock()
	defer w.Engine.mu.Unlock()
	return w.jobs[Key(system, check)].judge.state
}

func (w *world) counted() counts {
	w.Engine.mu.Lock()
	defer w.Engine.mu.Unlock()
	return w.counts
}

// standStill lets the engine's own view of the clock jump, as after SIGSTOP and SIGCONT.
func (w *world) standStill(d time.Duration) {
	w.Engine.mu.Lock()
	defer w.Engine.mu.Unlock()
	w.clock.anchor += d
}

func (w *world) note(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// changes returns all transitions so far.
func (w *world) changes() (all []Transition) {
	w.note(func() {
		for _, c := range w.calls {
			all = append(all, c...)
		}
	})
	return all
}

// starts returns when the probes of a check began, in seconds after the first of them.
func (w *world) starts(system string) (seconds []float64) {
	w.note(func() {
		var first time.Time
		for _, l := range w.looks {
			if l.System != system {
				continue
			}
			if first.IsZero() {
				first = l.At
			}
			seconds = append(seconds, l.At.Sub(first).Seconds())
		}
	})
	return seconds
}

// at returns the start of a system's nth probe, from 1.
func (w *world) at(system string, n int) (at time.Time) {
	w.note(func() {
		for _, l := range w.looks {
			if l.System == system {
				if n--; n == 0 {
					at = l.At
				}
			}
		}
	})
	if at.IsZero() {
		w.t.Fatalf("%s has %d probes too few", system, n)
	}
	return at
}

// job30 makes a job with the defaults of the plan language: every 30 s, again after 6 s, down after
// three, up after two.
func job30(system string, p checks.Prober) Job {
	return Job{System: system, Prober: p, Check: check30()}
}

func check30() *plan.Check {
	return &plan.Check{
		Name: "check", Kind: "tcp", Interval: 30 * time.Second, Timeout: 5 * time.Second,
		RetryInterval: 6 * time.Second, FailAfter: 3, RecoverAfter: 2,
	}
}

// every makes a job with another interval, and its retry interval a fifth of it.
func every(interval time.Duration, j Job) Job {
	c := *j.Check
	c.Interval, c.RetryInterval = interval, max(interval/5, time.Second)
	c.Timeout = min(c.Timeout, interval*4/5)
	j.Check = &c
	return j
}

func kind(name string, j Job) Job {
	c := *j.Check
	c.Kind = name
	j.Check = &c
	return j
}
