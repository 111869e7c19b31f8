package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// activeThreat is the declared threat, else the plan's default one; nil for a plan without any.
// A declared threat that the plan has lost counts as the default.
func activeThreat(p *plan.Plan, s *State) *plan.Threat {
	if s.Threat != nil {
		if t := p.Threat(s.Threat.Name); t != nil {
			return t
		}
	}
	return p.DefaultThreat()
}

// termsFor computes the deadline of an outage of sys that counts from start, and the last moment
// to begin a recovery of typical length and still meet it.
func termsFor(sys *plan.System, threat *plan.Threat, start time.Time) journal.Terms {
	if threat == nil {
		return journal.Terms{Allowance: plan.Allowance{}.String()}
	}
	allowance := sys.Allowance(threat.Name)
	terms := journal.Terms{Threat: threat.Name, Allowance: allowance.String(), Deadline: allowance.Deadline(start)}
	if !terms.Deadline.IsZero() && sys.TypicalRecovery > 0 {
		terms.StartRecoveryBy = terms.Deadline.Add(-sys.TypicalRecovery)
	}
	return terms
}

// moves lists the open outages whose terms change when threat and plan hold, in the plan's order.
func moves(p *plan.Plan, s *State, threat *plan.Threat, start func(*Outage) time.Time) []journal.DeadlineMoved {
	var moved []journal.DeadlineMoved
	for _, sys := range p.Systems {
		o := s.Open[sys.Name]
		if o == nil {
			continue
		}
		if to := termsFor(sys, threat, start(o)); !sameTerms(o.Terms, to) {
			moved = append(moved, journal.DeadlineMoved{Outage: o.ID, System: sys.Name, From: o.Terms, To: to})
		}
	}
	return moved
}

func sameTerms(a, b journal.Terms) bool {
	return a.Threat == b.Threat && a.Allowance == b.Allowance &&
		a.Deadline.Equal(b.Deadline) && a.StartRecoveryBy.Equal(b.StartRecoveryBy)
}
