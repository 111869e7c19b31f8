package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// projection is when an outage may be expected to end; the zero time: nothing tells.
type projection struct {
	at time.Time
	// passed says that it should have ended already: what it was projected from is no word on the
	// future any more.
	passed bool
	// waitsFor is the root cause that makes it so; empty: none does.
	waitsFor string
}

// projected is when the outage of a system may be expected to end. What is down because others
// are, is not back before them; and while nobody can say when they are back, nobody can say it of
// what waits for them, unless a person gave an estimate that is still ahead. Root causes have no
// causes themselves, so that one step along them is all there is.
func (v *view) projected(sys *plan.System, o *Outage) projection {
	end, overdue := ownProjection(sys, o, v.now), ""
	for _, name := range v.causes.of(sys.Name) {
		root := ownProjection(v.plan.System(name), v.state.Open[name], v.now)
		if root.at.After(end.at) {
			end = projection{at: root.at, passed: root.passed, waitsFor: name}
		}
		if overdue == "" && root.passed {
			overdue = name
		}
	}
	if overdue != "" && !o.ETA.After(v.now) {
		end.passed, end.waitsFor = true, overdue
	}
	return end
}

// ownProjection leaves out what the system waits for: the estimate that a person gave, else the
// begin of recovery plus its typical time. Recovery begins when a person acknowledges the outage;
// until then, now at the earliest. What should have ended already ends now at the earliest.
func ownProjection(sys *plan.System, o *Outage, now time.Time) projection {
	end := o.ETA
	if end.IsZero() {
		if sys.TypicalRecovery == 0 {
			return projection{}
		}
		begin := now
		if !o.AcknowledgedAt.IsZero() {
			begin = o.AcknowledgedAt
		}
		end = begin.Add(sys.TypicalRecovery)
	}
	if end.Before(now) {
		return projection{at: now, passed: true}
	}
	return projection{at: end}
}
