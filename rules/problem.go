package rules

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Problem is why an action was refused: a kind and a code for programs, and what the refusal is
// about. Its words for people, in their language, are those of package messages.
type Problem struct {
	Kind ProblemKind `json:"kind"`
	Code ProblemCode `json:"code"`
	Data Particulars `json:"data"`
}

// ProblemKind classifies a Problem.
type ProblemKind string

// The kinds of problems.
const (
	NotFound ProblemKind = "not_found"
	Invalid  ProblemKind = "invalid"
	Conflict ProblemKind = "conflict"
)

// Particulars are what a Problem is about. Each code fills those that its words need; the others
// are zero. Times are in the plan's zone.
type Particulars struct {
	// What is the kind of thing, the field or the decision that is spoken of, Given the name or
	// word that was given for it.
	What  Noun   `json:"what,omitempty"`
	Given string `json:"given,omitempty"`
	// Near is the name that was perhaps meant, Known those that there are; More says that there
	// are more than these. An empty Near is none.
	Near  string   `json:"near,omitempty"`
	Known []string `json:"known,omitempty"`
	More  bool     `json:"more,omitempty"`
	// These are names of the plan, of what there is. Step is an ID, Line an item of the survey.
	System string `json:"system,omitempty"`
	Threat string `json:"threat,omitempty"`
	Role   string `json:"role,omitempty"`
	Step   string `json:"step,omitempty"`
	Site   string `json:"site,omitempty"`
	Line   string `json:"line,omitempty"`
	// Planned says that the plan has it, though it is not there now.
	Planned bool `json:"planned,omitempty"`
	// Stage is the present stage, or the one that something leads to; Wanted the one that the
	// person meant.
	Stage  plan.Stage         `json:"stage,omitempty"`
	Wanted plan.Stage         `json:"wanted,omitempty"`
	Result journal.CallResult `json:"result,omitempty"`
	// Deed is what somebody did before; nil: nobody did.
	Deed *Deed `json:"deed,omitempty"`
	// At is the time that was given, Now what the agent's clock says.
	At   time.Time `json:"at,omitzero"`
	Now  time.Time `json:"now,omitzero"`
	Year int       `json:"year,omitempty"`
	// Limit is in bytes.
	Limit int `json:"limit,omitempty"`
	// ID is that of an event, NewID of the one that has taken its place.
	ID    string `json:"id,omitempty"`
	NewID string `json:"new_id,omitempty"`
}

// Deed is what somebody did that now stands in the way.
type Deed struct {
	By string    `json:"by,omitempty"` // empty: nobody was named
	At time.Time `json:"at,omitzero"`
	// Undid says that it took back what was done before.
	Undid bool `json:"undid,omitempty"`
}

// Error is for logs; people read the words of package messages.
func (p *Problem) Error() string {
	data, err := json.Marshal(p.Data)
	if err != nil {
		return string(p.Code)
	}
	return string(p.Code) + " " + string(data)
}

func notFound(code ProblemCode, data Particulars) *Problem { return &Problem{NotFound, code, data} }
func invalid(code ProblemCode, data Particulars) *Problem  { return &Problem{Invalid, code, data} }
func conflict(code ProblemCode, data Particulars) *Problem { return &Problem{Conflict, code, data} }

// unknownName says that there is no such thing, and which name was perhaps meant. titles are those
// of the known, in their order.
func unknownName(what Noun, name string, known, titles []string) *Problem {
	return notFound(CodeUnknownName, Particulars{What: what, Given: name}.among(known).meaning(titled(name, known, titles)))
}

// oneOf refuses a word that is none of those of a closed list.
func oneOf[T ~string](what Noun, word T, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	words := namesOf(known, func(k T) string { return string(k) })
	if word == "" {
		return invalid(CodeMissing, Particulars{What: what}.listing(words))
	}
	return invalid(CodeUnknownWord, Particulars{What: what, Given: string(word)}.among(words))
}

// The years in which a person's time may lie, in any zone. What lies beyond is a slip of the
// keyboard, and near the ends of what RFC 3339 can write it could not be shown in the plan's zone.
const earliestYear, latestYear = 1970, 2200

// possible refuses a time that nobody can mean; the zero time says that none was given.
func possible(what Noun, t time.Time) error {
	if year := t.UTC().Year(); t.IsZero() || year >= earliestYear && year <= latestYear {
		return nil
	}
	return invalid(CodeImpossibleYear, Particulars{What: what, Year: t.Year()})
}

// notFuture refuses a time that lies in the future by more than people's clocks differ.
func notFuture(p *plan.Plan, what Noun, t, now time.Time) error {
	if err := possible(what, t); err != nil {
		return err
	}
	if t.After(now.Add(clockSlack)) {
		return invalid(CodeInFuture, Particulars{What: what, At: t.In(p.Location), Now: now.In(p.Location)})
	}
	return nil
}

// notPast refuses a time that lies in the past by more than people's clocks differ.
func notPast(p *plan.Plan, what Noun, t, now time.Time) error {
	if err := possible(what, t); err != nil {
		return err
	}
	if !t.IsZero() && t.Before(now.Add(-clockSlack)) {
		return invalid(CodeInPast, Particulars{What: what, At: t.In(p.Location), Now: now.In(p.Location)})
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func wordsFit(what Noun, text string) error {
	if len(text) > maxWords {
		return invalid(CodeTooLong, Particulars{What: what, Limit: maxWords})
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
