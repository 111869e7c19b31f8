package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a MarkStep) event(p *plan.Plan, s *State, _ journal.Actor, _ time.Time) (string, journal.Payload, error) {
	if err := firstOf(a.clear(), wordsFit("note", a.Note)); err != nil {
		return "", nil, err
	}
	id, err := s.Response.stepNamed(p, a.Step)
	if err != nil {
		return "", nil, err
	}
	mark := s.Response.markOf(id)
	switch {
	case a.NoteOnly:
		return id, journal.StepNoted{Step: id, Text: a.Note}, nil
	case a.Undo && mark.DoneID == "":
		return "", nil, conflict("step %q is not done%s", id, mark.undoneBy(p))
	case a.Undo:
		return id, journal.StepUndone{Step: id, Undoes: mark.DoneID, Why: a.Note}, nil
	case mark.DoneID != "":
		return "", nil, conflict("step %q is done already: %s", id, told(p, mark.DoneBy, "did it", mark.DoneAt)).
			hint("add a note to it, or undo it first")
	case s.Response.stage() == plan.Monitoring:
		return "", nil, conflict("nobody responds, so step %q cannot be done%s", id, s.Response.movedBy(p)).
			hint("move to the stage first, or leave a note")
	}
	return id, journal.StepDone{Step: id, Note: a.Note}, nil
}

// clear refuses what says two things at once, or nothing.
func (a MarkStep) clear() error {
	switch {
	case a.Step == "":
		return invalid("the step is missing").hint("name it as PROCEDURE.STEP; `keizoku steps` lists them")
	case a.Undo && a.NoteOnly:
		return invalid("undo and note_only exclude each other").hint("an undo takes a note along")
	case a.NoteOnly && strings.TrimSpace(a.Note) == "":
		return invalid("the note is empty")
	}
	return nil
}

// stepNamed returns the ID of the step of a running checklist that is meant: by its ID, or by its
// own name where that is enough.
func (r *Response) stepNamed(p *plan.Plan, name string) (string, error) {
	var ids, named []string
	for _, c := range r.Checklists {
		for _, step := range c.Steps {
			ids = append(ids, step.ID)
			if step.ID == name {
				return name, nil
			}
			if strings.TrimPrefix(step.ID, c.Procedure+".") == name {
				named = append(named, step.ID)
			}
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return "", invalid("several checklists have a step %q", name).hint("say which: " + strings.Join(named, ", "))
	}
	return "", noStep(p, name, ids)
}

// noStep says that no running checklist has the step, and why that may be.
func noStep(p *plan.Plan, name string, ids []string) error {
	problem := &Problem{Kind: NotFound, Text: "no running checklist has a step \"" + name + "\""}
	bare := make([]string, len(ids))
	for i, id := range ids {
		_, bare[i], _ = strings.Cut(id, ".")
	}
	near := nearest(name, ids)
	if near == "" {
		if n := nearest(name, bare); n != "" {
			near = ids[slices.Index(bare, n)]
		}
	}
	switch {
	case near != "":
		return problem.hint("did you mean \"" + near + "\"?")
	case planHasStep(p, name):
		return problem.hint("the plan has it, and no checklist that runs does: it begins with its stage and threat")
	case len(ids) == 0:
		return problem.hint("none runs: checklists begin when the stage is moved")
	}
	return problem.hint(listed("step", ids))
}

func planHasStep(p *plan.Plan, id string) bool {
	q, step := planStep(p, id)
	return q != nil && step != nil
}

// markOf is what people recorded about a step; the zero StepMark when nothing.
func (r *Response) markOf(id string) StepMark {
	if c := r.checklistOf(id); c != nil && c.Marks[id] != nil {
		return *c.Marks[id]
	}
	return StepMark{}
}

func (m StepMark) undoneBy(p *plan.Plan) string {
	if m.UndoneAt.IsZero() {
		return ""
	}
	return ": " + told(p, m.UndoneBy, "took it back", m.UndoneAt)
}

// mark lets edit fold something about a step. A step that no checklist has is passed over.
func (r *Response) mark(id string, edit func(*StepMark)) {
	c := r.checklistOf(id)
	if c == nil {
		return
	}
	if c.Marks[id] == nil {
		c.Marks[id] = new(StepMark)
	}
	edit(c.Marks[id])
}

func (m *StepMark) done(e journal.Event, note string) {
	if m.DoneID == "" {
		m.DoneID, m.DoneAt, m.DoneBy = e.ID, e.At, actorName(e.Actor)
		m.UndoneAt, m.UndoneBy = time.Time{}, ""
	}
	m.note(e, note)
}

func (m *StepMark) undone(e journal.Event, p journal.StepUndone) {
	if m.DoneID != "" && m.DoneID == p.Undoes {
		m.DoneID, m.DoneAt, m.DoneBy = "", time.Time{}, ""
		m.UndoneAt, m.UndoneBy = e.At, actorName(e.Actor)
	}
	m.note(e, p.Why)
}

func (m *StepMark) note(e journal.Event, text string) {
	if strings.TrimSpace(text) != "" {
		m.Notes = append(m.Notes, StepNote{At: e.At, By: actorName(e.Actor), Text: text})
	}
}
