package plan

import (
	"slices"
	"time"
)

// maintenanceHorizon is how far ahead a recurring window is looked for: long enough for a
// recurrence that falls on leap days only.
const maintenanceHorizon = 10 * 366

// WindowAt returns the window that t lies in: from belongs to it, to does not. Where windows
// of one recurrence overlap it is the latest of them. Lasts is real time, so a window across a
// change of the clocks ends as many hours after its beginning as any other.
func (m *Maintenance) WindowAt(t time.Time) (from, to time.Time, ok bool) {
	if !m.Starts.IsZero() {
		return m.Starts, m.Ends, !t.Before(m.Starts) && t.Before(m.Ends)
	}
	// A window may have begun on an earlier day: the earliest that can still hold t, and a day
	// more for the clocks.
	today := DateOf(t.In(orUTC(m.Location)))
	for back := range int(m.Lasts/(24*time.Hour)) + 3 {
		from, to, ok = m.windowOn(today.AddDays(-back))
		if ok && !t.Before(from) && t.Before(to) {
			return from, to, true
		}
	}
	return time.Time{}, time.Time{}, false
}

// NextWindow returns the first window that begins strictly after the instant; ok is false when
// there is none within ten years.
func (m *Maintenance) NextWindow(after time.Time) (from, to time.Time, ok bool) {
	if !m.Starts.IsZero() {
		return m.Starts, m.Ends, m.Starts.After(after) && m.Starts.Before(m.Ends)
	}
	today := DateOf(after.In(orUTC(m.Location)))
	for ahead := range maintenanceHorizon {
		from, to, ok = m.windowOn(today.AddDays(ahead))
		if ok && from.After(after) {
			return from, to, true
		}
	}
	return time.Time{}, time.Time{}, false
}

// windowOn returns the window that belongs to the day, if the recurrence has one there.
func (m *Maintenance) windowOn(day Date) (from, to time.Time, ok bool) {
	if m.Lasts <= 0 || !m.recursOn(day) {
		return time.Time{}, time.Time{}, false
	}
	from = m.At.on(day.Year, day.Month, day.Day, orUTC(m.Location))
	return from, from.Add(m.Lasts), true
}

func (m *Maintenance) recursOn(day Date) bool {
	noon := noon(day.Year, day.Month, day.Day)
	if len(m.Days) > 0 && !slices.Contains(m.Days, noon.Weekday()) {
		return false
	}
	return m.inMonth(day) && m.inClass(day)
}

// inMonth decides by the place of the day in its month. When both kinds of place are given,
// either will do.
func (m *Maintenance) inMonth(day Date) bool {
	if len(m.Nth) == 0 && len(m.MonthDays) == 0 {
		return true
	}
	length := noon(day.Year, day.Month+1, 0).Day()
	fromEnd := length - day.Day
	return slices.Contains(m.Nth, (day.Day-1)/7+1) ||
		slices.Contains(m.Nth, -(fromEnd/7+1)) ||
		slices.Contains(m.MonthDays, day.Day) ||
		slices.Contains(m.MonthDays, -(fromEnd+1))
}

// inClass decides by the calendar. Without a calendar no day is known to be open or closed, so
// a restriction holds on none: rather alert in maintenance than keep silent without it.
func (m *Maintenance) inClass(day Date) bool {
	if m.Only == AnyDay {
		return true
	}
	if m.Calendar == nil {
		return false
	}
	t := noon(day.Year, day.Month, day.Day)
	open := m.Calendar.openDaysOf(day.Year).has(t.YearDay())
	return open == (m.Only == OpenDays)
}

// Covers reports whether a maintenance that stands at the top of a plan is for the system: it
// names it, or its site, or nothing at all.
func (m *Maintenance) Covers(system *System) bool {
	if len(m.Systems) == 0 && len(m.Sites) == 0 {
		return true
	}
	return slices.Contains(m.Systems, system.Name) ||
		system.Site != "" && slices.Contains(m.Sites, system.Site)
}

// MaintenanceFor returns the window in which the system may be down at t, from its own
// maintenance and the plan's, and the maintenance that it is of. Of several it is the one that
// ends last; of those the system's own.
func (p *Plan) MaintenanceFor(system *System, t time.Time) (m *Maintenance, from, to time.Time, ok bool) {
	consider := func(candidate *Maintenance) {
		f, u, holds := candidate.WindowAt(t)
		if holds && (!ok || u.After(to)) {
			m, from, to, ok = candidate, f, u, true
		}
	}
	for _, own := range system.Maintenance {
		consider(own)
	}
	for _, top := range p.Maintenance {
		if top.Covers(system) {
			consider(top)
		}
	}
	return m, from, to, ok
}
