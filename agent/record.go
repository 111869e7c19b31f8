package agent

import (
	"context"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// record is the one way in which anything happens: decide looks at the present and returns
// drafts, the journal makes them durable, the state takes them in. Nobody is told before that.
//
// writing admits one decision at a time, so what decide saw is still true when its events are
// applied; reading is held only for moments, so that a slow disk never delays a reader.
func (a *Agent) record(ctx context.Context, decide decision) ([]journal.Event, error) {
	return a.recordThen(ctx, decide, func() {})
}

// decision looks at the present and says what happened. It is called with both locks held.
type decision func(*plan.Plan, *rules.State) ([]journal.Event, error)

// recordThen is record with something that becomes true together with the events.
func (a *Agent) recordThen(ctx context.Context, decide decision, then func()) ([]journal.Event, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	return a.commit(ctx, decide, then)
}

// commit is what record does once it is alone; a.writing is held.
func (a *Agent) commit(ctx context.Context, decide decision, then func()) ([]journal.Event, error) {
	drafts, err := a.decide(decide)
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	events, err := a.journal.Append(context.WithoutCancel(ctx), drafts...)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	a.apply(events, then)
	for _, e := range events {
		a.logEvent(e)
	}
	a.callJudge(events)
	return events, nil
}

func (a *Agent) decide(decide decision) ([]journal.Event, error) {
	a.reading.Lock()
	defer a.reading.Unlock()
	drafts, err := decide(a.plan, a.state)
	now, estimated := a.clock.Now(), a.clock.Estimated()
	for i := range drafts {
		if drafts[i].At.IsZero() {
			drafts[i].At = now
		}
		drafts[i].Estimated = estimated
	}
	return drafts, err
}

func (a *Agent) apply(events []journal.Event, then func()) {
	a.reading.Lock()
	defer a.reading.Unlock()
	for _, e := range events {
		a.state.Apply(e)
		a.noteStep(e)
	}
	then()
	a.situation = nil
}

// recordPayload journals one thing that the agent itself noticed.
func (a *Agent) recordPayload(ctx context.Context, subject string, payload journal.Payload) {
	_, err := a.record(ctx, func(*plan.Plan, *rules.State) ([]journal.Event, error) {
		return []journal.Event{draft(subject, payload)}, nil
	})
	if err != nil {
		a.log.Error("event not journaled", "kind", payload.Kind(), "err", err)
	}
}

func draft(subject string, payload journal.Payload) journal.Event {
	return journal.Event{Kind: payload.Kind(), Subject: subject, Payload: payload}
}

// situationMaxAge is how long a Situation serves further readers: views asked for in the same
// moment are one Situation and say the same.
const situationMaxAge = 200 * time.Millisecond

// Situation tells how things stand now.
func (a *Agent) Situation() *rules.Situation {
	a.reading.Lock()
	defer a.reading.Unlock()
	return a.present()
}

// present is the Situation of this moment; a.reading is held.
func (a *Agent) present() *rules.Situation {
	now := a.clock.Now()
	if a.situation != nil && now.Sub(a.situation.At) < situationMaxAge && !now.Before(a.situation.At) {
		return a.situation
	}
	a.situation = a.evaluate(now)
	return a.situation
}

// evaluate tells how things stand at now; a.reading is held.
func (a *Agent) evaluate(now time.Time) *rules.Situation {
	a.seeHouse()
	return rules.Evaluate(a.plan, a.state, now)
}

// seeHouse puts into the state what the agent sees of its own house; a.reading is held.
func (a *Agent) seeHouse() {
	a.state.Live.Journal, a.state.Live.Channels = a.journalFacts(), a.channelFacts()
}

// PowerIf tells how emergency power would stand now if what is asked were so; nil: the plan has none.
func (a *Agent) PowerIf(what supply.WhatIf) *supply.Facts {
	a.reading.Lock()
	defer a.reading.Unlock()
	return rules.PowerIf(a.plan, a.state, what, a.clock.Now().In(a.plan.Location))
}

// Outages lists the outages that the agent has at hand, the newest first.
func (a *Agent) Outages() []rules.PastOutage {
	a.reading.Lock()
	defer a.reading.Unlock()
	return rules.Outages(a.plan, a.state, a.clock.Now())
}

// Plan returns the plan that holds.
func (a *Agent) Plan() *plan.Plan {
	a.reading.Lock()
	defer a.reading.Unlock()
	return a.plan
}

func (a *Agent) journalFacts() rules.JournalFacts {
	status := a.journal.Status()
	facts := rules.JournalFacts{LastCommitAt: status.LastCommitAt, Events: status.Events, Unwritten: status.Unwritten}
	if status.Failing != nil {
		facts.Failing = status.Failing.Error()
	}
	return facts
}
