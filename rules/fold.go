package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// Apply folds one event into the state. Events come in the journal's order; one that was applied
// already is passed over, drill events never touch the accounts, and a kind that this version
// does not know changes nothing.
func (s *State) Apply(e journal.Event) {
	if e.Seq != 0 && e.Seq <= s.LastSeq {
		return
	}
	s.LastSeq, s.LastAt = max(s.LastSeq, e.Seq), latest(s.LastAt, e.At)
	if e.Drill {
		return
	}
	switch p := e.Payload.(type) {
	case journal.AgentStarted:
		s.start(e)
	case journal.PlanLoaded:
		s.applyPlan(e, p)
	case journal.PlanRejected:
		s.Rejected = p.Diagnostics
	case journal.Unobserved:
		s.unobserved(Stretch(p))
		if e.Run != s.Run { // told by the run that begins
			s.LookedUntil = p.From
		}
	case journal.BlindBegan:
		s.Blind = &p
	case journal.BlindEnded:
		s.Blind = nil
		s.unobserved(Stretch{From: p.From, To: p.To, Why: "blind"})
	case journal.ClockStepped:
		s.shift(e.Run, p.By)
		s.move(e, p.Moved)
	case journal.ClockUntrusted:
		s.Clock = ClockFacts{Estimated: true, Since: e.At}
	case journal.ClockTrusted:
		s.Clock = ClockFacts{}
	case journal.PowerBegan, journal.PowerEnded:
		s.applyPower(e)
	case journal.RecommendationChanged:
		s.applyRecommendation(e, p)
	case journal.InspectionDone:
		s.applyInspection(e, p)
	default:
		s.applyOutage(e)
		s.applyResponse(e)
	}
}

// applyOutage folds what concerns checks, outages and the people who deal with them.
func (s *State) applyOutage(e journal.Event) {
	switch p := e.Payload.(type) {
	case journal.CheckFailed:
		s.Checks[CheckKey{p.System, p.Check}] = failedAccount(e.Run, p)
	case journal.CheckRecovered:
		key := CheckKey{p.System, p.Check}
		s.Checks[key] = s.Checks[key].recovered(p)
	case journal.OutageOpened:
		s.open(e, p)
	case journal.OutageReopened:
		s.reopen(p)
	case journal.OutageClosed:
		s.close(p.System, p.Outage, func(o *Outage) { o.EndedAt, o.LastBadAt, o.Met = p.EndedAt, p.LastBadAt, p.Met })
	case journal.ThreatDeclared:
		s.Threat = &DeclaredThreat{Name: p.Threat, DeclaredAt: e.At, Onset: p.Onset, By: actorName(e.Actor)}
		s.move(e, p.Moved)
	case journal.ThreatEnded:
		s.Threat = nil
		s.move(e, p.Moved)
	case journal.DeadlineMissed:
		s.change(p.System, p.Outage, func(o *Outage) { o.Missed = true })
	case journal.StartCorrected:
		s.change(p.System, p.Outage, func(o *Outage) {
			o.CorrectedStart = p.To
			o.setTerms(e, p.Moved.To)
		})
	case journal.ETAGiven:
		s.change(p.System, p.Outage, func(o *Outage) { o.ETA = p.ETA })
	case journal.Acknowledged:
		s.change(p.System, p.Outage, func(o *Outage) { o.acknowledge(e, p.Why) })
	case journal.AlertAcknowledged:
		s.takeOn(e, p)
	}
}

// start begins a run. Its first event says whether its clock can be trusted: what the run before
// it thought of its own no longer matters.
func (s *State) start(e journal.Event) {
	s.Agent, s.Run, s.StartedAt = e.Agent, e.Run, e.At
	s.Rejected = ""
	if !e.Estimated {
		s.Clock = ClockFacts{}
	}
}

func failedAccount(run string, p journal.CheckFailed) CheckAccount {
	return CheckAccount{
		Down: true, Run: run, LastOKAt: p.LastOKAt, FirstBadAt: p.FirstBadAt, Reason: p.Reason, Text: p.Text,
	}
}

func (c CheckAccount) recovered(p journal.CheckRecovered) CheckAccount {
	c.Down, c.LastBadAt, c.FirstOKAt = false, p.LastBadAt, p.FirstOKAt
	return c
}

func (s *State) open(e journal.Event, p journal.OutageOpened) {
	s.Open[p.System] = &Outage{
		ID: e.ID, System: p.System, Run: e.Run, LastOKAt: p.LastOKAt, FirstBadAt: p.FirstBadAt,
		Check: p.Check, Reason: p.Reason, Text: p.Text, Terms: p.Terms, Estimated: e.Estimated,
	}
}

// reopen lets the system's newest ended outage go on.
func (s *State) reopen(p journal.OutageReopened) {
	t := s.Totals[p.System]
	if t.Last == nil || t.Last.ID != p.Outage {
		return
	}
	o := t.Last.reopened(p)
	t.Count--
	t.Down -= t.LastDown
	t.Last, t.LastDown = nil, 0
	s.Totals[p.System] = t
	s.unlist(o.ID)
	s.Open[p.System] = o
}

// reopened returns the outage as it goes on.
func (o *Outage) reopened(p journal.OutageReopened) *Outage {
	again := *o
	again.LastsUntil = latest(o.EndedAt, p.FirstBadAt)
	again.EndedAt, again.LastBadAt, again.Met, again.Dropped = time.Time{}, time.Time{}, false, false
	again.Check, again.Reason, again.Text, again.Terms = p.Check, p.Reason, p.Text, p.Terms
	again.Reopened++
	return &again
}

// unlist takes an outage off the closed ones. It is among the newest of them, if it is there.
func (s *State) unlist(id string) {
	for i, o := range slices.Backward(s.Closed) {
		if o.ID == id {
			s.Closed = slices.Delete(s.Closed, i, i+1)
			return
		}
	}
}

// close ends an open outage and books it.
func (s *State) close(system, id string, end func(*Outage)) {
	o := s.Open[system]
	if o == nil || o.ID != id {
		return
	}
	delete(s.Open, system)
	end(o)
	o.EndedAt = latest(o.EndedAt, o.Start())
	last := *o
	t := s.Totals[system]
	t.Count++
	t.LastDown = o.EndedAt.Sub(o.Start())
	t.Down += t.LastDown
	t.UpSince, t.Last = o.EndedAt, &last
	s.Totals[system] = t
	s.Closed = append(s.Closed, o)
	if len(s.Closed) > MaxClosed {
		s.Closed[0] = nil // moving the beginning on costs nothing, moving the rest would
		s.Closed = s.Closed[1:]
	}
}

func (s *State) change(system, id string, edit func(*Outage)) {
	if o := s.Open[system]; o != nil && o.ID == id {
		edit(o)
	}
}

// acknowledge notes the first person who took the outage on; later words only add their why.
func (o *Outage) acknowledge(e journal.Event, why string) {
	if o.AcknowledgedAt.IsZero() {
		o.AcknowledgedAt, o.AcknowledgedBy = e.At, actorName(e.Actor)
	}
	o.AcknowledgedWhy = why
}

// takeOn notes the same of an alert. The oldest is forgotten when there are too many.
func (s *State) takeOn(e journal.Event, p journal.AlertAcknowledged) {
	t, again := s.Taken[p.Alert]
	if !again {
		t.At, t.By = e.At, actorName(e.Actor)
	}
	t.Why = p.Why
	s.Taken[p.Alert] = t
	if len(s.Taken) > MaxTaken {
		byAge := func(a, b string) int { return s.Taken[a].At.Compare(s.Taken[b].At) }
		delete(s.Taken, slices.MinFunc(slices.Sorted(maps.Keys(s.Taken)), byAge))
	}
}

// move sets the terms that an event announces.
func (s *State) move(e journal.Event, moved []journal.DeadlineMoved) {
	for _, m := range moved {
		s.change(m.System, m.Outage, func(o *Outage) { o.setTerms(e, m.To) })
	}
}

func (s *State) applyPlan(e journal.Event, p journal.PlanLoaded) {
	s.Plan, s.Rejected = p, ""
	s.Plan.Moved, s.Plan.Dropped, s.Plan.Gone, s.Plan.GoneSupplies, s.Plan.Begun, s.Plan.Ended = nil, nil, nil, nil, nil, nil
	s.watch(p)
	s.move(e, p.Moved)
	for _, system := range p.Dropped {
		if o := s.Open[system]; o != nil {
			s.close(system, o.ID, func(o *Outage) { o.EndedAt, o.LastBadAt, o.Dropped = e.At, o.FirstBadAt, true })
		}
	}
	for _, o := range s.Open {
		o.LastsUntil = e.At // what counted so far may have lost its check
	}
	s.forgetSupplies(p.GoneSupplies)
	for _, gone := range p.Gone {
		delete(s.Checks, CheckKey{gone.System, gone.Check})
	}
}

// watch keeps which systems are looked at.
func (s *State) watch(p journal.PlanLoaded) {
	for _, system := range p.Begun {
		s.Watched[system] = true
	}
	for _, system := range p.Ended {
		delete(s.Watched, system)
	}
}

func (s *State) unobserved(st Stretch) {
	s.Unobserved = append(s.Unobserved, st)
	if len(s.Unobserved) > MaxStretches {
		s.Unobserved = s.Unobserved[1:]
	}
}

// actorName names who acted; empty when nobody did.
func actorName(a *journal.Actor) string {
	if a == nil {
		return ""
	}
	return a.Name()
}

// latest returns the last of the times.
func latest(times ...time.Time) time.Time {
	return slices.MaxFunc(times, time.Time.Compare)
}
