package rules

import (
	"encoding/json"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// The actions of people in a response.
type (
	// MoveStage moves the stage of the response. From, when given, is the stage that the person
	// saw: a move on another one is a conflict. Undo takes back the newest move that stands; To may
	// then be empty.
	MoveStage struct {
		To   plan.Stage `json:"to,omitempty"`
		From plan.Stage `json:"from,omitempty"`
		Undo bool       `json:"undo,omitempty"`
		Why  string     `json:"why"`
	}
	// ChooseOrdinary treats what is down as an ordinary failure, or withdraws that choice.
	ChooseOrdinary struct {
		Withdraw bool   `json:"withdraw,omitempty"`
		Why      string `json:"why"`
	}
	// MarkStep says that a step is done, takes that back (Undo), or only adds a word (a Note
	// with NoteOnly). Step is PROCEDURE.STEP, or the step's name alone where that is enough.
	MarkStep struct {
		Step     string `json:"step"`
		Undo     bool   `json:"undo,omitempty"`
		NoteOnly bool   `json:"note_only,omitempty"`
		Note     string `json:"note,omitempty"`
	}
	// RecordCall says what came of calling a person of a role.
	RecordCall struct {
		Role     string             `json:"role"`
		Person   string             `json:"person"`
		Medium   plan.Medium        `json:"medium,omitempty"`
		Result   journal.CallResult `json:"result"`
		ComingAt time.Time          `json:"coming_at,omitzero"`
		Note     string             `json:"note,omitempty"`
		Corrects string             `json:"corrects,omitempty"`
	}
	// AnswerSurvey says what a person saw of one line of the damage survey. A later answer
	// replaces the earlier and points at it. Site may be empty in a plan with one site or none,
	// Finding on a line that is words alone.
	AnswerSurvey struct {
		Site    string          `json:"site"`
		Item    string          `json:"item"`
		Finding journal.Finding `json:"finding,omitempty"`
		Note    string          `json:"note,omitempty"`
		SeenAt  time.Time       `json:"seen_at,omitzero"`
	}
	// IssueReport issues the next situation report (第n報). Text is the page, which the agent
	// writes; a client cannot send one.
	IssueReport struct {
		Remarks string `json:"remarks,omitempty"`
		Text    string `json:"-"`
	}
)

// embedded is the Situation as an event carries it. A person's decision is never refused because a
// number that a device told cannot be written (JSON knows no NaN): then it carries none.
func embedded(sit *Situation) json.RawMessage {
	data, err := json.Marshal(sit)
	if err != nil {
		return nil
	}
	return data
}
