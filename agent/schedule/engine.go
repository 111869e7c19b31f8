package schedule

import (
	"context"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// Engine runs checks. Make it with [New], give it jobs with Set, Start it, and Close it. All
// methods may be called from any goroutine.
type Engine struct {
	opts Options

	mu      sync.Mutex // guards all below, and jobs, lanes and runs
	clock   clock
	pulse   pulse
	jobs    map[string]*job
	agenda  agenda
	lanes   map[string]*lane
	running map[*run]struct{} // not given up
	inbox   []sighting
	outbox  []parcel
	counts  counts
	// stalledUntil is when the newest stall ended: failures of looks begun before are not believed.
	stalledUntil time.Duration
	// blindUntil is when the agent was last found cut off: failures of looks begun before are not
	// believed either.
	blindUntil time.Duration
	// shifted is by how much noted times have been moved since the start; see Shift.
	shifted time.Duration
	// shortest is the shortest interval of all jobs; zero without jobs.
	shortest time.Duration
	started  bool
	closed   bool

	ctx      context.Context // of the runs
	cancel   context.CancelFunc
	wake     chan struct{} // the agenda's head moved
	arrived  chan struct{} // the inbox has something
	posted   chan struct{} // the outbox has something
	finished chan struct{} // nothing more will be posted

	workers, loops, teller sync.WaitGroup
}

// counts are the probes that went another way than the usual since the engine was made, for tests:
// nothing else shows them.
type counts struct {
	// skipped were due while the one before still ran; abandoned did not stop at their timeout;
	// panicked is what it says; disbelieved failures fell into a stall or a cut-off of the agent.
	skipped, abandoned, panicked, disbelieved int
}

// New makes an engine without jobs. It starts nothing.
func New(opts Options) *Engine {
	return &Engine{
		opts:     opts.withDefaults(),
		jobs:     make(map[string]*job),
		lanes:    make(map[string]*lane),
		running:  make(map[*run]struct{}),
		wake:     make(chan struct{}, 1),
		arrived:  make(chan struct{}, 1),
		posted:   make(chan struct{}, 1),
		finished: make(chan struct{}),
	}
}

// Start begins to look, until ctx ends or Close. It may be called once; what it started is
// given back by Close alone.
func (e *Engine) Start(ctx context.Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.started || e.closed {
		return
	}
	e.started = true
	e.ctx, e.cancel = context.WithCancel(ctx)
	e.clock = startClock(e.opts.Now())
	now := e.clock.now()
	for _, j := range e.jobs {
		e.agenda.put(j, j.pace.soon(now))
	}
	e.beat(now, now)
	e.loops.Go(e.tick)
	e.loops.Go(e.judgeAll)
	e.teller.Go(e.tell)
}

// Close stops looking, waits for what runs (a probe that does not stop is given up after a
// moment), hands on what was confirmed before, and closes the probers. What the engine knows can
// still be read.
func (e *Engine) Close() {
	e.mu.Lock()
	first, started := !e.closed, e.started
	e.closed = true
	e.mu.Unlock()
	if started {
		e.stop(first)
	}
	if first {
		e.closeAll(e.dismiss())
	}
}

func (e *Engine) stop(first bool) {
	e.cancel()
	e.loops.Wait()
	giveUp := time.AfterFunc(grace, e.abandonAll)
	e.workers.Wait()
	giveUp.Stop()
	if first {
		close(e.finished)
	}
	e.teller.Wait()
}

// dismiss takes all jobs out of service and returns the probers to close.
func (e *Engine) dismiss() (stale []checks.Prober) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, j := range e.jobs {
		stale = append(stale, j.leave()...)
	}
	return stale
}

// RunNow brings forward the next run of the checks that match accepts, 500 a second so that they
// do not all start at once, and returns how many they are. Nil matches all.
func (e *Engine) RunNow(match func(system, check string) bool) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.started {
		return 0
	}
	n, now := 0, e.clock.now()
	for _, j := range e.jobs {
		if match != nil && !match(j.system, j.check.Name) {
			continue
		}
		due := roundUp(now+time.Duration(n)*2*time.Millisecond, narrowSlot)
		if due < j.due {
			e.agenda.put(j, due)
		}
		n++
	}
	signal(e.wake)
	return n
}

// Shift moves all times noted since Start by by, for an agent whose clock has stepped and which
// moves its own accounts too: what has elapsed stays true. Times from before the start stay.
func (e *Engine) Shift(by time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shifted += by
	for _, j := range e.jobs {
		j.judge.shift(by)
	}
	for i := range e.inbox {
		e.inbox[i].look.At = e.inbox[i].look.At.Add(by)
	}
	for i, p := range e.outbox {
		if p.job != nil {
			e.outbox[i].transition = p.job.judge.shifted(p.transition, by)
		}
	}
}

// LastOK returns when each check was last known to work, by [Key]; checks that never were are
// left out.
func (e *Engine) LastOK() map[string]time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	last := make(map[string]time.Time, len(e.jobs))
	for key, j := range e.jobs {
		if !j.judge.lastOKAt.IsZero() {
			last[key] = j.judge.lastOKAt
		}
	}
	return last
}

// signal leaves a note in c, whose buffer is one: a note that lies there already is enough.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
