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
	if err := confirmed(actor, a.Why, ChoiceNoun); err != nil {
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
		return conflict(CodeNoChoice, Particulars{})
	case a.Withdraw:
		return nil
	case c != nil:
		return conflict(CodeChosenAlready, Particulars{Deed: deed(p, c.Actor.Name(), c.At)})
	case r.stage() == plan.ContinuityResponse:
		return conflict(CodePostureEstablished, Particulars{Deed: r.movedBy(p)})
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

// forgetChoices ends every choice: what was to be treated as an ordinary failure is over.
func (r *Response) forgetChoices() {
	r.Choice = nil
	for i := range r.Moves {
		r.Moves[i].Choice = nil
	}
	if r.Before != nil {
		r.Before.forgetChoices()
	}
}

func (c *Choice) shift(step clockStep) {
	if c != nil {
		step.move(&c.At)
	}
}
