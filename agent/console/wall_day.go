package console

import (
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// shownGaps is for how long the wall tells of times in which nobody looked.
const shownGaps = 24 * time.Hour

// wallDay is what an ordinary day has to tell: that somebody looks, and when it is looked at next.
type wallDay struct {
	LookedAt time.Time // of the newest check; zero: none yet
	// Next is the inspection that comes next, Last the one that ran last; nil: there is none.
	Next, Last *rules.InspectionFacts
	Missed     []rules.InspectionFacts // due and not run
	Gaps       []rules.Stretch         // of the last day in which nobody looked, the newest last
}

func (v *view) day() wallDay {
	var d wallDay
	for _, s := range v.Systems {
		for _, c := range s.Checks {
			if c.LastRunAt.After(d.LookedAt) {
				d.LookedAt = c.LastRunAt
			}
		}
	}
	for i := range v.Inspections {
		d.inspection(&v.Inspections[i])
	}
	for _, gap := range v.Unobserved {
		if gap.To.IsZero() || v.At.Sub(gap.To) < shownGaps {
			d.Gaps = append(d.Gaps, gap)
		}
	}
	return d
}

func (d *wallDay) inspection(i *rules.InspectionFacts) {
	if !i.NextAt.IsZero() && (d.Next == nil || i.NextAt.Before(d.Next.NextAt)) {
		d.Next = i
	}
	if i.Newest != nil && (d.Last == nil || i.Newest.EndedAt.After(d.Last.Newest.EndedAt)) {
		d.Last = i
	}
	if i.Missed > 0 {
		d.Missed = append(d.Missed, *i)
	}
}

// InspectionResult says in a few words what an inspection found.
func (v *view) InspectionResult(r *rules.InspectionRun) string {
	return v.Say("inspection_result", "Ran", true, "Blind", r.Blind, "Checks", r.Counts.Checks,
		"Failed", r.Counts.Failed, "Unjudged", r.Counts.Unjudged, "Attention", r.Attention)
}
