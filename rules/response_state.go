package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Judged is a recommendation as it was journaled.
type Judged struct {
	Recommendation plan.Recommendation // empty: none was journaled yet, which is Normal
	Since          time.Time
	Run            string // that noted it
	// Held are the criteria that counted for it.
	Held []string
}

// Response is the file of one response: all that people recorded since the one before it was
// closed. What is recorded in ordinary times belongs to the response that follows, for a day.
type Response struct {
	Stage plan.Stage // empty: Monitoring
	// Moves are the moves of the stage in this file, the oldest first.
	Moves   []Move
	BeganAt time.Time // zero: nobody responds
	// Choice is the choice of an ordinary failure that stands; nil without one.
	Choice     *Choice
	Checklists []*Checklist
	// Calls are the calls in order; one that was corrected has given its place to its correction.
	// Answers are the newest of each line of the survey.
	Calls   []Call
	Answers map[SurveyKey]Answer
	// Reports is the number of the newest situation report, ReportID its event.
	Reports    int
	ReportedAt time.Time
	ReportID   string
	// Before is the file before this one; if it was closed, it goes on when the move that began this
	// one is taken back. Nothing goes back further: its own Before is nil.
	Before *Response
}

// Move is one move of the stage, without the Situation and the checklists that its event carries.
type Move struct {
	ID string
	At time.Time
	journal.StageMoved
	Actor journal.Actor
	// Choice is that of an ordinary failure which the move overtook; nil: it overtook none. It
	// stands again when the move is taken back.
	Choice *Choice
}

// Choice is the choice of an ordinary failure, without the Situation that its event carries.
type Choice struct {
	ID string
	At time.Time
	journal.OrdinaryChosen
	Actor journal.Actor
}

// Checklist is a procedure that runs.
type Checklist struct {
	journal.Checklist
	BeganAt time.Time
	BeganBy string // ID of the event that began it
	// Marks tell of the steps that somebody did something about, by ID; Spells since when the
	// conditions of steps hold that do.
	Marks  map[string]*StepMark
	Spells map[string]time.Time
}

// StepMark is what people recorded about a step.
type StepMark struct {
	DoneID string // of the event that it is done; empty: it is not
	DoneAt time.Time
	DoneBy string
	// UndoneAt and UndoneBy tell who took it back last; zero and empty: nobody did since it was done.
	UndoneAt time.Time
	UndoneBy string
	Notes    []StepNote
}

// Call is one call, as recorded. At is when it was first recorded, which a correction leaves.
type Call struct {
	ID string
	At time.Time
	// Replaced are the IDs of the records that it corrects, each having corrected the one before.
	Replaced []string
	journal.CallMade
	Actor journal.Actor
}

// SurveyKey names a line of the survey.
type SurveyKey struct{ Site, Item string }

// Answer is the answer that stands for a line of the survey.
type Answer struct {
	ID string
	At time.Time
	journal.SurveyAnswered
	Actor journal.Actor
}

// fileKept is how long before a response what was recorded still belongs to it.
const fileKept = 24 * time.Hour
