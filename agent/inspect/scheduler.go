package inspect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Options is what a scheduler is made with.
type Options struct {
	// Agent is the name of the agent: it runs what is not given to others.
	Agent string
	// Now is the agent's clock, which never goes backwards but may step forward.
	Now func() time.Time
	// Inspect runs an inspection, by [Run]; its error means that there is no report.
	Inspect func(context.Context, Task) (journal.InspectionDone, error)
	// Record journals a report and tells people. Its context outlives the scheduler's.
	Record func(context.Context, journal.InspectionDone) error
	Known  Known
	Log    *slog.Logger
}

// Scheduler runs inspections when they are due, and tells of those that were missed. An inspection
// is run once for each time that it is due, never twice at the same time, and by hand as well. All
// methods may be called from any goroutine.
type Scheduler struct {
	opts Options
	wake chan struct{} // has room for one: one look sees all that has changed

	mu      sync.Mutex // guards all below
	plan    *plan.Plan
	entries map[string]*entry
	byHand  bool // all checks are run by hand, under no name
	begun   bool // a plan was set

	running sync.WaitGroup
}

// entry is one inspection of the plan that this agent runs.
type entry struct {
	inspection *plan.Inspection
	since      time.Time // accounted for up to here
	running    bool
}

// NewScheduler makes a scheduler without a plan. It starts nothing.
func NewScheduler(opts Options) *Scheduler {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Scheduler{opts: opts, wake: make(chan struct{}, 1), entries: make(map[string]*entry)}
}

// Set makes p the plan. An inspection whose schedule stays goes on as it was; one that is new, or
// is due at other times from now on, counts from now. The first plan counts from what is known of
// the time before.
func (s *Scheduler) Set(p *plan.Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, before := s.opts.Now(), s.entries
	s.plan, s.entries = p, make(map[string]*entry, len(p.Inspections))
	for _, i := range p.Inspections {
		if i.RunsOn(s.opts.Agent) {
			s.entries[i.Name] = s.admit(i, before[i.Name], now)
		}
	}
	s.begun = true
	s.look()
}

// admit returns the entry of an inspection, of which old is the one before; s.mu is held.
func (s *Scheduler) admit(i *plan.Inspection, old *entry, now time.Time) *entry {
	switch {
	case !s.begun:
		return &entry{inspection: i, since: s.opts.Known.since(i.Name, now)}
	case old == nil:
		return &entry{inspection: i, since: now}
	}
	if !old.inspection.SameSchedule(i) {
		old.since = now
	}
	old.inspection = i
	return old
}

// look wakes the loop.
func (s *Scheduler) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// lookEvery is how often the clock is looked at anew: it may have stepped, or the machine slept.
const lookEvery = 15 * time.Second

// Run inspects when it is time, until ctx ends and what runs has ended. It may be called once.
func (s *Scheduler) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	defer s.running.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-s.wake:
		}
		if ctx.Err() == nil {
			timer.Reset(s.turn(ctx))
		}
	}
}

// turn begins what is due and returns after how long to look again.
func (s *Scheduler) turn(ctx context.Context) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, wait := s.opts.Now(), lookEvery
	for _, e := range s.entries {
		if e.running {
			continue // its end is a reason to look again
		}
		if t, ok := taskOf(s.plan, e.inspection, e.since, now); ok {
			e.since, e.running = t.DueAt, true
			s.running.Go(func() { s.carryOut(ctx, e, t) })
			continue
		}
		if next := s.plan.NextInspection(e.inspection, now); !next.IsZero() {
			wait = min(wait, max(next.Sub(now), time.Millisecond))
		}
	}
	return wait
}

// carryOut does a task. What ctx ends is not told: the next run of the agent will find it missing.
func (s *Scheduler) carryOut(ctx context.Context, e *entry, t Task) {
	defer s.end(func() { e.running = false })
	if err := s.do(ctx, t); err != nil {
		s.opts.Log.Error("an inspection failed", "inspection", t.Inspection.Name, "due", t.DueAt, "err", err)
	}
}

// do does a task. A fault in it must not end the agent: it would come again with the next run.
func (s *Scheduler) do(ctx context.Context, t Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.opts.Log.Error("an inspection has a fault: please report it", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("a fault: %v", p)
		}
	}()
	done := t.missed()
	if t.Run {
		if done, err = s.opts.Inspect(ctx, t); err != nil {
			return err
		}
	}
	return s.opts.Record(context.WithoutCancel(ctx), done)
}

// end notes that something has ended, and looks what that leaves to do.
func (s *Scheduler) end(note func()) {
	s.mu.Lock()
	note()
	s.mu.Unlock()
	s.look()
}

// What speaks against running an inspection now.
var (
	ErrUnknown = errors.New("the plan has no such inspection")
	ErrRunning = errors.New("this inspection is running already")
)

// RunNow runs the inspection named, or all checks when the name is empty, and returns its report.
// The plan may have given it to other agents: a person at this one wants it nevertheless.
func (s *Scheduler) RunNow(ctx context.Context, name string, progress func(done, total int)) (journal.InspectionDone, error) {
	i, release, err := s.claim(name)
	if err != nil {
		return journal.InspectionDone{}, err
	}
	defer s.end(release)
	done, err := s.opts.Inspect(ctx, Task{Inspection: i, Trigger: journal.ByHand, Run: true, Progress: progress})
	if err == nil {
		err = s.opts.Record(context.WithoutCancel(ctx), done)
	}
	return done, err
}

// claim takes an inspection so that nobody else runs it; release, which gives it back, is called
// with s.mu held.
func (s *Scheduler) claim(name string) (i *plan.Inspection, release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" {
		return nil, func() { s.byHand = false }, take(&s.byHand, "all checks")
	}
	if e := s.entries[name]; e != nil {
		return e.inspection, func() { e.running = false }, take(&e.running, name)
	}
	if s.plan != nil {
		i = s.plan.Inspection(name)
	}
	if i == nil {
		return nil, nil, fmt.Errorf("%w: %q", ErrUnknown, name)
	}
	return i, func() { s.byHand = false }, take(&s.byHand, name)
}

// take sets a flag that must not be set yet.
func take(flag *bool, name string) error {
	if *flag {
		return fmt.Errorf("%w: %s", ErrRunning, name)
	}
	*flag = true
	return nil
}
