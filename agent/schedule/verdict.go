package schedule

import (
	"context"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// gather is how long the judge waits for company once a result is there: the results of a slot
// come in a burst, and one wake-up, one question for isolation and one call of Changed are
// enough for all of them.
const gather = 25 * time.Millisecond

// isolationTimeout bounds the question whether the agent is cut off. Without an answer the
// failures are believed: debounce still stands between them and an outage.
const isolationTimeout = 3 * time.Second

// judgeAll is the judge's goroutine.
func (e *Engine) judgeAll() {
	company := time.NewTimer(0)
	defer company.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.arrived:
		}
		company.Reset(gather)
		select {
		case <-e.ctx.Done():
			return
		case <-company.C:
		}
		e.judgeBatch(e.collect())
	}
}

func (e *Engine) collect() []sighting {
	e.mu.Lock()
	defer e.mu.Unlock()
	batch := e.inbox
	e.inbox = nil
	return batch
}

// judgeBatch decides on a batch: first what stands by itself, then the failures for which the
// agent must first know whether it saw at all.
func (e *Engine) judgeBatch(batch []sighting) {
	var firm, doubtful []sighting
	for _, s := range batch {
		if s.doubtful() {
			doubtful = append(doubtful, s)
		} else {
			firm = append(firm, s)
		}
	}
	e.decide(firm, false)
	if len(doubtful) == 0 {
		return
	}
	if isolated := e.isolated(doubtful); e.ctx.Err() == nil {
		e.decide(doubtful, isolated)
	}
}

// isolated asks whether the agent was cut off while one of the sightings was made: by knowledge
// newer than the newest of them, and by what is remembered since the oldest.
func (e *Engine) isolated(doubtful []sighting) bool {
	ctx, cancel := context.WithTimeout(e.ctx, isolationTimeout)
	defer cancel()
	oldest, newest := doubtful[0].look.At, doubtful[0].look.At
	for _, s := range doubtful {
		if s.look.At.After(newest) {
			newest = s.look.At
		}
		if s.look.At.Before(oldest) {
			oldest = s.look.At
		}
	}
	return e.opts.Isolated(ctx, newest) || oldest.Before(newest) && e.opts.Isolated(ctx, oldest)
}

// decide judges sightings in their order and posts what changed.
func (e *Engine) decide(batch []sighting, isolated bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.now()
	e.noticeStall(now)
	if isolated {
		e.blindUntil = now
	}
	for _, s := range batch {
		if s.generation != s.job.generation || s.job.gone {
			continue
		}
		s.job.unjudged = false
		s.job.slow = s.look.Duration >= s.job.pace.timeout/2
		if t, changed := e.judge(s); changed {
			t.System, t.Check = s.look.System, s.look.Check
			e.post(parcel{job: s.job, transition: t})
		}
		if s.job.judge.confirming() {
			e.agenda.put(s.job, s.job.pace.again(s.start, now))
			signal(e.wake)
		}
	}
}

// judge lets the job's judge see one sighting as what it is worth.
func (e *Engine) judge(s sighting) (Transition, bool) {
	j, at, res := &s.job.judge, s.look.At, s.look.Result
	switch {
	case res.OK():
		return j.succeeded(at)
	case s.start < e.stalledUntil:
		e.counts.disbelieved++
		e.agenda.put(s.job, s.job.pace.again(s.start, e.clock.now()))
		signal(e.wake)
		return Transition{}, false
	case res.Reason.Local():
		return j.unseen(at, res.Reason, res.Text)
	case s.start < e.blindUntil && !s.job.local:
		e.counts.disbelieved++
		return j.unseen(at, checks.NoRoute, checks.Cut("the agent is cut off; the check saw: "+res.Text, checks.MaxText))
	default:
		return j.failed(at, res.Reason, res.Text)
	}
}
