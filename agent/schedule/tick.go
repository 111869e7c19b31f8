package schedule

import "time"

// tick is the clock's goroutine: it sleeps until the next slot and starts what is due.
func (e *Engine) tick() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-timer.C:
		case <-e.wake:
		}
		runs, nap := e.due()
		for _, r := range runs { // not under the lock, which is what each of them wants first
			go e.work(r)
		}
		timer.Reset(nap)
	}
}

// due returns what may start now, counted as workers already, and for how long there is nothing
// more to do.
func (e *Engine) due() (runs []*run, nap time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.now()
	e.noticeStall(now)
	for j := e.agenda.take(now); j != nil; j = e.agenda.take(now) {
		e.agenda.put(j, j.pace.next(now))
		e.enqueue(j, now)
	}
	for _, l := range e.lanes {
		for r := e.take(l); r != nil; r = e.take(l) {
			runs = append(runs, r)
		}
	}
	e.workers.Add(len(runs))
	planned := roundUp(now+1, longestNap)
	if due, ok := e.agenda.next(); ok {
		planned = min(planned, max(due, now))
	}
	e.beat(now, planned)
	return runs, planned - now
}

// enqueue lets j wait for a place in its lane, unless the run before has not ended.
func (e *Engine) enqueue(j *job, now time.Duration) {
	if j.busy() {
		e.counts.skipped++
		return
	}
	l := e.lanes[j.check.Kind]
	if l == nil {
		l = newLane(j.check.Kind, e.opts.Limits)
		e.lanes[j.check.Kind] = l
	}
	j.queued, j.queuedAt = true, now
	l.push(j)
}

// take returns the next run of a lane that may start, or nil.
func (e *Engine) take(l *lane) *run {
	if e.ctx.Err() != nil {
		return nil
	}
	r := l.take()
	if r != nil {
		e.running[r] = struct{}{}
	}
	return r
}

// beat notes a sign of life and when the next is planned.
func (e *Engine) beat(now, planned time.Duration) {
	e.pulse = pulse{at: now, planned: planned, up: e.opts.Uptime(), wall: e.opts.Now()}
}

// noticeStall looks whether the process or the machine stood still since the last sign of life.
// Then what was missed is not made up for but looked at soon, rows of failures begin anew when
// the stretch was long enough to be reported, and failures of looks begun before the end of the
// stall are not believed. Both the clock and the judge call it first, for either may be the
// first to run again.
func (e *Engine) noticeStall(now time.Duration) {
	length := e.pulse.stalled(now, e.opts.Uptime())
	if length < stallLimit {
		return
	}
	from := e.pulse.wall
	e.stalledUntil = now
	e.beat(now, now)
	e.opts.Log.Warn("the agent stood still", "for", length, "since", from)
	for j := e.agenda.take(now); j != nil; j = e.agenda.take(now) {
		e.agenda.put(j, max(j.pace.soon(now), now+1))
	}
	if length < max(gapFloor, 2*e.shortest) {
		return
	}
	for _, j := range e.jobs {
		j.judge.forget()
	}
	e.post(parcel{gap: &gap{from: from, to: e.pulse.wall}})
}
