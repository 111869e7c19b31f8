package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// DecisionFacts is the recommendation and what speaks for and against it.
type DecisionFacts struct {
	Recommendation plan.Recommendation `json:"recommendation"`
	// Since is when it was first recommended; zero before anything was journaled.
	Since time.Time `json:"since,omitzero"`
	// Reasons are all criteria: those that hold first, in the plan's order.
	Reasons []*ReasonFacts `json:"reasons"`
	// Calm says of each priority system that is down why its continuity is in danger or is not.
	Calm []CalmFacts `json:"calm,omitempty"`
	// Choice is a person's word to treat what is down as an ordinary failure; absent without one.
	Choice *ChoiceFacts `json:"choice,omitempty"`
}

// ReasonFacts is one criterion at the instant.
type ReasonFacts struct {
	Criterion  string              `json:"criterion"`
	Title      string              `json:"title"`
	Recommends plan.Recommendation `json:"recommends"`
	// Holds says whether it counts for the recommendation: it holds now, has ceased too shortly
	// ago (KeptUntil), or cannot be judged and would make the recommendation worse (Unjudged).
	Holds     bool      `json:"holds"`
	KeptUntil time.Time `json:"kept_until,omitzero"`
	Unjudged  string    `json:"unjudged,omitempty"`
	// Text says it in English, with the numbers; people read it through package messages.
	Text       string      `json:"text"`
	Expression string      `json:"expression"`
	BuiltIn    bool        `json:"built_in,omitempty"`
	Used       []plan.Used `json:"used,omitempty"`
	// Systems are those that a built-in criterion speaks of.
	Systems []string `json:"systems,omitempty"`
}

// Calm is why the continuity of a system that is down is not in danger, or that it is.
type Calm string

// The kinds of calm, and their absence.
const (
	RecoversInTime   Calm = "recovers_in_time"  // projected to be back before its deadline
	AlternativeLasts Calm = "alternative_lasts" // nobody can say when it is back, and the alternative means last
	NoDeadline       Calm = "no_deadline"       // nothing is promised under the active threat
	TimeLeft         Calm = "time_left"         // nothing is known but that the deadline is not there yet
	InDanger         Calm = "in_danger"
)

// Calms lists every kind.
var Calms = [...]Calm{RecoversInTime, AlternativeLasts, NoDeadline, TimeLeft, InDanger}

// CalmFacts is one priority system that is down, and how its continuity stands.
type CalmFacts struct {
	System       string    `json:"system"`
	Calm         Calm      `json:"calm"`
	ProjectedEnd time.Time `json:"projected_end,omitzero"`
	// ProjectionPassed says that it should have been back already; ProjectedEnd is absent then.
	ProjectionPassed bool      `json:"projection_passed,omitempty"`
	Deadline         time.Time `json:"deadline,omitzero"`
	Alternative      string    `json:"alternative,omitempty"`
	AlternativeUntil time.Time `json:"alternative_until,omitzero"`
}

// ChoiceFacts is the choice to treat what is down as an ordinary failure (通常のシステム障害).
type ChoiceFacts struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	User    string    `json:"user"`
	Why     string    `json:"why"`
	Against bool      `json:"against,omitempty"`
	// Overtaken says that the recommendation has become worse since: somebody must look again.
	Overtaken bool `json:"overtaken,omitempty"`
}

// ResponseFacts is how the response stands: who moved the stage, what is to be done, who was
// called, what people saw, what was reported. It holds no contacts.
type ResponseFacts struct {
	// Move is the newest move of the stage; absent before the first.
	Move *MoveFacts `json:"move,omitempty"`
	// Standing is the move that stands where Move takes one back: who decided on the stage, and
	// since when it holds. It is absent otherwise.
	Standing *MoveFacts `json:"standing,omitempty"`
	// BeganAt is when the response began; zero while there is none.
	BeganAt    time.Time         `json:"began_at,omitzero"`
	Posture    *PostureFacts     `json:"posture,omitempty"` // of the active threat
	Checklists []*ChecklistFacts `json:"checklists,omitempty"`
	Steps      StepCounts        `json:"steps"`
	Survey     []*SiteSurvey     `json:"survey,omitempty"`
	Reports    ReportCounts      `json:"reports"`
}

// MoveFacts is one move of the stage.
type MoveFacts struct {
	ID       string     `json:"id"`
	From     plan.Stage `json:"from"`
	To       plan.Stage `json:"to"`
	At       time.Time  `json:"at"`
	By       string     `json:"by"`
	User     string     `json:"user"`
	Why      string     `json:"why"`
	Undoes   string     `json:"undoes,omitempty"`
	Against  bool       `json:"against,omitempty"`
	Unlisted bool       `json:"unlisted,omitempty"`
}

// PostureFacts is the posture for the active threat, and who holds its roles by the calls so far.
type PostureFacts struct {
	Name       string       `json:"name"`
	Title      string       `json:"title"`
	Conditions []string     `json:"conditions,omitempty"`
	DeclaredBy []string     `json:"declared_by,omitempty"` // roles
	Roles      []*RoleFacts `json:"roles"`
}

// RoleFacts is one role of the posture.
type RoleFacts struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	People int    `json:"people"` // how many the plan names
	// Holder is who has arrived, or comes, or was reached, the first in the plan's order; empty
	// while nobody was.
	Holder string             `json:"holder,omitempty"`
	State  journal.CallResult `json:"state,omitempty"`
	// ComingAt is when the holder will be there; zero: not said.
	ComingAt time.Time `json:"coming_at,omitzero"`
	// Late says that the holder should have been there by ComingAt, and has not arrived.
	Late bool `json:"late,omitempty"`
	// Next is whom to call next: the holder again when Late. It is empty when the role is held
	// otherwise, or nobody is left.
	Next string `json:"next,omitempty"`
	// Exhausted says that everybody was tried in vain.
	Exhausted bool        `json:"exhausted,omitempty"`
	Calls     []CallFacts `json:"calls,omitempty"` // the newest of each person, in the plan's order
}

// CallFacts is what came of calling somebody.
type CallFacts struct {
	ID       string             `json:"id"`
	Person   string             `json:"person"`
	Medium   plan.Medium        `json:"medium,omitempty"`
	Result   journal.CallResult `json:"result"`
	At       time.Time          `json:"at"`
	ComingAt time.Time          `json:"coming_at,omitzero"`
	Late     bool               `json:"late,omitempty"` // past ComingAt, and not arrived
	By       string             `json:"by"`
	Note     string             `json:"note,omitempty"`
}

// ChecklistFacts is a running procedure. Its steps are those of the plan when its stage began.
type ChecklistFacts struct {
	Procedure string       `json:"procedure"`
	Title     string       `json:"title"`
	Threat    string       `json:"threat,omitempty"`
	Stage     plan.Stage   `json:"stage"`
	BeganAt   time.Time    `json:"began_at"`
	Current   bool         `json:"current"` // to be worked on: of the present stage or one before it
	Steps     []*StepFacts `json:"steps"`
	// Added are steps that the plan has gained since, AddedTitles their titles in the same order;
	// they are not part of the checklist.
	Added       []string `json:"added,omitempty"`
	AddedTitles []string `json:"added_titles,omitempty"`
}

// StepState is how a step stands.
type StepState string

// The states of steps.
const (
	StepOpen StepState = "open"
	StepDone StepState = "done"
	StepIdle StepState = "not_applicable" // its only_if does not hold
)

// StepFacts is one step of a running checklist.
type StepFacts struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Role      string    `json:"role,omitempty"`
	RoleTitle string    `json:"role_title,omitempty"`
	Holder    string    `json:"holder,omitempty"` // who holds the role
	State     StepState `json:"state"`
	// DueAt counts from when the checklist began. That of a step with a condition counts from when
	// the condition began to hold, if that was later; of one that began while no agent ran, from when
	// one looked last. A condition that ceases for less than five minutes has not
	// ceased. DueAt is zero for a step without a time, while its condition does not hold, and for
	// what was done although it need not have been.
	DueAt   time.Time  `json:"due_at,omitzero"`
	Overdue bool       `json:"overdue,omitempty"` // open past DueAt in a response, or done after it
	DoneAt  time.Time  `json:"done_at,omitzero"`
	DoneBy  string     `json:"done_by,omitempty"`
	Notes   []StepNote `json:"notes,omitempty"`
	// OnlyIf is its condition as the present plan has it, by which it is judged.
	OnlyIf string `json:"only_if,omitempty"`
	// Unjudged says why OnlyIf could not be judged; the step then applies.
	Unjudged string         `json:"unjudged,omitempty"`
	Links    []journal.Link `json:"links,omitempty"`
	// Change says how the plan has departed from the step: "removed", "changed" or empty. Departs
	// names the fields of a changed one that are others now, Planned is the step as the plan has it.
	Change  string        `json:"change,omitempty"`
	Departs []string      `json:"departs,omitempty"`
	Planned *journal.Step `json:"planned,omitempty"`
}

// StepNote is a word about a step.
type StepNote struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// StepCounts counts the steps of current checklists.
type StepCounts struct {
	Open    int `json:"open"`
	Done    int `json:"done"`
	Overdue int `json:"overdue"` // and open
}

// SiteSurvey is the damage survey (被害チェックシート) of one site.
type SiteSurvey struct {
	Site  string        `json:"site"`
	Title string        `json:"title"`
	Items []*SurveyItem `json:"items"`
}

// SurveyItem is one line of the sheet: what the agents know, and what a person saw.
type SurveyItem struct {
	// Item names the line: "building", "utility", "generator.roof", "system.mail".
	Item  string `json:"item"`
	Title string `json:"title,omitempty"` // of a system or supply; other lines are named by package messages
	// Known is what the agents know; empty when only a person can tell. Facts are its numbers.
	Known  journal.Finding    `json:"known,omitempty"`
	Since  time.Time          `json:"since,omitzero"`
	Facts  map[string]float64 `json:"facts,omitempty"`
	Answer *SurveyAnswer      `json:"answer,omitempty"`
}

// SurveyAnswer is what a person saw.
type SurveyAnswer struct {
	ID      string          `json:"id"`
	Finding journal.Finding `json:"finding"`
	Note    string          `json:"note,omitempty"`
	SeenAt  time.Time       `json:"seen_at"`
	By      string          `json:"by"`
	// Corrects is the ID of the answer before it; empty: it is the first.
	Corrects string `json:"corrects,omitempty"`
}

// ReportCounts tells of the situation reports of this response.
type ReportCounts struct {
	Issued int       `json:"issued"` // the number of the newest
	LastAt time.Time `json:"last_at,omitzero"`
	LastID string    `json:"last_id,omitempty"` // of its event
}
