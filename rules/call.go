package rules

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a RecordCall) event(p *plan.Plan, s *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	role := p.Role(a.Role)
	if role == nil {
		return "", nil, unknownName(RoleNoun, a.Role, roleNames(p), titlesOfRoles(p))
	}
	person := personOf(role, a.Person)
	if person == nil {
		return "", nil, noPerson(role, a.Person)
	}
	if err := firstOf(a.judge(p, now), s.Response.correctable(a.Corrects)); err != nil {
		return "", nil, err
	}
	return a.Role, journal.CallMade{
		Role: a.Role, Person: person.Name, Medium: a.Medium, Result: a.Result,
		ComingAt: a.ComingAt, Note: a.Note, Corrects: a.Corrects,
	}, nil
}

func (a RecordCall) judge(p *plan.Plan, now time.Time) error {
	if err := oneOf(ResultNoun, a.Result, journal.CallResults[:]); err != nil {
		return err
	}
	if a.Medium != "" {
		if err := oneOf(MediumNoun, a.Medium, plan.Media[:]); err != nil {
			return err
		}
	}
	if !a.ComingAt.IsZero() && a.Result != journal.Coming && a.Result != journal.Reached {
		return invalid(CodeNotComing, Particulars{Result: a.Result})
	}
	soon := possible(ComingNoun, a.ComingAt)
	if a.Corrects == "" { // what is corrected may be long past
		soon = notPast(p, ComingNoun, a.ComingAt, now)
	}
	return firstOf(soon, wordsFit(NoteNoun, a.Note))
}

// noPerson says that a role has no such person, and who was perhaps meant.
func noPerson(role *plan.Role, name string) error {
	names := namesOf(role.People, func(p *plan.Person) string { return p.Name })
	return notFound(CodeNoPerson, Particulars{What: PersonNoun, Role: role.Name, Given: name}.among(names))
}

// correctable refuses to correct what is no call of this file, or what somebody has corrected.
func (r *Response) correctable(id string) error {
	if id == "" {
		return nil
	}
	for _, c := range r.Calls {
		switch {
		case id == c.ID:
			return nil
		case slices.Contains(c.Replaced, id):
			return conflict(CodeCallCorrected, Particulars{ID: id, NewID: c.ID, Deed: &Deed{By: c.Actor.Name()}})
		}
	}
	return notFound(CodeNoCall, Particulars{Given: id})
}

// call folds a call. One that corrects another takes its place, and its time: that is when the
// call was made.
func (r *Response) call(e journal.Event, p journal.CallMade) {
	c := Call{ID: e.ID, At: e.At, CallMade: p, Actor: actorOf(e)}
	if i := slices.IndexFunc(r.Calls, func(old Call) bool { return p.Corrects != "" && old.ID == p.Corrects }); i >= 0 {
		old := r.Calls[i]
		c.At, c.Replaced = old.At, append(slices.Clone(old.Replaced), old.ID)
		r.Calls[i] = c
		return
	}
	r.Calls = append(r.Calls, c)
}
