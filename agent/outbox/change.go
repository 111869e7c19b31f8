package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
)

// Change is what [Outbox.Commit] writes at once.
type Change struct {
	// Upsert are alerts that are open now, or about which something else was told. The payload is
	// JSON of which the outbox knows nothing.
	Upsert map[string]json.RawMessage
	// Remove are the keys of alerts that are closed.
	Remove []string
	// Messages are queued in this order.
	Messages []Addressed
}

// Addressed is a message to one channel. Several may share a Message, whose text is then kept
// once.
type Addressed struct {
	// Channel is a name in the plan. A message to one that this agent does not have waits a week
	// for it.
	Channel string
	// Keys are the alerts that it is about: it waits for earlier messages about any of them. nil:
	// those of Message.Alerts. Of a message with the occasion [notify.Closed], all of them are
	// closed by it.
	Keys []string
	// Message must not be changed afterwards. One without ID gets one.
	Message *notify.Message
}

// Commit makes durable that the open alerts are now these and that these messages wait, and lets
// them go out. It is one transaction: after a kill, all of it has happened or nothing.
//
// When the disk refuses it, or does not answer for five seconds, it is kept in memory, the
// messages go out all the same, the error is nil, and [Outbox.Status] says so. An error means that
// nothing has happened: ctx was done before, or [ErrClosed], or [ErrBacklog].
func (b *Outbox) Commit(ctx context.Context, c Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	items, size, err := b.address(c.Messages)
	if err != nil {
		return err
	}
	b.mu.Lock()
	if err := b.admit(size); err != nil {
		b.mu.Unlock()
		return err
	}
	b.note(c)
	for i, it := range items {
		b.queue(c.Messages[i].Channel, it)
	}
	b.disk.kept += size
	done := b.durable()
	b.mu.Unlock()
	b.await(done)
	return nil
}

// Alerts returns the open alerts as last committed.
func (b *Outbox) Alerts() map[string]json.RawMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open()
}

// open copies the open alerts; b.mu is held.
func (b *Outbox) open() map[string]json.RawMessage {
	open := make(map[string]json.RawMessage, len(b.alerts))
	for name, a := range b.alerts {
		open[name] = a.payload
	}
	return open
}

// admit tells whether there is room for so many bytes of text; b.mu is held.
func (b *Outbox) admit(size int) error {
	if b.closed {
		return ErrClosed
	}
	if b.disk.failing != nil && size > 0 && b.disk.kept+size > b.o.pace.maxKept {
		b.o.Log.Error("messages are LOST: memory holds as much of them as it may", "err", b.disk.failing)
		return fmt.Errorf("%w: %d bytes are kept in memory (%w)", ErrBacklog, b.disk.kept, b.disk.failing)
	}
	return nil
}

// note takes over which alerts are open; b.mu is held.
func (b *Outbox) note(c Change) {
	now := b.o.Now()
	for _, name := range c.Remove {
		delete(b.alerts, name)
		b.disk.alerts[name] = struct{}{}
	}
	for name, payload := range c.Upsert {
		a, known := b.alerts[name]
		if !known {
			a.openedAt = now
		}
		if payload == nil {
			payload = json.RawMessage("null")
		}
		a.payload, a.updatedAt = payload, now
		b.alerts[name] = a
		b.disk.alerts[name] = struct{}{}
	}
}

// queue gives an item its place; b.mu is held.
func (b *Outbox) queue(channel string, it *item) {
	b.seq++
	it.seq, it.born, it.fresh.channel = b.seq, b.elapsed(), channel
	if it.fresh.text.number == 0 {
		it.fresh.text.number = it.seq
	}
	it.body = it.fresh.text.number
	l := b.lane(channel)
	if l.channel.Carrier == nil {
		b.dismiss(l)
	}
	for _, old := range l.add(it) {
		b.end(l, old, Superseded, nil)
	}
	b.soil(it)
}

// address prepares items, and returns the bytes of their texts.
func (b *Outbox) address(messages []Addressed) (items []*item, size int, err error) {
	now := b.o.Now()
	known := map[*notify.Message]*fresh{}
	for _, a := range messages {
		f, ok := known[a.Message]
		if !ok {
			if f, err = newFresh(a.Message, now); err != nil {
				return nil, 0, err
			}
			known[a.Message] = f
			size += len(f.text.json)
		}
		f.text.users++
		own := *f
		items = append(items, newItem(a, &own))
	}
	return items, size, nil
}

func newFresh(m *notify.Message, now time.Time) (*fresh, error) {
	sent := *m
	if sent.ID == "" {
		sent.ID = journal.NewID(now)
	}
	data, err := json.Marshal(&sent)
	if err != nil {
		return nil, fmt.Errorf("outbox: message %s: %w", sent.ID, err)
	}
	return &fresh{
		id: sent.ID, occasion: m.Occasion, subject: m.Subject, createdAt: now, text: &text{json: data},
	}, nil
}

func newItem(a Addressed, f *fresh) *item {
	keys := a.Keys
	if keys == nil {
		for i := range a.Message.Alerts {
			keys = append(keys, a.Message.Alerts[i].Key)
		}
	}
	return &item{
		keys: keysOf(keys), closes: f.occasion == notify.Closed, reminds: f.occasion == notify.Reminded,
		heartbeat: f.occasion == notify.Alive, state: Pending, fresh: f,
	}
}
