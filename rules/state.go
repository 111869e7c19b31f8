package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules/supply"
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
	// LookedUntil is when the agent before this run looked last; zero: there was none.
	LookedUntil time.Time

	Plan journal.PlanLoaded
	// Watched are the systems that the agent looks at by that plan.
	Watched  map[string]bool
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

	// Power holds what is the matter with supplies and utility power.
	Power map[PowerKey]PowerAccount

	// Judged is the recommendation as it was last journaled, Response what people did about it.
	Judged   Judged
	Response Response

	// Taken holds who has taken on which open alert that is about no outage, by the alert's key: the
	// newest [MaxTaken] of them. Which of these alerts are open still is not in the journal.
	Taken map[string]Taken

	// Inspections holds the newest run of each inspection, by its name.
	Inspections map[string]InspectionAccount

	Live Live
}

// How much of the past a State keeps at hand; the journal keeps it all.
const (
	MaxClosed    = 10_000
	MaxStretches = 1_000
	MaxTaken     = 1_000
)

// CheckKey names a check.
type CheckKey struct{ System, Check string }

// CheckAccount is what the journal remembers of a check that has failed at least once under the
// plan that holds.
type CheckAccount struct {
	Down       bool
	Run        string    // the run that noted the failure
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
	LastBadAt      time.Time // known when ended
	// LastsUntil is an instant that it is known to have reached, for it was reopened then or the
	// plan was loaded; zero: FirstBadAt. It keeps what is counted from falling.
	LastsUntil time.Time
	Met        bool // ended by the deadline; meaningful when ended
	Dropped    bool // ended because the plan lost the system
	Estimated  bool // its beginning was noted while the clock could not be trusted
	Reopened   int

	Check, Reason, Text string
	Terms               journal.Terms
	// Missed says that it is on record that it goes on past its deadline.
	Missed bool

	ETA             time.Time
	AcknowledgedAt  time.Time
	AcknowledgedBy  string
	AcknowledgedWhy string
}

// Taken tells who has taken something on first, and what was said of it last.
type Taken struct {
	At      time.Time
	By, Why string
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
	// Last is the newest ended outage as it would go on if it were reopened now, LastDown what it
	// added to Down. Unlike the record among the Closed it follows the steps of the clock. It is
	// nil before the first and while that one is open again.
	Last     *Outage
	LastDown time.Duration
}

// Live is what the agent sees now, beside the journal.
type Live struct {
	Looks   map[CheckKey]Look
	Checks  map[CheckKey]LiveCheck
	Journal JournalFacts
	// Channels are those that the agent uses.
	Channels []ChannelFacts
	// Readings are the newest of each supply, Drains the charges of those on battery since they
	// went there.
	Readings map[string]supply.Reading
	Drains   map[string][]supply.Charge
	// Idle tells of each generator that says that it does not run since when it says so.
	Idle map[string]time.Time
	// Lapsed tells of each criterion that held in this run since when it no longer does; zero: it
	// held when [Decide] last looked.
	Lapsed map[string]time.Time
	// Spells tells of steps with a condition how long it holds, by ID, as [Decide] saw it.
	Spells map[string]Spell
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
	// LastOKAt and LastBadAt are the newest good and the newest failed probe of this run.
	LastOKAt  time.Time
	LastBadAt time.Time
}

// Look notes the newest probe of a check.
func (l *Live) Look(key CheckKey, look Look) {
	before := l.Looks[key]
	look.LastOKAt, look.LastBadAt = before.LastOKAt, before.LastBadAt
	if look.OK {
		look.LastOKAt = look.At
	} else {
		look.LastBadAt = look.At
	}
	l.Looks[key] = look
}

// NewState returns the state before the first event.
func NewState() *State {
	return &State{
		Watched: make(map[string]bool),
		Checks:  make(map[CheckKey]CheckAccount),
		Open:    make(map[string]*Outage),
		Totals:  make(map[string]Total),
		Power:   make(map[PowerKey]PowerAccount),
		Taken:   make(map[string]Taken),

		Inspections: make(map[string]InspectionAccount),

		Live: Live{
			Looks:  make(map[CheckKey]Look),
			Checks: make(map[CheckKey]LiveCheck),

			Readings: make(map[string]supply.Reading),
			Drains:   make(map[string][]supply.Charge),
			Idle:     make(map[string]time.Time),
			Lapsed:   make(map[string]time.Time),
			Spells:   make(map[string]Spell),
		},
	}
}
