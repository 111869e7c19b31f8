package rules

import (
	"maps"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Spell is how long the condition of a step (only_if) holds without a break.
type Spell struct {
	// Began is the event that began the checklist: another response has the same steps anew.
	Began string
	// Since is when it began to hold; zero: it did not yet.
	Since time.Time
	// Until is since when it holds no longer; zero: it holds.
	Until time.Time
}

const (
	// shortBreak is how long a condition may cease and still go on: one that flickers must not put
	// off for ever what is to be done.
	shortBreak = plan.DefaultBetterAfter
	// settled is how long a condition that began to hold goes on before that goes on record: one
	// that holds for a moment is no news.
	settled = time.Minute
)

// spell is how long a condition holds at now, by what this run saw of it and what is on record of
// earlier ones. What holds at the first look and is not on record may have begun with the checklist,
// or as soon as the agent before this one had looked last.
func (s *State) spell(c *Checklist, id string, now time.Time, holds bool) Spell {
	spell, seen := s.Live.seen(c, id)
	if since, noted := c.Spells[id]; noted && !seen {
		spell.Since, seen = since, true
	}
	switch {
	case !holds && spell.Until.IsZero():
		spell.Until = now
	case !holds:
	case !seen:
		spell.Since = latest(c.BeganAt, s.LookedUntil)
	case spell.Until.IsZero():
	case spell.Since.IsZero() || now.Sub(spell.Until) >= shortBreak:
		spell.Since, spell.Until = now, time.Time{}
	default:
		spell.Until = time.Time{}
	}
	return spell
}

// seen is what this run saw of a step of the checklist.
func (l *Live) seen(c *Checklist, id string) (spell Spell, seen bool) {
	if spell, seen = l.Spells[id]; seen && spell.Began == c.BeganBy {
		return spell, true
	}
	return Spell{Began: c.BeganBy}, false
}

// noteSpells takes in how long the conditions of running steps hold, and returns the events for
// those that began to apply or no longer do. What is done stays as it was when it was done, and
// once the response is over nothing goes on record.
func (s *State) noteSpells(sit *Situation) (events []journal.Event) {
	running := make(map[string]bool)
	for _, list := range sit.Response.Checklists {
		c := s.Response.checklist(list.Procedure)
		for _, step := range list.Steps {
			running[step.ID] = true
			if c == nil || step.OnlyIf == "" {
				continue
			}
			if step.State != StepDone {
				s.Live.Spells[step.ID] = s.spell(c, step.ID, sit.At, step.State == StepOpen)
			}
			if p := s.newSpell(c, step, sit.At); p != nil && sit.Stage.Responding() {
				events = append(events, journal.Event{Kind: p.Kind(), Subject: step.ID, At: sit.At, Payload: p})
			}
		}
	}
	maps.DeleteFunc(s.Live.Spells, func(id string, _ Spell) bool { return !running[id] })
	return events
}

// newSpell is what is to go on record of a step's condition; nil: nothing is.
func (s *State) newSpell(c *Checklist, step *StepFacts, now time.Time) journal.Payload {
	since, noted := c.Spells[step.ID]
	switch spell, _ := s.Live.seen(c, step.ID); {
	case noted && !spell.Until.IsZero() && now.Sub(spell.Until) >= shortBreak:
		return journal.StepLapsed{Step: step.ID, Since: spell.Until}
	case spell.Since.IsZero() || !spell.Until.IsZero() || noted && since.Equal(spell.Since):
		return nil
	case spell.Since.After(c.BeganAt) && now.Sub(spell.Since) < settled:
		return nil
	default:
		return journal.StepApplies{Step: step.ID, Since: spell.Since, OnlyIf: step.OnlyIf, Unjudged: step.Unjudged}
	}
}

// lasts folds since when the condition of a step holds; the zero time: it no longer does.
func (r *Response) lasts(step string, since time.Time) {
	c := r.checklistOf(step)
	switch {
	case c == nil:
	case since.IsZero():
		delete(c.Spells, step)
	default:
		c.Spells[step] = since
	}
}

// heldSince is from when the time of a step with a condition counts; zero: it does not count, or
// is not known.
func (v *view) heldSince(c *Checklist, f *StepFacts) time.Time {
	if f.State == StepIdle {
		return time.Time{}
	}
	spell, seen := v.state.Live.seen(c, f.ID)
	since, noted := c.Spells[f.ID]
	switch {
	case f.State == StepOpen:
		spell = v.state.spell(c, f.ID, v.now, true)
	case seen:
	case noted:
		spell.Since = since
	case f.DoneAt.Before(v.state.StartedAt):
		return time.Time{}
	default: // done before the first look
		spell.Since = latest(c.BeganAt, v.state.LookedUntil)
	}
	if spell.Since.IsZero() { // done although it need not be
		return time.Time{}
	}
	return latest(c.BeganAt, spell.Since)
}
