package rules

import (
	"cmp"
	"math"
	"slices"
)

// ByUrgency returns the systems with what cannot wait first: missed deadlines, those at risk, the
// other outages by the time left, then what is degraded or cannot be judged; within one class by
// priority, and in the plan's order for the rest. The Situation's own order stays as it is.
func (s *Situation) ByUrgency() []*SystemFacts {
	sorted := slices.Clone(s.Systems)
	slices.SortStableFunc(sorted, func(a, b *SystemFacts) int {
		return cmp.Or(
			cmp.Compare(urgency(a), urgency(b)),
			compareLeft(a.Outage, b.Outage),
			cmp.Compare(rank(a), rank(b)),
		)
	})
	return sorted
}

// urgency is the class of a system, the most urgent first.
func urgency(s *SystemFacts) int {
	if s.State == Down && s.Outage != nil {
		return slices.Index([]Verdict{Missed, AtRisk, OnTrack}, s.Outage.Verdict)
	}
	return 3 + slices.Index([]SystemState{Down, Degraded, Unknown, Planned, Pending, Up}, s.State)
}

// compareLeft puts the outage with less time left first, and one without a deadline last.
func compareLeft(a, b *OutageFacts) int {
	switch {
	case a == nil || b == nil:
		return 0
	case a.Left == nil || b.Left == nil:
		return cmp.Compare(truth(a.Left == nil), truth(b.Left == nil))
	default:
		return cmp.Compare(*a.Left, *b.Left)
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rank is the priority for sorting: systems without one come last.
func rank(s *SystemFacts) int {
	if s.Priority == 0 {
		return math.MaxInt
	}
	return s.Priority
}
