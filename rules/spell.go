package rules

import (
	"maps"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Spell is how long the condition of a step (only_if) holds without a break.
type Spell struct {
	// Since is when it began to hold; zero: it did not yet.
	Since time.Time
	// Until is since when it holds no longer; zero: it holds.
	Until time.Time
}

// shortBreak is how long a condition may cease and still go on: one that flickers must not put off
// for ever what is to be done.
const shortBreak = plan.DefaultBetterAfter

// spell is how long a condition holds at now, by what was seen of it before. What holds at the
// first look held from the beginning: of the checklist, or of this run when that began later.
func (s *State) spell(id string, began, now time.Time, holds bool) Spell {
	spell, seen := s.Live.Spells[id]
	switch {
	case !holds && (!seen || spell.Until.IsZero()):
		spell.Until = now
	case !holds:
	case !seen:
		spell.Since = latest(began, s.StartedAt)
	case spell.Until.IsZero():
	case spell.Since.IsZero() || now.Sub(spell.Until) >= shortBreak:
		spell = Spell{Since: now}
	default:
		spell.Until = time.Time{}
	}
	return spell
}

// noteSpells remembers how long the conditions of running steps hold. What is done stays as it was
// when it was done.
func (s *State) noteSpells(sit *Situation) {
	running := make(map[string]bool)
	for _, list := range sit.Response.Checklists {
		for _, step := range list.Steps {
			running[step.ID] = true
			if step.State != StepReady && (step.OnlyIf != "" || step.State == StepIdle) {
				s.Live.Spells[step.ID] = s.spell(step.ID, list.BeganAt, sit.At, step.State == StepOpen)
			}
		}
	}
	maps.DeleteFunc(s.Live.Spells, func(id string, _ Spell) bool { return !running[id] })
}

// heldSince is from when the time of a step with a condition counts; zero: it does not count, or
// is not known.
func (v *view) heldSince(c *Checklist, f *StepFacts) time.Time {
	if f.State == StepIdle {
		return time.Time{}
	}
	spell, seen := v.state.Live.Spells[f.ID]
	switch {
	case f.State == StepOpen:
		spell = v.state.spell(f.ID, c.BeganAt, v.now, true)
	case seen:
	case f.DoneAt.Before(v.state.StartedAt):
		return time.Time{}
	default: // done before the first look
		spell.Since = latest(c.BeganAt, v.state.StartedAt)
	}
	if spell.Since.IsZero() { // done although it need not be
		return time.Time{}
	}
	return latest(c.BeganAt, spell.Since)
}
