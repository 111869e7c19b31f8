package plan

import (
	"testing"
	"time"
)

// deadlineCase is one outage worked out by hand: why holds the reasoning. An empty want means
// that there is no deadline.
type deadlineCase struct {
	name      string
	allowance Allowance
	start     string
	want      string
	why       string
}

func runDeadlines(t *testing.T, cases []deadlineCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.allowance.Deadline(at(t, c.start))
			if want := at(t, c.want); !got.Equal(want) {
				t.Errorf("%v from %s\n got %v\nwant %v\n why %s", c.allowance, c.start, got, want, c.why)
			}
		})
	}
}

func TestNextOpening(t *testing.T) {
	next := UntilOpening(office(t, nil))
	runDeadlines(t, []deadlineCase{
		{"friday evening", next, "2026-04-03T18:05:00+09:00", "2026-04-06T08:30:00+09:00",
			"3 April 2026 is a Friday; Saturday and Sunday are closed, so Monday the 6th"},
		{"tuesday noon", next, "2026-04-07T12:00:00+09:00", "2026-04-08T08:30:00+09:00",
			"the office is open, but the next opening is tomorrow's"},
		{"before opening the same day", next, "2026-04-08T03:00:00+09:00", "2026-04-08T08:30:00+09:00",
			"Wednesday's own opening is still to come"},
		{"a second before opening", next, "2026-04-08T08:29:59+09:00", "2026-04-08T08:30:00+09:00",
			"08:30:00 is after 08:29:59"},
		{"exactly at opening", next, "2026-04-08T08:30:00+09:00", "2026-04-09T08:30:00+09:00",
			"strictly after: this opening has passed, Thursday's is next"},
		{"exactly at closing", next, "2026-04-08T17:15:00+09:00", "2026-04-09T08:30:00+09:00",
			"Wednesday's closing, so Thursday's opening"},
		{"just after midnight", next, "2026-04-08T00:00:00+09:00", "2026-04-08T08:30:00+09:00",
			"midnight belongs to the day that begins"},
		{"saturday", next, "2026-04-04T10:00:00+09:00", "2026-04-06T08:30:00+09:00",
			"the weekend of 4 and 5 April, then Monday"},
		{"start told in UTC", next, "2026-04-03T09:05:00Z", "2026-04-06T08:30:00+09:00",
			"09:05 UTC is 18:05 in Tokyo on the Friday"},
		{"UTC sunday is tokyo monday", next, "2026-04-05T23:00:00Z", "2026-04-06T08:30:00+09:00",
			"23:00 UTC on Sunday is 08:00 on Monday in Tokyo, half an hour before opening"},

		{"before a holiday", next, "2026-04-28T16:00:00+09:00", "2026-04-30T08:30:00+09:00",
			"Wednesday 29 April is 昭和の日, so Thursday the 30th"},
		{"golden week", next, "2026-05-01T17:30:00+09:00", "2026-05-07T08:30:00+09:00",
			"2 Sat, 3 Sun 憲法記念日, 4 みどりの日, 5 こどもの日, 6 Wed 振替休日 for the Sunday, so Thursday the 7th"},
		{"on a substitute holiday", next, "2026-05-06T09:00:00+09:00", "2026-05-07T08:30:00+09:00",
			"Wednesday 6 May is the substitute for Sunday 3 May although two holidays lie between"},
		{"golden week with a sunday in the middle", next, "2025-05-02T18:00:00+09:00", "2025-05-07T08:30:00+09:00",
			"3 Sat, 4 Sun みどりの日, 5 Mon こどもの日, 6 Tue 振替休日 for the 4th, so Wednesday the 7th"},
		{"silver week", next, "2026-09-18T17:00:00+09:00", "2026-09-24T08:30:00+09:00",
			"19-20 weekend, 21 敬老の日 (third Monday), 22 国民の休日 between two holidays, 23 秋分の日, so Thursday"},
		{"on a day between two holidays", next, "2026-09-22T10:00:00+09:00", "2026-09-24T08:30:00+09:00",
			"Tuesday 22 September 2026 is closed as 国民の休日, and the 23rd is the equinox"},
		{"day between two holidays in 2032", next, "2032-09-17T18:00:00+09:00", "2032-09-23T08:30:00+09:00",
			"Fri 17; Mon 20 敬老の日, Tue 21 国民の休日, Wed 22 秋分の日, so Thursday the 23rd"},
		{"coming of age day", next, "2026-01-09T18:00:00+09:00", "2026-01-13T08:30:00+09:00",
			"the second Monday of January 2026 is the 12th"},
		{"marine day", next, "2026-07-17T20:00:00+09:00", "2026-07-21T08:30:00+09:00",
			"the third Monday of July 2026 is the 20th"},
		{"sports day", next, "2026-10-09T17:15:00+09:00", "2026-10-13T08:30:00+09:00",
			"the second Monday of October 2026 is the 12th"},
		{"foundation day midweek", next, "2026-02-10T20:00:00+09:00", "2026-02-12T08:30:00+09:00",
			"Wednesday 11 February is 建国記念の日"},
		{"emperor's birthday makes a long weekend", next, "2026-02-20T20:00:00+09:00", "2026-02-24T08:30:00+09:00",
			"20 February is a Friday, Monday the 23rd 天皇誕生日"},
		{"culture day", next, "2026-11-02T18:00:00+09:00", "2026-11-04T08:30:00+09:00",
			"Tuesday 3 November is 文化の日"},
		{"vernal equinox on a friday", next, "2026-03-19T18:00:00+09:00", "2026-03-23T08:30:00+09:00",
			"春分の日 is Friday 20 March in 2026, then the weekend"},
		{"vernal equinox on a sunday", next, "2027-03-19T18:00:00+09:00", "2027-03-23T08:30:00+09:00",
			"in 2027 it is Sunday 21 March, so Monday the 22nd is its substitute"},
		{"autumnal equinox on a sunday", next, "2024-09-20T18:00:00+09:00", "2024-09-24T08:30:00+09:00",
			"in 2024 it is Sunday 22 September, so Monday the 23rd is its substitute"},
		{"holiday on a sunday", next, "2024-02-09T18:00:00+09:00", "2024-02-13T08:30:00+09:00",
			"11 February 2024 is a Sunday, so Monday the 12th is closed too"},
		{"holiday on a saturday", next, "2028-04-28T18:00:00+09:00", "2028-05-01T08:30:00+09:00",
			"29 April 2028 is a Saturday, which has no substitute: Monday 1 May is open"},

		{"year end", next, "2026-12-28T18:00:00+09:00", "2027-01-04T08:30:00+09:00",
			"29 December to 3 January are closed; 4 January 2027 is a Monday"},
		{"inside the year end", next, "2026-12-31T23:59:59+09:00", "2027-01-04T08:30:00+09:00",
			"the closed range goes over the end of the year"},
		{"leap day is a day", next, "2028-02-28T18:00:00+09:00", "2028-02-29T08:30:00+09:00",
			"28 February 2028 is a Monday and the 29th a Tuesday"},
		{"no leap day", next, "2027-02-26T18:00:00+09:00", "2027-03-01T08:30:00+09:00",
			"26 February 2027 is a Friday; Monday is 1 March"},
		{"leap day counts in the year", next, "2028-12-28T18:00:00+09:00", "2028-12-29T08:30:00+09:00",
			"after a leap day 29 December is the 364th day of the year; it is a Friday, closed in no list"},
		{"last day of a leap year", next, "2028-12-30T12:00:00+09:00", "2029-01-02T08:30:00+09:00",
			"30 and 31 December 2028 are a weekend, Monday 1 January is 元日; without a closure for that year the 2nd is open"},
	})
}

func TestNextOpeningExceptions(t *testing.T) {
	with := func(edit func(*Calendar)) Allowance { return UntilOpening(office(t, edit)) }
	library := newCalendar(t, "Asia/Tokyo", "10:00", "19:00",
		[]time.Weekday{time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}, nil)
	once := newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, func(c *Calendar) { c.Open = dates(t, "2026-03-29") })
	runDeadlines(t, []deadlineCase{
		{"extra opening sunday", with(func(c *Calendar) { c.Open = dates(t, "2026-03-29") }),
			"2026-03-27T18:00:00+09:00", "2026-03-29T08:30:00+09:00",
			"29 March 2026 is a Sunday, opened for people who move"},
		{"after an extra opening sunday", with(func(c *Calendar) { c.Open = dates(t, "2026-03-29") }),
			"2026-03-29T09:00:00+09:00", "2026-03-30T08:30:00+09:00", "Monday is open as ever"},
		{"open wins over a holiday", with(func(c *Calendar) { c.Open = dates(t, "2026-05-04") }),
			"2026-05-01T18:00:00+09:00", "2026-05-04T08:30:00+09:00", "みどりの日 is opened by the plan"},
		{"open wins over closed", with(func(c *Calendar) { c.Open = dates(t, "2026-12-30") }),
			"2026-12-28T18:00:00+09:00", "2026-12-30T08:30:00+09:00", "the 30th is in both lists, open is the exception"},
		{"open range", with(func(c *Calendar) { c.Open = dates(t, "2026-05-03/2026-05-04") }),
			"2026-05-03T12:00:00+09:00", "2026-05-04T08:30:00+09:00", "both days of the range are open"},
		{"closed wins over the days of the week", with(func(c *Calendar) { c.Closed = dates(t, "2026-04-08") }),
			"2026-04-07T18:00:00+09:00", "2026-04-09T08:30:00+09:00", "Wednesday the 8th is closed by the plan"},
		{"closed over the end of a month", with(func(c *Calendar) { c.Closed = dates(t, "2028-02-28/2028-03-01") }),
			"2028-02-25T18:00:00+09:00", "2028-03-02T08:30:00+09:00",
			"Friday 25th; Mon 28, Tue 29 (leap day) and Wed 1 March are closed, so Thursday"},
		{"year end not in the plan", with(func(c *Calendar) { c.Closed = nil }),
			"2026-12-28T18:00:00+09:00", "2026-12-29T08:30:00+09:00",
			"年末年始 is a closure by ordinance, not a national holiday: Tuesday the 29th is open unless the plan says so"},
		{"new year is a holiday by itself", with(func(c *Calendar) { c.Closed = nil }),
			"2026-12-31T18:00:00+09:00", "2027-01-04T08:30:00+09:00",
			"Friday 1 January 2027 is 元日, then the weekend"},
		{"no national holidays", with(func(c *Calendar) { c.Holidays = nil }),
			"2026-04-28T18:00:00+09:00", "2026-04-29T08:30:00+09:00", "without the set, 29 April is a Wednesday like any other"},
		{"closed on mondays", UntilOpening(library), "2026-04-04T20:00:00+09:00", "2026-04-07T10:00:00+09:00",
			"Saturday evening; Sunday and Monday are closed, so Tuesday"},
		{"the only opening", UntilOpening(once), "2026-01-05T12:00:00+09:00", "2026-03-29T08:30:00+09:00",
			"no day of the week is open, one date is"},
		{"stops opening", UntilOpening(once), "2026-03-29T08:30:00+09:00", "",
			"the only opening has passed: there is no deadline"},
		{"within the horizon",
			UntilOpening(newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, func(c *Calendar) { c.Open = dates(t, "2036-12-31") })),
			"2026-01-01T00:00:00+09:00", "2036-12-31T08:30:00+09:00", "the tenth year after 2026 still counts"},
		{"beyond the horizon",
			UntilOpening(newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, func(c *Calendar) { c.Open = dates(t, "2037-01-01") })),
			"2026-12-31T23:59:59+09:00", "", "the eleventh year after 2026 does not"},
		{"closes before it opens", UntilOpening(newCalendar(t, "Asia/Tokyo", "17:15", "08:30", weekdays, nil)),
			"2026-04-06T12:00:00+09:00", "", "such a calendar never opens"},
		{"late shift", UntilOpening(newCalendar(t, "Asia/Tokyo", "16:00", "24:00", allDays, nil)),
			"2026-04-07T00:00:00+09:00", "2026-04-07T16:00:00+09:00", "Monday's 24:00 is Tuesday's 00:00"},
		{"round the clock", UntilOpening(newCalendar(t, "Asia/Tokyo", "00:00", "24:00", allDays, nil)),
			"2026-04-07T10:00:00+09:00", "2026-04-08T00:00:00+09:00",
			"every open day has an opening, even if the office never closes"},
	})
}

func TestBusinessHours(t *testing.T) {
	hours := func(d time.Duration) Allowance { return ForOpenHours(d, office(t, nil)) }
	late := newCalendar(t, "Asia/Tokyo", "16:00", "24:00", allDays, nil)
	once := newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, func(c *Calendar) { c.Open = dates(t, "2026-03-29") })
	sunday := office(t, func(c *Calendar) { c.Open = dates(t, "2026-03-29") })
	runDeadlines(t, []deadlineCase{
		{"within a day, no lunch break", hours(8 * time.Hour), "2026-04-06T09:00:00+09:00", "2026-04-06T17:00:00+09:00",
			"09:00 + 8 h; noon is not taken out"},
		{"into the next day", hours(8 * time.Hour), "2026-04-06T10:00:00+09:00", "2026-04-07T09:15:00+09:00",
			"10:00 to 17:15 is 7 h 15, the other 45 min from 08:30 on Tuesday"},
		{"exactly the rest of the day", hours(7*time.Hour + 15*time.Minute), "2026-04-06T10:00:00+09:00", "2026-04-06T17:15:00+09:00",
			"it ends at the closing, not at the next opening"},
		{"a second more than the rest", hours(7*time.Hour + 15*time.Minute + time.Second), "2026-04-06T10:00:00+09:00", "2026-04-07T08:30:01+09:00",
			"one second is left for Tuesday"},
		{"begun before opening", hours(time.Hour), "2026-04-06T06:00:00+09:00", "2026-04-06T09:30:00+09:00",
			"nothing counts before 08:30"},
		{"begun at opening", hours(time.Hour), "2026-04-06T08:30:00+09:00", "2026-04-06T09:30:00+09:00",
			"the opening itself counts as open, unlike for next_opening"},
		{"begun at closing", hours(time.Hour), "2026-04-06T17:15:00+09:00", "2026-04-07T09:30:00+09:00",
			"nothing is left of Monday"},
		{"begun on friday evening", hours(8 * time.Hour), "2026-04-03T18:05:00+09:00", "2026-04-06T16:30:00+09:00",
			"Monday 08:30 + 8 h"},
		{"begun on a weekend", hours(8 * time.Hour), "2026-04-05T12:00:00+09:00", "2026-04-06T16:30:00+09:00",
			"Sunday counts nothing; Monday 08:30 + 8 h"},
		{"over a weekend", hours(3 * time.Hour), "2026-04-03T16:15:00+09:00", "2026-04-06T10:30:00+09:00",
			"an hour on Friday, two on Monday"},
		{"a whole week", hours(43*time.Hour + 45*time.Minute), "2026-04-06T08:30:00+09:00", "2026-04-10T17:15:00+09:00",
			"five days of 8 h 45 min end at Friday's closing"},
		{"1d is 24 open hours", hours(24 * time.Hour), "2026-04-06T08:30:00+09:00", "2026-04-08T15:00:00+09:00",
			"Monday and Tuesday give 17 h 30, the other 6 h 30 end at 15:00 on Wednesday"},
		{"over golden week", hours(3 * time.Hour), "2026-05-01T16:15:00+09:00", "2026-05-07T10:30:00+09:00",
			"an hour on Friday 1 May, two on Thursday the 7th"},
		{"over a happy monday", hours(30 * time.Minute), "2026-01-09T17:00:00+09:00", "2026-01-13T08:45:00+09:00",
			"15 min on Friday, Monday the 12th is 成人の日, 15 min on Tuesday"},
		{"over labour thanksgiving day", hours(30 * time.Minute), "2026-11-20T17:00:00+09:00", "2026-11-24T08:45:00+09:00",
			"23 November 2026 is a Monday"},
		{"over mountain day", hours(30 * time.Minute), "2026-08-10T17:00:00+09:00", "2026-08-12T08:45:00+09:00",
			"Tuesday 11 August is 山の日"},
		{"over the year end", hours(4 * time.Hour), "2026-12-28T15:15:00+09:00", "2027-01-04T10:30:00+09:00",
			"two hours on Monday 28 December, two on Monday 4 January"},
		{"over an extra opening sunday", ForOpenHours(2*time.Hour, sunday), "2026-03-27T16:15:00+09:00", "2026-03-29T09:30:00+09:00",
			"an hour on Friday 27 March, one on Sunday the 29th"},
		{"nothing", hours(0), "2026-04-04T12:00:00+09:00", "2026-04-04T12:00:00+09:00",
			"no open time has to pass, not even on a Saturday"},
		{"to 24:00 exactly", ForOpenHours(4*time.Hour, late), "2026-04-06T20:00:00+09:00", "2026-04-07T00:00:00+09:00",
			"20:00 to 24:00 is four hours"},
		{"past 24:00", ForOpenHours(10*time.Hour, late), "2026-04-06T20:00:00+09:00", "2026-04-07T22:00:00+09:00",
			"four hours on Monday, six from 16:00 on Tuesday"},
		{"begun at 24:00", ForOpenHours(time.Hour, late), "2026-04-07T00:00:00+09:00", "2026-04-07T17:00:00+09:00",
			"24:00 is closed"},
		{"the last open hours there are", ForOpenHours(8*time.Hour+45*time.Minute, once), "2026-03-29T07:00:00+09:00", "2026-03-29T17:15:00+09:00",
			"exactly the one open day"},
		{"more than there is", ForOpenHours(9*time.Hour, once), "2026-03-29T07:00:00+09:00", "",
			"8 h 45 min is all that ever comes"},
	})
}

func TestPlainAllowance(t *testing.T) {
	runDeadlines(t, []deadlineCase{
		{"24h over a holiday", For(24 * time.Hour), "2026-04-28T16:00:00+09:00", "2026-04-29T16:00:00+09:00",
			"real time knows no holidays"},
		{"24h over the leap day", For(24 * time.Hour), "2028-02-28T18:00:00+09:00", "2028-02-29T18:00:00+09:00",
			"2028 is a leap year"},
		{"7d while new york springs forward", For(7 * 24 * time.Hour), "2026-03-04T09:00:00-05:00", "2026-03-11T10:00:00-04:00",
			"168 h; on Sunday 8 March one hour of the clock is skipped, so the clock reads an hour more"},
		{"7d while new york falls back", For(7 * 24 * time.Hour), "2026-10-28T09:00:00-04:00", "2026-11-04T08:00:00-05:00",
			"168 h; on Sunday 1 November one hour of the clock comes twice"},
		{"7d while berlin springs forward", For(7 * 24 * time.Hour), "2026-03-25T09:00:00+01:00", "2026-04-01T10:00:00+02:00",
			"168 h over Sunday 29 March"},
		{"7d while berlin falls back", For(7 * 24 * time.Hour), "2026-10-21T09:00:00+02:00", "2026-10-28T08:00:00+01:00",
			"168 h over Sunday 25 October"},
		{"unlimited", Allowance{}, "2026-04-03T18:05:00+09:00", "", "the plan does not say, so there is no deadline"},
	})
}

func TestClockChanges(t *testing.T) {
	newYork := newCalendar(t, "America/New_York", "09:00", "17:00", weekdays, nil)
	berlin := newCalendar(t, "Europe/Berlin", "08:00", "16:00", weekdays, nil)
	always := newCalendar(t, "Europe/Berlin", "00:00", "24:00", allDays, nil)
	newYorkNight := newCalendar(t, "America/New_York", "02:30", "10:00", allDays, nil)
	newYorkEarly := newCalendar(t, "America/New_York", "01:30", "10:00", allDays, nil)
	berlinNight := newCalendar(t, "Europe/Berlin", "02:30", "10:00", allDays, nil)
	runDeadlines(t, []deadlineCase{
		{"next opening after new york springs forward", UntilOpening(newYork), "2026-03-06T18:00:00-05:00", "2026-03-09T09:00:00-04:00",
			"09:00 by the clock on Monday, 62 h later instead of 63"},
		{"next opening after new york falls back", UntilOpening(newYork), "2026-10-30T18:00:00-04:00", "2026-11-02T09:00:00-05:00",
			"09:00 by the clock on Monday, 64 h later instead of 63"},
		{"next opening after berlin springs forward", UntilOpening(berlin), "2026-03-27T17:00:00+01:00", "2026-03-30T08:00:00+02:00",
			"Friday evening to Monday over 29 March"},
		{"business hours over new york's change", ForOpenHours(2*time.Hour, newYork), "2026-03-06T16:00:00-05:00", "2026-03-09T10:00:00-04:00",
			"an hour on Friday, one on Monday by the new clock"},
		{"business hours over berlin's change", ForOpenHours(2*time.Hour, berlin), "2026-10-23T15:00:00+02:00", "2026-10-26T09:00:00+01:00",
			"an hour on Friday, one on Monday by the new clock"},
		{"a day of 23 hours", ForOpenHours(24*time.Hour, always), "2026-03-29T00:00:00+01:00", "2026-03-30T01:00:00+02:00",
			"29 March has 23 hours, the 24th is the first of Monday"},
		{"a day of 25 hours", ForOpenHours(24*time.Hour, always), "2026-10-25T00:00:00+02:00", "2026-10-25T23:00:00+01:00",
			"25 October has 25 hours, so one is left at 23:00"},
		{"new york skips the opening", UntilOpening(newYorkNight), "2026-03-07T12:00:00-05:00", "2026-03-08T03:00:00-04:00",
			"02:30 does not exist on 8 March: the clocks jump from 02:00 to 03:00, and that moment is the opening"},
		{"berlin skips the opening", UntilOpening(berlinNight), "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00",
			"02:30 does not exist on 29 March; east of Greenwich it is the same moment of the jump"},
		{"new york has the opening twice", UntilOpening(newYorkEarly), "2026-10-31T12:00:00-04:00", "2026-11-01T01:30:00-04:00",
			"01:30 comes twice on 1 November, the first counts"},
		{"berlin has the opening twice", UntilOpening(berlinNight), "2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+02:00",
			"02:30 comes twice on 25 October, the first counts"},
		{"the second reading is no opening", UntilOpening(berlinNight), "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00",
			"the opening of the 25th was at the first 02:30, so the next is tomorrow's"},
	})
}

func TestAllowanceString(t *testing.T) {
	c := office(t, nil)
	for want, a := range map[string]Allowance{
		"unlimited":                  {},
		"1d12h":                      For(36 * time.Hour),
		"next_opening(office)":       UntilOpening(c),
		"business_hours(8h, office)": ForOpenHours(8*time.Hour, c),
	} {
		if got := a.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
