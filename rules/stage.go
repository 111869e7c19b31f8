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
	if err := confirmed(actor, a.Why, MoveNoun); err != nil {
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
		return nil, conflict(CodeStageAlready, Particulars{Stage: from, Deed: r.movedBy(p)})
	case from == plan.Monitoring && a.To == plan.StoodDown:
		return nil, conflict(CodeNothingToStandDown, Particulars{})
	}
	return nil, nil
}

// seen refuses a move that rests on another stage than the present one.
func (a MoveStage) seen(p *plan.Plan, r *Response) error {
	if a.From == "" || a.From == r.stage() {
		return nil
	}
	return conflict(CodeStageChanged, Particulars{Stage: r.stage(), Wanted: a.From, Deed: r.movedBy(p)})
}

func (a MoveStage) judgeUndo(p *plan.Plan, r *Response) (*Move, error) {
	m := r.undoable()
	switch {
	case m == nil:
		return nil, conflict(CodeNoMove, Particulars{Deed: r.movedBy(p)})
	case a.To != "" && a.To != m.From:
		return nil, conflict(CodeUndoLeadsElsewhere, Particulars{Stage: m.From, Wanted: a.To})
	}
	return m, nil
}

// movedBy tells of the newest move, for a conflict; nil before the first.
func (r *Response) movedBy(p *plan.Plan) *Deed {
	m := r.lastMove()
	if m == nil {
		return nil
	}
	moved := deed(p, m.Actor.Name(), m.At)
	moved.Undid = m.Undoes != ""
	return moved
}

// deed tells of what somebody did, for a conflict.
func deed(p *plan.Plan, by string, at time.Time) *Deed { return &Deed{By: by, At: at.In(p.Location)} }

// stageNamed refuses a name that no stage has.
func stageNamed(stage plan.Stage, mayBeEmpty bool) error {
	if stage == "" && mayBeEmpty {
		return nil
	}
	return oneOf(StageNoun, stage, plan.Stages[:])
}

// confirmed refuses a decision that no person stands for, or that has no reason.
func confirmed(actor journal.Actor, why string, what Noun) error {
	switch {
	case strings.TrimSpace(actor.By) == "":
		return invalid(CodeNoName, Particulars{What: what})
	case strings.TrimSpace(why) == "":
		return invalid(CodeNoReason, Particulars{What: what})
	}
	return wordsFit(WhyNoun, why)
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
