package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// roles tells who holds each role by the calls so far. It is made for one Situation.
type roles struct {
	view  *view
	since time.Time // calls before it are too old to count; zero: all count
	known map[string]*RoleFacts
}

func (v *view) roles() *roles {
	return &roles{view: v, since: v.state.Response.since(v.now), known: make(map[string]*RoleFacts)}
}

// named tells of a role of the plan; nil for a name that none has.
func (r *roles) named(name string) *RoleFacts {
	if name == "" {
		return nil
	}
	facts, ok := r.known[name]
	if !ok {
		if role := r.view.plan.Role(name); role != nil {
			facts = r.of(role)
		}
		r.known[name] = facts
	}
	return facts
}

// of tells who holds the role: the first in the plan's order who is there, comes or was reached.
func (r *roles) of(role *plan.Role) *RoleFacts {
	facts := &RoleFacts{Name: role.Name, Title: role.Title, People: len(role.People), Calls: r.calls(role)}
	for _, c := range facts.Calls {
		if holds(c.Result) {
			facts.Holder, facts.State, facts.ComingAt, facts.Late = c.Person, c.Result, c.ComingAt, c.Late
			if c.Late {
				facts.Next = c.Person
			}
			return facts
		}
	}
	for _, person := range role.People {
		if !slices.ContainsFunc(facts.Calls, func(c CallFacts) bool { return c.Person == person.Name }) {
			facts.Next = person.Name
			return facts
		}
	}
	facts.Exhausted = len(role.People) > 0
	return facts
}

// holds reports whether a call with this result lets its person hold the role.
func holds(result journal.CallResult) bool {
	return result == journal.Arrived || result == journal.Coming || result == journal.Reached
}

// calls are the newest of each person of the role: in the plan's order, then of those whom the
// plan names no longer.
func (r *roles) calls(role *plan.Role) []CallFacts {
	newest := make(map[string]CallFacts)
	var people []string
	for _, p := range role.People {
		people = append(people, p.Name)
	}
	for _, c := range r.view.state.Response.Calls {
		if c.Role == role.Name && !c.At.Before(r.since) {
			newest[c.Person] = r.view.callFacts(c)
			people = append(people, c.Person)
		}
	}
	var all []CallFacts
	for _, name := range people {
		if c, ok := newest[name]; ok {
			all = append(all, c)
			delete(newest, name)
		}
	}
	return all
}

func (v *view) callFacts(c Call) CallFacts {
	return CallFacts{
		ID: c.ID, Person: c.Person, Medium: c.Medium, Result: c.Result, At: v.local(c.At),
		ComingAt: v.local(c.ComingAt), Late: v.late(c), By: c.Actor.Name(), Note: c.Note,
	}
}

// late reports whether somebody who comes should be there by now. Whoever arrived was recorded as
// arrived.
func (v *view) late(c Call) bool {
	comes := c.Result == journal.Coming || c.Result == journal.Reached
	return comes && !c.ComingAt.IsZero() && v.now.After(c.ComingAt)
}

// posture is the posture for the active threat; nil when the plan has none.
func (v *view) posture(roles *roles) *PostureFacts {
	q := v.plan.PostureFor(v.threatName())
	if q == nil {
		return nil
	}
	facts := &PostureFacts{
		Name: q.Name, Title: q.Title, Conditions: slices.Clone(q.Conditions),
		DeclaredBy: slices.Clone(q.Declarers()), Roles: make([]*RoleFacts, 0, len(q.Roles)),
	}
	for _, name := range q.Roles {
		if role := roles.named(name); role != nil {
			facts.Roles = append(facts.Roles, role)
		}
	}
	return facts
}

// threatName is the name of the active threat; empty in a plan without any.
func (v *view) threatName() string {
	if v.threat == nil {
		return ""
	}
	return v.threat.Name
}

// personOf is the person of a role whose name was given, or nil. Japanese names are written with a
// space between family and given name, or without.
func personOf(role *plan.Role, name string) *plan.Person {
	for _, person := range role.People {
		if unspaced(person.Name) == unspaced(name) && unspaced(name) != "" {
			return person
		}
	}
	return nil
}

// unspaced drops all white space, the ideographic too.
func unspaced(name string) string { return strings.Join(strings.Fields(name), "") }
