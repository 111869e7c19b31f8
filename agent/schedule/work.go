package schedule

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// grace is how long a probe may go on after its context ended before it is given up.
const grace = time.Second

// work is a worker's goroutine, counted in e.workers: it runs r and then what waits in the same
// lane, until nothing does. When its probe was given up meanwhile, whoever did that has taken
// its place, and it goes without a trace.
func (e *Engine) work(r *run) {
	for r != nil {
		f := e.look(r)
		if !e.settle(r, &f) {
			e.comeBack(r)
			return
		}
		e.closeAll(r.retired)
		r = e.report(r, f)
	}
	e.workers.Done()
}

// look runs the probe of r and, where a failure would be the last before Down and the prober can
// make sure of it, the confirmation. A good confirmation is the look; anything else leaves the
// failure as it was found, for an agent that cannot confirm must still tell.
func (e *Engine) look(r *run) finding {
	if !e.begin(r, r.wanted) {
		return finding{}
	}
	found := e.call(r, r.prober.Probe)
	confirmer, ok := r.prober.(checks.Confirmer)
	if !ok || found.Result.OK() || found.Result.Reason.Local() {
		return found
	}
	if !e.begin(r, func() bool { return r.wanted() && r.job.judge.lastChance() }) {
		return found
	}
	if again := e.call(r, confirmer.Confirm); again.Result.OK() {
		return again
	}
	return found
}

// begin readies r for a call, if it is still on and needed says so; needed is asked under the
// engine's lock.
func (e *Engine) begin(r *run, needed func() bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.over || !needed() {
		return false
	}
	r.stop()
	if r.start == 0 {
		r.start = e.clock.now()
	}
	r.at, r.shifted = e.opts.Now(), e.shifted
	r.ctx, r.cancel = context.WithTimeout(e.ctx, r.timeout)
	return true
}

// call makes one call into a prober: watched, and caught if it panics. A prober that ends its
// goroutine is found by the watch.
func (e *Engine) call(r *run, probe func(context.Context) checks.Result) (f finding) {
	f = finding{Look{System: r.job.system, Check: r.check.Name, Kind: r.check.Kind, At: r.at}, r.shifted}
	begun := time.Now()
	ended := e.watch(r, f, begun)
	defer func() {
		if p := recover(); p != nil {
			ended()
			f.Result = e.panicked(f.Look, p, debug.Stack())
			f.Duration = time.Since(begun)
		}
	}()
	res := probe(r.ctx)
	ended()
	f.Duration = time.Since(begun)
	f.Result = tidy(res, e.opts.Redact)
	return f
}

// watch gives r up when a call does not end in time. A probe that woke up together with the agent, which
// had stood still, could not have ended before: it gets the grace once more. ended says that the call
// has ended.
func (e *Engine) watch(r *run, unfinished finding, begun time.Time) (ended func()) {
	var over atomic.Bool
	giveUp := func() {
		if !over.Load() {
			e.giveUp(r, unfinished, begun)
		}
	}
	timer := time.AfterFunc(r.timeout+grace, func() {
		if e.stoodStillIn(r) {
			time.AfterFunc(grace, giveUp)
		} else {
			giveUp()
		}
	})
	return func() {
		over.Store(true)
		timer.Stop()
	}
}

// stoodStillIn reports whether the agent has stood still since r began.
func (e *Engine) stoodStillIn(r *run) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.noticeStall(e.clock.now())
	return r.start < e.stalledUntil
}

// panicked makes a panic the agent's own trouble. The stack is for the log alone.
func (e *Engine) panicked(look Look, p any, stack []byte) checks.Result {
	res := tidy(checks.Failed(checks.ErrorLocal, fmt.Sprintf("check panicked: %v", p)), e.opts.Redact)
	e.opts.Log.Error("a check panicked; this is a fault in the agent, please report it",
		"system", look.System, "check", look.Check, "kind", look.Kind, "panic", res.Text, "stack", string(stack))
	e.mu.Lock()
	defer e.mu.Unlock()
	e.counts.panicked++
	return res
}

// settle ends r with the worker's result. It returns false when it was given up before.
func (e *Engine) settle(r *run, f *finding) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.over {
		return false
	}
	e.end(r, f)
	if r.job.run == r {
		r.job.run = nil
	}
	return true
}

// end gives back what r holds and notes whether its result is of interest.
func (e *Engine) end(r *run, f *finding) {
	f.shiftTo(e.shifted)
	r.over = true
	r.stop()
	r.lane.free(r)
	delete(e.running, r)
	r.heard = r.wanted() && e.ctx.Err() == nil
	if r.heard {
		r.job.unjudged = true
	}
}

// giveUp ends r without its prober, which did not stop. The worker's place is taken by this
// goroutine; the job is not run again until the prober is back.
func (e *Engine) giveUp(r *run, f finding, begun time.Time) {
	e.mu.Lock()
	if r.over {
		e.mu.Unlock()
		return
	}
	e.end(r, &f)
	e.counts.abandoned++
	e.mu.Unlock()

	f.Duration = time.Since(begun)
	f.Result = checks.Failed(checks.ErrorLocal,
		"check did not stop "+plan.FormatDuration(grace)+" after its timeout of "+plan.FormatDuration(r.timeout))
	e.opts.Log.Warn("a check did not stop and is given up until it does; this is a fault in the agent, please report it",
		"system", r.job.system, "check", r.check.Name, "kind", r.check.Kind)
	e.work(e.report(r, f))
}

// abandonAll gives up every run under way.
func (e *Engine) abandonAll() {
	e.mu.Lock()
	left := make([]*run, 0, len(e.running))
	for r := range e.running {
		left = append(left, r)
	}
	e.mu.Unlock()
	for _, r := range left {
		e.giveUp(r, finding{}, time.Now())
	}
}

// comeBack takes note that the prober of a run given up has stopped after all.
func (e *Engine) comeBack(r *run) {
	e.mu.Lock()
	if r.job.run == r {
		r.job.run = nil
	}
	retired := r.retired
	e.mu.Unlock()
	e.opts.Log.Info("a check that had been given up has stopped", "system", r.job.system, "check", r.check.Name)
	e.closeAll(retired)
}

// report tells what r found and hands it to the judge. It returns the next run for the worker.
func (e *Engine) report(r *run, f finding) *run {
	if r.heard {
		e.opts.Look(f.Look)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.heard && r.wanted() {
		f.shiftTo(e.shifted)
		e.inbox = append(e.inbox, sighting{job: r.job, look: f.Look, start: r.start, generation: r.generation})
		signal(e.arrived)
	}
	return e.take(r.lane)
}
