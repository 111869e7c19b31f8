package schedule

import (
	"context"
	"io"
	"reflect"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// job is one check within the engine. The engine's lock guards it.
type job struct {
	key    string
	system string
	check  *plan.Check
	local  bool
	prober checks.Prober
	pace   pace
	judge  judge

	due   time.Duration
	place int // in the agenda's heap; -1: not on it

	queued   bool          // waits in its lane
	queuedAt time.Duration // when it began to
	run      *run          // under way, or given up but not back yet
	unjudged bool          // its result waits for the judge
	slow     bool          // its last look took at least half the timeout
	gone     bool          // it left the engine
	// generation counts changes: a result of an earlier one is not judged.
	generation int
}

func newJob(spec Job) *job {
	key := Key(spec.System, spec.Check.Name)
	return &job{
		key: key, system: spec.System, check: spec.Check, local: spec.Local, prober: spec.Prober,
		pace: newPace(spec.Check, key), judge: newJudge(spec.Check, spec.Known), place: -1,
	}
}

// busy reports whether a run of it has not ended and been judged.
func (j *job) busy() bool { return j.queued || j.run != nil || j.unjudged }

// use makes p the prober from the next run on and returns the one to close now, if any.
func (j *job) use(p checks.Prober) []checks.Prober {
	old := j.prober
	j.prober = p
	if identical(old, p) {
		return nil
	}
	stale := j.retire(old)
	if j.run != nil && j.run.over { // given up: the new one need not wait for it
		j.run = nil
	}
	return stale
}

// change makes spec the job's plan, keeps its confirmed state and returns the prober to close
// now, if any.
func (j *job) change(spec Job) []checks.Prober {
	j.check, j.local = spec.Check, spec.Local
	j.pace = newPace(spec.Check, j.key)
	j.judge = j.judge.under(spec.Check)
	j.generation++
	j.unjudged = false
	r := j.run
	stale := j.use(spec.Prober)
	if r != nil {
		r.stop()
		if !identical(r.prober, spec.Prober) {
			j.run = nil
		}
	}
	return stale
}

// leave takes the job out of service and returns the prober to close now, if any.
func (j *job) leave() []checks.Prober {
	j.gone = true
	if j.run != nil {
		j.run.stop()
	}
	return j.retire(j.prober)
}

// retire hands p to the run that still uses it, or returns it when none does.
func (j *job) retire(p checks.Prober) []checks.Prober {
	if j.run == nil || !identical(j.run.prober, p) {
		return []checks.Prober{p}
	}
	j.run.retired = append(j.run.retired, p)
	return nil
}

func identical(a, b checks.Prober) bool {
	ta, tb := reflect.TypeOf(a), reflect.TypeOf(b)
	return ta == tb && (ta == nil || ta.Comparable() && a == b)
}

// run is one run of a job: a place in a lane, a probe and perhaps its confirmation.
type run struct {
	job        *job
	lane       *lane
	slow       bool // counted so in the lane
	generation int  // the job's
	check      *plan.Check
	timeout    time.Duration
	prober     checks.Prober

	ctx    context.Context // of the call that lasts
	cancel context.CancelFunc
	start  time.Duration // on the engine's clock
	// at is the start of the call that lasts on the agent's clock, shifted the engine's at the time.
	at      time.Time
	shifted time.Duration
	// over is set when the result is settled: by the worker, or by whoever gave it up.
	over bool
	// heard tells that the result is to be told and judged.
	heard bool
	// retired are probers to close when the run is back.
	retired []checks.Prober
}

// wanted reports whether the job still waits for what the run finds.
func (r *run) wanted() bool { return !r.job.gone && r.generation == r.job.generation }

// stop ends the call that lasts, if there is one.
func (r *run) stop() {
	if r.cancel != nil {
		r.cancel()
	}
}

// finding is what a call found.
type finding struct {
	Look
	// shifted is the engine's when At was noted or last moved.
	shifted time.Duration
}

// shiftTo moves At by what the agent's clock has stepped since it was noted.
func (f *finding) shiftTo(shifted time.Duration) {
	f.At = f.At.Add(shifted - f.shifted)
	f.shifted = shifted
}

// sighting is a result on its way to the judge.
type sighting struct {
	job   *job
	look  Look
	start time.Duration // on the engine's clock
	// generation is the job's when the run began.
	generation int
}

// doubtful reports whether it may be the agent's being cut off rather than the target.
func (s *sighting) doubtful() bool {
	return !s.look.Result.OK() && !s.look.Result.Reason.Local() && !s.job.local
}

// closeAll closes the probers that hold resources.
func (e *Engine) closeAll(probers []checks.Prober) {
	for _, p := range probers {
		if c, ok := p.(io.Closer); ok {
			e.closeOne(c)
		}
	}
}

func (e *Engine) closeOne(c io.Closer) {
	defer func() {
		if p := recover(); p != nil {
			e.opts.Log.Error("closing a check panicked", "panic", p)
		}
	}()
	if err := c.Close(); err != nil {
		e.opts.Log.Debug("closing a check failed", "err", err)
	}
}
