package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Preview is what an action would do, told before anybody does it.
type Preview struct {
	// Event is what would be journaled. It has no ID and no place in the journal yet.
	Event journal.Event
	// Before and After are how things stand and how they would, at the same instant.
	Before, After *Situation
}

// foreseenID stands for the ID that the journal gives: facts tell by it that something was recorded.
const foreseenID = "preview"

// Foresee judges an action as [Act] does, with the same refusals, and tells what would come of it.
// It changes nothing.
func Foresee(p *plan.Plan, s *State, a Action, actor journal.Actor, now time.Time) (*Preview, error) {
	event, err := Act(p, s, a, actor, now)
	if err != nil {
		return nil, err
	}
	recorded := event
	recorded.ID, recorded.Agent, recorded.Run = foreseenID, s.Agent, s.Run
	after := s.Clone()
	after.Apply(recorded)
	return &Preview{Event: event, Before: Evaluate(p, s, now), After: Evaluate(p, after, now)}, nil
}
