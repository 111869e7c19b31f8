package plan

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// at reads an RFC 3339 time; "" is the zero time.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func clock(t testing.TB, text string) ClockTime {
	t.Helper()
	c, err := ParseClockTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func dates(t testing.TB, texts ...string) []DateRange {
	t.Helper()
	var ranges []DateRange
	for _, text := range texts {
		r, err := ParseDateRange(text)
		if err != nil {
			t.Fatal(err)
		}
		ranges = append(ranges, r)
	}
	return ranges
}

// newCalendar makes a calendar; edit, when not nil, has the last word.
func newCalendar(t testing.TB, location, opens, closes string, days []time.Weekday, edit func(*Calendar)) *Calendar {
	t.Helper()
	c := &Calendar{Name: "office", Opens: clock(t, opens), Closes: clock(t, closes), Location: zone(t, location)}
	for _, day := range days {
		c.Days[day] = true
	}
	if edit != nil {
		edit(c)
	}
	return c
}

var (
	weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	allDays  = append([]time.Weekday{time.Saturday, time.Sunday}, weekdays...)
)

// office is a Japanese city hall: Monday to Friday, 08:30 to 17:15 (8 h 45 min a day), closed
// on national holidays and over one year end.
func office(t testing.TB, edit func(*Calendar)) *Calendar {
	return newCalendar(t, "Asia/Tokyo", "08:30", "17:15", weekdays, func(c *Calendar) {
		c.Holidays = []string{"jp"}
		c.Closed = dates(t, "2026-12-29/2027-01-03")
		if edit != nil {
			edit(c)
		}
	})
}
