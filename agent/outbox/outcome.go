package outbox

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/notify"
)

// maxSaid bounds what is kept of an error or a receipt, in bytes.
const maxSaid = 500

// tidy makes one line without secrets of what a receiver said.
func (c Channel) tidy(said string) string {
	said = strings.Join(strings.Fields(c.Secrets.Redact(said)), " ")
	if len(said) <= maxSaid {
		return said
	}
	cut := maxSaid
	for cut > 0 && !utf8.RuneStart(said[cut]) {
		cut--
	}
	return said[:cut] + "…"
}

// tried notes what came of a try, and returns when that is durable: a kill after this does not
// send the message again.
func (b *Outbox) tried(l *lane, t task, receipt notify.Receipt, err error) {
	b.mu.Lock()
	it := t.send
	l.flying = nil
	if err != nil {
		f := it.progress()
		f.err, f.lastError = err, t.channel.tidy(err.Error())
	}
	switch {
	case err == nil:
		b.arrived(l, it, notify.Receipt(t.channel.tidy(string(receipt))))
	case notify.IsRefused(err):
		b.refused(l, it)
	case it.once:
		it.progress().tries++
		l.counts[Failed]++
		b.end(l, it, Dropped, err)
	default:
		b.failed(l, it)
		b.mu.Unlock()
		return
	}
	done := b.durable()
	b.mu.Unlock()
	b.await(done)
}

// arrived notes that the receiver has the message; b.mu is held.
func (b *Outbox) arrived(l *lane, it *item, receipt notify.Receipt) {
	if f := it.progress(); f.tries > 0 {
		b.o.Log.Info("a message has arrived at last", "channel", l.name, "tries", f.tries+1, "failing_since", f.failedAt)
	}
	it.fate.receipt = receipt
	l.carried, l.refusal, l.outrun = true, fate{}, nil
	l.up()
	b.end(l, it, Delivered, nil)
	it.fate.tries++
}

// refused notes that the receiver does not want the message, ever. That says nothing against the
// link, but nobody was told; of a test somebody is told at once.
func (b *Outbox) refused(l *lane, it *item) {
	b.o.Log.Error("a message was REFUSED and is not tried again", "channel", l.name, "err", it.fate.lastError)
	if f := &l.refusal; !it.once {
		if f.tries == 0 {
			f.failedAt = b.o.Now()
		}
		f.tries++
		f.lastError = it.fate.lastError
	}
	l.up()
	b.end(l, it, Refused, it.fate.err)
	it.fate.tries++
}

// failed notes that another try is wanted.
func (b *Outbox) failed(l *lane, it *item) {
	now := b.elapsed()
	l.setBack(it, now)
	l.hold(it, now+notify.Wait(it.fate.err))
	b.failedTry(l, it)
}

// failedTry records a failure of which the lane knows.
func (b *Outbox) failedTry(l *lane, it *item) {
	f := it.fate
	if f.tries == 1 {
		f.failedAt = b.o.Now()
		b.o.Log.Warn("a message cannot be delivered for now, and is kept", "channel", l.name, "err", f.lastError)
	}
	f.nextTry = b.o.Now().Add(max(f.due, l.pause) - b.elapsed())
	l.counts[Failed]++
	b.soil(it)
	if f.tries&(f.tries-1) == 0 { // the 1st, 2nd, 4th, 8th; others go along with what is worth a commit
		b.wakeWriter()
	}
}

// unreadable notes that a message cannot be read from the disk; damaged for good, it is refused.
func (b *Outbox) unreadable(l *lane, it *item, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l.flying = nil
	f := it.progress()
	f.err, f.lastError = err, err.Error()
	if notify.IsRefused(err) {
		b.o.Log.Error("a message is LOST", "channel", l.name, "err", f.lastError)
		b.end(l, it, Refused, err)
		b.wakeWriter()
		return
	}
	l.postpone(it, b.elapsed())
	b.failedTry(l, it)
}

// end takes an item out of its lane for good. It becomes durable with the next write; b.mu is
// held.
func (b *Outbox) end(l *lane, it *item, state State, err error) {
	l.remove(it)
	if state == Superseded && it.troubled() { // what goes out in its place has not failed for as long as the channel has
		l.outrun = l.outrun.with(it.fate)
	}
	f := it.progress()
	it.state, f.endedAt = state, b.o.Now()
	if err != nil {
		f.err, f.lastError = err, l.channel.tidy(err.Error())
	}
	l.counts[state]++
	if it.fresh != nil {
		b.disk.letGo(it.fresh.text)
	}
	b.soil(it)
	if it.settled != nil {
		close(it.settled)
	}
}

// outcome is what somebody who waited for an item is told.
func (it *item) outcome() (notify.Receipt, error) {
	switch {
	case it.state == Delivered:
		return it.fate.receipt, nil
	case it.fate.err != nil:
		return "", it.fate.err
	}
	return "", errors.New("outbox: the message was not sent")
}
