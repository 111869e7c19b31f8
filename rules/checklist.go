package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// toBegin are the procedures for a threat and a stage that do not run yet, as they stand now. A
// procedure for all threats bears no threat.
func (r *Response) toBegin(p *plan.Plan, threat string, stage plan.Stage) []journal.Checklist {
	var lists []journal.Checklist
	for _, q := range p.ProceduresFor(threat, stage) {
		if r.checklist(q.Name) != nil {
			continue
		}
		c := journal.Checklist{Procedure: q.Name, Title: q.Title, Stage: q.Stage, Steps: make([]journal.Step, len(q.Steps))}
		if len(q.Threats) > 0 {
			c.Threat = threat
		}
		for i, step := range q.Steps {
			c.Steps[i] = stepNow(q, step)
		}
		lists = append(lists, c)
	}
	return lists
}

// stepNow is a step as the plan has it.
func stepNow(q *plan.Procedure, s *plan.Step) journal.Step {
	step := journal.Step{ID: q.ID(s), Title: s.Title, Role: s.Role, Due: s.Due}
	if s.OnlyIf != nil {
		step.OnlyIf = s.OnlyIf.Text()
	}
	for _, l := range s.Links {
		step.Links = append(step.Links, journal.Link(l))
	}
	return step
}

// begin lets checklists run that do not yet.
func (r *Response) begin(e journal.Event, lists []journal.Checklist) {
	for _, c := range lists {
		if r.checklist(c.Procedure) == nil {
			r.Checklists = append(r.Checklists, &Checklist{
				Checklist: c, BeganAt: e.At, BeganBy: e.ID, Marks: make(map[string]*StepMark), Spells: make(map[string]time.Time),
			})
		}
	}
}

// checklist is the running checklist of a procedure, or nil.
func (r *Response) checklist(procedure string) *Checklist {
	for _, c := range r.Checklists {
		if c.Procedure == procedure {
			return c
		}
	}
	return nil
}

// checklistOf is the running checklist with the step, or nil.
func (r *Response) checklistOf(step string) *Checklist {
	for _, c := range r.Checklists {
		if slices.ContainsFunc(c.Steps, func(s journal.Step) bool { return s.ID == step }) {
			return c
		}
	}
	return nil
}

// take adds what was recorded in another run of the same procedure.
func (c *Checklist) take(other *Checklist) {
	for id, m := range other.Marks {
		if mine := c.Marks[id]; mine != nil {
			notes := append(mine.Notes, m.Notes...)
			if mine.DoneID == "" {
				*mine = *m
			}
			mine.Notes = notes
			continue
		}
		c.Marks[id] = m
	}
	for id, since := range other.Spells {
		if mine, ok := c.Spells[id]; !ok || since.Before(mine) {
			c.Spells[id] = since
		}
	}
}

func (c *Checklist) shift(step clockStep) {
	step.move(&c.BeganAt)
	for id, since := range c.Spells {
		step.move(&since)
		c.Spells[id] = since
	}
	for _, m := range c.Marks {
		step.move(&m.DoneAt, &m.UndoneAt)
		for i := range m.Notes {
			step.move(&m.Notes[i].At)
		}
	}
}

// planStep is the step as the present plan has it; nil for what it has not.
func planStep(p *plan.Plan, id string) (*plan.Procedure, *plan.Step) {
	for _, q := range p.Procedures {
		name, ok := strings.CutPrefix(id, q.Name+".")
		if !ok {
			continue
		}
		for _, s := range q.Steps {
			if s.Name == name {
				return q, s
			}
		}
	}
	return nil, nil
}

// checklists are all checklists of the file.
func (v *view) checklists(roles *roles, facts *plan.Facts) []*ChecklistFacts {
	var all []*ChecklistFacts
	for _, c := range v.state.Response.Checklists {
		list := &ChecklistFacts{
			Procedure: c.Procedure, Title: c.Title, Threat: c.Threat, Stage: c.Stage,
			BeganAt: v.local(c.BeganAt), Current: v.current(c),
			Steps: make([]*StepFacts, len(c.Steps)),
		}
		list.Added, list.AddedTitles = added(v.plan, c)
		for i := range c.Steps {
			list.Steps[i] = v.step(c, &c.Steps[i], roles, facts)
		}
		all = append(all, list)
	}
	return all
}

// current reports whether the checklist is of the active threat, and of the present stage or one
// before it: what the first response has left open is still to be done. When the response is over,
// or no threat is declared any more, all that was begun is current.
func (v *view) current(c *Checklist) bool {
	stage := v.state.Response.stage()
	if !stage.Responding() {
		return true
	}
	if c.Stage == plan.ContinuityResponse && stage == plan.InitialResponse {
		return false
	}
	if c.Threat == "" || !v.declared() || c.Threat == v.threat.Name {
		return true
	}
	return slices.ContainsFunc(v.plan.ProceduresFor(v.threat.Name, c.Stage), func(q *plan.Procedure) bool {
		return q.Name == c.Procedure
	})
}

// added are the steps that the plan has gained since the checklist began.
func added(p *plan.Plan, c *Checklist) (ids, titles []string) {
	for _, q := range p.Procedures {
		if q.Name != c.Procedure {
			continue
		}
		for _, s := range q.Steps {
			id := q.ID(s)
			if !slices.ContainsFunc(c.Steps, func(had journal.Step) bool { return had.ID == id }) {
				ids, titles = append(ids, id), append(titles, s.Title)
			}
		}
	}
	return ids, titles
}

// step tells how a step of a checklist stands.
func (v *view) step(c *Checklist, s *journal.Step, roles *roles, facts *plan.Facts) *StepFacts {
	f := &StepFacts{
		ID: s.ID, Title: s.Title, Role: s.Role, State: StepOpen, Links: slices.Clone(s.Links),
	}
	if role := roles.named(s.Role); role != nil {
		f.RoleTitle, f.Holder = role.Title, role.Holder
	}
	conditional := v.applies(f, facts)
	if m := c.Marks[s.ID]; m != nil {
		v.marked(f, m)
	}
	from := c.BeganAt
	if conditional {
		from = v.heldSince(c, f)
	}
	if s.Due > 0 && !from.IsZero() {
		f.DueAt = v.local(from.Add(s.Due))
		f.Overdue = v.ranUntil(f).After(f.DueAt)
	}
	f.Change, f.Departs, f.Planned = changeOf(v.plan, s)
	return f
}

// ranUntil is up to when the time of a step runs: until it was done, else until now. It ends with
// the response: what was left open then does not become overdue weeks later.
func (v *view) ranUntil(f *StepFacts) time.Time {
	r := &v.state.Response
	switch last := r.lastWork(); {
	case f.State == StepDone:
		return f.DoneAt
	case last != nil && !r.stage().Responding():
		return earlier(v.now, last.At)
	default:
		return v.now
	}
}

// applies judges only_if as the present plan has it, which is what is shown, and reports whether
// there is one. What cannot be judged applies: it is better to look in vain than to leave it out.
func (v *view) applies(f *StepFacts, facts *plan.Facts) (conditional bool) {
	_, step := planStep(v.plan, f.ID)
	f.OnlyIf = ""
	if step == nil || step.OnlyIf == nil {
		return false
	}
	f.OnlyIf = step.OnlyIf.Text()
	j := step.OnlyIf.Judge(facts)
	f.Unjudged = j.Unjudged
	if !j.Holds && j.Unjudged == "" {
		f.State = StepIdle
	}
	return true
}

// marked adds what people recorded. What is done is done, even if it need not have been.
func (v *view) marked(f *StepFacts, m *StepMark) {
	if m.DoneID != "" {
		f.State, f.DoneAt, f.DoneBy = StepDone, v.local(m.DoneAt), m.DoneBy
	}
	for _, n := range m.Notes {
		f.Notes = append(f.Notes, StepNote{At: v.local(n.At), By: n.By, Text: n.Text})
	}
}

// The ways in which a plan departs from a running checklist.
const (
	stepRemoved = "removed"
	stepChanged = "changed"
)

// changeOf says how the plan has departed from a step since its checklist began, and in what.
func changeOf(p *plan.Plan, s *journal.Step) (change string, departs []string, planned *journal.Step) {
	q, step := planStep(p, s.ID)
	if step == nil {
		return stepRemoved, nil, nil
	}
	now := stepNow(q, step)
	for _, field := range []struct {
		name string
		same bool
	}{
		{"title", now.Title == s.Title}, {"role", now.Role == s.Role}, {"due", now.Due == s.Due},
		{"only_if", now.OnlyIf == s.OnlyIf}, {"links", slices.Equal(now.Links, s.Links)},
	} {
		if !field.same {
			departs = append(departs, field.name)
		}
	}
	if departs == nil {
		return "", nil, nil
	}
	return stepChanged, departs, &now
}

// countSteps counts the steps of current checklists.
func countSteps(lists []*ChecklistFacts) (n StepCounts) {
	for _, c := range lists {
		if !c.Current {
			continue
		}
		for _, s := range c.Steps {
			switch s.State {
			case StepDone:
				n.Done++
			case StepOpen:
				n.Open++
				if s.Overdue {
					n.Overdue++
				}
			}
		}
	}
	return n
}
