package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Situation is everything people are shown, at one instant: the answer to what is down, since
// when, how much time is left and why. It is a pure function of plan, state and instant (see
// [Evaluate]) and immutable: metrics, console, API, alerts and reports are views of it and
// compute nothing by themselves. Its JSON form is part of the contract; times in it carry the
// plan's zone.
type Situation struct {
	At         time.Time      `json:"at"`
	Plan       PlanFacts      `json:"plan"`
	Agent      AgentFacts     `json:"agent"`
	Threat     ThreatFacts    `json:"threat"`
	Stage      plan.Stage     `json:"stage"`
	Decision   DecisionFacts  `json:"decision"`
	Response   ResponseFacts  `json:"response"`
	Systems    []*SystemFacts `json:"systems"` // in the plan's order
	Clock      ClockFacts     `json:"clock"`
	Journal    JournalFacts   `json:"journal"`
	Unobserved []Stretch      `json:"unobserved"` // the newest last, at most 100
	// Power is how emergency power stands; absent when the plan has none.
	Power *supply.Facts `json:"power,omitempty"`
	// Inspections are those of the plan, in its order; absent when it has none.
	Inspections []InspectionFacts `json:"inspections,omitempty"`
	// Channels are those that the agent uses (通知先), by name; absent when it uses none.
	Channels []ChannelFacts `json:"channels,omitempty"`
}

// ChannelFacts tells whether messages get through to a channel. What the receiver said may name
// people, and is no part of it.
type ChannelFacts struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// Pending counts the messages that wait.
	Pending int `json:"pending"`
	// FailingSince is when the first of those that wait failed for the first time, or since when
	// the channel cannot be set up; zero: all is well.
	FailingSince time.Time `json:"failing_since,omitzero"`
}

// PlanFacts names the plan that holds.
type PlanFacts struct {
	Name      string      `json:"name"`
	Title     string      `json:"title"`
	Version   string      `json:"version"`
	Hash      string      `json:"hash"`
	Locale    plan.Locale `json:"locale"`
	ReviewDue time.Time   `json:"review_due,omitzero"`
	// Rejected is why the newest reload failed; empty while the plan is the newest.
	Rejected string `json:"rejected,omitempty"`
}

// AgentFacts tells who looks, and whether it sees.
type AgentFacts struct {
	Name       string    `json:"name"`
	Site       string    `json:"site,omitempty"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	Blind      bool      `json:"blind"`
	BlindSince time.Time `json:"blind_since,omitzero"`
	BlindText  string    `json:"blind_text,omitempty"`
}

// ThreatFacts is the active threat. Without a declaration it is the plan's default one.
type ThreatFacts struct {
	Name       string    `json:"name"`
	Title      string    `json:"title"`
	DeclaredAt time.Time `json:"declared_at,omitzero"`
	Onset      time.Time `json:"onset,omitzero"`
	DeclaredBy string    `json:"declared_by,omitempty"`
	Default    bool      `json:"default"`
	// Names lists every threat of the plan, in its order.
	Names []string `json:"names"`
	// Titles are the titles of Names, in the same order.
	Titles []string `json:"titles"`
}

// ClockFacts tells whether times can be believed.
type ClockFacts struct {
	Estimated bool      `json:"estimated"`
	Since     time.Time `json:"since,omitzero"`
}

// JournalFacts tells whether what happened is safe on disk.
type JournalFacts struct {
	LastCommitAt time.Time `json:"last_commit_at,omitzero"`
	Events       int64     `json:"events"`
	// Unwritten counts events kept in memory because the disk refuses them; Failing says why.
	Unwritten int    `json:"unwritten"`
	Failing   string `json:"failing,omitempty"`
}

// Stretch is a time in which nobody looked. A zero To means that it lasts.
type Stretch struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
	Why  string    `json:"why"` // "not_running", "suspended", "blind"
}

// SystemState is the state of a system or a check.
type SystemState string

// The states. A check is never degraded or planned.
const (
	Up       SystemState = "up"
	Degraded SystemState = "degraded" // some checks fail, enough succeed
	Down     SystemState = "down"
	Unknown  SystemState = "unknown" // the agent cannot tell
	Planned  SystemState = "planned" // down, and maintenance says so
	Pending  SystemState = "pending" // not looked at yet
)

// States lists every state, worst first.
var States = [...]SystemState{Down, Degraded, Unknown, Planned, Pending, Up}

// SystemFacts is one system at the instant.
type SystemFacts struct {
	Name     string      `json:"name"`
	Title    string      `json:"title"`
	Priority int         `json:"priority,omitempty"`
	Owner    string      `json:"owner,omitempty"`
	Site     string      `json:"site,omitempty"`
	State    SystemState `json:"state"`
	// Since is when the state began; zero when not known.
	Since time.Time `json:"since,omitzero"`
	// Causes are the root causes: systems that this one depends on, directly or not, that are
	// down while nothing that they depend on is. Empty for a system that is up, or is down by itself.
	Causes []string `json:"causes"`
	// Affects are the systems that are down and have this one among their causes.
	Affects     []string      `json:"affects"`
	DependsOn   []string      `json:"depends_on"`
	Checks      []*CheckFacts `json:"checks"`
	Outage      *OutageFacts  `json:"outage,omitempty"`
	Maintenance *Window       `json:"maintenance,omitempty"` // the window that holds now
	Alternative string        `json:"alternative,omitempty"`
	// AlternativeLasts is how long one can go on with it; zero when not said.
	AlternativeLasts Seconds `json:"alternative_lasts_seconds,omitempty"`
	// Allowances are the allowances by threat, for a failure now.
	Allowances []AllowanceFacts `json:"allowances"`
	// OutagesTotal and OutageSeconds count since the journal began, the open outage included up to
	// its newest failed probe, so that neither ever falls while the agent runs.
	OutagesTotal  int     `json:"outages_total"`
	OutageSeconds Seconds `json:"outage_seconds_total"`
}

// Window is a stretch of maintenance.
type Window struct {
	Name  string    `json:"name"`
	Title string    `json:"title,omitempty"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
}

// AllowanceFacts is what a threat allows a system, if it failed at the instant.
type AllowanceFacts struct {
	Threat    string    `json:"threat"`
	Allowance string    `json:"allowance"`
	Deadline  time.Time `json:"deadline,omitzero"`
	Seconds   Seconds   `json:"seconds"`
}

// CheckFacts is one check at the instant: its confirmed state and the newest look.
type CheckFacts struct {
	Name  string      `json:"name"`
	Kind  string      `json:"kind"`
	State SystemState `json:"state"`
	// Success tells of the newest probe alone; meaningless while LastRunAt is zero.
	Success   bool      `json:"success"`
	LastRunAt time.Time `json:"last_run_at,omitzero"`
	Duration  Seconds   `json:"duration_seconds"`
	Reason    string    `json:"reason,omitempty"`
	// Error is the text of the newest probe when it failed.
	Error    string             `json:"error,omitempty"`
	Phases   []PhaseFacts       `json:"phases,omitempty"`
	Values   map[string]float64 `json:"values,omitempty"`
	NotAfter time.Time          `json:"certificate_not_after,omitzero"`
	LastOKAt time.Time          `json:"last_ok_at,omitzero"`
}

// PhaseFacts is the time that a part of a probe took.
type PhaseFacts struct {
	Name    string  `json:"name"`
	Seconds Seconds `json:"seconds"`
}

// Verdict is how an open outage stands against its deadline.
type Verdict string

// The verdicts. An outage without a deadline is on track.
const (
	OnTrack Verdict = "on_track"
	AtRisk  Verdict = "at_risk" // likely to end after the deadline, or to lose its power before it ends
	Missed  Verdict = "missed"
)

// Risk is why an outage is at risk.
type Risk string

// The risks.
const (
	RiskLate    Risk = "late"    // it is projected to end after the deadline
	RiskOverdue Risk = "overdue" // it should have ended already, and a recovery begun now would end too late
	RiskPower   Risk = "power"   // its supply ends before it is projected to end
)

// OutageFacts is an open outage and its clock. Elapsed, allowed and used count from LastOKAt
// when it is known, else from FirstBadAt.
type OutageFacts struct {
	ID         string    `json:"id"`
	LastOKAt   time.Time `json:"last_ok_at,omitzero"`
	FirstBadAt time.Time `json:"first_bad_at"`
	// Start is where the clock counts from; a person may have corrected it.
	Start     time.Time `json:"start"`
	Corrected bool      `json:"corrected,omitempty"`
	Estimated bool      `json:"estimated,omitempty"`
	Threat    string    `json:"threat,omitempty"`
	Allowance string    `json:"allowance"`

	Elapsed Seconds `json:"elapsed_seconds"`
	// Allowed, Deadline, Left and UsedRatio are absent when there is no deadline. Left is
	// negative after the deadline.
	Allowed         *Seconds  `json:"allowed_seconds,omitempty"`
	Deadline        time.Time `json:"deadline,omitzero"`
	Left            *Seconds  `json:"left_seconds,omitempty"`
	UsedRatio       *float64  `json:"used_ratio,omitempty"`
	StartRecoveryBy time.Time `json:"start_recovery_by,omitzero"`

	ETA time.Time `json:"eta,omitzero"` // as a person gave it
	// ProjectedEnd is when it may be expected to end, now at the earliest; zero: nothing tells.
	ProjectedEnd time.Time `json:"projected_end,omitzero"`
	// ProjectionPassed says that it should have ended already: nobody can say when it does.
	ProjectionPassed bool `json:"projection_passed,omitempty"`
	// WaitsFor is the root cause whose projected end is later than its own, and is ProjectedEnd, or
	// that should have been back already; empty when there is none.
	WaitsFor       string    `json:"waits_for,omitempty"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	AcknowledgedBy string    `json:"acknowledged_by,omitempty"`
	// AcknowledgedWhy is what was said last of who works on it and how.
	AcknowledgedWhy string  `json:"acknowledged_why,omitempty"`
	Verdict         Verdict `json:"verdict"`
	// Risk says why the verdict is at_risk; empty otherwise.
	Risk Risk `json:"risk,omitempty"`
	// SupplyEndsAt is when its emergency power ends or must be switched off; zero: it does not, as
	// far as is known.
	SupplyEndsAt time.Time `json:"supply_ends_at,omitzero"`
	Check        string    `json:"check"`
	Reason       string    `json:"reason"`
	Text         string    `json:"text"`
	Planned      bool      `json:"planned"`
	Reopened     int       `json:"reopened,omitempty"`
}

// PastOutage is an outage in the account of all outages, open or closed.
type PastOutage struct {
	ID         string    `json:"id"`
	System     string    `json:"system"`
	Title      string    `json:"title,omitempty"`
	LastOKAt   time.Time `json:"last_ok_at,omitzero"`
	FirstBadAt time.Time `json:"first_bad_at"`
	Start      time.Time `json:"start"`
	// Corrected says that Start is a person's word, Estimated that the beginning was noted while the
	// clock could not be trusted.
	Corrected bool      `json:"corrected,omitempty"`
	Estimated bool      `json:"estimated,omitempty"`
	EndedAt   time.Time `json:"ended_at,omitzero"` // zero: open
	LastBadAt time.Time `json:"last_bad_at,omitzero"`
	Elapsed   Seconds   `json:"elapsed_seconds"`
	Threat    string    `json:"threat,omitempty"`
	Allowance string    `json:"allowance"`
	Deadline  time.Time `json:"deadline,omitzero"`
	// Met tells whether it ended by its deadline; absent while open.
	Met      *bool  `json:"met,omitempty"`
	Dropped  bool   `json:"dropped,omitempty"` // ended because the plan lost the system
	Check    string `json:"check"`
	Reason   string `json:"reason"`
	Text     string `json:"text"`
	Reopened int    `json:"reopened,omitempty"`
}

// Seconds is a duration that reads as a number of seconds in JSON.
type Seconds float64

// SecondsOf converts d.
func SecondsOf(d time.Duration) Seconds { return Seconds(d.Seconds()) }

// Duration converts back.
func (s Seconds) Duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// System returns the facts of the system named, or nil.
func (s *Situation) System(name string) *SystemFacts {
	for _, sys := range s.Systems {
		if sys.Name == name {
			return sys
		}
	}
	return nil
}
