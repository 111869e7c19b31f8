package rules

import "time"

// calm says of each priority system that is down why its continuity is not in danger, or that it
// is: what the person who treats it as an ordinary failure (通常のシステム障害) relies on.
func (v *view) calm(systems []*SystemFacts) []CalmFacts {
	var all []CalmFacts
	for _, sys := range systems {
		if priorityDown(sys) {
			all = append(all, v.calmOf(sys))
		}
	}
	return all
}

// calmOf puts danger first. The alternative (代替手段) carries the calm only where nobody can say
// when the system is back; elsewhere it stands beside it.
func (v *view) calmOf(sys *SystemFacts) CalmFacts {
	o := sys.Outage
	c := CalmFacts{System: sys.Name, ProjectionPassed: o.ProjectionPassed, Deadline: o.Deadline, Alternative: sys.Alternative}
	if !c.ProjectionPassed {
		c.ProjectedEnd = o.ProjectedEnd
	}
	if sys.AlternativeLasts > 0 {
		c.AlternativeUntil = o.Start.Add(sys.AlternativeLasts.Duration())
	}
	c.Calm = calmKind(o, c.AlternativeUntil, v.now)
	return c
}

// calmKind judges. An outage that is on track and has a deadline and a projection is projected to
// end in time: that is what on track means. One that should have ended already is projected no more.
func calmKind(o *OutageFacts, alternativeUntil, now time.Time) Calm {
	switch {
	case o.Verdict != OnTrack:
		return InDanger
	case o.Deadline.IsZero():
		return NoDeadline
	case !o.ProjectedEnd.IsZero() && !o.ProjectionPassed:
		return RecoversInTime
	case alternativeUntil.After(now):
		return AlternativeLasts
	default:
		return TimeLeft
	}
}
