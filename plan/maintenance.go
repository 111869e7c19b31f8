package plan

import "time"

// Maintenance is time in which systems may be down by intent (計画停止, 法定停電): once, or
// recurring. It silences alerts and shows an outage as planned; it never stops measuring.
type Maintenance struct {
	Source
	Name  string
	Title string
	// Systems and Sites name what it covers when it stands at the top of a plan; both empty
	// means every system. Inside a system block both are empty and it covers that system.
	Systems []string
	Sites   []string

	// Once: from Starts to Ends. Recurring: Starts is zero.
	Starts, Ends time.Time

	// Recurring: on each of Days (empty: every day) that is one of Nth weekdays of its month
	// (empty: each; -1 the last) or one of MonthDays (empty: any; -1 the last), and that Calendar
	// calls open or closed as Only says, from At (clock time) for Lasts.
	Days      []time.Weekday
	Nth       []int
	MonthDays []int
	At        ClockTime
	Lasts     time.Duration
	Calendar  *Calendar
	Only      DayClass
	Location  *time.Location
}

// DayClass restricts a recurrence to open or closed days of a calendar.
type DayClass string

// The classes of days; the empty class is every day.
const (
	AnyDay     DayClass = ""
	OpenDays   DayClass = "open"
	ClosedDays DayClass = "closed"
)

// ClockTime is a time of day in minutes after midnight, 0 to 1440 (24:00).
type ClockTime int
