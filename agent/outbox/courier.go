package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"runtime/debug"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// courier is the goroutine of a lane, the only one that calls its channel. It is guarded by
// Outbox.mu.
type courier struct {
	channel Channel          // without Carrier: gone from the plan
	retired []notify.Channel // replaced, to be closed by the courier
	running bool
	wake    chan struct{} // capacity 1

	busy   bool // it waits for its channel
	busyAt time.Duration

	// gone from the plan, since goneAt; measured from goneFrom.
	gone     bool
	goneAt   time.Time
	goneFrom time.Duration

	keepAt  time.Duration // when the keeper is told next
	keeping fate          // of the keeper; without tries: well
	refusal fate          // of what was refused since the last delivery; without tries: nothing
	outrun  *Failure      // of what failed and gave way since then; nil: nothing
	carried bool          // something got through in this run
}

func newCourier() courier { return courier{wake: make(chan struct{}, 1)} }

func (c *courier) nudge() {
	select {
	case c.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// use replaces the channel. The same one once more stays in use, and is not closed.
func (l *lane) use(ch Channel, now time.Duration) {
	if same(l.channel.Carrier, ch.Carrier) {
		l.channel = ch
		return
	}
	if l.channel.Carrier != nil {
		l.retired = append(l.retired, l.channel.Carrier)
	}
	l.channel, l.keepAt = ch, now
	l.renewed()
}

// same compares what may be of a type that cannot be compared.
func same(a, b notify.Channel) bool {
	return a != nil && b != nil && reflect.TypeOf(a).Comparable() && reflect.TypeOf(b).Comparable() && a == b
}

// task is what a courier does next; of its fields one is set.
type task struct {
	retired []notify.Channel
	end     bool
	keep    bool
	send    *item
	wait    time.Duration

	channel Channel
	open    map[string]json.RawMessage // of keep
	json    []byte                     // of send; nil: it is on disk
}

// carry is a courier's life.
func (b *Outbox) carry(l *lane) {
	defer b.running.Done()
	for {
		switch t := b.nextTask(l); {
		case t.end:
			return
		case t.retired != nil:
			b.retire(l.name, t.retired)
		case t.keep:
			b.keep(l, t)
		case t.send != nil:
			b.try(l, t)
		default:
			b.pauseFor(l, t.wait)
		}
	}
}

func (b *Outbox) nextTask(l *lane) task {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.elapsed()
	t := b.choose(l, now)
	l.busy, l.busyAt = t.keep || t.send != nil, now
	return t
}

// choose decides what is next; b.mu is held.
func (b *Outbox) choose(l *lane, now time.Duration) task {
	if b.closed && l.channel.Carrier != nil {
		l.retired, l.channel.Carrier = append(l.retired, l.channel.Carrier), nil
	}
	switch {
	case l.retired != nil:
		t := task{retired: l.retired}
		l.retired = nil
		return t
	case l.channel.Carrier == nil:
		l.running = false
		return task{end: true}
	case b.keepsNow(l, now):
		l.keepAt = now + notify.KeepEvery
		if len(b.alerts) > 0 {
			return task{keep: true, channel: l.channel, open: b.open()}
		}
		l.keeping = fate{}
	}
	return b.sendOrWait(l, now)
}

func (b *Outbox) keepsNow(l *lane, now time.Duration) bool {
	_, keeper := l.channel.Carrier.(notify.Keeper)
	if !keeper || b.o.Keep == nil {
		l.keepAt = never
	}
	return now >= l.keepAt
}

// sendOrWait takes what is to be sent out of the lane's reach; b.mu is held.
func (b *Outbox) sendOrWait(l *lane, now time.Duration) task {
	it, at := l.next(now)
	for it != nil && l.stale(it, now) {
		for _, old := range l.allStale(now) {
			b.end(l, old, Superseded, nil)
		}
		it, at = l.next(now)
	}
	if it == nil {
		return task{wait: min(at, l.keepAt) - now}
	}
	l.flying = it
	t := task{send: it, channel: l.channel}
	if it.fresh != nil {
		t.json = it.fresh.text.json
	}
	return t
}

func (b *Outbox) pauseFor(l *lane, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.wake:
	case <-b.closing:
	}
}

func (b *Outbox) retire(name string, carriers []notify.Channel) {
	for _, c := range carriers {
		if closer, ok := c.(io.Closer); ok {
			if err := closer.Close(); err != nil {
				b.o.Log.Warn("a channel that is no longer used cannot be closed", "channel", name, "err", err)
			}
		}
	}
}

// try has the channel send one message, and notes what came of it.
func (b *Outbox) try(l *lane, t task) {
	m, err := b.message(t)
	if err != nil {
		b.unreadable(l, t.send, err)
		return
	}
	// Not ended by Close: a try that is cut off is one of which nobody knows whether it arrived.
	ctx, cancel := context.WithTimeout(context.Background(), t.channel.timeout())
	defer cancel()
	var receipt notify.Receipt
	err = b.guarded(l.name, func() (err error) {
		receipt, err = t.channel.Carrier.Send(ctx, m)
		return err
	})
	b.tried(l, t, receipt, err)
}

// message reads what is to be sent.
func (b *Outbox) message(t task) (*notify.Message, error) {
	text := t.json
	if text == nil {
		var err error
		if text, err = b.readText(t.send); err != nil {
			return nil, err
		}
	}
	m := new(notify.Message)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, &notify.Refused{Err: fmt.Errorf("its text in the journal's file is damaged: %w", err)}
	}
	if b.o.Late != nil && b.elapsed()-t.send.born > LateAfter {
		b.o.Late(m)
	}
	return m, nil
}

// guarded keeps a channel's fault from ending the agent.
func (b *Outbox) guarded(name string, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			b.o.Log.Error("a channel has a fault: please report it", "channel", name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("the channel has a fault: %v", p)
		}
	}()
	return do()
}

// keep tells the keeper of the open alerts. A close that is queued meanwhile is sent after this,
// on the same goroutine, and so is the last word.
func (b *Outbox) keep(l *lane, t task) {
	var open []notify.Alert
	err := b.guarded(l.name, func() error {
		if open = b.o.Keep(l.name, t.open); len(open) == 0 {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), t.channel.timeout())
		defer cancel()
		return t.channel.Carrier.(notify.Keeper).Keep(ctx, open)
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.keptInVain(l, t, err)
		return
	}
	l.keeping = fate{}
	if len(open) > 0 {
		l.carried = true
		l.up()
	}
}

func (b *Outbox) keptInVain(l *lane, t task, err error) {
	f := &l.keeping
	if f.tries == 0 {
		f.failedAt = b.o.Now()
		b.o.Log.Warn("a channel cannot be told which alerts are open", "channel", l.name, "err", t.channel.tidy(err.Error()))
	}
	f.tries++
	f.lastError = t.channel.tidy(err.Error())
}
