package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// CallOut is whom to call under a threat, in which order and by which means. It holds contacts,
// which are personal data: it is shown to operators alone and is no part of a Situation.
type CallOut struct {
	At          time.Time      `json:"at"`
	Threat      string         `json:"threat"`
	ThreatTitle string         `json:"threat_title"`
	Posture     string         `json:"posture"`
	Title       string         `json:"title"`
	Conditions  []string       `json:"conditions,omitempty"`
	DeclaredBy  []string       `json:"declared_by,omitempty"` // titles of roles
	Roles       []*CallOutRole `json:"roles"`
}

// CallOutRole is one role and its people, in the order of calling.
type CallOutRole struct {
	RoleFacts
	Candidates []*Candidate `json:"candidates"`
}

// Candidate is a person who can take a role.
type Candidate struct {
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	// Contacts are in the order of trying.
	Contacts []ContactFacts `json:"contacts"`
	// ConfirmedAt is the day on which the contacts were last checked; zero: never said.
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	// Call is what came of calling; absent while nobody tried.
	Call *CallFacts `json:"call,omitempty"`
	// Next says that this is whom to call next for the role.
	Next bool `json:"next,omitempty"`
}

// ContactFacts is one way to reach a person.
type ContactFacts struct {
	Medium  plan.Medium `json:"medium"`
	Address string      `json:"address"`
	Note    string      `json:"note,omitempty"`
}

// CallOutFor tells whom to call under the threat named; empty means the active one. Its error is a
// [*Problem].
func CallOutFor(p *plan.Plan, s *State, threat string, now time.Time) (*CallOut, error) {
	return &CallOut{At: now.In(p.Location)}, nil
}
