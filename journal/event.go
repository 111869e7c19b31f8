// Package journal keeps what happened, for good.
//
// Only transitions are written: an outage opened or closed, a threat was declared, a person gave
// an estimate. The journal is append-only and durable before anyone is told, each event carries
// the hash of the one before it, and everything else (state, situation, alerts, reports) is
// derived from it, after a crash as in an ordinary minute.
package journal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Event is one thing that happened. Its payload is the struct that belongs to its Kind.
type Event struct {
	ID    string // ULID
	Agent string
	Seq   int64 // 1, 2, 3, … without gaps, per journal
	// At is when it was learnt, never before the At of the event before it. Payloads hold the
	// times that it speaks of.
	At time.Time
	// Estimated marks an At taken while the wall clock could not be trusted.
	Estimated bool
	// Run is the ULID of the agent's run (one process from start to end), Boot the id of the
	// machine's boot.
	Run, Boot string
	Kind      Kind
	// Subject is the name of the system, threat or agent that it is about; may be empty.
	Subject string
	// Actor is the person behind it; nil for what the agent saw by itself.
	Actor   *Actor
	Payload Payload
	// Drill marks exercise events, which never touch the real accounts.
	Drill bool
	// Prev is the SHA-256 (hex) of the event before it; empty for the first.
	Prev string
}

// Actor is who acted: the login proved to the agent, and the deciding person as they named them.
type Actor struct {
	// User is the operating-system user on the socket, the authenticated HTTP user, or the
	// operating-system user who made the one-time link.
	User string `json:"user"`
	// Via is "socket", "http" (a user's password) or "link" (a one-time link).
	Via string `json:"via"`
	// By names the deciding person (--by); it never replaces User.
	By string `json:"by,omitempty"`
}

// Name is the deciding person when one was named, else who was logged in.
func (a Actor) Name() string { return cmp.Or(a.By, a.User) }

// Kind names what happened.
type Kind string

// Payload is what an event of one kind holds.
type Payload interface{ Kind() Kind }

// The kinds of events.
const (
	KindAgentStarted   Kind = "agent_started"
	KindAgentStopped   Kind = "agent_stopped"
	KindPlanLoaded     Kind = "plan_loaded"
	KindPlanRejected   Kind = "plan_rejected"
	KindUnobserved     Kind = "unobserved"
	KindBlindBegan     Kind = "blind_began"
	KindBlindEnded     Kind = "blind_ended"
	KindClockStepped   Kind = "clock_stepped"
	KindClockUntrusted Kind = "clock_untrusted"
	KindClockTrusted   Kind = "clock_trusted"

	KindCheckFailed    Kind = "check_failed"
	KindCheckRecovered Kind = "check_recovered"
	KindOutageOpened   Kind = "outage_opened"
	KindOutageReopened Kind = "outage_reopened"
	KindOutageClosed   Kind = "outage_closed"
	KindDeadlineMissed Kind = "deadline_missed"

	KindThreatDeclared    Kind = "threat_declared"
	KindThreatEnded       Kind = "threat_ended"
	KindStartCorrected    Kind = "start_corrected"
	KindETAGiven          Kind = "eta_given"
	KindAcknowledged      Kind = "acknowledged"
	KindAlertAcknowledged Kind = "alert_acknowledged"
	KindNoteAdded         Kind = "note_added"
)

// AgentStarted opens a run.
type AgentStarted struct {
	Version  string `json:"version"`
	Hostname string `json:"hostname"`
}

// AgentStopped closes a run in good order.
type AgentStopped struct {
	Why string `json:"why"`
}

// PlanLoaded tells which plan holds from now on, and which deadlines it moved.
type PlanLoaded struct {
	Name    string          `json:"name"`
	Version string          `json:"version"`
	Hash    string          `json:"hash"`
	Moved   []DeadlineMoved `json:"moved,omitempty"`
	// Dropped are systems with an open outage that the plan no longer knows, or knows no checks
	// of: it ends unresolved.
	Dropped []string `json:"dropped,omitempty"`
	// Gone are checks that failed at some time and are no longer run: what is remembered of them
	// is forgotten, so that one that comes back much later begins anew.
	Gone []CheckName `json:"gone,omitempty"`
	// GoneSupplies are supplies with which something was the matter, or that were read, and that
	// the plan no longer reads.
	GoneSupplies []string `json:"gone_supplies,omitempty"`
	// Begun are the systems that the agent looks at from now on and did not before, Ended those that
	// it looks at no more: of the time between, nobody can say that they were up.
	Begun []string `json:"begun,omitempty"`
	Ended []string `json:"ended,omitempty"`
}

// CheckName names a check of a system.
type CheckName struct {
	System string `json:"system"`
	Check  string `json:"check"`
}

// PlanRejected tells that a reload failed and the old plan stays.
type PlanRejected struct {
	Diagnostics string `json:"diagnostics"`
}

// Unobserved is a stretch in which nobody looked: the agent was not running.
type Unobserved struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Why  string    `json:"why"` // "not_running", "suspended"
}

// BlindBegan tells that the agent is cut off: none of its vantage targets answers.
type BlindBegan struct {
	// Since is the last time that the agent was known to see.
	Since time.Time `json:"since"`
	Text  string    `json:"text"`
}

// BlindEnded closes the stretch begun by BlindBegan.
type BlindEnded struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// ClockStepped tells that the wall clock jumped and the agent followed it. Times noted in this
// run and still counting are moved by By, so that what has elapsed stays true.
type ClockStepped struct {
	By    time.Duration   `json:"by"`
	Moved []DeadlineMoved `json:"moved,omitempty"`
}

// ClockUntrusted tells that the wall clock is behind the journal, or has leapt further ahead than a
// clock that was good can be believed. The agent goes on from the last time that it trusts, by
// monotonic time, and marks its times as estimated.
type ClockUntrusted struct {
	Wall time.Time `json:"wall"`
}

// ClockTrusted tells that the wall clock is sane again, or that a restart has taken it for sane.
type ClockTrusted struct {
	Wall time.Time `json:"wall"`
}

// CheckFailed is a confirmed failure of one check.
type CheckFailed struct {
	System     string    `json:"system"`
	Check      string    `json:"check"`
	LastOKAt   time.Time `json:"last_ok_at,omitzero"` // zero: never seen to work
	FirstBadAt time.Time `json:"first_bad_at"`
	Reason     string    `json:"reason"`
	Text       string    `json:"text"`
}

// CheckRecovered is a confirmed recovery of one check.
type CheckRecovered struct {
	System    string    `json:"system"`
	Check     string    `json:"check"`
	LastBadAt time.Time `json:"last_bad_at"`
	FirstOKAt time.Time `json:"first_ok_at"`
}

// Terms are the deadline of an outage as computed for one threat.
type Terms struct {
	Threat          string    `json:"threat,omitempty"`
	Allowance       string    `json:"allowance"`
	Deadline        time.Time `json:"deadline,omitzero"` // zero: none
	StartRecoveryBy time.Time `json:"start_recovery_by,omitzero"`
}

// OutageOpened begins an outage; the event's ID is the outage's.
type OutageOpened struct {
	System string `json:"system"`
	// LastOKAt is the last time the system was known to work (zero: never seen), FirstBadAt the
	// first failed probe. The truth lies between.
	LastOKAt   time.Time `json:"last_ok_at,omitzero"`
	FirstBadAt time.Time `json:"first_bad_at"`
	Check      string    `json:"check"`
	Reason     string    `json:"reason"`
	Text       string    `json:"text"`
	Terms      Terms     `json:"terms"`
}

// OutageReopened continues an outage that had been closed a moment ago.
type OutageReopened struct {
	Outage     string    `json:"outage"`
	System     string    `json:"system"`
	FirstBadAt time.Time `json:"first_bad_at"`
	Check      string    `json:"check"`
	Reason     string    `json:"reason"`
	Text       string    `json:"text"`
	Terms      Terms     `json:"terms"`
}

// OutageClosed ends an outage at its first good probe.
type OutageClosed struct {
	Outage    string    `json:"outage"`
	System    string    `json:"system"`
	LastBadAt time.Time `json:"last_bad_at"`
	EndedAt   time.Time `json:"ended_at"`
	// Met tells whether it ended by its deadline; true when it had none.
	Met bool `json:"met"`
}

// DeadlineMissed tells that an outage goes on past its deadline.
type DeadlineMissed struct {
	Outage   string    `json:"outage"`
	System   string    `json:"system"`
	Deadline time.Time `json:"deadline"`
}

// DeadlineMoved is one outage's deadline before and after an event that moves it.
type DeadlineMoved struct {
	Outage string `json:"outage"`
	System string `json:"system"`
	From   Terms  `json:"from"`
	To     Terms  `json:"to"`
}

// ThreatDeclared makes a threat the active one.
type ThreatDeclared struct {
	Threat string `json:"threat"`
	// Onset is when it began, as the person says.
	Onset time.Time       `json:"onset"`
	Note  string          `json:"note,omitempty"`
	Moved []DeadlineMoved `json:"moved,omitempty"`
	// Checklists begin with it when people respond already.
	Checklists []Checklist `json:"checklists,omitempty"`
}

// ThreatEnded returns to the default threat.
type ThreatEnded struct {
	Threat string          `json:"threat"`
	Note   string          `json:"note,omitempty"`
	Moved  []DeadlineMoved `json:"moved,omitempty"`
}

// StartCorrected is a person's word on when an outage began.
type StartCorrected struct {
	Outage string        `json:"outage"`
	System string        `json:"system"`
	From   time.Time     `json:"from"`
	To     time.Time     `json:"to"`
	Why    string        `json:"why,omitempty"`
	Moved  DeadlineMoved `json:"moved"`
}

// ETAGiven is a person's estimate of the end of an outage. A zero ETA withdraws it.
type ETAGiven struct {
	Outage string    `json:"outage"`
	System string    `json:"system"`
	ETA    time.Time `json:"eta,omitzero"`
	Why    string    `json:"why,omitempty"`
}

// Acknowledged tells that a person has taken the outage on: recovery has begun.
type Acknowledged struct {
	Outage string `json:"outage"`
	System string `json:"system"`
	Why    string `json:"why"`
}

// AlertAcknowledged tells that a person has taken on an open alert that is about no outage.
type AlertAcknowledged struct {
	// Alert is its key from its opening to its close, Name what kind of alert it is.
	Alert string `json:"alert"`
	Name  string `json:"name"`
	// Subject is the supply, step, channel, criterion, agent or plan that it is about, Title that for
	// people; empty where it is about none.
	Subject string `json:"subject,omitempty"`
	Title   string `json:"title,omitempty"`
	Why     string `json:"why"`
}

// NoteAdded is a line for the chronology.
type NoteAdded struct {
	Text string `json:"text"`
	// About is when what it tells of happened; zero: now.
	About time.Time `json:"about,omitzero"`
	// Corrects is the ID of the event that it corrects; empty: none.
	Corrects string `json:"corrects,omitempty"`
}

func (AgentStarted) Kind() Kind      { return KindAgentStarted }
func (AgentStopped) Kind() Kind      { return KindAgentStopped }
func (PlanLoaded) Kind() Kind        { return KindPlanLoaded }
func (PlanRejected) Kind() Kind      { return KindPlanRejected }
func (Unobserved) Kind() Kind        { return KindUnobserved }
func (BlindBegan) Kind() Kind        { return KindBlindBegan }
func (BlindEnded) Kind() Kind        { return KindBlindEnded }
func (ClockStepped) Kind() Kind      { return KindClockStepped }
func (ClockUntrusted) Kind() Kind    { return KindClockUntrusted }
func (ClockTrusted) Kind() Kind      { return KindClockTrusted }
func (CheckFailed) Kind() Kind       { return KindCheckFailed }
func (CheckRecovered) Kind() Kind    { return KindCheckRecovered }
func (OutageOpened) Kind() Kind      { return KindOutageOpened }
func (OutageReopened) Kind() Kind    { return KindOutageReopened }
func (OutageClosed) Kind() Kind      { return KindOutageClosed }
func (DeadlineMissed) Kind() Kind    { return KindDeadlineMissed }
func (ThreatDeclared) Kind() Kind    { return KindThreatDeclared }
func (ThreatEnded) Kind() Kind       { return KindThreatEnded }
func (StartCorrected) Kind() Kind    { return KindStartCorrected }
func (ETAGiven) Kind() Kind          { return KindETAGiven }
func (Acknowledged) Kind() Kind      { return KindAcknowledged }
func (AlertAcknowledged) Kind() Kind { return KindAlertAcknowledged }
func (NoteAdded) Kind() Kind         { return KindNoteAdded }

// decoders maps each kind to a function that reads its payload back.
var decoders = map[Kind]func([]byte) (Payload, error){
	KindAgentStarted:      decode[AgentStarted],
	KindAgentStopped:      decode[AgentStopped],
	KindPlanLoaded:        decode[PlanLoaded],
	KindPlanRejected:      decode[PlanRejected],
	KindUnobserved:        decode[Unobserved],
	KindBlindBegan:        decode[BlindBegan],
	KindBlindEnded:        decode[BlindEnded],
	KindClockStepped:      decode[ClockStepped],
	KindClockUntrusted:    decode[ClockUntrusted],
	KindClockTrusted:      decode[ClockTrusted],
	KindCheckFailed:       decode[CheckFailed],
	KindCheckRecovered:    decode[CheckRecovered],
	KindOutageOpened:      decode[OutageOpened],
	KindOutageReopened:    decode[OutageReopened],
	KindOutageClosed:      decode[OutageClosed],
	KindDeadlineMissed:    decode[DeadlineMissed],
	KindThreatDeclared:    decode[ThreatDeclared],
	KindThreatEnded:       decode[ThreatEnded],
	KindStartCorrected:    decode[StartCorrected],
	KindETAGiven:          decode[ETAGiven],
	KindAcknowledged:      decode[Acknowledged],
	KindAlertAcknowledged: decode[AlertAcknowledged],
	KindNoteAdded:         decode[NoteAdded],
	KindPowerBegan:        decode[PowerBegan],
	KindPowerEnded:        decode[PowerEnded],

	KindRecommendationChanged: decode[RecommendationChanged],
	KindStageMoved:            decode[StageMoved],
	KindOrdinaryChosen:        decode[OrdinaryChosen],
	KindStepApplies:           decode[StepApplies],
	KindStepLapsed:            decode[StepLapsed],
	KindStepDone:              decode[StepDone],
	KindStepUndone:            decode[StepUndone],
	KindStepNoted:             decode[StepNoted],
	KindCallMade:              decode[CallMade],
	KindSurveyAnswered:        decode[SurveyAnswered],
	KindReportIssued:          decode[ReportIssued],

	KindInspectionDone: decode[InspectionDone],
}

func decode[P Payload](data []byte) (Payload, error) {
	var p P
	err := json.Unmarshal(data, &p)
	return p, err
}

// DecodePayload reads a payload of the kind given. A kind that a newer version wrote is kept as
// [Unknown], so that an older agent folds what it can and loses nothing.
func DecodePayload(kind Kind, data []byte) (Payload, error) {
	dec, ok := decoders[kind]
	if !ok {
		return Unknown{kind, append(json.RawMessage(nil), data...)}, nil
	}
	p, err := dec(data)
	if err != nil {
		return nil, fmt.Errorf("payload of a %s event: %w", kind, err)
	}
	return p, nil
}

// Unknown is the payload of a kind that this version does not know.
type Unknown struct {
	kind Kind
	Raw  json.RawMessage
}

// Kind returns the kind as it was written.
func (u Unknown) Kind() Kind { return u.kind }

// MarshalJSON returns the payload as it was read.
func (u Unknown) MarshalJSON() ([]byte, error) { return u.Raw, nil }

// Kinds lists every kind of event that this version writes, sorted.
func Kinds() []Kind { return slices.Sorted(maps.Keys(decoders)) }
