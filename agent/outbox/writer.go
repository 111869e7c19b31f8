package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// tendEvery is how often what is over for long is cleared away.
const tendEvery = time.Hour

// writeLoop is the one goroutine that writes. What is asked for while it commits goes into the
// next commit.
func (b *Outbox) writeLoop() {
	defer close(b.disk.done)
	tend := time.NewTicker(tendEvery)
	defer tend.Stop()
	retry := time.NewTimer(b.o.pace.retryMin) // finds nothing to do unless the disk fails
	defer retry.Stop()
	wait := b.o.pace.retryMin
	for {
		select {
		case <-b.disk.wake:
		case <-retry.C:
		case <-tend.C:
			b.tend()
		case <-b.disk.stop:
			_ = b.flush()
			return
		}
		if b.flush() == nil {
			wait = b.o.pace.retryMin
			continue
		}
		retry.Reset(wait)
		wait = min(2*wait, b.o.pace.retryMax)
	}
}

// flush writes all that differs. After a failure it tries the file even when nothing does, so that
// a disk that is well again is told of.
func (b *Outbox) flush() error {
	for {
		w := b.take()
		if w == nil {
			return nil
		}
		if err := b.disk.tables.Update(context.Background(), w.write); err != nil {
			b.putBack(w, err)
			return err
		}
		b.written(w)
	}
}

// write is one transaction: copies of what differs, since memory goes on meanwhile.
type write struct {
	change int64
	items  []*item
	rows   []row
	alerts map[string]alert // without payload: removed
	gone   map[string]time.Time
	isGone bool // gone is to be written
}

// row is an item as it is written.
type row struct {
	seq, body int64
	state     State
	fate      fate
	tried     bool

	// What follows is of items that the disk does not know.
	insert    bool
	channel   string
	keys      []key
	once      bool
	id        string
	occasion  notify.Occasion
	subject   string
	createdAt time.Time
	json      []byte // nil: another item's, written already, or needed no more
}

// take returns what differs, or nil.
func (b *Outbox) take() *write {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := &b.disk
	if len(d.items) == 0 && len(d.alerts) == 0 && !d.gone && d.failing == nil && len(d.waiting) == 0 {
		return nil
	}
	w := &write{change: d.change, items: d.items, rows: make([]row, len(d.items)), alerts: b.changedAlerts(), isGone: d.gone}
	texts := map[*text]bool{}
	for i, it := range d.items {
		it.dirty = false
		w.rows[i] = it.row(texts)
	}
	if d.gone {
		w.gone = b.goneChannels()
	}
	d.taken, d.items, d.alerts, d.gone = d.items, nil, map[string]struct{}{}, false
	return w
}

func (b *Outbox) changedAlerts() map[string]alert {
	changed := make(map[string]alert, len(b.disk.alerts))
	for name := range b.disk.alerts {
		changed[name] = b.alerts[name]
	}
	return changed
}

// row copies an item. A text goes with the first item that has it.
func (it *item) row(texts map[*text]bool) row {
	r := row{seq: it.seq, body: it.body, state: it.state}
	if it.fate != nil {
		r.fate, r.tried = *it.fate, true
	}
	if f := it.fresh; f != nil {
		r.insert, r.channel, r.keys, r.once = true, f.channel, it.keys, it.once
		r.id, r.occasion, r.subject, r.createdAt = f.id, f.occasion, f.subject, f.createdAt
		if !texts[f.text] {
			texts[f.text] = true
			r.json = f.text.json
		}
	}
	return r
}

// putBack notes what still differs, since it was not written.
func (b *Outbox) putBack(w *write, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := &b.disk
	d.taken = nil
	for _, it := range w.items {
		if !it.dirty { // else it was soiled again meanwhile, and stands there
			it.dirty = true
			d.items = append(d.items, it)
		}
	}
	for name := range w.alerts {
		d.alerts[name] = struct{}{}
	}
	d.gone = d.gone || w.isGone
	b.failLocked(err)
}

// written notes what is on disk now, and tells those who wait for it.
func (b *Outbox) written(w *write) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.disk.taken = nil
	lanes := map[string]bool{}
	for i, it := range w.items {
		it.ready = true
		if w.rows[i].insert {
			b.onDisk(it)
			lanes[w.rows[i].channel] = true
		}
	}
	for name := range lanes {
		b.lanes[name].nudge()
	}
	if d := &b.disk; d.failing != nil {
		b.o.Log.Warn("the outbox is written again", "failed_for", time.Since(d.failingSince).Round(time.Second))
		d.failing, d.failingSince = nil, time.Time{}
	}
	b.release(w.change)
}

// onDisk lets go of what the disk knows now; b.mu is held.
func (b *Outbox) onDisk(it *item) {
	t := it.fresh.text
	it.fresh = nil
	if t.json != nil {
		b.disk.kept -= len(t.json)
		t.json = nil
	}
}

// goneChannels returns those of which it must be known since when; b.mu is held.
func (b *Outbox) goneChannels() map[string]time.Time {
	gone := map[string]time.Time{}
	for name, l := range b.lanes {
		if l.gone {
			gone[name] = l.goneAt
		}
	}
	return gone
}

// awaitWriter has the writer write what is left and end.
func (b *Outbox) awaitWriter() error {
	close(b.disk.stop)
	patience := time.NewTimer(b.o.pace.patience)
	defer patience.Stop()
	select {
	case <-b.disk.done:
	case <-patience.C:
		return fmt.Errorf("outbox: the disk does not answer, %d changes are not written", b.unwritten())
	}
	if n := b.unwritten(); n > 0 {
		return fmt.Errorf("outbox: %d changes are lost: %w", n, b.Status().Failing)
	}
	return nil
}

func (b *Outbox) unwritten() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.disk.items) + len(b.disk.taken) + len(b.disk.alerts)
}
