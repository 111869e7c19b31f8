package rules

import (
	"slices"
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
	v := &view{plan: p, state: s, now: now.In(p.Location), threat: activeThreat(p, s)}
	if threat != "" {
		if v.threat = p.Threat(threat); v.threat == nil {
			return nil, unknownThreat(p, threat)
		}
	}
	q := p.PostureFor(v.threatName())
	if q == nil {
		return nil, notFound(CodeNoPosture, Particulars{Threat: v.threatName()})
	}
	out := &CallOut{
		At: v.now, Threat: v.threatName(), Posture: q.Name, Title: q.Title,
		Conditions: slices.Clone(q.Conditions), DeclaredBy: roleTitles(p, q.Declarers()),
		Roles: make([]*CallOutRole, 0, len(q.Roles)),
	}
	if v.threat != nil {
		out.ThreatTitle = v.threat.Title
	}
	roles := v.roles()
	for _, name := range q.Roles {
		if role := p.Role(name); role != nil {
			out.Roles = append(out.Roles, v.callOutRole(role, roles.named(name)))
		}
	}
	return out, nil
}

// roleTitles are the titles of roles; the name of one that has none.
func roleTitles(p *plan.Plan, names []string) []string {
	var titles []string
	for _, name := range names {
		title := name
		if role := p.Role(name); role != nil && role.Title != "" {
			title = role.Title
		}
		titles = append(titles, title)
	}
	return titles
}

func (v *view) callOutRole(role *plan.Role, facts *RoleFacts) *CallOutRole {
	out := &CallOutRole{RoleFacts: *facts, Candidates: make([]*Candidate, len(role.People))}
	for i, person := range role.People {
		c := &Candidate{
			Name: person.Name, Position: person.Position, ConfirmedAt: v.local(person.Confirmed),
			Contacts: make([]ContactFacts, len(person.Contacts)), Next: person.Name == facts.Next,
		}
		for j, contact := range person.Contacts {
			c.Contacts[j] = ContactFacts(contact)
		}
		for _, call := range facts.Calls {
			if call.Person == person.Name {
				c.Call = &call
			}
		}
		out.Candidates[i] = c
	}
	return out
}
