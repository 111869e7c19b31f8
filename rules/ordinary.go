package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a ChooseOrdinary) event(p *plan.Plan, s *State, actor journal.Actor, now time.Time) (string, journal.Payload, error) {
	if err := a.judge(p, &s.Response); err != nil {
		return "", nil, err
	}
	if err := confirmed(actor, a.Why, "the choice of an ordinary failure"); err != nil {
		return "", nil, err
	}
	sit := Evaluate(p, s, now)
	chosen := journal.OrdinaryChosen{
		Why: a.Why, Recommendation: sit.Decision.Recommendation,
		Unlisted: unlisted(p, sit.Threat.Name, actor.By), Situation: embedded(sit),
	}
	if a.Withdraw {
		chosen.Withdraws = s.Response.Choice.ID
	} else {
		chosen.Against = chosen.Recommendation == plan.EstablishPosture
	}
	return sit.Threat.Name, chosen, nil
}

func (a ChooseOrdinary) judge(p *plan.Plan, r *Response) error {
	switch c := r.Choice; {
	case a.Withdraw && c == nil:
		return conflict("there is no choice of an ordinary failure to withdraw")
	case a.Withdraw:
		return nil
	case c != nil:
		return conflict("it is treated as an ordinary failure already: %s", told(p, c.Actor.Name(), "chose it", c.At)).
			hint("withdraw that choice first, or leave a note")
	case r.stage() == plan.ContinuityResponse:
		return conflict("the posture is established%s", r.movedBy(p)).
			hint("move the stage back to initial_response first")
	}
	return nil
}

// choose folds the choice of an ordinary failure, or its withdrawal.
func (r *Response) choose(e journal.Event, p journal.OrdinaryChosen) {
	switch {
	case p.Withdraws == "":
		p.Situation = nil
		r.Choice = &Choice{ID: e.ID, At: e.At, OrdinaryChosen: p, Actor: actorOf(e)}
	case r.Choice != nil && r.Choice.ID == p.Withdraws:
		r.Choice = nil
	}
}
