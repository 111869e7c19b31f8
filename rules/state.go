package rules

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// State is what the journal adds up to: a fold over its events by [State.Apply], which needs no
// plan. Its Live part is not journaled: it holds what the agent sees at this moment and starts
// empty with each run. A State is not safe for concurrent use; its owner guards it.
type State struct {
	LastSeq int64
	LastAt  time.Time

	Agent     string
	Run       string
	StartedAt time.Time

	Plan     journal.PlanLoaded
	Rejected string // diagnostics of the newest failed reload

	Threat *DeclaredThreat // nil: none is declared
	Checks map[CheckKey]CheckAccount
	Clock  ClockFacts
	Blind  *journal.BlindBegan // nil: the agent sees

	// Open holds the open outage of each system, Closed the ended ones in order of their end, the
	// newest [MaxClosed] of them; Totals keeps the account of all.
	Open   map[string]*Outage
	Closed []*Outage
	Totals map[string]Total

	// Unobserved are the stretches in which nobody looked, in order, the newest [MaxStretches].
	Unobserved []Stretch

	Live Live
}

// How much of the past a State keeps at hand; the journal keeps it all.
const (
	MaxClosed    = 10_000
	MaxStretches = 1_000
)

// CheckKey names a check.
type CheckKey struct{ System, Check string }

// CheckAccount is what the journal remembers of a check that has failed at least once.
type CheckAccount struct {
	Down       bool
	LastOKAt   time.Time // before the failure; zero: never seen
	FirstBadAt time.Time
	LastBadAt  time.Time // known after recovery
	FirstOKAt  time.Time // of the newest recovery
	Reason     string
	Text       string
}

// DeclaredThreat is a threat that a person has declared.
type DeclaredThreat struct {
	Name       string
	DeclaredAt time.Time
	Onset      time.Time
	By         string
}

// Outage is one outage's account.
type Outage struct {
	ID         string
	System     string
	Run        string // the run that noted its beginning
	LastOKAt   time.Time
	FirstBadAt time.Time
	// CorrectedStart is a person's word on the beginning; zero: none was given.
	CorrectedStart time.Time
	EndedAt        time.Time // zero: open
	LastBadAt      time.Time
	Met            bool // ended by the deadline; meaningful when ended
	Dropped        bool // ended because the plan lost the system
	Estimated      bool // its beginning was noted while the clock could not be trusted
	Reopened       int

	Check, Reason, Text string
	Terms               journal.Terms

	ETA             time.Time
	AcknowledgedAt  time.Time
	AcknowledgedBy  string
	AcknowledgedWhy string
}

// Start is where the clock of the allowance counts from: a person's correction, else the last
// time the system was known to work, else the first failed probe. It never promises more time
// than there is.
func (o *Outage) Start() time.Time {
	switch {
	case !o.CorrectedStart.IsZero():
		return o.CorrectedStart
	case !o.LastOKAt.IsZero():
		return o.LastOKAt
	default:
		return o.FirstBadAt
	}
}

// Total is the account of a system's ended outages.
type Total struct {
	Count int
	Down  time.Duration
	// UpSince is the end of the newest outage.
	UpSince time.Time
}

// Live is what the agent sees now, beside the journal.
type Live struct {
	Looks   map[CheckKey]Look
	Checks  map[CheckKey]LiveCheck
	Journal JournalFacts
}

// LiveCheck is the debounced state of a check in this run.
type LiveCheck struct {
	State SystemState // Up, Down or Unknown
	Since time.Time
}

// Look is the newest probe of a check.
type Look struct {
	At       time.Time
	Duration time.Duration
	OK       bool
	Reason   string
	Text     string
	Phases   []PhaseFacts
	Values   map[string]float64
	NotAfter time.Time
	LastOKAt time.Time
}

// NewState returns the state before the first event.
func NewState() *State {
	return &State{
		Checks: make(map[CheckKey]CheckAccount),
		Open:   make(map[string]*Outage),
		Totals: make(map[string]Total),
		Live: Live{
			Looks:  make(map[CheckKey]Look),
			Checks: make(map[CheckKey]LiveCheck),
		},
	}
}

// Apply folds one event into the state. Events come in the journal's order; one that was applied
// already is passed over, and drill events never touch the accounts.
func (s *State) Apply(e journal.Event) {
	if e.Seq != 0 && e.Seq <= s.LastSeq {
		return
	}
	s.LastSeq, s.LastAt = e.Seq, e.At
	if e.Drill {
		return
	}
	switch p := e.Payload.(type) {
	case journal.AgentStarted:
		s.Agent, s.Run, s.StartedAt = e.Agent, e.Run, e.At
		s.Rejected = ""
	case journal.PlanLoaded:
		s.applyPlan(e, p)
	case journal.PlanRejected:
		s.Rejected = p.Diagnostics
	case journal.Unobserved:
		s.unobserved(Stretch(p))
	case journal.BlindBegan:
		s.Blind = &p
	case journal.BlindEnded:
		s.Blind = nil
		s.unobserved(Stretch{From: p.From, To: p.To, Why: "blind"})
	case journal.ClockStepped:
		s.shift(e.Run, p.By)
		s.move(p.Moved)
	case journal.ClockUntrusted:
		s.Clock = ClockFacts{Estimated: true, Since: e.At}
	case journal.ClockTrusted:
		s.Clock = ClockFacts{}
	case journal.CheckFailed:
		s.Checks[CheckKey{p.System, p.Check}] = CheckAccount{
			Down: true, LastOKAt: p.LastOKAt, FirstBadAt: p.FirstBadAt, Reason: p.Reason, Text: p.Text,
		}
	case journal.CheckRecovered:
		key := CheckKey{p.System, p.Check}
		c := s.Checks[key]
		c.Down, c.LastBadAt, c.FirstOKAt = false, p.LastBadAt, p.FirstOKAt
		s.Checks[key] = c
	case journal.OutageOpened:
		s.open(e, p)
	case journal.OutageReopened:
		s.reopen(p)
	case journal.OutageClosed:
		s.close(p.System, p.Outage, func(o *Outage) { o.EndedAt, o.LastBadAt, o.Met = p.EndedAt, p.LastBadAt, p.Met })
	case journal.ThreatDeclared:
		s.Threat = &DeclaredThreat{Name: p.Threat, DeclaredAt: e.At, Onset: p.Onset, By: actorName(e.Actor)}
		s.move(p.Moved)
	case journal.ThreatEnded:
		s.Threat = nil
		s.move(p.Moved)
	case journal.StartCorrected:
		s.change(p.System, p.Outage, func(o *Outage) { o.CorrectedStart, o.Terms = p.To, p.Moved.To })
	case journal.ETAGiven:
		s.change(p.System, p.Outage, func(o *Outage) { o.ETA = p.ETA })
	case journal.Acknowledged:
		s.change(p.System, p.Outage, func(o *Outage) { o.acknowledge(e, p.Why) })
	}
}

func (s *State) open(e journal.Event, p journal.OutageOpened) {
	s.Open[p.System] = &Outage{
		ID: e.ID, System: p.System, Run: e.Run, LastOKAt: p.LastOKAt, FirstBadAt: p.FirstBadAt,
		Check: p.Check, Reason: p.Reason, Text: p.Text, Terms: p.Terms, Estimated: e.Estimated,
	}
}

// reopen takes an outage out of the closed ones and lets it go on.
func (s *State) reopen(p journal.OutageReopened) {
	i := slices.IndexFunc(s.Closed, func(o *Outage) bool { return o.ID == p.Outage })
	if i < 0 {
		return
	}
	o := s.Closed[i]
	s.Closed = slices.Delete(s.Closed, i, i+1)
	t := s.Totals[o.System]
	t.Count--
	t.Down -= o.EndedAt.Sub(o.Start())
	s.Totals[o.System] = t
	o.EndedAt, o.LastBadAt, o.Met = time.Time{}, time.Time{}, false
	o.Check, o.Reason, o.Text, o.Terms = p.Check, p.Reason, p.Text, p.Terms
	o.Reopened++
	s.Open[o.System] = o
}

// close ends an open outage and books it.
func (s *State) close(system, id string, end func(*Outage)) {
	o := s.Open[system]
	if o == nil || o.ID != id {
		return
	}
	delete(s.Open, system)
	end(o)
	t := s.Totals[system]
	t.Count++
	t.Down += o.EndedAt.Sub(o.Start())
	t.UpSince = o.EndedAt
	s.Totals[system] = t
	s.Closed = append(s.Closed, o)
	if len(s.Closed) > MaxClosed {
		s.Closed = slices.Delete(s.Closed, 0, len(s.Closed)-MaxClosed)
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

// move sets the terms that an event announces.
func (s *State) move(moved []journal.DeadlineMoved) {
	for _, m := range moved {
		s.change(m.System, m.Outage, func(o *Outage) { o.Terms = m.To })
	}
}

func (s *State) applyPlan(e journal.Event, p journal.PlanLoaded) {
	s.Plan, s.Rejected = p, ""
	s.move(p.Moved)
	for _, system := range p.Dropped {
		if o := s.Open[system]; o != nil {
			s.close(system, o.ID, func(o *Outage) { o.EndedAt, o.Dropped = e.At, true })
		}
	}
	s.Plan.Moved, s.Plan.Dropped = nil, nil
}

func (s *State) unobserved(st Stretch) {
	s.Unobserved = append(s.Unobserved, st)
	if len(s.Unobserved) > MaxStretches {
		s.Unobserved = slices.Delete(s.Unobserved, 0, len(s.Unobserved)-MaxStretches)
	}
}

// shift moves the times that the run noted on the old clock and that still count.
func (s *State) shift(run string, by time.Duration) {
	from := s.StartedAt
	if s.Run != run {
		return
	}
	for key, c := range s.Checks {
		if c.Down && !c.FirstBadAt.Before(from) {
			c.FirstBadAt = c.FirstBadAt.Add(by)
			c.LastOKAt = shifted(c.LastOKAt, from, by)
			s.Checks[key] = c
		}
	}
	for _, o := range s.Open {
		if o.Run == run {
			o.shift(from, by)
		}
	}
	s.StartedAt = s.StartedAt.Add(by)
}

// shift moves what was noted since from, the beginning of the run, by d.
func (o *Outage) shift(from time.Time, d time.Duration) {
	o.FirstBadAt = o.FirstBadAt.Add(d)
	o.LastOKAt = shifted(o.LastOKAt, from, d)
	o.CorrectedStart = shifted(o.CorrectedStart, from, d)
}

// shifted moves t by d when it was noted in the run that began at from.
func shifted(t, from time.Time, d time.Duration) time.Time {
	if t.IsZero() || t.Before(from) {
		return t
	}
	return t.Add(d)
}

// actorName is the deciding person when one was named, else who was logged in.
func actorName(a *journal.Actor) string {
	switch {
	case a == nil:
		return ""
	case a.By != "":
		return a.By
	default:
		return a.User
	}
}
