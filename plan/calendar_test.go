package plan

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The holidays as the Cabinet Office publishes them (「国民の祝日」について), substitutes and days
// between two holidays included.
func TestNationalHolidays(t *testing.T) {
	want := map[int]string{
		2024: "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23",
		2025: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24",
		2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
		2027: "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
		2028: "01-01 01-10 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-22 10-09 11-03 11-23",
	}
	c := newCalendar(t, "Asia/Tokyo", "08:30", "17:15", allDays, func(c *Calendar) { c.Holidays = []string{"jp"} })
	for year, dates := range want {
		var closed []string
		for day := time.Date(year, time.January, 1, 9, 0, 0, 0, c.Location); day.Year() == year; day = day.AddDate(0, 0, 1) {
			if !c.OpenDay(day) {
				closed = append(closed, day.Format("01-02"))
			}
		}
		if diff := cmp.Diff(strings.Fields(dates), closed); diff != "" {
			t.Errorf("%d (-want +got):\n%s", year, diff)
		}
	}
}

// The library gives holidays in the machine's zone; one that has no midnight on some days (as
// Santiago, where the clocks go forward at 24:00 on the first Saturday of September) must not
// move a holiday.
func TestHolidayIsTheSameDayInAnyZone(t *testing.T) {
	skipped := time.Date(2026, time.September, 6, 0, 0, 0, 0, zone(t, "America/Santiago"))
	days := new(openDays)
	markHoliday(days, 2026, skipped)
	if want := noon(2026, time.September, 6).YearDay(); !days.has(want) {
		t.Errorf("%v is marked as day %d, not %d", skipped, days.next(1), want)
	}
}

func TestIsOpen(t *testing.T) {
	c := office(t, func(c *Calendar) { c.Open = dates(t, "2026-03-29") })
	for _, test := range []struct {
		at        string
		open, day bool
	}{
		{"2026-04-06T08:29:59+09:00", false, true},
		{"2026-04-06T08:30:00+09:00", true, true},
		{"2026-04-06T12:15:00+09:00", true, true},
		{"2026-04-06T17:14:59+09:00", true, true},
		{"2026-04-06T17:15:00+09:00", false, true},
		{"2026-04-05T12:00:00+09:00", false, false}, // Sunday
		{"2026-03-29T12:00:00+09:00", true, true},   // opened Sunday
		{"2026-05-06T12:00:00+09:00", false, false}, // 振替休日
		{"2026-12-29T12:00:00+09:00", false, false}, // closed
		{"2026-04-05T23:45:00Z", true, true},        // Monday 08:45 in Tokyo
		{"2026-04-05T14:59:59Z", false, false},      // Sunday 23:59:59 in Tokyo
	} {
		if got := c.IsOpen(at(t, test.at)); got != test.open {
			t.Errorf("IsOpen(%s) = %v", test.at, got)
		}
		if got := c.OpenDay(at(t, test.at)); got != test.day {
			t.Errorf("OpenDay(%s) = %v", test.at, got)
		}
	}
}

func TestOpenTimeBetween(t *testing.T) {
	c := office(t, nil)
	for _, test := range []struct {
		a, b string
		want time.Duration
	}{
		{"2026-04-06T09:00:00+09:00", "2026-04-06T10:00:00+09:00", time.Hour},
		{"2026-04-06T06:00:00+09:00", "2026-04-06T20:00:00+09:00", 8*time.Hour + 45*time.Minute},
		{"2026-04-03T16:15:00+09:00", "2026-04-06T10:30:00+09:00", 3 * time.Hour},
		{"2026-04-06T00:00:00+09:00", "2026-04-13T00:00:00+09:00", 43*time.Hour + 45*time.Minute},
		{"2026-04-04T10:00:00+09:00", "2026-04-05T10:00:00+09:00", 0}, // a weekend
		{"2026-04-06T18:00:00+09:00", "2026-04-06T19:00:00+09:00", 0}, // an evening
		{"2026-04-06T10:00:00+09:00", "2026-04-06T10:00:00+09:00", 0},
		{"2026-04-06T12:00:00+09:00", "2026-04-06T10:00:00+09:00", 0}, // b before a
	} {
		if got := openTimeBetween(c, at(t, test.a), at(t, test.b)); got != test.want {
			t.Errorf("from %s to %s: got %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

// openTimeBetween counts how much open time lies between a and b by the days' hours, to hold
// AddOpenTime against: zero when b is not after a.
func openTimeBetween(c *Calendar, a, b time.Time) time.Duration {
	var total time.Duration
	for day := range c.openFrom(c.dayOf(a)) {
		opens, closes := c.hours(day)
		if !opens.Before(b) {
			break
		}
		if opens.Before(a) {
			opens = a
		}
		if b.Before(closes) {
			closes = b
		}
		total += max(closes.Sub(opens), 0)
	}
	return total
}

// AddOpenTime and openTimeBetween are each other's inverse, and no earlier instant would do.
func TestAddOpenTimeIsInverse(t *testing.T) {
	calendars := []*Calendar{
		office(t, nil),
		newCalendar(t, "Europe/Berlin", "00:00", "24:00", allDays, nil),
		newCalendar(t, "America/New_York", "02:30", "10:00", allDays, nil),
	}
	epoch := at(t, "2026-01-01T00:00:00Z").Unix()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(calendars).Draw(t, "calendar")
		start := time.Unix(epoch+rapid.Int64Range(0, 2*366*86400).Draw(t, "start"), 0)
		d := time.Duration(rapid.Int64Range(1, 100*3600).Draw(t, "seconds")) * time.Second
		end := c.AddOpenTime(start, d)
		if got := openTimeBetween(c, start, end); got != d {
			t.Fatalf("%v open hours from %v end at %v, which is %v", d, start, end, got)
		}
		if got := openTimeBetween(c, start, end.Add(-time.Second)); got != d-time.Second {
			t.Fatalf("%v is not the first instant: a second before it is %v", end, got)
		}
		if opening := c.NextOpening(start); !opening.After(start) || !c.IsOpen(opening) || c.IsOpen(opening.Add(-time.Second)) && c.Opens != 0 {
			t.Fatalf("%v is no opening after %v", opening, start)
		}
	})
}

// Two calendars of one process ask the library at the same time: it shares its definitions.
func TestCalendarsAreConcurrent(t *testing.T) {
	first, second := office(t, nil), office(t, nil)
	var wg sync.WaitGroup
	for i := range 8 {
		c := first
		if i%2 == 1 {
			c = second
		}
		start := time.Date(2024+i, time.March, 19, 12, 0, 0, 0, time.UTC)
		wg.Go(func() {
			for n := range 5 {
				if c.NextOpening(start.AddDate(n, 0, 0)).IsZero() {
					t.Errorf("no opening after %v", start)
				}
			}
		})
	}
	wg.Wait()
}

// An office that closes when it opens has no opening to wait for.
func TestOfficeWithoutHoursNeverOpens(t *testing.T) {
	c := &Calendar{Opens: 9 * 60, Closes: 9 * 60, Days: [7]bool{1: true}}
	start := at(t, "2026-04-03T18:00:00Z")
	if got := []time.Time{c.NextOpening(start), c.AddOpenTime(start, time.Second)}; !got[0].IsZero() || !got[1].IsZero() {
		t.Errorf("it opens at %v, and a second of it is over at %v", got[0], got[1])
	}
}

func TestNilLocationIsUTC(t *testing.T) {
	c := &Calendar{Opens: 9 * 60, Closes: 17 * 60, Days: [7]bool{1: true}}
	if got, want := c.NextOpening(at(t, "2026-04-03T18:00:00Z")), at(t, "2026-04-06T09:00:00Z"); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParseClockTime(t *testing.T) {
	for text, want := range map[string]ClockTime{"00:00": 0, "08:30": 510, "8:30": 510, "23:59": 1439, "24:00": 1440} {
		got, err := ParseClockTime(text)
		if err != nil || got != want {
			t.Errorf("%q: got %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "8", "0830", "24:01", "25:00", "08:60", "08:3", "008:30", "-1:30", "+8:30", "08:30:00", "8:30am", "８:30", ":"} {
		_, err := ParseClockTime(text)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", text)) || !strings.Contains(err.Error(), `"08:30"`) {
			t.Errorf("%q: error %v names neither the text nor what is expected", text, err)
		}
	}
	if got := ClockTime(510).String(); got != "08:30" {
		t.Errorf("got %q", got)
	}
}

func TestParseDateRange(t *testing.T) {
	for text, want := range map[string]DateRange{
		"2026-03-29":               {Date{2026, 3, 29}, Date{2026, 3, 29}},
		"2026-12-29/2027-01-03":    {Date{2026, 12, 29}, Date{2027, 1, 3}},
		"2026-12-29 / 2027-01-03 ": {Date{2026, 12, 29}, Date{2027, 1, 3}},
		"2028-02-29/2028-02-29":    {Date{2028, 2, 29}, Date{2028, 2, 29}},
	} {
		got, err := ParseDateRange(text)
		if err != nil || got != want {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	for text, hint := range map[string]string{
		"":                                 `"2026-12-29"`,
		"2026-2-3":                         `"2026-12-29"`,
		"2026-02-30":                       "exists",
		"2027-02-29":                       "exists",
		"12-29/01-03":                      `"12-29" is not a date`,
		"2026-12-29/":                      `"" is not a date`,
		"2027-01-03/2026-12-29":            `as "2026-12-29/2027-01-03"`,
		"2026-01-01/2026-01-02/2026-01-03": "is not a date",
	} {
		if _, err := ParseDateRange(text); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q: error %v lacks %q", text, err, hint)
		}
	}
	for _, text := range []string{"2026-03-29", "2026-12-29/2027-01-03"} {
		if got := dates(t, text)[0].String(); got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	}
}

// Asked for every system at every evaluation; the worst case is a calendar without an opening.
func BenchmarkNextOpening(b *testing.B) {
	for name, c := range map[string]*Calendar{
		"office": office(b, nil),
		"never":  newCalendar(b, "Asia/Tokyo", "08:30", "17:15", nil, nil),
	} {
		b.Run(name, func(b *testing.B) {
			start := at(b, "2026-04-30T18:05:00+09:00")
			b.ReportAllocs()
			for b.Loop() {
				c.NextOpening(start)
			}
		})
	}
}

func BenchmarkAddOpenTime(b *testing.B) {
	c, start := office(b, nil), at(b, "2026-04-30T16:05:00+09:00")
	b.ReportAllocs()
	for b.Loop() {
		c.AddOpenTime(start, 24*time.Hour)
	}
}
