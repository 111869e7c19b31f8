package schedule

import (
	"hash/fnv"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The widths of slots. Runs due within one slot start together, for the process's waking up is
// what costs: a probe by itself takes several times the CPU of one among many. Each width
// divides the next, so that slots of different checks fall together.
const (
	wideSlot   = time.Second            // paces from 10 s
	middleSlot = 250 * time.Millisecond // paces from 2.5 s
	narrowSlot = 50 * time.Millisecond  // below
)

// firstSpread is the stretch over which checks with longer intervals are first looked at: even
// distribution matters less than seeing everything soon.
const firstSpread = 10 * time.Second

// pace is when one check is due. Its instants, like all instants that the engine reckons with,
// are durations since 1970 on the engine's own monotonic clock (see [clock]).
type pace struct {
	interval, retry, timeout time.Duration
	// phase is the check's stable place within its interval.
	phase time.Duration
}

// newPace completes what a check built by hand may leave open, by the rules of the plan language.
func newPace(c *plan.Check, key string) pace {
	p := pace{interval: c.Interval, retry: c.RetryInterval, timeout: c.Timeout}
	if p.interval <= 0 {
		p.interval = plan.DefaultInterval
	}
	if p.retry <= 0 {
		p.retry = plan.RetryInterval(p.interval)
	}
	p.retry = min(p.retry, p.interval)
	if p.timeout <= 0 {
		p.timeout = plan.DefaultTimeout
	}
	p.timeout = min(p.timeout, time.Duration(float64(p.interval)*plan.MaxTimeoutShare))
	p.phase = time.Duration(spread(key) % uint64(p.interval))
	return p
}

// spread hashes a name to an even distribution. FNV alone leaves names that differ in their last
// letter close together; the finalizer of MurmurHash3 drives them apart.
func spread(key string) uint64 {
	f := fnv.New64a()
	_, _ = f.Write([]byte(key))
	h := f.Sum64()
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// next returns the slot of the first regular run after a run at instant at. A run off the phase
// (a retry, a first look) takes the place of a regular one that would follow within a quarter of
// the interval.
func (p *pace) next(at time.Duration) time.Duration {
	return roundUp(p.after(at+p.interval/4), slotOf(p.interval))
}

// soon returns the slot of a look that should come soon but not together with all others: at the
// start, or after a stretch in which nothing ran.
func (p *pace) soon(now time.Duration) time.Duration {
	share := float64(p.phase) / float64(p.interval)
	early := now + time.Duration(share*float64(min(p.interval, firstSpread)))
	return roundUp(min(early, p.after(now)), slotOf(p.interval))
}

// again returns the slot of the run that confirms or refutes one that began at start.
func (p *pace) again(start, now time.Duration) time.Duration {
	return roundUp(max(start+p.retry, now), slotOf(p.retry))
}

// after returns the first instant of the phase strictly after at.
func (p *pace) after(at time.Duration) time.Duration {
	past := (at - p.phase) % p.interval
	if past < 0 {
		past += p.interval
	}
	return at - past + p.interval
}

func slotOf(d time.Duration) time.Duration {
	switch {
	case d >= 10*time.Second:
		return wideSlot
	case d >= 2500*time.Millisecond:
		return middleSlot
	default:
		return narrowSlot
	}
}

// roundUp returns the first multiple of slot that is not before at.
func roundUp(at, slot time.Duration) time.Duration {
	if rest := at % slot; rest > 0 {
		return at + slot - rest
	}
	return at
}
