package journal

import (
	"encoding/json"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The kinds of events of a response: the decision, the stages, the checklists, the calls, the
// survey and the reports. Nothing recorded is ever changed: an event that corrects another points
// at it.
const (
	KindRecommendationChanged Kind = "recommendation_changed"
	KindStageMoved            Kind = "stage_moved"
	KindOrdinaryChosen        Kind = "ordinary_chosen"
	KindStepApplies           Kind = "step_applies"
	KindStepLapsed            Kind = "step_lapsed"
	KindStepDone              Kind = "step_done"
	KindStepUndone            Kind = "step_undone"
	KindStepNoted             Kind = "step_noted"
	KindCallMade              Kind = "call_made"
	KindSurveyAnswered        Kind = "survey_answered"
	KindReportIssued          Kind = "report_issued"
)

// RecommendationChanged tells that the recommendation got worse or better.
type RecommendationChanged struct {
	From plan.Recommendation `json:"from"`
	To   plan.Recommendation `json:"to"`
	// Reasons are the criteria that hold, with the facts that they rest on.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Reason is a criterion that held, as it was judged.
type Reason struct {
	Criterion string      `json:"criterion"`
	Title     string      `json:"title,omitempty"`
	Used      []plan.Used `json:"used,omitempty"`
	// Unjudged says why it could not be judged and counts as holding; empty when it was.
	Unjudged string `json:"unjudged,omitempty"`
}

// StageMoved tells that a person moved the stage.
type StageMoved struct {
	From plan.Stage `json:"from"`
	To   plan.Stage `json:"to"`
	Why  string     `json:"why"`
	// Undoes is the ID of the move that this one takes back; empty: it takes back none.
	Undoes string `json:"undoes,omitempty"`
	// NewFile says that a response begins with it: checklists, calls, survey and the numbers of
	// reports begin anew.
	NewFile bool `json:"new_file,omitempty"`
	// Threat was the active one.
	Threat string `json:"threat,omitempty"`
	// Recommendation was what Keizoku recommended; Against says that the move goes against it.
	Recommendation plan.Recommendation `json:"recommendation"`
	Against        bool                `json:"against,omitempty"`
	// Unlisted says that the person named is none of those who, by the posture, may decide.
	Unlisted bool `json:"unlisted,omitempty"`
	// Checklists begin with the stage. They stay as they are here when the plan changes.
	Checklists []Checklist `json:"checklists,omitempty"`
	// Situation is the whole Situation that the move was taken on.
	Situation json.RawMessage `json:"situation,omitempty"`
}

// Checklist is a procedure as it stood when its stage began.
type Checklist struct {
	Procedure string     `json:"procedure"`
	Title     string     `json:"title,omitempty"`
	Threat    string     `json:"threat,omitempty"`
	Stage     plan.Stage `json:"stage"`
	Steps     []Step     `json:"steps"`
}

// Step is one step of a Checklist.
type Step struct {
	// ID is PROCEDURE.STEP.
	ID    string `json:"id"`
	Title string `json:"title"`
	Role  string `json:"role,omitempty"`
	// Due counts from the event that began the checklist, that of a step with a condition from when
	// it began to hold, if that was later; zero: no time is set.
	Due    time.Duration `json:"due_ns,omitempty"`
	OnlyIf string        `json:"only_if,omitempty"` // as it was written
	Links  []Link        `json:"links,omitempty"`
}

// Link points at a document.
type Link struct {
	Title string `json:"title,omitempty"`
	To    string `json:"to"`
}

// OrdinaryChosen tells that a person treats what is down as an ordinary failure (通常のシステム障害).
type OrdinaryChosen struct {
	Why            string              `json:"why"`
	Recommendation plan.Recommendation `json:"recommendation"`
	Against        bool                `json:"against,omitempty"`
	Unlisted       bool                `json:"unlisted,omitempty"`
	// Withdraws is the ID of the choice that is taken back; empty: this is a choice.
	Withdraws string          `json:"withdraws,omitempty"`
	Situation json.RawMessage `json:"situation,omitempty"`
}

// StepApplies tells that the condition of a step holds from now on: its time counts.
type StepApplies struct {
	Step   string    `json:"step"`
	Since  time.Time `json:"since"`
	OnlyIf string    `json:"only_if"` // as it was written
	// Unjudged says why the condition could not be judged, so that the step applies.
	Unjudged string `json:"unjudged,omitempty"`
}

// StepLapsed tells that the condition of a step has ceased to hold, and not for a moment.
type StepLapsed struct {
	Step  string    `json:"step"`
	Since time.Time `json:"since"`
}

// StepDone tells that a step is done.
type StepDone struct {
	Step string `json:"step"`
	Note string `json:"note,omitempty"`
}

// StepUndone takes back that a step is done.
type StepUndone struct {
	Step   string `json:"step"`
	Undoes string `json:"undoes"` // the ID of the event that said so
	Why    string `json:"why,omitempty"`
}

// StepNoted is a word about a step.
type StepNoted struct {
	Step string `json:"step"`
	Text string `json:"text"`
}

// CallResult is what came of calling somebody.
type CallResult string

// The results.
const (
	Reached    CallResult = "reached"
	NotReached CallResult = "not_reached"
	Coming     CallResult = "coming"
	Declined   CallResult = "declined" // reached, and cannot come
	Arrived    CallResult = "arrived"
)

// CallResults lists every result.
var CallResults = [...]CallResult{Reached, NotReached, Coming, Declined, Arrived}

// CallMade tells whom somebody tried to reach, and what came of it.
type CallMade struct {
	Role   string      `json:"role"`
	Person string      `json:"person"`
	Medium plan.Medium `json:"medium,omitempty"`
	Result CallResult  `json:"result"`
	// ComingAt is when the person will be there; zero: not said.
	ComingAt time.Time `json:"coming_at,omitzero"`
	Note     string    `json:"note,omitempty"`
	// Corrects is the ID of the record that this one replaces; empty: none.
	Corrects string `json:"corrects,omitempty"`
}

// Finding is what a person saw.
type Finding string

// The findings.
const (
	Fine     Finding = "normal"
	Impaired Finding = "degraded"
	Stopped  Finding = "stopped"
	Unclear  Finding = "unknown" // looked, and could not tell
)

// Findings lists every finding.
var Findings = [...]Finding{Fine, Impaired, Stopped, Unclear}

// SurveyAnswered is what a person saw of one line of the damage survey.
type SurveyAnswered struct {
	Site string `json:"site"`
	Item string `json:"item"`
	// Finding may be empty on a line that is words alone.
	Finding Finding `json:"finding,omitempty"`
	Note    string  `json:"note,omitempty"`
	// SeenAt is when they looked; zero: when it was recorded.
	SeenAt time.Time `json:"seen_at,omitzero"`
	// Corrects is the ID of the answer that this one replaces; empty: it is the first.
	Corrects string `json:"corrects,omitempty"`
}

// ReportIssued is a situation report (第n報) as it went out.
type ReportIssued struct {
	Number  int    `json:"number"`
	Remarks string `json:"remarks,omitempty"`
	// Text is the page, in the plan's language.
	Text string `json:"text"`
	// Situation is the whole Situation that it was written from; the next report tells what
	// changed since.
	Situation json.RawMessage `json:"situation,omitempty"`
}

func (RecommendationChanged) Kind() Kind { return KindRecommendationChanged }
func (StageMoved) Kind() Kind            { return KindStageMoved }
func (OrdinaryChosen) Kind() Kind        { return KindOrdinaryChosen }
func (StepApplies) Kind() Kind           { return KindStepApplies }
func (StepLapsed) Kind() Kind            { return KindStepLapsed }
func (StepDone) Kind() Kind              { return KindStepDone }
func (StepUndone) Kind() Kind            { return KindStepUndone }
func (StepNoted) Kind() Kind             { return KindStepNoted }
func (CallMade) Kind() Kind              { return KindCallMade }
func (SurveyAnswered) Kind() Kind        { return KindSurveyAnswered }
func (ReportIssued) Kind() Kind          { return KindReportIssued }

// Brief returns the payload without the Situation that it carries, for lists that would drown in
// it; the journal keeps the whole.
func Brief(p Payload) Payload {
	switch p := p.(type) {
	case StageMoved:
		p.Situation = nil
		return p
	case OrdinaryChosen:
		p.Situation = nil
		return p
	case ReportIssued:
		p.Situation = nil
		return p
	default:
		return p
	}
}
