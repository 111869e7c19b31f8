package outbox

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// lane is what waits for one channel, in order, and what is known of the link. It decides what is
// tried next, and neither sends nor reads a clock. It is guarded by Outbox.mu.
//
// Whether a message is bad or the link, nobody says; the lane finds out. While fewer than
// [manyFailed] messages fail, each waits for itself and the others are tried meanwhile. When more
// fail without one that gets through, the link is taken to be down: one message is tried at the
// end of each pause, each time another one, so that a bad one cannot stand for all. The first
// that gets through ends that, and all are tried at once. Who fails after that once more is
// suspect: it waits for itself alone, comes after the others, and no longer counts for the link.
type lane struct {
	name   string
	items  []*item       // by seq
	urgent []*item       // those that somebody waits for
	ending map[key]int64 // seq of the newest item that closes an alert
	latest map[key]int64 // seq of the newest item about an alert
	memos  []*item       // the reminders that wait, by seq
	beat   *item         // the heartbeat that waits
	flying *item         // under way
	sick   int           // items that have failed before

	ups     int // messages that got through
	failed  int // messages that have failed since the last of them
	probes  int // tries in vain since the link is down
	pause   time.Duration
	lastTry time.Duration
	quiet   time.Duration // until then the receiver asked to be left alone

	courier
	counts map[State]int64
}

const (
	// manyFailed is from how many failing messages on it is the link that fails.
	manyFailed = 3
	// freshPause is how long after a try in vain a new message may have the link tried again: it
	// must not wait five minutes for a link that came back.
	freshPause = 10 * time.Second

	never = time.Duration(math.MaxInt64)
)

func newLane(name string) *lane {
	return &lane{name: name, ending: map[key]int64{}, latest: map[key]int64{}, counts: map[State]int64{}, courier: newCourier()}
}

func (l *lane) down() bool { return l.failed >= manyFailed }

// add puts an item at the end. It returns those that give way to it.
func (l *lane) add(it *item) (old []*item) {
	if it.once {
		l.urgent = append(l.urgent, it)
		return nil
	}
	l.items = append(l.items, it)
	old = l.overtaken(it)
	if it.troubled() {
		l.sick++
	}
	if l.down() {
		l.pause = min(l.pause, l.lastTry+freshPause)
	}
	return old
}

// overtaken notes what an item tells, and returns what tells nothing any more: the heartbeat before
// it, and reminders of alerts of all of which something is told behind them.
func (l *lane) overtaken(it *item) (old []*item) {
	for _, k := range it.keys {
		l.latest[k] = it.seq
		if it.closes {
			l.ending[k] = it.seq
		}
	}
	for _, memo := range l.memos {
		newest := func(k key) bool { return l.latest[k] <= memo.seq }
		if memo != l.flying && len(memo.keys) > 0 && !slices.ContainsFunc(memo.keys, newest) {
			old = append(old, memo)
		}
	}
	if it.reminds {
		l.memos = append(l.memos, it)
	}
	if it.heartbeat {
		if l.beat != nil && l.beat != l.flying {
			old = append(old, l.beat)
		}
		l.beat = it
	}
	return old
}

// remove takes an item out that has come to its end.
func (l *lane) remove(it *item) {
	if it.once {
		l.urgent = slices.DeleteFunc(l.urgent, func(other *item) bool { return other == it })
		return
	}
	i, found := slices.BinarySearchFunc(l.items, it.seq, func(it *item, seq int64) int { return cmp.Compare(it.seq, seq) })
	if !found {
		return
	}
	if i == 0 {
		l.items[0], l.items = nil, l.items[1:] // a long queue is worked off without moving it
	} else {
		l.items = slices.Delete(l.items, i, i+1)
	}
	l.forget(it)
}

func (l *lane) forget(it *item) {
	if l.beat == it {
		l.beat = nil
	}
	if it.troubled() {
		l.sick--
	}
	if it.reminds {
		l.memos = slices.DeleteFunc(l.memos, func(other *item) bool { return other == it })
	}
	for _, newest := range [...]map[key]int64{l.ending, l.latest} {
		for _, k := range it.keys {
			if newest[k] == it.seq {
				delete(newest, k)
			}
		}
	}
}

// next returns what to try now, or nil and when to look again.
func (l *lane) next(now time.Duration) (*item, time.Duration) {
	for _, it := range l.urgent {
		if it.ready {
			return it, now
		}
	}
	if wait := max(l.pause, l.quiet); now < wait && len(l.items) > 0 {
		return nil, wait
	}
	best, at := l.choose(now)
	if best != nil {
		at = now
	}
	return best, at
}

// choose returns the oldest item that is not suspect and may be tried, else the one that was due
// first; while the link is down always that, so that all have their turn. Without any, it returns
// nil and when one will be due.
func (l *lane) choose(now time.Duration) (best *item, at time.Duration) {
	down, before := l.down(), set{}
	at = never
	for _, it := range l.items {
		if it.ready && !before.hasAny(it.keys) {
			switch {
			case !l.may(it, now):
				at = min(at, it.due())
			case !down && !it.suspect():
				return it, now
			case best == nil || it.due() < best.due():
				best = it
			}
		}
		before.add(it.keys)
	}
	return best, at
}

// may tells whether an item has waited long enough. While the link is down, its pause is the wait.
func (l *lane) may(it *item, now time.Duration) bool {
	return it.due() <= now || l.down() && !it.suspect()
}

// set is the alerts of which an earlier message has not arrived.
type set map[key]struct{}

func (s set) hasAny(keys []key) bool {
	for _, k := range keys {
		if _, ok := s[k]; ok {
			return true
		}
	}
	return false
}

func (s set) add(keys []key) {
	for _, k := range keys {
		s[k] = struct{}{}
	}
}

// stale tells whether an item gives way to the close of its alerts. One that stands before it says
// nothing of it: an alert may come back under its key.
func (l *lane) stale(it *item, now time.Duration) bool {
	if it.closes || len(it.keys) == 0 || now-it.born <= staleAfter {
		return false
	}
	return !slices.ContainsFunc(it.keys, func(k key) bool { return l.ending[k] < it.seq })
}

// allStale returns every item that gives way to a close.
func (l *lane) allStale(now time.Duration) []*item {
	var list []*item
	for _, it := range l.items {
		if it != l.flying && l.stale(it, now) {
			list = append(list, it)
		}
	}
	return list
}
