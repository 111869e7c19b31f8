package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// SetChannels says which channels there are from now on, by name: at the start, and with each new
// plan. A try under way ends undisturbed, with the channel that it was begun with. What waits for
// a channel that is not among them is kept for a week, and goes out if it comes back. A channel
// that is new is tried at once, however often the one before has failed.
func (b *Outbox) SetChannels(channels map[string]Channel) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	for name, ch := range channels {
		if ch.Carrier != nil {
			b.employ(b.lane(name), ch)
		}
	}
	for name, l := range b.lanes {
		if channels[name].Carrier == nil {
			b.dismiss(l)
		}
	}
	b.wakeWriter()
}

// lane returns the one of that name; b.mu is held.
func (b *Outbox) lane(name string) *lane {
	l, ok := b.lanes[name]
	if !ok {
		l = newLane(name)
		b.lanes[name] = l
	}
	return l
}

func (b *Outbox) employ(l *lane, ch Channel) {
	l.use(ch, b.elapsed())
	if l.gone {
		l.gone, l.goneAt, b.disk.gone = false, time.Time{}, true
	}
	if !l.running {
		l.running = true
		b.running.Add(1)
		go b.carry(l)
	}
	l.nudge()
}

func (b *Outbox) dismiss(l *lane) {
	if l.gone {
		return
	}
	l.gone, l.goneAt, l.goneFrom, b.disk.gone = true, b.o.Now(), b.elapsed(), true
	if l.channel.Carrier != nil {
		l.retired = append(l.retired, l.channel.Carrier)
		l.channel, l.keeping, l.refusal = Channel{}, fate{}, fate{}
	}
	for _, it := range append([]*item(nil), l.urgent...) {
		if it != l.flying {
			b.end(l, it, Dropped, fmt.Errorf("%w: %s is no longer in the plan", ErrNoChannel, l.name))
		}
	}
	if len(l.items) > 0 {
		b.warnOfGone(l)
	}
	l.nudge()
}

// warnOfGone tells what nobody will get unless the channel comes back: one that was given another
// name is a new one, and the old one's receivers wait for closes.
func (b *Outbox) warnOfGone(l *lane) {
	closes := 0
	for _, it := range l.items {
		if it.closes {
			closes++
		}
	}
	b.o.Log.Warn("messages wait for a channel that is gone from the plan: they go out when it comes back under this name, and are given up otherwise",
		"channel", l.name, "messages", len(l.items), "closes", closes, "given_up", l.goneAt.Add(goneFor).Format(time.RFC3339))
}

// SendNow sends a message, before others that wait and without regard to earlier failures, and
// returns what the receiver said. It is for somebody who waits for the answer: it is tried once,
// and not kept for later when that fails or ctx ends. Only the receipt remains.
func (b *Outbox) SendNow(ctx context.Context, channel string, m *notify.Message) (notify.Receipt, error) {
	items, size, err := b.address([]Addressed{{Channel: channel, Keys: []string{}, Message: m}})
	if err != nil {
		return "", err
	}
	it := items[0]
	it.once, it.heartbeat, it.closes, it.reminds, it.settled = true, false, false, false, make(chan struct{})
	done, err := b.queueNow(channel, it, size)
	if err != nil {
		return "", err
	}
	b.await(done)
	var why error
	select {
	case <-it.settled:
	case <-b.ended:
		why = ErrClosed
	case <-ctx.Done():
		why = fmt.Errorf("no answer yet: %w", context.Cause(ctx))
	}
	return b.answer(channel, it, why)
}

func (b *Outbox) queueNow(channel string, it *item, size int) (<-chan struct{}, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.admit(size); err != nil {
		return nil, err
	}
	l, ok := b.lanes[channel]
	if !ok || l.gone {
		return nil, fmt.Errorf("%w: %s", ErrNoChannel, channel)
	}
	b.queue(channel, it)
	b.disk.kept += size
	return b.durable(), nil
}

// answer returns what became of an item. One that nobody waits for any more is taken back, unless
// it is under way.
func (b *Outbox) answer(channel string, it *item, why error) (notify.Receipt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.lanes[channel]; it.state == Pending && l.flying != it {
		b.end(l, it, Dropped, why)
		b.wakeWriter()
	}
	if it.state == Pending {
		return "", why
	}
	return it.outcome()
}
