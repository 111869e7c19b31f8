package plan

import (
	"iter"
	"sync/atomic"
	"time"
)

// Calendar tells when an office is open: the days of the week and the clock times between which
// staff work, national holidays, and the exceptions of this office. Its methods are pure and
// may be called concurrently once its fields are set; it must not be copied after that.
//
// Every open day has one opening, at Opens, and is open until Closes, which may be 24:00. A
// calendar whose Closes is not after its Opens never opens.
type Calendar struct {
	Source
	Name  string
	Title string
	// Days are the days of the week that are open, by [time.Weekday].
	Days          [7]bool
	Opens, Closes ClockTime
	// Holidays names the sets of national holidays that are closed: see [HolidaySets].
	Holidays []string
	// Closed days are closed although the days of the week say open (年末年始). Open days are
	// open whatever else says closed (休日開庁).
	Closed, Open []DateRange
	// Location is the zone of the clock times; nil means UTC.
	Location *time.Location

	// years holds the open days of each year asked about so far. The map is replaced, never
	// written to, so that readers need no lock.
	years atomic.Pointer[map[int]*openDays]
}

// calendarHorizon is how many calendar years after the one asked about are searched for an
// opening. A calendar that stays closed for that long has none.
const calendarHorizon = 10

// OpenDay reports whether the day of t in the calendar's zone is an open one.
func (c *Calendar) OpenDay(t time.Time) bool {
	day := c.dayOf(t)
	return c.openDaysOf(day.year).has(day.yearDay)
}

// IsOpen reports whether the office is open at t. The closing itself is no longer open.
func (c *Calendar) IsOpen(t time.Time) bool {
	day := c.dayOf(t)
	if !c.openDaysOf(day.year).has(day.yearDay) {
		return false
	}
	opens, closes := c.hours(day)
	return !t.Before(opens) && t.Before(closes)
}

// NextOpening returns the first opening strictly after the instant (翌始業時): an outage that
// begins before opening has until the opening of the same day, one that begins at the very
// opening until the next. It is the zero time if there is none within [calendarHorizon].
func (c *Calendar) NextOpening(after time.Time) time.Time {
	for day := range c.openFrom(c.dayOf(after)) {
		if opens := c.instant(day, c.Opens); opens.After(after) {
			return opens
		}
	}
	return time.Time{}
}

// AddOpenTime returns the instant at which d of open time has passed since start. What exactly
// fills a day ends at its closing, not at the next opening. Zero or less has passed at start
// itself, open or not. It is the zero time if d is not reached within [calendarHorizon].
func (c *Calendar) AddOpenTime(start time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return start
	}
	for day := range c.openFrom(c.dayOf(start)) {
		opens, closes := c.hours(day)
		if opens.Before(start) {
			opens = start.In(opens.Location())
		}
		left := closes.Sub(opens)
		if left >= d {
			return opens.Add(d)
		}
		d -= max(left, 0)
	}
	return time.Time{}
}

// Calendar returns the calendar named, or nil.
func (p *Plan) Calendar(name string) *Calendar {
	return find(p.Calendars, func(c *Calendar) bool { return c.Name == name })
}

// civilDay is a day by its number in the year, 1 to 366.
type civilDay struct{ year, yearDay int }

func (c *Calendar) zone() *time.Location { return orUTC(c.Location) }

func orUTC(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}

func (c *Calendar) dayOf(t time.Time) civilDay {
	t = t.In(c.zone())
	return civilDay{t.Year(), t.YearDay()}
}

func (c *Calendar) instant(day civilDay, clock ClockTime) time.Time {
	return clock.on(day.year, time.January, day.yearDay, c.zone())
}

func (c *Calendar) hours(day civilDay) (opens, closes time.Time) {
	return c.instant(day, c.Opens), c.instant(day, c.Closes)
}

// openFrom yields the open days from first on, to the end of the horizon.
func (c *Calendar) openFrom(first civilDay) iter.Seq[civilDay] {
	return func(yield func(civilDay) bool) {
		if c.Closes <= c.Opens {
			return
		}
		from := first.yearDay
		for year := first.year; year <= first.year+calendarHorizon; year++ {
			days := c.openDaysOf(year)
			for n := days.next(from); n > 0; n = days.next(n + 1) {
				if !yield(civilDay{year, n}) {
					return
				}
			}
			from = 1
		}
	}
}
