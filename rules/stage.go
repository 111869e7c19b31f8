package rules

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a MoveStage) event(p *plan.Plan, s *State, actor journal.Actor, now time.Time) (string, journal.Payload, error) {
	undone, err := a.judge(p, &s.Response)
	if err != nil {
		return "", nil, err
	}
	if err := confirmed(actor, a.Why, "a move of the stage"); err != nil {
		return "", nil, err
	}
	r, sit := &s.Response, Evaluate(p, s, now)
	moved := journal.StageMoved{
		From: r.stage(), To: a.To, Why: a.Why, Threat: sit.Threat.Name,
		NewFile:        !a.Undo && r.opensFile(now),
		Recommendation: sit.Decision.Recommendation,
		Unlisted:       unlisted(p, sit.Threat.Name, actor.By),
		Situation:      embedded(sit),
	}
	if a.Undo {
		moved.Undoes, moved.To = undone.ID, undone.From
	}
	moved.Against = against(moved.Recommendation, moved.From, moved.To)
	running := r
	if moved.NewFile {
		running = &Response{}
	}
	moved.Checklists = running.toBegin(p, sit.Threat.Name, moved.To)
	return string(moved.To), moved, nil
}

// judge refuses a move that cannot be, and returns the move that it takes back, if it does.
func (a MoveStage) judge(p *plan.Plan, r *Response) (undone *Move, err error) {
	if err := firstOf(stageNamed(a.From, true), stageNamed(a.To, a.Undo), a.seen(p, r)); err != nil {
		return nil, err
	}
	if a.Undo {
		return a.judgeUndo(p, r)
	}
	switch from := r.stage(); {
	case a.To == from:
		return nil, conflict("the stage is %s already%s", from, r.movedBy(p))
	case from == plan.Monitoring && a.To == plan.StoodDown:
		return nil, conflict("nobody responds, so nothing can be stood down").
			hint("move to initial_response first, or leave a note")
	}
	return nil, nil
}

// seen refuses a move that rests on another stage than the present one.
func (a MoveStage) seen(p *plan.Plan, r *Response) error {
	if a.From == "" || a.From == r.stage() {
		return nil
	}
	return conflict("the stage is %s by now, not %s%s", r.stage(), a.From, r.movedBy(p)).
		hint("look at the situation again, then decide")
}

func (a MoveStage) judgeUndo(p *plan.Plan, r *Response) (*Move, error) {
	m := r.undoable()
	switch {
	case m == nil:
		return nil, conflict("there is no move of the stage to take back%s", r.movedBy(p))
	case a.To != "" && a.To != m.From:
		return nil, conflict("taking back the newest move leads to %s, not to %s", m.From, a.To).
			hint("leave the stage out, or move to it without undo")
	}
	return m, nil
}

// movedBy tells of the newest move, for a conflict: ": 佐藤 moved it at …"; empty before the first.
func (r *Response) movedBy(p *plan.Plan) string {
	m := r.lastMove()
	if m == nil {
		return ""
	}
	did := "moved it"
	if m.Undoes != "" {
		did = "took the move before back"
	}
	return ": " + told(p, m.Actor.Name(), did, m.At)
}

// told says who did what and when: "佐藤 moved it at 2026-07-15T10:05:00+09:00".
func told(p *plan.Plan, who, did string, at time.Time) string {
	if who == "" {
		who = "somebody"
	}
	return who + " " + did + " at " + at.In(p.Location).Format(time.RFC3339)
}

// stageNamed refuses a name that no stage has.
func stageNamed(stage plan.Stage, mayBeEmpty bool) error {
	if stage == "" && mayBeEmpty {
		return nil
	}
	return oneOf("stage", stage, plan.Stages[:])
}

// confirmed refuses a decision that no person stands for, or that has no reason.
func confirmed(actor journal.Actor, why, what string) error {
	switch {
	case strings.TrimSpace(actor.By) == "":
		return invalid("%s needs the name of the person who decides", what).hint("give it with by")
	case strings.TrimSpace(why) == "":
		return invalid("%s needs a reason", what).hint("say why, for the record")
	}
	return wordsFit("why", why)
}

// against reports whether a move goes against the recommendation.
func against(r plan.Recommendation, from, to plan.Stage) bool {
	establish := r == plan.EstablishPosture
	if to == plan.ContinuityResponse {
		return !establish
	}
	calmer := to == plan.InitialResponse && from == plan.ContinuityResponse
	return establish && (calmer || !to.Responding())
}

// unlisted reports whether the person named is none of those who, by the posture for the threat,
// may decide. Without a posture that names people nobody is.
func unlisted(p *plan.Plan, threat, by string) bool {
	q := p.PostureFor(threat)
	if q == nil {
		return false
	}
	people := 0
	for _, name := range q.Declarers() {
		role := p.Role(name)
		if role == nil {
			continue
		}
		if personOf(role, by) != nil {
			return false
		}
		people += len(role.People)
	}
	return people > 0
}
