package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// dues are the first n times after from at which the inspection is due, in RFC 3339.
func dues(p *Plan, i *Inspection, from time.Time, n int) []string {
	var all []string
	for range n {
		from = p.NextInspection(i, from)
		if from.IsZero() {
			return append(all, "never")
		}
		all = append(all, from.Format(time.RFC3339))
	}
	return all
}

func inspectionPlan(t *testing.T, zone string, calendars ...*Calendar) *Plan {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calendars {
		c.Location = loc
	}
	p := &Plan{Location: loc, Calendars: calendars}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

func officeHours() *Calendar {
	return &Calendar{
		Name: "office", Days: [7]bool{false, true, true, true, true, true, false}, Opens: 510, Closes: 1035, Holidays: []string{"jp"},
	}
}

func TestNextInspection(t *testing.T) {
	const before = ClockTime(7*60 + 30)
	for _, c := range []struct {
		name, zone string
		inspection Inspection
		from       string
		want       []string
	}{
		{
			"every day without a calendar", "Asia/Tokyo", Inspection{At: before}, "2026-11-21T07:30:00+09:00",
			[]string{"2026-11-22T07:30:00+09:00", "2026-11-23T07:30:00+09:00"},
		},
		{ // Friday; a weekend and Labour Thanksgiving Day lie between
			"working days", "Asia/Tokyo", Inspection{At: before, Calendar: "office"}, "2026-11-20T07:29:59+09:00",
			[]string{"2026-11-20T07:30:00+09:00", "2026-11-24T07:30:00+09:00", "2026-11-25T07:30:00+09:00"},
		},
		{
			"asked in another zone", "Asia/Tokyo", Inspection{At: before, Calendar: "office"}, "2026-11-23T22:30:00Z",
			[]string{"2026-11-25T07:30:00+09:00"},
		},
		{"midnight", "Asia/Tokyo", Inspection{}, "2026-11-20T10:00:00+09:00", []string{"2026-11-21T00:00:00+09:00"}},
		{"the end of the day", "Asia/Tokyo", Inspection{At: endOfDay}, "2026-11-20T10:00:00+09:00", []string{"2026-11-21T00:00:00+09:00", "2026-11-22T00:00:00+09:00"}},
		{
			"cron", "Asia/Tokyo", Inspection{Cron: "30 7 * * 1-5"}, "2026-11-20T12:00:00+09:00",
			[]string{"2026-11-23T07:30:00+09:00", "2026-11-24T07:30:00+09:00"},
		},
		{
			"cron on working days", "Asia/Tokyo", Inspection{Cron: "0 7,12 * * *", Calendar: "office"}, "2026-11-20T08:00:00+09:00",
			[]string{"2026-11-20T12:00:00+09:00", "2026-11-24T07:00:00+09:00", "2026-11-24T12:00:00+09:00"},
		},
		{
			"the month's day or the week's", "Asia/Tokyo", Inspection{Cron: "0 7 1 * 1"}, "2026-11-27T08:00:00+09:00",
			[]string{"2026-11-30T07:00:00+09:00", "2026-12-01T07:00:00+09:00", "2026-12-07T07:00:00+09:00"},
		},
		{"a leap day", "Asia/Tokyo", Inspection{Cron: "0 7 29 2 *"}, "2026-11-20T08:00:00+09:00", []string{"2028-02-29T07:00:00+09:00"}},
		{"a day that is never", "Asia/Tokyo", Inspection{Cron: "0 7 30 2 *"}, "2026-11-20T08:00:00+09:00", []string{"never"}},
		{"an expression that cannot be read", "Asia/Tokyo", Inspection{Cron: "at dawn"}, "2026-11-20T08:00:00+09:00", []string{"never"}},
		{"a calendar that is not there", "Asia/Tokyo", Inspection{At: before, Calendar: "school"}, "2026-11-20T08:00:00+09:00", []string{"never"}},
		{
			"clocks go forward over it", "Europe/Berlin", Inspection{At: 150}, "2026-03-28T03:00:00+01:00",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"},
		},
		{
			"clocks go back over it", "Europe/Berlin", Inspection{At: 150}, "2026-10-24T03:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		},
		{
			"cron, clocks go forward", "Europe/Berlin", Inspection{Cron: "*/30 * * * *"}, "2026-03-29T01:00:00+01:00",
			[]string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"},
		},
		{
			"cron, clocks go back", "Europe/Berlin", Inspection{Cron: "*/30 * * * *"}, "2026-10-25T02:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+01:00"},
		},
		{
			"cron, in the hour that comes again", "Europe/Berlin", Inspection{Cron: "*/30 * * * *"}, "2026-10-25T02:10:00+01:00",
			[]string{"2026-10-25T03:00:00+01:00"},
		},
		{
			"cron, a day west of Greenwich", "America/New_York", Inspection{Cron: "30 2 * * *"}, "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"},
		},
		{ // midnight is not there in Havana on the day the clocks go forward
			"no midnight", "America/Havana", Inspection{Cron: "0 0 * * *"}, "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"},
		},
		{ // a whole day was left out in Apia
			"a day that is left out", "Pacific/Apia", Inspection{At: before}, "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T07:30:00+14:00"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := inspectionPlan(t, c.zone, officeHours())
			from, err := time.Parse(time.RFC3339, c.from)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, dues(p, &c.inspection, from, len(c.want))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestInspectionThatIsNeverDueEnds(t *testing.T) {
	closed := &Calendar{Name: "closed", Opens: 510, Closes: 1035}
	p := inspectionPlan(t, "Asia/Tokyo", closed)
	for _, i := range []*Inspection{{At: 450, Calendar: "closed"}, {Cron: "* * * * *", Calendar: "closed"}} {
		if due := p.NextInspection(i, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)); !due.IsZero() {
			t.Errorf("%+v is due at %v", i, due)
		}
	}
}

func TestInspectionsDue(t *testing.T) {
	p := inspectionPlan(t, "Asia/Tokyo", officeHours())
	at := func(text string) time.Time {
		instant, err := time.ParseInLocation("2006-01-02 15:04", text, p.Location)
		if err != nil {
			t.Fatal(err)
		}
		return instant
	}
	daily, minutely := &Inspection{At: 450, Calendar: "office"}, &Inspection{Cron: "* * * * *"}
	rare := &Inspection{Cron: "* 7-8 1 1 *"} // 120 times a year
	for _, c := range []struct {
		name         string
		inspection   *Inspection
		since, until string
		count        int
		last         string
	}{
		{"none", daily, "2026-11-20 07:30", "2026-11-24 07:29", 0, ""},
		{"the end belongs to it", daily, "2026-11-20 07:30", "2026-11-24 07:30", 1, "2026-11-24 07:30"},
		{"a week", daily, "2026-11-20 08:00", "2026-11-27 08:00", 4, "2026-11-27 07:30"},
		{"every minute of a year", minutely, "2025-11-20 08:00", "2026-11-20 08:00", MaxInspectionsDue, "2026-11-20 08:00"},
		{"often once a year", rare, "2017-11-20 08:00", "2026-11-20 08:00", MaxInspectionsDue, "2026-01-01 08:59"},
		{"nothing after the count", &Inspection{Cron: "* * 1 1 *"}, "2025-12-31 00:00", "2026-01-01 16:39", MaxInspectionsDue, "2026-01-01 16:39"},
	} {
		t.Run(c.name, func(t *testing.T) {
			count, last := p.InspectionsDue(c.inspection, at(c.since), at(c.until))
			var want time.Time
			if c.last != "" {
				want = at(c.last)
			}
			if count != c.count || !last.Equal(want) {
				t.Errorf("%d times, the last %v; want %d, %v", count, last, c.count, want)
			}
		})
	}
}

// The readings that the clocks leave out are one moment, and one inspection.
func TestInspectionsInAnHourThatIsLeftOut(t *testing.T) {
	p := inspectionPlan(t, "Europe/Berlin")
	since := time.Date(2026, 3, 29, 1, 59, 0, 0, p.Location)
	count, last := p.InspectionsDue(&Inspection{Cron: "*/15 2 * * *"}, since, since.Add(12*time.Hour))
	if want := time.Date(2026, 3, 29, 3, 0, 0, 0, p.Location); count != 1 || !last.Equal(want) {
		t.Errorf("%d times, the last %v; want once, at %v", count, last, want)
	}
}

func TestParseCron(t *testing.T) {
	for _, text := range []string{"30 7 * * 1-5", " 30  7 * * mon-fri ", "*/15 7-19 * * *", "0 0 1,15 * *", "0 7 * * 7"} {
		if _, err := ParseCron(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{
		"", "30 7 * *", "0 30 7 * * *", "60 7 * * *", "@daily", "@every 1h", "CRON_TZ=UTC 30 7 * * *", "TZ= 7 * * *", "TZ=UTC * * * *",
		"a b c d e", "*/0 * * * *", "H 7 * * *",
	} {
		if _, err := ParseCron(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestInspectionRunsOn(t *testing.T) {
	if !(&Inspection{}).RunsOn("main") || !(&Inspection{From: []string{"main"}}).RunsOn("main") || (&Inspection{From: []string{"branch"}}).RunsOn("main") {
		t.Error("wrong agent")
	}
}
