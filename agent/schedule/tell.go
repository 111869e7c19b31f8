package schedule

import (
	"context"
	"time"
)

// parcel is something for the teller: a transition of a job, or a gap.
type parcel struct {
	job        *job
	transition Transition
	gap        *gap
}

// gap is a stretch in which nothing ran.
type gap struct{ from, to time.Time }

// post hands p to the teller. The engine's lock is held.
func (e *Engine) post(p parcel) {
	e.outbox = append(e.outbox, p)
	signal(e.posted)
}

// tell is the teller's goroutine. It ends when all is told after the others have ended.
func (e *Engine) tell() {
	ctx := context.WithoutCancel(e.ctx)
	for last := false; !last; {
		select {
		case <-e.posted:
		case <-e.finished:
			last = true
		}
		e.deliver(ctx, e.unpost())
	}
}

// unpost takes everything out of the outbox but what concerns jobs that have left.
func (e *Engine) unpost() []parcel {
	e.mu.Lock()
	defer e.mu.Unlock()
	var parcels []parcel
	for _, p := range e.outbox {
		if p.job == nil || !p.job.gone {
			parcels = append(parcels, p)
		}
	}
	e.outbox = nil
	return parcels
}

// deliver tells parcels in order, transitions that follow each other in one call.
func (e *Engine) deliver(ctx context.Context, parcels []parcel) {
	var batch []Transition
	flush := func() {
		if len(batch) > 0 {
			e.opts.Changed(ctx, batch)
			batch = nil
		}
	}
	for _, p := range parcels {
		if p.gap == nil {
			batch = append(batch, p.transition)
			continue
		}
		flush()
		e.opts.Gap(p.gap.from, p.gap.to)
	}
	flush()
}
