package rules

import "github.com/keizoku-bcp/keizoku/plan"

// respond fills how the response stands.
func (v *view) respond(sit *Situation, facts *plan.Facts) {
	r, roles := &v.state.Response, v.roles()
	f := &sit.Response
	f.Move, f.BeganAt = v.moveFacts(r.lastMove()), v.local(r.BeganAt)
	if f.Move != nil && f.Move.Undoes != "" {
		f.Standing = v.moveFacts(r.undoable())
	}
	f.Posture = v.posture(roles)
	f.Checklists = v.checklists(roles, facts)
	f.Steps = countSteps(f.Checklists)
	if n := r.issued(v.now); n > 0 {
		f.Reports = ReportCounts{Issued: n, LastAt: v.local(r.ReportedAt), LastID: r.ReportID}
	}
}

func (v *view) moveFacts(m *Move) *MoveFacts {
	if m == nil {
		return nil
	}
	return &MoveFacts{
		ID: m.ID, From: m.From, To: m.To, At: v.local(m.At), By: m.Actor.By, User: m.Actor.User,
		Why: m.Why, Undoes: m.Undoes, Against: m.Against, Unlisted: m.Unlisted,
	}
}
