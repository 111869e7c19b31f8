package agent

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// What there is to tell is looked for after each look of the judge, and besides when a wait or a
// reminder is due; at the latest each tellEvery. When it cannot be kept, it is tried again after
// tellPause.
const (
	tellEvery = 5 * time.Second
	tellPause = 30 * time.Second
)

// startTelling takes up where the run before left off, and sets up the channels.
func (a *Agent) startTelling() {
	set := a.channelsOf(a.Plan())
	a.reading.Lock()
	a.channels = set
	a.reading.Unlock()
	told := a.lastTold()
	m, stepped := a.moment(told)
	if stepped != 0 {
		told = told.shift(stepped)
	}
	told.moment = m
	a.account.Store(told)
	a.outbox.SetChannels(set.use) // from here on what waits goes out
}

// tell tells people what they must know, until ctx ends.
func (a *Agent) tell(ctx context.Context) {
	wake, gap := time.NewTimer(0), time.NewTimer(0)
	defer wake.Stop()
	defer gap.Stop()
	for a.afterGap(ctx, gap) {
		next, err := a.tellSafely(ctx)
		wake.Reset(next)
		gap.Reset(a.told(err))
		select {
		case <-ctx.Done():
		case <-a.judged:
		case <-wake.C:
		}
	}
}

// tellSafely keeps a fault from ending the agent, which goes on to watch. The heartbeat stands still
// meanwhile.
func (a *Agent) tellSafely(ctx context.Context) (next time.Duration, err error) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("what tells people has a fault: please report it", "panic", p, "stack", string(debug.Stack()))
			next, err = tellPause, fmt.Errorf("a fault: %v", p)
		}
	}()
	return a.tellNow(ctx)
}

// tellNow compares what holds with what was told, and makes durable, in one transaction, what is
// told now and that it is told. Who was told of something hears of its end, whatever happens in
// between: a kill before that transaction leaves all to be told, one after it leaves the messages
// to be sent. It returns after how long to look again, should nothing happen before.
func (a *Agent) tellNow(ctx context.Context) (next time.Duration, err error) {
	before := a.account.Load()
	m, stepped := a.moment(before)
	if stepped != 0 {
		before = before.shift(stepped)
		a.account.Store(before)
	}
	ledger, dispatches := alert.Next(before.ledger, m)
	after := &account{ledger: ledger, moment: m}
	messages := a.write(before, m, dispatches)
	beats := a.beats(m)
	change := after.since(before, messages)
	trim(messages, m.Keepers)
	change.Messages = append(messages, beats...)
	if err := a.hand(ctx, change); err != nil {
		return tellPause, err
	}
	a.account.Store(after)
	if len(beats) > 0 {
		a.beatAt = a.opts.Uptime()
	}
	a.lookedAt.Store(m.Situation.At.UnixMilli())
	return a.nextTurn(after), nil
}

// hand gives a change to the outbox, if there is one.
func (a *Agent) hand(ctx context.Context, c outbox.Change) error {
	if len(c.Upsert)+len(c.Remove)+len(c.Messages) == 0 {
		return nil
	}
	return a.outbox.Commit(ctx, c)
}

// told says that nothing was told when there is an error, and how long not to look again in either
// case. The next turn finds all of it again.
func (a *Agent) told(err error) (pause time.Duration) {
	if err == nil {
		return judgeGap
	}
	if !errors.Is(err, outbox.ErrClosed) && !errors.Is(err, context.Canceled) {
		a.log.Error("what has to be told cannot be kept; it is tried again", "err", err, "after", tellPause)
	}
	return tellPause
}

// nextTurn is after how long something may have to be told although nothing happens.
func (a *Agent) nextTurn(told *account) time.Duration {
	m := told.moment
	wait := tellEvery
	for _, at := range [...]time.Time{
		alert.Wake(told.ledger, m), alert.Turns(m.Plan, m.Situation, m.Conditions), a.nextBeat(m),
	} {
		if !at.IsZero() {
			wait = min(wait, at.Sub(m.Situation.At))
		}
	}
	return max(wait, judgeGap)
}

// moment is what holds now. stepped is by how much the clock has stepped since the one before.
func (a *Agent) moment(told *account) (m *alert.Moment, stepped time.Duration) {
	m, set, stepped := a.readMoment(told)
	m.Keepers = set.keepers
	m.Conditions.Channels = a.failing(set, told.ledger)
	m.Alerts = alert.Derive(m.Plan, m.Situation, m.Conditions)
	return m, stepped
}

// readMoment reads of a moment what must be of one piece.
func (a *Agent) readMoment(told *account) (m *alert.Moment, set *channels, stepped time.Duration) {
	a.reading.Lock()
	defer a.reading.Unlock()
	m = &alert.Moment{Plan: a.plan, Situation: a.present(), Conditions: alert.ConditionsOf(a.plan, a.state, told.ledger)}
	stepped, a.stepped = a.stepped, 0
	return m, a.channels, stepped
}

// noteStep keeps the steps of the clock for the next turn; a.reading is held.
func (a *Agent) noteStep(e journal.Event) {
	if step, ok := e.Payload.(journal.ClockStepped); ok {
		a.stepped += step.By
	}
}

// nudge wakes whoever reads the channel, which has room for one.
func nudge(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default: // it is awake already
	}
}
