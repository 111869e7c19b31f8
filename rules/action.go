package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Action is something that a person does. Its fields are its JSON form in the API.
type Action interface {
	// event judges the action against the present and returns what to journal.
	event(p *plan.Plan, s *State, actor journal.Actor, now time.Time) (subject string, payload journal.Payload, err error)
}

// The actions of people.
type (
	// Declare makes a threat the active one; a zero Onset means now.
	Declare struct {
		Threat string    `json:"threat"`
		Onset  time.Time `json:"onset,omitzero"`
		Note   string    `json:"note,omitempty"`
	}
	// End ends the declared threat; the default one holds again.
	End struct {
		Threat string `json:"threat"`
		Note   string `json:"note,omitempty"`
	}
	// GiveETA says when the outage of a system is expected to end; a zero At withdraws it.
	GiveETA struct {
		System string    `json:"system"`
		At     time.Time `json:"at,omitzero"`
		Why    string    `json:"why,omitempty"`
	}
	// Acknowledge takes the outage of a system on: recovery has begun. In place of a system it may name
	// an open alert, by its key or the beginning of it that is that of no other: whoever takes on an
	// alert of an outage takes on that outage.
	Acknowledge struct {
		System string `json:"system,omitempty"`
		Alert  string `json:"alert,omitempty"`
		Why    string `json:"why"`
		// Taken is the alert that is meant, as it is recorded; whoever knows the open ones fills it in.
		Taken journal.AlertAcknowledged `json:"-"`
	}
	// CorrectStart says when the outage of a system really began.
	CorrectStart struct {
		System string    `json:"system"`
		Start  time.Time `json:"start"`
		Why    string    `json:"why,omitempty"`
	}
	// AddNote adds a line to the chronology, about a system or about nothing in particular. Corrects
	// is the ID of the event that it corrects, which stays as it is; whoever holds the journal must
	// see that there is one.
	AddNote struct {
		Text     string    `json:"text"`
		System   string    `json:"system,omitempty"`
		About    time.Time `json:"about,omitzero"`
		Corrects string    `json:"corrects,omitempty"`
	}
)

// clockSlack is how far in the future a person's clock may be before their word is refused.
const clockSlack = time.Minute

// maxWords bounds a person's text, in bytes.
const maxWords = 4000

// Act judges a person's action. It returns the event to journal, or a [*Problem] that says what
// is wrong and what to do; it changes nothing.
func Act(p *plan.Plan, s *State, a Action, actor journal.Actor, now time.Time) (journal.Event, error) {
	subject, payload, err := a.event(p, s, actor, now)
	if err != nil {
		return journal.Event{}, err
	}
	return journal.Event{Kind: payload.Kind(), Subject: subject, At: now, Actor: &actor, Payload: payload}, nil
}

func (a Declare) event(p *plan.Plan, s *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	threat := p.Threat(a.Threat)
	if threat == nil {
		return "", nil, unknownThreat(p, a.Threat)
	}
	if a.Onset.IsZero() {
		a.Onset = now
	}
	if err := firstOf(notFuture(p, OnsetNoun, a.Onset, now), wordsFit(NoteNoun, a.Note)); err != nil {
		return "", nil, err
	}
	a.Onset = earlier(a.Onset, now)
	if s.Threat != nil && s.Threat.Name == a.Threat && s.Threat.Onset.Equal(a.Onset) {
		return "", nil, conflict(CodeDeclaredAlready, Particulars{Threat: a.Threat})
	}
	return a.Threat, journal.ThreatDeclared{
		Threat: a.Threat, Onset: a.Onset, Note: a.Note,
		Moved:      moves(p, s, threat, (*Outage).Start),
		Checklists: s.Response.toBegin(p, a.Threat, s.Response.stage()),
	}, nil
}

func (a End) event(p *plan.Plan, s *State, _ journal.Actor, _ time.Time) (string, journal.Payload, error) {
	switch leftPlan := s.Threat != nil && p.Threat(s.Threat.Name) == nil; {
	case s.Threat != nil && s.Threat.Name == a.Threat:
	case p.Threat(a.Threat) == nil && !leftPlan:
		return "", nil, unknownThreat(p, a.Threat)
	case s.Threat == nil:
		return "", nil, conflict(CodeNoneDeclared, Particulars{})
	default:
		return "", nil, conflict(CodeOtherDeclared, Particulars{What: ThreatNoun, Threat: s.Threat.Name, Given: a.Threat})
	}
	if err := wordsFit(NoteNoun, a.Note); err != nil {
		return "", nil, err
	}
	return a.Threat, journal.ThreatEnded{
		Threat: a.Threat, Note: a.Note,
		Moved: moves(p, s, p.DefaultThreat(), (*Outage).Start),
	}, nil
}

func (a GiveETA) event(p *plan.Plan, s *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	o, err := openOutage(p, s, a.System)
	if err != nil {
		return "", nil, err
	}
	if err := firstOf(possible(EstimateNoun, a.At), wordsFit(WhyNoun, a.Why)); err != nil {
		return "", nil, err
	}
	if !a.At.IsZero() && a.At.Before(now.Add(-clockSlack)) {
		return "", nil, invalid(CodeEstimatePassed, Particulars{At: a.At.In(p.Location), Now: now.In(p.Location)})
	}
	return a.System, journal.ETAGiven{Outage: o.ID, System: a.System, ETA: a.At, Why: a.Why}, nil
}

func (a Acknowledge) event(p *plan.Plan, s *State, _ journal.Actor, _ time.Time) (string, journal.Payload, error) {
	subject, payload, err := a.meant(p, s)
	if err != nil {
		return "", nil, err
	}
	if strings.TrimSpace(a.Why) == "" {
		return "", nil, invalid(CodeNoAckReason, Particulars{})
	}
	return subject, payload, wordsFit(WhyNoun, a.Why)
}

// meant is what is taken on: an open alert, or the outage of a system.
func (a Acknowledge) meant(p *plan.Plan, s *State) (subject string, payload journal.Payload, err error) {
	switch {
	case a.Alert == "":
		o, err := openOutage(p, s, a.System)
		if err != nil {
			return "", nil, err
		}
		return a.System, journal.Acknowledged{Outage: o.ID, System: a.System, Why: a.Why}, nil
	case a.System != "":
		return "", nil, invalid(CodeSystemOrAlert, Particulars{})
	case a.Taken.Alert == "":
		return "", nil, NoAlert(p, a.Alert, nil)
	}
	taken := a.Taken
	taken.Why = a.Why
	return taken.Subject, taken, nil
}

// NoAlert refuses what is the beginning of no open alert's key. Open are those that there are, as
// people type them; a system may have been meant as well.
func NoAlert(p *plan.Plan, given string, open []string) *Problem {
	systems := systemNames(p)
	return notFound(CodeNoAlert, Particulars{Given: given}.listing(open).
		meaning(nearest(given, slices.Concat(open, systems))).
		meaning(titled(given, systems, systemTitles(p))))
}

// AlertAmbiguous refuses what is the beginning of several open alerts' keys.
func AlertAmbiguous(given string, open []string) *Problem {
	return invalid(CodeAlertAmbiguous, Particulars{Given: given}.listing(open))
}

func (a CorrectStart) event(p *plan.Plan, s *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	o, err := openOutage(p, s, a.System)
	if err != nil {
		return "", nil, err
	}
	if a.Start.IsZero() {
		return "", nil, invalid(CodeNoStart, Particulars{})
	}
	if err := firstOf(notFuture(p, StartNoun, a.Start, now), wordsFit(WhyNoun, a.Why)); err != nil {
		return "", nil, err
	}
	a.Start = earlier(a.Start, now)
	to := termsFor(p.System(a.System), activeThreat(p, s), a.Start)
	return a.System, journal.StartCorrected{
		Outage: o.ID, System: a.System, From: o.Start(), To: a.Start, Why: a.Why,
		Moved: journal.DeadlineMoved{Outage: o.ID, System: a.System, From: o.Terms, To: to},
	}, nil
}

func (a AddNote) event(p *plan.Plan, _ *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	if a.System != "" && p.System(a.System) == nil {
		return "", nil, UnknownSystem(p, a.System)
	}
	if strings.TrimSpace(a.Text) == "" {
		return "", nil, invalid(CodeNoteEmpty, Particulars{})
	}
	if err := firstOf(wordsFit(TextNoun, a.Text), notFuture(p, AboutNoun, a.About, now), formOfID(CorrectsNoun, a.Corrects)); err != nil {
		return "", nil, err
	}
	return a.System, journal.NoteAdded{Text: a.Text, About: a.About, Corrects: a.Corrects}, nil
}

// formOfID refuses what cannot be the ID of an event, a ULID: 26 digits of Crockford's base 32, of
// which the first is at most 7. An empty one points at nothing.
func formOfID(what Noun, id string) error {
	digit := func(r rune) bool { return strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", r) }
	if id == "" || len(id) == 26 && id[0] <= '7' && strings.IndexFunc(id, func(r rune) bool { return !digit(r) }) < 0 {
		return nil
	}
	return invalid(CodeNotAnID, Particulars{What: what, Given: id})
}

func openOutage(p *plan.Plan, s *State, system string) (*Outage, error) {
	if p.System(system) == nil {
		return nil, UnknownSystem(p, system)
	}
	if o := s.Open[system]; o != nil {
		return o, nil
	}
	return nil, conflict(CodeNoOutage, Particulars{System: system})
}
