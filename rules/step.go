package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a MarkStep) event(p *plan.Plan, s *State, _ journal.Actor, _ time.Time) (string, journal.Payload, error) {
	if err := firstOf(a.clear(), wordsFit(NoteNoun, a.Note)); err != nil {
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
		return "", nil, conflict(CodeStepNotDone, Particulars{Step: id, Deed: mark.undoneBy(p)})
	case a.Undo:
		return id, journal.StepUndone{Step: id, Undoes: mark.DoneID, Why: a.Note}, nil
	case mark.DoneID != "":
		return "", nil, conflict(CodeStepDone, Particulars{Step: id, Deed: deed(p, mark.DoneBy, mark.DoneAt)})
	case s.Response.stage() == plan.Monitoring:
		return "", nil, conflict(CodeNobodyResponds, Particulars{Step: id, Deed: s.Response.movedBy(p)})
	}
	return id, journal.StepDone{Step: id, Note: a.Note}, nil
}

// clear refuses what says two things at once, or nothing.
func (a MarkStep) clear() error {
	switch {
	case a.Step == "":
		return invalid(CodeNoStepNamed, Particulars{})
	case a.Undo && a.NoteOnly:
		return invalid(CodeUndoOrNote, Particulars{})
	case a.NoteOnly && strings.TrimSpace(a.Note) == "":
		return invalid(CodeNoteEmpty, Particulars{})
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
		return "", invalid(CodeStepAmbiguous, Particulars{What: StepNoun, Given: name}.listing(named))
	}
	return "", noStep(p, name, ids)
}

// noStep says that no running checklist has the step, and why that may be.
func noStep(p *plan.Plan, name string, ids []string) error {
	bare, titles := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		_, bare[i], _ = strings.Cut(id, ".")
		if _, step := planStep(p, id); step != nil {
			titles[i] = step.Title
		}
	}
	meant := ""
	if near := nearest(name, bare); near != "" {
		meant = ids[slices.Index(bare, near)]
	}
	data := Particulars{What: StepNoun, Given: name, Planned: planHasStep(p, name)}
	return notFound(CodeNoStep, data.among(ids).meaning(meant).meaning(titled(name, ids, titles)))
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

// undoneBy tells who took the step back, for a conflict; nil when nobody did.
func (m StepMark) undoneBy(p *plan.Plan) *Deed {
	if m.UndoneAt.IsZero() {
		return nil
	}
	return deed(p, m.UndoneBy, m.UndoneAt)
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
