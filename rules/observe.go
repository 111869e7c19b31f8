package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Observation is a confirmed change of one check, with its bracket.
type Observation struct {
	System, Check string
	To            SystemState // Up, Down or Unknown
	// At is when it was confirmed.
	At time.Time
	// LastOKAt and FirstBadAt bracket the failure of a check that went down.
	LastOKAt, FirstBadAt time.Time
	// LastBadAt and FirstOKAt bracket the recovery of a check that went up.
	LastBadAt, FirstOKAt time.Time
	Reason, Text         string
}

// Observe takes confirmed changes of checks, in order, and returns the events to journal. It
// notes the live state of the checks in state.Live; everything durable changes only when the
// events have been journaled and applied. Unknown is noted and opens and closes nothing.
//
// With no observations it judges every system anew, which a changed plan calls for, and forgets
// what it has seen of checks that the plan no longer has.
func Observe(p *plan.Plan, s *State, observations []Observation, newID func(time.Time) string) []journal.Event {
	o := observer{
		plan: p, state: s, newID: newID,
		checks: make(map[CheckKey]CheckAccount), open: make(map[string]*Outage), ended: make(map[string]*Outage),
	}
	for _, obs := range observations {
		o.see(obs)
	}
	if len(observations) == 0 {
		o.judgeAll()
	}
	return o.events
}

// observer works on an overlay of the state, so that a batch is judged as if each event had been
// applied before the next observation is looked at.
type observer struct {
	plan   *plan.Plan
	state  *State
	newID  func(time.Time) string
	checks map[CheckKey]CheckAccount
	open   map[string]*Outage // nil value: ended within this batch
	ended  map[string]*Outage // ended within this batch
	events []journal.Event
}

// see takes one observation. One of a check that the plan does not have, or gives to another
// agent, comes too late to matter.
func (o *observer) see(obs Observation) {
	sys := o.plan.System(obs.System)
	if sys == nil || !runs(sys, obs.Check, o.state.Agent) {
		return
	}
	key := CheckKey{obs.System, obs.Check}
	o.state.Live.note(key, obs)
	before := o.account(key)
	switch {
	case obs.To == Down && !before.Down:
		o.checkFailed(key, obs)
	case obs.To == Up && before.Down:
		o.checkRecovered(key, before, obs)
	}
	if obs.To != Unknown {
		o.judge(sys, obs.At)
	}
}

// runs reports whether the agent runs the check of the system.
func runs(sys *plan.System, check, agent string) bool {
	return slices.ContainsFunc(sys.Checks, func(c *plan.Check) bool { return c.Name == check && c.RunsOn(agent) })
}

// note keeps the debounced state and since when it holds.
func (l *Live) note(key CheckKey, obs Observation) {
	if l.Checks[key].State == obs.To {
		return
	}
	since := obs.At
	switch {
	case obs.To == Down && !obs.FirstBadAt.IsZero():
		since = obs.FirstBadAt
	case obs.To == Up && !obs.FirstOKAt.IsZero():
		since = obs.FirstOKAt
	}
	l.Checks[key] = LiveCheck{State: obs.To, Since: since}
}

// forget drops what was seen of checks that the agent no longer runs.
func (l *Live) forget(p *plan.Plan, agent string) {
	gone := func(key CheckKey) bool {
		sys := p.System(key.System)
		return sys == nil || !runs(sys, key.Check, agent)
	}
	maps.DeleteFunc(l.Looks, func(key CheckKey, _ Look) bool { return gone(key) })
	maps.DeleteFunc(l.Checks, func(key CheckKey, _ LiveCheck) bool { return gone(key) })
}

func (o *observer) checkFailed(key CheckKey, obs Observation) {
	failed := journal.CheckFailed{
		System: obs.System, Check: obs.Check, LastOKAt: obs.LastOKAt, FirstBadAt: obs.FirstBadAt,
		Reason: obs.Reason, Text: obs.Text,
	}
	o.checks[key] = failedAccount(o.state.Run, failed)
	o.emit(obs.System, obs.At, failed)
}

func (o *observer) checkRecovered(key CheckKey, c CheckAccount, obs Observation) {
	recovered := journal.CheckRecovered{
		System: obs.System, Check: obs.Check, LastBadAt: latest(obs.LastBadAt, c.FirstBadAt), FirstOKAt: obs.FirstOKAt,
	}
	o.checks[key] = c.recovered(recovered)
	o.emit(obs.System, obs.At, recovered)
}

// judge opens or ends the system's outage when the checks now say so.
func (o *observer) judge(sys *plan.System, at time.Time) {
	tally := tallyOf(sys, o.state, o.account, nil)
	open := o.openOutage(sys.Name)
	switch {
	case open == nil && tally.state() == Down:
		o.begin(sys, tally.breaking(), at)
	case open != nil && tally.works():
		o.end(open, &tally, at)
	}
}

func (o *observer) judgeAll() {
	o.state.Live.forget(o.plan, o.state.Agent)
	for _, sys := range o.plan.Systems {
		o.judge(sys, o.state.LastAt)
	}
}

// begin opens an outage, or continues the one that ended a moment before.
func (o *observer) begin(sys *plan.System, broke checkMark, at time.Time) {
	threat := activeThreat(o.plan, o.state)
	if last := o.lastEnded(sys.Name); last != nil && !broke.FirstBadAt.After(last.EndedAt.Add(o.plan.ReopenWithin)) {
		again := journal.OutageReopened{
			Outage: last.ID, System: sys.Name, FirstBadAt: broke.FirstBadAt,
			Check: broke.check.Name, Reason: broke.Reason, Text: broke.Text,
			Terms: termsFor(sys, threat, last.Start()),
		}
		o.open[sys.Name] = last.reopened(again)
		o.emit(sys.Name, at, again)
		return
	}
	outage := &Outage{ID: o.newID(at), System: sys.Name, LastOKAt: broke.LastOKAt, FirstBadAt: broke.FirstBadAt}
	outage.Terms = termsFor(sys, threat, outage.Start())
	o.open[sys.Name] = outage
	o.emit(sys.Name, at, journal.OutageOpened{
		System: sys.Name, LastOKAt: broke.LastOKAt, FirstBadAt: broke.FirstBadAt,
		Check: broke.check.Name, Reason: broke.Reason, Text: broke.Text, Terms: outage.Terms,
	})
	o.events[len(o.events)-1].ID = outage.ID
}

// end closes an outage at its first good probe, but never before it is known to have lasted: what
// a change of the plan made good ends with that change.
func (o *observer) end(open *Outage, t *tally, at time.Time) {
	endedAt := latest(t.restored(), open.FirstBadAt, open.LastsUntil, open.Start())
	deadline := open.Terms.Deadline
	closed := journal.OutageClosed{
		Outage: open.ID, System: open.System, EndedAt: endedAt,
		LastBadAt: latest(t.lastBad(endedAt), open.FirstBadAt),
		Met:       deadline.IsZero() || !endedAt.After(deadline),
	}
	ended := *open
	ended.EndedAt = endedAt
	o.open[open.System], o.ended[open.System] = nil, &ended
	o.emit(open.System, at, closed)
}

func (o *observer) emit(subject string, at time.Time, payload journal.Payload) {
	o.events = append(o.events, journal.Event{Kind: payload.Kind(), Subject: subject, At: at, Payload: payload})
}

func (o *observer) account(key CheckKey) CheckAccount {
	if c, ok := o.checks[key]; ok {
		return c
	}
	return o.state.Checks[key]
}

func (o *observer) openOutage(system string) *Outage {
	if open, ok := o.open[system]; ok {
		return open
	}
	return o.state.Open[system]
}

// lastEnded returns the system's newest ended outage, or nil.
func (o *observer) lastEnded(system string) *Outage {
	if ended, ok := o.ended[system]; ok {
		return ended
	}
	return o.state.Totals[system].Last
}
