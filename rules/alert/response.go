package alert

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// response derives what people have to decide and to do.
func (d *derivation) response() {
	d.establish()
	for _, r := range d.sit.Decision.Reasons {
		if r.Unjudged != "" {
			d.add(Alert{
				Name: CriterionUnjudged, Subject: r.Criterion, Title: r.Title, Severity: plan.Caution,
				Values: map[string]any{"why": r.Unjudged, "expression": r.Expression},
			})
		}
	}
	for _, list := range d.sit.Response.Checklists {
		if list.Current {
			d.overdue(list)
		}
	}
}

// establish derives EstablishPosture. It is done once the posture stands, or a person has decided
// against it since it was recommended.
func (d *derivation) establish() {
	decision, move := &d.sit.Decision, d.sit.Response.Move
	if decision.Recommendation != plan.EstablishPosture || d.sit.Stage == plan.ContinuityResponse {
		return
	}
	if move != nil && move.Against && !move.At.Before(decision.Since) {
		return
	}
	a := Alert{Name: EstablishPosture, Severity: plan.Critical, Since: decision.Since, Roles: d.declarers()}
	var criteria, reasons []string
	for _, r := range decision.Reasons {
		if r.Holds && r.Recommends == plan.EstablishPosture {
			criteria, reasons = append(criteria, r.Criterion), append(reasons, r.Text)
		}
	}
	a.Values = map[string]any{"criteria": criteria, "reasons": reasons}
	if c := decision.Choice; c != nil && !c.Overtaken {
		a.Acknowledged, a.AcknowledgedAt, a.AcknowledgedBy = true, c.At, c.By
	}
	d.add(a)
}

// declarers are the roles whose people may establish the posture of the active threat.
func (d *derivation) declarers() []string {
	if posture := d.sit.Response.Posture; posture != nil && len(posture.DeclaredBy) > 0 {
		return posture.DeclaredBy
	}
	if posture := d.plan.PostureFor(d.sit.Threat.Name); posture != nil {
		return posture.Declarers()
	}
	return nil
}

func (d *derivation) overdue(list *rules.ChecklistFacts) {
	if !d.sit.Stage.Responding() { // nobody is to do it any more
		return
	}
	for _, step := range list.Steps {
		if step.State != rules.StepOpen || !step.Overdue {
			continue
		}
		a := Alert{
			Name: StepOverdue, Subject: step.ID, Title: step.Title, Severity: plan.Caution, Since: step.DueAt,
			Values: map[string]any{"procedure": list.Procedure, "procedure_title": list.Title, "due_at": step.DueAt},
		}
		if step.Role != "" {
			a.Roles = []string{step.Role}
			a.Values["role_title"] = step.RoleTitle
		}
		if step.Holder != "" {
			a.Values["holder"] = step.Holder
		}
		d.add(a)
	}
}
