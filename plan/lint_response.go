package plan

import (
	"slices"
	"strconv"
	"time"
)

// The names of the rules on people and their work.
const (
	RuleResponseUnplanned = "response-unplanned"
	RuleNoPosture         = "threat-without-posture"
	RuleNoProcedure       = "threat-without-procedure"
	RulePostureNoRole     = "posture-without-role"
	RuleNoStep            = "procedure-without-step"
	RuleNoStepRole        = "step-without-role"
	RuleStepLate          = "step-due-after-allowances"
	RuleNoPerson          = "role-without-person"
	RuleNoDeputy          = "role-without-deputy"
	RuleRoleUnused        = "role-in-no-posture"
	RuleOneContact        = "person-without-second-contact"
	RuleUnconfirmed       = "contact-unconfirmed"
	RuleNoCriterion       = "decision-without-criterion"
)

// confirmedFor is for how many years a contact stays believed: people change office in April.
const confirmedFor = 1

// response looks at who does what. A plan that says nothing of it is told so once.
func (l *linter) response() {
	p := l.plan
	l.decision()
	if len(p.Roles)+len(p.Postures)+len(p.Procedures) == 0 {
		l.unplanned()
		return
	}
	for _, t := range p.Threats {
		l.prepared(t)
	}
	for _, q := range p.Postures {
		if len(q.Roles) == 0 {
			l.warn(q.At("roles"), RulePostureNoRole, "Posture without a role",
				"Posture "+strconv.Quote(q.Name)+" names no role, so nobody would be called. Name its roles in the order of calling.")
		}
	}
	for _, q := range p.Procedures {
		l.procedure(q)
	}
	for _, r := range p.Roles {
		l.role(r)
	}
}

// unplanned is for a plan with threats alone: without any, there is nothing to respond to.
func (l *linter) unplanned() {
	if len(l.plan.Threats) == 0 {
		return
	}
	l.warn(l.plan.Block, RuleResponseUnplanned, "Plan does not say who responds, and how",
		"It has no role, posture or procedure, so under a threat nobody knows from it whom to call (体制) and what to do (手順). Add these blocks.")
}

func (l *linter) prepared(t *Threat) {
	name := "Threat " + strconv.Quote(t.Name)
	if l.plan.PostureFor(t.Name) == nil {
		l.warn(t.Block, RuleNoPosture, "Threat without a posture",
			name+" has no posture (体制), so nobody knows from the plan whom to call under it. Add a posture for it, or one for all threats.")
	}
	var missing []string
	if len(l.plan.ProceduresFor(t.Name, InitialResponse)) == 0 {
		missing = append(missing, "initial")
	}
	if len(l.plan.ProceduresFor(t.Name, ContinuityResponse)) == 0 {
		missing = append(missing, "continuity")
	}
	if len(missing) > 0 {
		l.warn(t.Block, RuleNoProcedure, "Threat without a procedure",
			name+" has no procedure (手順) for the stage "+list(missing)+", so nobody knows from the plan what to do in it. Add one.")
	}
}

func (l *linter) procedure(q *Procedure) {
	name := "Procedure " + strconv.Quote(q.Name)
	if len(q.Steps) == 0 {
		l.warn(q.Block, RuleNoStep, "Procedure without a step", name+" has nothing to do. Add its steps.")
	}
	for _, s := range q.Steps {
		if s.Role == "" {
			l.warn(s.Block, RuleNoStepRole, "Step without a role",
				"Step "+strconv.Quote(q.ID(s))+" has no role, so everybody will think that somebody else does it. Set role.")
		}
	}
	if q.Stage == InitialResponse {
		l.lateSteps(q)
	}
}

// lateSteps finds steps of the first response that are due when every priority system has
// already missed its deadline. Later stages go on for days and are not held to that.
func (l *linter) lateSteps(q *Procedure) {
	last, ok := l.lastDeadline(q.Threats)
	if !ok {
		return
	}
	for _, s := range q.Steps {
		if s.Due > 0 && l.noon.Add(s.Due).After(last) {
			l.warn(s.At("due"), RuleStepLate, "Step is due after every deadline",
				"Step "+strconv.Quote(q.ID(s))+" is due after "+FormatDuration(s.Due)+". By then every priority system has missed its deadline: the longest allowance is "+
					FormatDuration(last.Sub(l.noon))+". Set due earlier, or move the step into the stage continuity.")
		}
	}
}

// lastDeadline returns the latest deadline of a priority system under the threats named, or all
// when none is, for a failure at noon. There is none when a system has no deadline at all.
func (l *linter) lastDeadline(threats []string) (last time.Time, ok bool) {
	for _, s := range l.plan.Systems {
		for _, t := range l.plan.Threats {
			if s.Priority == 0 || len(threats) > 0 && !slices.Contains(threats, t.Name) {
				continue
			}
			deadline := s.Allowance(t.Name).Deadline(l.noon)
			if deadline.IsZero() {
				return time.Time{}, false
			}
			if deadline.After(last) {
				last = deadline
			}
		}
	}
	return last, !last.IsZero()
}

func (l *linter) role(r *Role) {
	name := "Role " + strconv.Quote(r.Name)
	switch len(r.People) {
	case 0:
		l.warn(r.Block, RuleNoPerson, "Role without people", name+" has nobody who takes it. Add a person, and a deputy.")
	case 1:
		l.warn(r.Block, RuleNoDeputy, "Role without a deputy",
			name+" has one person. When that one cannot come, nobody is there to take it (代行). Add a second person.")
	}
	if len(l.plan.Postures) > 0 && !l.called(r.Name) {
		l.warn(r.Block, RuleRoleUnused, "Role that no posture names",
			name+" is in no posture, so its people are never called. Name it in the roles of a posture, or take it away.")
	}
	for i, p := range r.People {
		l.contacts(r, i, p)
	}
	l.unconfirmed(r)
}

func (l *linter) called(role string) bool {
	return slices.ContainsFunc(l.plan.Postures, func(q *Posture) bool {
		return slices.Contains(q.Roles, role) || slices.Contains(q.DeclaredBy, role)
	})
}

// contacts does not name the person: what is found is printed in more places than the plan is.
func (l *linter) contacts(r *Role, i int, p *Person) {
	if len(p.Contacts) >= 2 {
		return
	}
	text := "cannot be reached: there is no contact"
	if len(p.Contacts) == 1 {
		text = "has no second way to be reached. Telephones fail first in a disaster"
	}
	l.warn(p.Block, RuleOneContact, "Person without a second contact",
		"Person "+strconv.Itoa(i+1)+" of role "+strconv.Quote(r.Name)+" "+text+". Add contacts by different media.")
}

// unconfirmed finds contacts that nobody has checked for a year: one finding for the people who
// go by the role's own date, one for each of the others.
func (l *linter) unconfirmed(r *Role) {
	told := false
	for i, p := range r.People {
		_, own := p.Attrs["confirmed"]
		if len(p.Contacts) == 0 || !own && told {
			continue
		}
		text := l.doubt(p.Confirmed)
		if text == "" {
			continue
		}
		at, who := r.At("confirmed"), "The contacts of role "+strconv.Quote(r.Name)
		if own {
			at, who = p.At("confirmed"), "The contacts of person "+strconv.Itoa(i+1)+" of role "+strconv.Quote(r.Name)
		}
		told = told || !own
		l.warn(at, RuleUnconfirmed, "Contacts not confirmed for a year",
			who+" "+text+". Call them once, and set confirmed to the day.")
	}
}

// doubt tells what is wrong with a day of confirmation, or nothing.
func (l *linter) doubt(confirmed time.Time) string {
	switch {
	case confirmed.IsZero():
		return "were never confirmed"
	case confirmed.After(l.now.AddDate(0, 0, 1)): // a day for whoever wrote it in another zone
		return "are confirmed for a day that has yet to come, " + DateOf(l.plan.local(confirmed)).String()
	case !l.now.Before(confirmed.AddDate(confirmedFor, 0, 0)):
		return "were last confirmed on " + DateOf(l.plan.local(confirmed)).String()
	}
	return ""
}

func (l *linter) decision() {
	d := l.plan.Decision
	if d == nil || d.BuiltIn || len(d.Criteria) > 0 {
		return
	}
	l.warn(d.Block, RuleNoCriterion, "Decision without a criterion",
		"The decision block takes the built-in criteria away and has none of its own, so the continuity posture is never recommended. Add a criterion, or built_in = true.")
}
