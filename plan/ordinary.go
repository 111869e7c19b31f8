package plan

import "time"

// Days that OrdinaryNoon looks at: four weeks to choose from, and runs no longer than a week.
const (
	ordinaryDays = 28
	ordinaryRun  = 7
)

// OrdinaryNoon returns noon of an ordinary working day, the moment for which allowances are
// compared with one another.
//
// Allowances that count by a calendar have no length of their own: the next opening is 15 hours
// away on a Monday evening and five days away before Golden Week, so whether 24h is longer
// depends on when one asks. A plan is drawn up for the ordinary case, and one answer must not
// contradict the next, so all comparisons (classes of businesses, lint) are made for a failure
// at noon of a working day after which other working days follow.
//
// It is the first day of the longest run of open days that begins within the four weeks from
// near on (of equal runs the first; seven days count as endless), by the plan's first calendar
// and in its zone: usually the Monday of a week without holidays. Without a calendar, or when
// it has no open day in those weeks, it is near itself.
func (p *Plan) OrdinaryNoon(near time.Time) time.Time {
	if len(p.Calendars) == 0 {
		return near
	}
	c := p.Calendars[0]
	today := DateOf(near.In(c.zone()))
	best, longest := Date{}, 0
	for ahead := range ordinaryDays {
		day := today.AddDays(ahead)
		if run := c.openRun(day); run > longest {
			best, longest = day, run
		}
	}
	if longest == 0 {
		return near
	}
	return ClockTime(12*60).on(best.Year, best.Month, best.Day, c.zone())
}

// openRun counts the open days in a row from day on, to ordinaryRun at most.
func (c *Calendar) openRun(day Date) int {
	for n := range ordinaryRun {
		t := noon(day.Year, day.Month, day.Day+n)
		if !c.openDaysOf(t.Year()).has(t.YearDay()) {
			return n
		}
	}
	return ordinaryRun
}

// PriorityBusinesses returns the priority businesses (優先業務) under the threat, in the plan's
// order: those whose recover_within ends no later than the threat's priority_within does, for a
// failure at [Plan.OrdinaryNoon]. There are none under a threat that sets no limit.
func (p *Plan) PriorityBusinesses(threat *Threat, near time.Time) []*Business {
	if threat == nil {
		return nil
	}
	noon := p.OrdinaryNoon(near)
	limit := threat.PriorityWithin.Deadline(noon)
	var found []*Business
	for _, b := range p.Businesses {
		target := b.RecoverWithin[threat.Name].Deadline(noon)
		if !target.IsZero() && !target.After(limit) {
			found = append(found, b)
		}
	}
	return found
}

// outlasts reports whether a may last longer than b for a failure at the instant. Nothing
// outlasts an allowance without a deadline.
func (a Allowance) outlasts(b Allowance, at time.Time) bool {
	mine, other := a.Deadline(at), b.Deadline(at)
	return !other.IsZero() && (mine.IsZero() || mine.After(other))
}
