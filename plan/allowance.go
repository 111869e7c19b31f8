package plan

import (
	"time"
)

// Allowance is how long something may be down (停止許容時間), as the plan states it. Whether it
// counts real time or open hours is part of it, so only [Allowance.Deadline] can tell what it
// means for a given start. The zero Allowance sets no deadline.
type Allowance struct {
	kind     allowanceKind
	duration time.Duration
	calendar *Calendar
}

type allowanceKind uint8

const (
	unlimited allowanceKind = iota
	realTime
	openHours
	opening
)

// For allows d of real time: 7d across a change of the clocks is 168 hours.
func For(d time.Duration) Allowance { return Allowance{kind: realTime, duration: d} }

// UntilOpening allows until the first opening of the calendar strictly after the start (翌始業時).
func UntilOpening(c *Calendar) Allowance { return Allowance{kind: opening, calendar: c} }

// ForOpenHours allows d counted in the calendar's open hours only.
func ForOpenHours(d time.Duration, c *Calendar) Allowance {
	return Allowance{kind: openHours, duration: d, calendar: c}
}

// IsZero reports whether the allowance sets no deadline.
func (a Allowance) IsZero() bool { return a.kind == unlimited }

// Calendar returns the calendar that the allowance counts by, or nil when it counts real time.
func (a Allowance) Calendar() *Calendar { return a.calendar }

// Deadline returns the instant at which an outage that began at start has used up its
// allowance. It is the zero time when there is no such instant: the allowance is zero, or its
// calendar does not open again within [calendarHorizon].
func (a Allowance) Deadline(start time.Time) time.Time {
	switch a.kind {
	case realTime:
		return start.Add(a.duration)
	case openHours:
		return a.calendar.AddOpenTime(start, a.duration)
	case opening:
		return a.calendar.NextOpening(start)
	default:
		return time.Time{}
	}
}

// String returns the allowance in the plan language, with the calendar it counts by: "1d",
// "next_opening(office)", "business_hours(8h, office)"; "unlimited" for the zero Allowance.
func (a Allowance) String() string {
	switch a.kind {
	case realTime:
		return FormatDuration(a.duration)
	case openHours:
		return "business_hours(" + FormatDuration(a.duration) + ", " + a.calendar.Name + ")"
	case opening:
		return "next_opening(" + a.calendar.Name + ")"
	default:
		return "unlimited"
	}
}
