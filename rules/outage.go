package rules

import (
	"cmp"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// outage tells how an open outage stands at the instant.
func (v *view) outage(sys *plan.System, o *Outage) *OutageFacts {
	start := o.Start()
	facts := &OutageFacts{
		ID: o.ID, LastOKAt: v.local(o.LastOKAt), FirstBadAt: v.local(o.FirstBadAt), Start: v.local(start),
		Corrected: !o.CorrectedStart.IsZero(), Estimated: o.Estimated,
		Threat: o.Terms.Threat, Allowance: o.Terms.Allowance,
		Elapsed: SecondsOf(v.now.Sub(start)),
		ETA:     v.local(o.ETA), AcknowledgedAt: v.local(o.AcknowledgedAt), AcknowledgedBy: o.AcknowledgedBy,
		AcknowledgedWhy: o.AcknowledgedWhy,
		Verdict:         OnTrack, Check: o.Check, Reason: o.Reason, Text: o.Text, Reopened: o.Reopened,
	}
	end := v.projected(sys, o)
	facts.ProjectedEnd, facts.ProjectionPassed, facts.WaitsFor = v.local(end.at), end.passed, end.waitsFor
	if deadline := o.Terms.Deadline; !deadline.IsZero() {
		v.count(facts, start, deadline)
		facts.StartRecoveryBy = v.local(o.Terms.StartRecoveryBy)
		facts.Verdict, facts.Risk = verdict(&o.Terms, end, v.now)
	}
	v.meetPower(facts, sys.Name)
	return facts
}

// meetPower puts an outage at risk whose supply ends before it is projected to end: what comes
// back by then goes dark again.
func (v *view) meetPower(facts *OutageFacts, system string) {
	if v.power == nil {
		return
	}
	line, ends := v.power.Ends(system)
	if !ends || line.At.IsZero() {
		return
	}
	facts.SupplyEndsAt = v.local(line.At)
	if facts.Verdict == OnTrack && facts.ProjectedEnd.After(line.At) {
		facts.Verdict, facts.Risk = AtRisk, RiskPower
	}
}

// count fills what is allowed, used and left.
func (v *view) count(facts *OutageFacts, start, deadline time.Time) {
	allowed, left := SecondsOf(deadline.Sub(start)), SecondsOf(deadline.Sub(v.now))
	used := 1.0
	if allowed > 0 {
		used = max(0, float64(facts.Elapsed/allowed))
	}
	facts.Deadline, facts.Allowed, facts.Left, facts.UsedRatio = v.local(deadline), &allowed, &left, &used
}

// verdict judges an open outage. Reaching the deadline to the instant is not yet a miss. Where the
// projection has passed, all that is known is how long a recovery takes: as long as one that begins
// now would be in time, there is no telling that this one is not.
func verdict(terms *journal.Terms, end projection, now time.Time) (Verdict, Risk) {
	switch {
	case now.After(terms.Deadline):
		return Missed, ""
	case end.at.After(terms.Deadline):
		return AtRisk, RiskLate
	case end.passed && !terms.StartRecoveryBy.IsZero() && now.After(terms.StartRecoveryBy):
		return AtRisk, RiskOverdue
	default:
		return OnTrack, ""
	}
}

// Outages lists all outages that the state has at hand, the newest beginning first.
func Outages(p *plan.Plan, s *State, now time.Time) []PastOutage {
	v := view{plan: p, state: s, now: now.In(p.Location)}
	all := make([]PastOutage, 0, len(s.Open)+len(s.Closed))
	for _, o := range s.Open {
		all = append(all, v.past(o))
	}
	for _, o := range s.Closed {
		all = append(all, v.past(o))
	}
	slices.SortFunc(all, func(a, b PastOutage) int {
		return cmp.Or(b.FirstBadAt.Compare(a.FirstBadAt), cmp.Compare(a.System, b.System))
	})
	return all
}

func (v *view) past(o *Outage) PastOutage {
	until := v.now
	if !o.EndedAt.IsZero() {
		until = o.EndedAt
	}
	past := PastOutage{
		ID: o.ID, System: o.System, LastOKAt: v.local(o.LastOKAt), FirstBadAt: v.local(o.FirstBadAt), Start: v.local(o.Start()),
		Corrected: !o.CorrectedStart.IsZero(), Estimated: o.Estimated,
		EndedAt: v.local(o.EndedAt), LastBadAt: v.local(o.LastBadAt), Elapsed: SecondsOf(until.Sub(o.Start())),
		Threat: o.Terms.Threat, Allowance: o.Terms.Allowance, Deadline: v.local(o.Terms.Deadline),
		Dropped: o.Dropped, Check: o.Check, Reason: o.Reason, Text: o.Text, Reopened: o.Reopened,
	}
	if sys := v.plan.System(o.System); sys != nil {
		past.Title = sys.Title
	}
	if !o.EndedAt.IsZero() && !o.Dropped {
		met := o.Met
		past.Met = &met
	}
	return past
}
