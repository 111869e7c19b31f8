// Package outbox carries messages to channels, and holds on to them until they have arrived: an
// alert that was sent into a dead link did not happen.
//
// It has two halves. The ledger keeps, in the journal's file, which alerts are open as last told
// and which messages wait; one transaction writes both, so that a kill between them loses nothing
// and says nothing twice. The couriers, one for each channel, try what waits until the receiver
// has it. What an alert is, when one opens and how it is worded, the outbox does not know.
//
//	Commit ─▶ memory ─▶ writer ─▶ SQLite      the open alerts, who waits, what became of it
//	            │         │ disk refuses
//	            │         └▶ goes on from memory, says so, writes it once it can
//	            └▶ lane ─▶ courier ─▶ Send, Keep     once a message is durable, or cannot be
//
// What is promised: a message is tried until it is delivered or refused, with the same ID each
// time, so it arrives at least once. On one channel, messages about one alert arrive in the order
// in which they were queued. A message that fails delays only later ones about the same alerts.
// What is not tried to the end is what newer messages make worthless: a reminder, as soon as a
// later message about each of its alerts waits behind it; any other message that is older than a
// day, when a close of all its alerts waits behind it; a heartbeat ([notify.Alive]), when the next
// one is due. A week of dead link ends in how things stand, not in how they stood each hour.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// What the outbox refuses.
var (
	// ErrClosed is returned by an outbox that was closed.
	ErrClosed = errors.New("the outbox is closed")
	// ErrBacklog tells that the disk has refused messages for so long that memory must not hold
	// more. What is kept stays kept; the new ones are refused.
	ErrBacklog = errors.New("too many messages wait for the disk")
	// ErrNoChannel tells that the plan has no such channel for this agent.
	ErrNoChannel = errors.New("no such channel")
)

// Options tell [Open] what the outbox cannot know.
type Options struct {
	// Now is the agent's clock, for the times that people read; nil: the machine's. Waiting is
	// measured by monotonic time.
	Now func() time.Time
	// Keep returns the open alerts of which a [notify.Keeper] is told, out of those that
	// [Outbox.Alerts] returns; nil: none are kept. It is called concurrently for several channels,
	// and must not call the outbox.
	Keep func(channel string, open map[string]json.RawMessage) []notify.Alert
	// Late marks a message that is tried more than [LateAfter] after it was written; nil: none is. It
	// may change the message, and must not call the outbox.
	Late func(*notify.Message)
	// Log tells of a failing disk and of failing channels; nil: the default logger.
	Log *slog.Logger

	pace pace
}

// Channel is a way of telling people that is ready for use.
type Channel struct {
	// Carrier sends. The outbox closes it, if it is an io.Closer, when it is replaced or taken
	// away, and never while it sends.
	Carrier notify.Channel
	// Timeout bounds one try; zero: ten seconds.
	Timeout time.Duration
	// Secrets are blotted out of what the receiver says; nil: there are none.
	Secrets *plan.Redactor
}

// pace holds what tests must not wait for.
type pace struct {
	// patience is how long a Commit waits for a disk that does not answer.
	patience time.Duration
	// retryMin and retryMax bound the back-off of a failing disk.
	retryMin, retryMax time.Duration
	// maxKept bounds the bytes of messages that wait in memory for a failing disk.
	maxKept int
}

// usualPace holds for every agent.
var usualPace = pace{patience: 5 * time.Second, retryMin: time.Second, retryMax: 30 * time.Second, maxKept: 64 << 20}

// LateAfter is the age from which on a message is late: what it says of now is not of now.
const LateAfter = 10 * time.Minute

const (
	// staleAfter is the age from which on a message gives way to the close of its alerts.
	staleAfter = 24 * time.Hour
	// goneFor is how long messages wait for a channel that is gone from the plan.
	goneFor = 7 * 24 * time.Hour
	// usualTimeout is that of a channel that names none.
	usualTimeout = 10 * time.Second
	// grace is what Close waits for on top of the time-out of a try.
	grace = time.Second
)

// Outbox is the one outbox of an agent. All methods may be called concurrently.
type Outbox struct {
	o     Options
	begun time.Time // with its monotonic part

	closing chan struct{} // no further tries
	ended   chan struct{} // all couriers have ended, or were given up
	running sync.WaitGroup

	mu     sync.Mutex // guards what follows
	disk   disk
	alerts map[string]alert
	lanes  map[string]*lane
	seq    int64 // of the newest message
	closed bool
}

// Open reads what waits in the journal's file. Nothing is sent before [Outbox.SetChannels]. A disk
// that takes no writes is no reason to stay silent; see [Outbox.Status].
func Open(ctx context.Context, store *journal.Store, o Options) (*Outbox, error) {
	b := &Outbox{
		o: o.complete(), begun: time.Now(),
		closing: make(chan struct{}), ended: make(chan struct{}),
		alerts: map[string]alert{}, lanes: map[string]*lane{},
		disk: newDisk(store),
	}
	if err := b.disk.tables.Update(ctx, b.makeNothing); err != nil {
		b.fail(err)
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	b.disk.wake <- struct{}{} // for what load has found out
	go b.writeLoop()
	return b, nil
}

func (o Options) complete() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.pace == (pace{}) {
		o.pace = usualPace
	}
	return o
}

// elapsed is the outbox's monotonic clock; zero is when it was opened.
func (b *Outbox) elapsed() time.Duration { return time.Since(b.begun) }

// since places a time of the agent's clock on the monotonic one. What the clock says was in the
// future, was now.
func (b *Outbox) since(at time.Time) time.Duration {
	return b.elapsed() - max(0, b.o.Now().Sub(at))
}

// Close lets the tries under way end, for as long as they may take, and writes what is not on disk
// yet. Its error tells what was lost. What waits is tried by the next run.
func (b *Outbox) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	longest := b.longestTry()
	b.mu.Unlock()
	close(b.closing)
	err := b.awaitCouriers(longest)
	close(b.ended)
	return errors.Join(err, b.awaitWriter())
}

// longestTry is the longest time-out; b.mu is held.
func (b *Outbox) longestTry() time.Duration {
	longest := usualTimeout
	for _, l := range b.lanes {
		longest = max(longest, l.channel.timeout())
	}
	return longest
}

func (b *Outbox) awaitCouriers(longest time.Duration) error {
	done := make(chan struct{})
	go func() { b.running.Wait(); close(done) }()
	patience := time.NewTimer(longest + grace)
	defer patience.Stop()
	select {
	case <-done:
		return nil
	case <-patience.C:
		return errors.New("outbox: a channel does not end its try although its time is up")
	}
}

func (c Channel) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return usualTimeout
}
