package plan

import (
	"maps"
	"math/bits"
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/jp"
)

// HolidaySets returns the names that a calendar's Holidays may hold: "jp", the national holidays
// of Japan (国民の祝日) with their substitutes (振替休日) and the days between two (国民の休日).
func HolidaySets() []string { return []string{"jp"} }

func holidaySet(name string) []*cal.Holiday {
	if name == "jp" {
		return jp.Holidays
	}
	return nil
}

// openDays is the set of the open days of one year, by number of the day: 1 to 366.
type openDays [6]uint64

func (o *openDays) has(yearDay int) bool { return o[yearDay/64]>>(yearDay%64)&1 == 1 }

func (o *openDays) add(yearDay int) { o[yearDay/64] |= 1 << (yearDay % 64) }

// next returns the first open day not before yearDay, or 0 when the year has none left.
func (o *openDays) next(yearDay int) int {
	for word, skip := yearDay/64, yearDay%64; word < len(o); word, skip = word+1, 0 {
		if rest := o[word] >> skip << skip; rest != 0 {
			return word*64 + bits.TrailingZeros64(rest)
		}
	}
	return 0
}

// openDaysOf returns the open days of the year, worked out on first use. Two goroutines that ask
// at once may both do the work; the one that loses costs the next to ask another go.
func (c *Calendar) openDaysOf(year int) *openDays {
	known := c.years.Load()
	if known != nil {
		if days, ok := (*known)[year]; ok {
			return days
		}
	}
	days := c.computeOpenDays(year)
	next := map[int]*openDays{year: days}
	if known != nil {
		maps.Copy(next, *known)
	}
	c.years.Store(&next)
	return days
}

// computeOpenDays applies the rules in order of weight: days of the week, then what closes
// (holidays and Closed), then what opens in spite of all.
func (c *Calendar) computeOpenDays(year int) *openDays {
	days := new(openDays)
	holidays := c.holidaysOf(year)
	for t := noon(year, time.January, 1); t.Year() == year; t = t.AddDate(0, 0, 1) {
		date := DateOf(t)
		open := c.Days[t.Weekday()] && !holidays.has(t.YearDay()) && !anyContains(c.Closed, date)
		if open || anyContains(c.Open, date) {
			days.add(t.YearDay())
		}
	}
	return days
}

// holidaysOf returns the national holidays of the year. It works on clones, because one of the
// library's rules (the vernal equinox) writes to its own definition, which all calendars share.
func (c *Calendar) holidaysOf(year int) *openDays {
	days := new(openDays)
	for _, name := range c.Holidays {
		for _, holiday := range holidaySet(name) {
			actual, observed := holiday.Clone(nil).Calc(year)
			markHoliday(days, year, actual)
			markHoliday(days, year, observed)
		}
	}
	return days
}

// markHoliday marks the day of t, which the library gives as midnight in the machine's zone: six
// hours on it is still the same day, even where that zone skips midnight and t reads 23:00.
func markHoliday(days *openDays, year int, t time.Time) {
	if t = t.Add(6 * time.Hour); t.Year() == year {
		days.add(t.YearDay())
	}
}

func noon(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}

func anyContains(ranges []DateRange, date Date) bool {
	return slices.ContainsFunc(ranges, func(r DateRange) bool { return r.Contains(date) })
}
