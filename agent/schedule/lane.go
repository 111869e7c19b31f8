package schedule

// DefaultLimit is how many probes of one kind run at once when [Options.Limits] does not say.
// Half of a large city hall may be black-holed at once and each such probe waits for its whole
// timeout, so it is generous: what waits costs a socket and a few kilobytes.
const DefaultLimit = 512

// lane bounds the probes of one kind. Kinds do not share a bound: two slow ones together would
// hold up all others. Within a kind, checks whose last look took long may have only three quarters
// of the places, so that however many targets are silent, the rest are looked at in time.
type lane struct {
	limit       int
	quick, slow queue
	running     int // both
	crawling    int // of them, slow
}

func newLane(kind string, limits map[string]int) *lane {
	switch {
	case limits[kind] > 0:
		return &lane{limit: limits[kind]}
	case limits[""] > 0:
		return &lane{limit: limits[""]}
	default:
		return &lane{limit: DefaultLimit}
	}
}

// push lets j wait for a place.
func (l *lane) push(j *job) {
	if j.slow {
		l.slow.push(j)
	} else {
		l.quick.push(j)
	}
}

// take gives a place to the job that waited longest and may have one, or returns nil.
func (l *lane) take() *run {
	if l.running >= l.limit {
		return nil
	}
	quick, slow := l.quick.head(), l.slow.head()
	if slow != nil && l.crawling >= max(l.limit*3/4, 1) {
		slow = nil
	}
	switch {
	case slow != nil && (quick == nil || slow.queuedAt < quick.queuedAt):
		l.slow.pop()
		l.crawling++
		return l.admit(slow, true)
	case quick != nil:
		l.quick.pop()
		return l.admit(quick, false)
	default:
		return nil
	}
}

func (l *lane) admit(j *job, slow bool) *run {
	l.running++
	j.queued = false
	j.run = &run{
		job: j, lane: l, slow: slow,
		generation: j.generation, check: j.check, timeout: j.pace.timeout, prober: j.prober,
	}
	return j.run
}

// free gives the place of r back.
func (l *lane) free(r *run) {
	l.running--
	if r.slow {
		l.crawling--
	}
}

// queue is first in, first out. Jobs that left the engine while they waited fall out at the head.
type queue struct{ jobs []*job }

func (q *queue) push(j *job) { q.jobs = append(q.jobs, j) }

func (q *queue) head() *job {
	for len(q.jobs) > 0 && q.jobs[0].gone {
		q.pop()
	}
	if len(q.jobs) == 0 {
		return nil
	}
	return q.jobs[0]
}

func (q *queue) pop() {
	q.jobs[0] = nil
	q.jobs = q.jobs[1:]
}
