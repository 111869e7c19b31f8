package rules

import (
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
// With no observations it judges the systems that have an open outage anew, which a changed plan
// calls for.
func Observe(p *plan.Plan, s *State, observations []Observation, newID func(time.Time) string) []journal.Event {
	o := observer{plan: p, state: s, newID: newID, checks: make(map[CheckKey]CheckAccount), open: make(map[string]*Outage)}
	for _, obs := range observations {
		o.see(obs)
	}
	if len(observations) == 0 {
		o.judgeOpen()
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
	open   map[string]*Outage // nil value: closed within this batch
	events []journal.Event
}

func (o *observer) see(obs Observation) {
	sys := o.plan.System(obs.System)
	if sys == nil {
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
		o.judge(sys, obs)
	}
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

func (o *observer) checkFailed(key CheckKey, obs Observation) {
	o.checks[key] = CheckAccount{Down: true, LastOKAt: obs.LastOKAt, FirstBadAt: obs.FirstBadAt, Reason: obs.Reason, Text: obs.Text}
	o.emit(obs.System, obs.At, journal.CheckFailed{
		System: obs.System, Check: obs.Check, LastOKAt: obs.LastOKAt, FirstBadAt: obs.FirstBadAt,
		Reason: obs.Reason, Text: obs.Text,
	})
}

func (o *observer) checkRecovered(key CheckKey, c CheckAccount, obs Observation) {
	c.Down, c.LastBadAt, c.FirstOKAt = false, obs.LastBadAt, obs.FirstOKAt
	o.checks[key] = c
	o.emit(obs.System, obs.At, journal.CheckRecovered{
		System: obs.System, Check: obs.Check, LastBadAt: obs.LastBadAt, FirstOKAt: obs.FirstOKAt,
	})
}

// judge opens or closes the system's outage when the checks now say so.
func (o *observer) judge(sys *plan.System, obs Observation) {
	tally := o.tally(sys)
	open := o.openOutage(sys.Name)
	switch {
	case open == nil && tally.state() == Down:
		o.begin(sys, tally.breaking(), obs)
	case open != nil && tally.works():
		o.end(sys, open, tally.restored(open), obs)
	}
}

func (o *observer) judgeOpen() {
	for _, sys := range o.plan.Systems {
		if o.state.Open[sys.Name] != nil {
			o.judge(sys, Observation{System: sys.Name, To: Up, At: o.state.LastAt})
		}
	}
}

// begin opens an outage, or continues the one that ended a moment before.
func (o *observer) begin(sys *plan.System, broke checkMark, obs Observation) {
	threat := activeThreat(o.plan, o.state)
	if last := o.lastClosed(sys.Name); last != nil && !broke.FirstBadAt.After(last.EndedAt.Add(o.plan.ReopenWithin)) {
		o.open[sys.Name] = last
		o.emit(sys.Name, obs.At, journal.OutageReopened{
			Outage: last.ID, System: sys.Name, FirstBadAt: broke.FirstBadAt,
			Check: broke.name, Reason: broke.Reason, Text: broke.Text,
			Terms: termsFor(sys, threat, last.Start()),
		})
		return
	}
	outage := &Outage{ID: o.newID(obs.At), System: sys.Name, LastOKAt: broke.LastOKAt, FirstBadAt: broke.FirstBadAt}
	outage.Terms = termsFor(sys, threat, outage.Start())
	o.open[sys.Name] = outage
	o.emit(sys.Name, obs.At, journal.OutageOpened{
		System: sys.Name, LastOKAt: broke.LastOKAt, FirstBadAt: broke.FirstBadAt,
		Check: broke.name, Reason: broke.Reason, Text: broke.Text, Terms: outage.Terms,
	})
	o.events[len(o.events)-1].ID = outage.ID
}

func (o *observer) end(sys *plan.System, open *Outage, endedAt time.Time, obs Observation) {
	if endedAt.IsZero() {
		endedAt = obs.At
	}
	if endedAt.Before(open.FirstBadAt) {
		endedAt = open.FirstBadAt
	}
	lastBad := obs.LastBadAt
	if lastBad.IsZero() {
		lastBad = open.FirstBadAt
	}
	o.open[sys.Name] = nil
	deadline := open.Terms.Deadline
	o.emit(sys.Name, obs.At, journal.OutageClosed{
		Outage: open.ID, System: sys.Name, LastBadAt: lastBad, EndedAt: endedAt,
		Met: deadline.IsZero() || !endedAt.After(deadline),
	})
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

// lastClosed returns the system's newest ended outage, unless this batch has touched it.
func (o *observer) lastClosed(system string) *Outage {
	for _, c := range slices.Backward(o.state.Closed) {
		if c.System == system {
			return c
		}
	}
	return nil
}

func (o *observer) tally(sys *plan.System) tally {
	return tallyOf(sys, o.plan, o.state, o.account)
}
