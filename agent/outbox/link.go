package outbox

import (
	"math/rand/v2"
	"time"
)

// The back-off of a message, and of a link.
const (
	firstBackOff   = time.Second
	longestBackOff = 5 * time.Minute
)

// backOff is how long to wait after the n-th failure in a row, from the first on. It is half fixed
// and half chance: channels, and agents, that lost one server come back to it one by one.
func backOff(n int) time.Duration {
	d := firstBackOff << min(n-1, 10)
	d = min(d, longestBackOff)
	return d/2 + rand.N(d/2) + 1
}

// up notes that the link carries.
func (l *lane) up() {
	l.ups++
	if l.down() {
		l.afresh(func(f *fate) bool { return !f.suspect })
	}
	l.failed, l.probes, l.pause = 0, 0, 0
}

// afresh has the items tried at once, as if they had not failed before.
func (l *lane) afresh(which func(*fate) bool) {
	for _, it := range l.items {
		if f := it.fate; f != nil && which(f) {
			f.due, f.fails = 0, 0
		}
	}
}

// renewed notes that the channel is another one now: what is known of the old one is void.
func (l *lane) renewed() {
	l.failed, l.probes, l.pause, l.quiet = 0, 0, 0, 0
	l.afresh(func(f *fate) bool {
		f.suspect, f.ups = false, -1
		return true
	})
}

// setBack notes that a try was in vain.
func (l *lane) setBack(it *item, now time.Duration) {
	f := it.progress()
	if f.tries == 0 {
		l.sick++
	}
	f.tries++
	f.fails++
	f.suspect = f.suspect || f.ups >= 0 && f.ups < l.ups
	if f.ups != l.ups && !f.suspect {
		l.failed++
	}
	f.ups = l.ups
	f.due = now + backOff(f.fails)
	l.lastTry = now
	if l.down() && !f.suspect {
		l.probes++
		l.pause = now + backOff(l.probes)
	}
}

// hold keeps the whole lane from a receiver that asked to be left alone until then.
func (l *lane) hold(it *item, until time.Duration) {
	l.quiet = max(l.quiet, until)
	f := it.progress()
	f.due = max(f.due, until)
}

// postpone has an item wait for itself: what keeps it says nothing of the link.
func (l *lane) postpone(it *item, now time.Duration) {
	it.progress().suspect = true
	l.setBack(it, now)
}
