package outbox

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// disk is what has to be written, and how the disk takes it. It is guarded by Outbox.mu, but for
// tables.
//
// It remembers what differs from the file, not what happened: a transaction always writes all that
// differs, so the file goes from one state that was true to the next, whatever failed between.
type disk struct {
	tables *journal.Tables
	wake   chan struct{} // capacity 1
	stop   chan struct{} // closed by Close when the couriers have ended
	done   chan struct{} // closed by the writer

	items  []*item             // in order
	alerts map[string]struct{} // keys
	gone   bool                // the channels that are gone
	taken  []*item             // being written

	change  int64 // counts what was asked to be written
	waiting []waiter
	kept    int // bytes of texts that are not on disk

	failing      error
	failingSince time.Time
	lastTry      time.Time // end of the last attempt that failed
}

// waiter waits until a change is durable, or kept because the disk fails.
type waiter struct {
	change int64
	done   chan struct{}
}

// alert is an open alert as last told.
type alert struct {
	payload             json.RawMessage
	openedAt, updatedAt time.Time
}

func newDisk(store *journal.Store) disk {
	return disk{
		tables: store.Tables(schema), alerts: map[string]struct{}{},
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
}

// Status tells whether what waits is safe on disk.
type Status struct {
	// Failing says why it is not, and what to do; nil while the disk takes all.
	Failing error
	// Since is when that began, by the machine's clock; zero: it does not fail.
	Since time.Time
	// Unwritten counts the messages and alerts whose newest state is in memory alone.
	Unwritten int
}

// Status returns how the outbox stands with the disk.
func (b *Outbox) Status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	st := Status{Failing: b.disk.failing}
	if st.Failing != nil {
		st.Since, st.Unwritten = b.disk.failingSince, len(b.disk.items)+len(b.disk.taken)+len(b.disk.alerts)
	}
	return st
}

// soil notes that an item differs from the file; b.mu is held.
func (b *Outbox) soil(it *item) {
	if !it.dirty {
		it.dirty = true
		b.disk.items = append(b.disk.items, it)
	}
}

// letGo notes that one of its users needs a text no more.
func (d *disk) letGo(t *text) {
	if t.users--; t.users == 0 {
		d.kept -= len(t.json)
		t.json = nil
	}
}

// durable has the writer write, and returns what is closed when that is done, or when the disk
// fails; b.mu is held.
func (b *Outbox) durable() <-chan struct{} {
	b.disk.change++
	w := waiter{b.disk.change, make(chan struct{})}
	b.disk.waiting = append(b.disk.waiting, w)
	b.wakeWriter()
	if b.disk.failing != nil {
		b.goOn()
	}
	return w.done
}

// wakeWriter leaves a writer that waits to try again alone; b.mu is held.
func (b *Outbox) wakeWriter() {
	if b.disk.failing != nil && time.Since(b.disk.lastTry) < b.o.pace.retryMin {
		return
	}
	select {
	case b.disk.wake <- struct{}{}:
	default: // it is awake already, and will look again
	}
}

// await returns when the writer is done, or the disk has not answered for too long.
func (b *Outbox) await(done <-chan struct{}) {
	patience := time.NewTimer(b.o.pace.patience)
	defer patience.Stop()
	select {
	case <-done:
	case <-b.disk.done: // after Close
	case <-patience.C:
		b.hang()
		<-done // closed by now, by whoever was first to see that it hangs, or by the writer
	}
}

func (b *Outbox) hang() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.disk.failing == nil {
		b.failLocked(fmt.Errorf("the disk has not answered for %v", b.o.pace.patience))
	}
}

func (b *Outbox) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failLocked(err)
}

func (b *Outbox) failLocked(err error) {
	if b.disk.failing == nil {
		b.disk.failingSince = time.Now()
		b.o.Log.Error("THE OUTBOX IS NOT WRITTEN: messages go out from memory, and those that wait are lost if the agent ends", "err", err)
	}
	b.disk.failing, b.disk.lastTry = err, time.Now()
	b.goOn()
}

// goOn has everything that waits for the disk go on without it; b.mu is held.
func (b *Outbox) goOn() {
	for _, l := range b.lanes {
		for _, list := range [...][]*item{l.items, l.urgent} {
			for _, it := range list {
				it.ready = true
			}
		}
		l.nudge()
	}
	b.release(b.disk.change)
}

// release lets those go who wait for changes up to one; b.mu is held.
func (b *Outbox) release(change int64) {
	d := &b.disk
	n := 0
	for n < len(d.waiting) && d.waiting[n].change <= change {
		close(d.waiting[n].done)
		n++
	}
	d.waiting = d.waiting[n:]
}
