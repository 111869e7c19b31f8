package plan

import (
	"testing"
	"time"
)

// recurring makes a maintenance in Tokyo.
func recurring(t testing.TB, clockTime string, lasts time.Duration, edit func(*Maintenance)) *Maintenance {
	t.Helper()
	m := &Maintenance{Name: "work", At: clock(t, clockTime), Lasts: lasts, Location: zone(t, "Asia/Tokyo")}
	if edit != nil {
		edit(m)
	}
	return m
}

func TestWindowAt(t *testing.T) {
	secondSunday := recurring(t, "02:00", 3*time.Hour, func(m *Maintenance) {
		m.Days, m.Nth = []time.Weekday{time.Sunday}, []int{2}
	})
	lastFriday := recurring(t, "18:00", time.Hour, func(m *Maintenance) {
		m.Days, m.Nth = []time.Weekday{time.Friday}, []int{-1}
	})
	lastDay := recurring(t, "22:00", 6*time.Hour, func(m *Maintenance) { m.MonthDays = []int{-1} })
	firstOrSunday := recurring(t, "01:00", time.Hour, func(m *Maintenance) {
		m.Days, m.Nth, m.MonthDays = []time.Weekday{time.Sunday}, []int{1}, []int{15}
	})
	closedDays := recurring(t, "09:00", 8*time.Hour, func(m *Maintenance) { m.Calendar, m.Only = office(t, nil), ClosedDays })
	openNights := recurring(t, "20:00", 10*time.Hour, func(m *Maintenance) { m.Calendar, m.Only = office(t, nil), OpenDays })
	weekend := recurring(t, "18:00", 60*time.Hour, func(m *Maintenance) { m.Days = []time.Weekday{time.Friday} })
	midnight := recurring(t, "24:00", time.Hour, func(m *Maintenance) { m.Days = []time.Weekday{time.Saturday} })
	overlapping := recurring(t, "12:00", 36*time.Hour, nil)
	newYork := recurring(t, "01:00", 4*time.Hour, func(m *Maintenance) { m.Location = zone(t, "America/New_York") })
	powerCut := &Maintenance{Starts: at(t, "2026-08-16T08:00:00+09:00"), Ends: at(t, "2026-08-16T17:00:00+09:00")}

	for _, test := range []struct {
		name     string
		m        *Maintenance
		at       string
		from, to string // empty: in no window
		why      string
	}{
		{"second sunday, begins", secondSunday, "2026-04-12T02:00:00+09:00", "2026-04-12T02:00:00+09:00", "2026-04-12T05:00:00+09:00",
			"Sundays of April 2026 are 5, 12, 19, 26; from belongs to the window"},
		{"second sunday, a second before the end", secondSunday, "2026-04-12T04:59:59+09:00", "2026-04-12T02:00:00+09:00", "2026-04-12T05:00:00+09:00", "02:00 + 3 h"},
		{"second sunday, ends", secondSunday, "2026-04-12T05:00:00+09:00", "", "", "to does not belong to it"},
		{"first sunday", secondSunday, "2026-04-05T03:00:00+09:00", "", "", "the 5th is the first"},
		{"second sunday, told in UTC", secondSunday, "2026-04-11T18:00:00Z", "2026-04-12T02:00:00+09:00", "2026-04-12T05:00:00+09:00", "03:00 on the 12th in Tokyo"},
		{"last of five fridays", lastFriday, "2026-05-29T18:30:00+09:00", "2026-05-29T18:00:00+09:00", "2026-05-29T19:00:00+09:00", "Fridays of May 2026: 1, 8, 15, 22, 29"},
		{"last but one friday", lastFriday, "2026-05-22T18:30:00+09:00", "", "", "the 22nd is the fourth of five"},
		{"last of four fridays", lastFriday, "2026-06-26T18:30:00+09:00", "2026-06-26T18:00:00+09:00", "2026-06-26T19:00:00+09:00", "Fridays of June 2026: 5, 12, 19, 26"},
		{"last day of february", lastDay, "2026-03-01T03:00:00+09:00", "2026-02-28T22:00:00+09:00", "2026-03-01T04:00:00+09:00", "begun on 28 February, over midnight into March"},
		{"last day of a leap february", lastDay, "2028-02-28T23:00:00+09:00", "", "", "in 2028 the last day is the 29th"},
		{"last day of the year", lastDay, "2027-01-01T00:00:00+09:00", "2026-12-31T22:00:00+09:00", "2027-01-01T04:00:00+09:00", "over the end of the year"},
		{"the fifteenth, a sunday", firstOrSunday, "2026-11-15T01:30:00+09:00", "2026-11-15T01:00:00+09:00", "2026-11-15T02:00:00+09:00", "third Sunday, but the 15th: either place will do"},
		{"the fifteenth, not a sunday", firstOrSunday, "2026-04-15T01:30:00+09:00", "", "", "15 April 2026 is a Wednesday"},
		{"closed only, on a holiday", closedDays, "2026-04-29T10:00:00+09:00", "2026-04-29T09:00:00+09:00", "2026-04-29T17:00:00+09:00", "昭和の日"},
		{"closed only, on a working day", closedDays, "2026-04-30T10:00:00+09:00", "", "", "a Thursday"},
		{"open only, the night after", openNights, "2026-05-02T05:00:00+09:00", "2026-05-01T20:00:00+09:00", "2026-05-02T06:00:00+09:00", "the window is Friday's although it reaches into Saturday"},
		{"open only, on a closed evening", openNights, "2026-05-02T21:00:00+09:00", "", "", "a Saturday"},
		{"a whole weekend", weekend, "2026-04-06T05:59:59+09:00", "2026-04-03T18:00:00+09:00", "2026-04-06T06:00:00+09:00", "Friday 18:00 + 60 h is Monday 06:00"},
		{"at 24:00", midnight, "2026-04-05T00:30:00+09:00", "2026-04-05T00:00:00+09:00", "2026-04-05T01:00:00+09:00", "Saturday's 24:00 is Sunday's 00:00"},
		{"not at 00:00 of the day", midnight, "2026-04-04T00:30:00+09:00", "", "", "that would be Friday's 24:00"},
		{"overlapping windows", overlapping, "2026-04-06T13:00:00+09:00", "2026-04-06T12:00:00+09:00", "2026-04-08T00:00:00+09:00", "Sunday's lasts until midnight, Monday's longer: the latest is told"},
		{"while new york springs forward", newYork, "2026-03-08T05:30:00-04:00", "2026-03-08T01:00:00-05:00", "2026-03-08T06:00:00-04:00", "four real hours from 01:00 EST"},
		{"while new york falls back", newYork, "2026-11-01T03:59:59-05:00", "2026-11-01T01:00:00-04:00", "2026-11-01T04:00:00-05:00", "four real hours from the first 01:00"},
		{"法定停電", powerCut, "2026-08-16T08:00:00+09:00", "2026-08-16T08:00:00+09:00", "2026-08-16T17:00:00+09:00", "once"},
		{"法定停電 is over", powerCut, "2026-08-16T17:00:00+09:00", "", "", "to does not belong to it"},
		{"法定停電 is not every year", powerCut, "2027-08-16T12:00:00+09:00", "", "", "once"},
	} {
		t.Run(test.name, func(t *testing.T) {
			from, to, ok := test.m.WindowAt(at(t, test.at))
			if ok != (test.from != "") {
				t.Fatalf("got %v to %v, %v; %s", from, to, ok, test.why)
			}
			if ok && (!from.Equal(at(t, test.from)) || !to.Equal(at(t, test.to))) {
				t.Errorf("got %v to %v; %s", from, to, test.why)
			}
		})
	}
}

func TestNextWindow(t *testing.T) {
	secondSunday := recurring(t, "02:00", 3*time.Hour, func(m *Maintenance) {
		m.Days, m.Nth = []time.Weekday{time.Sunday}, []int{2}
	})
	leapDay := recurring(t, "02:00", time.Hour, func(m *Maintenance) {
		// 29 February 2032 is a Sunday and the fifth of its month.
		m.Days, m.Nth = []time.Weekday{time.Sunday}, []int{5}
	})
	closedDays := recurring(t, "09:00", 8*time.Hour, func(m *Maintenance) { m.Calendar, m.Only = office(t, nil), ClosedDays })
	midnight := recurring(t, "24:00", time.Hour, nil)
	never := recurring(t, "02:00", time.Hour, func(m *Maintenance) {
		m.Days, m.Calendar, m.Only = []time.Weekday{time.Sunday}, office(t, nil), OpenDays
	})
	noCalendar := recurring(t, "02:00", time.Hour, func(m *Maintenance) { m.Only = OpenDays })
	powerCut := &Maintenance{Starts: at(t, "2026-08-16T08:00:00+09:00"), Ends: at(t, "2026-08-16T17:00:00+09:00")}
	for _, test := range []struct {
		name  string
		m     *Maintenance
		after string
		from  string // empty: none
	}{
		{"later this month", secondSunday, "2026-04-12T01:59:59+09:00", "2026-04-12T02:00:00+09:00"},
		{"strictly after", secondSunday, "2026-04-12T02:00:00+09:00", "2026-05-10T02:00:00+09:00"},
		{"fifth sunday", leapDay, "2032-02-01T00:00:00+09:00", "2032-02-29T02:00:00+09:00"},
		{"next closed day", closedDays, "2026-04-28T12:00:00+09:00", "2026-04-29T09:00:00+09:00"},
		{"24:00 of the day before", midnight, "2026-04-05T23:59:00+09:00", "2026-04-06T00:00:00+09:00"},
		{"24:00 that has just begun", midnight, "2026-04-06T00:00:00+09:00", "2026-04-07T00:00:00+09:00"},
		{"days exclude one another", never, "2026-04-05T00:00:00+09:00", ""},
		{"class without a calendar", noCalendar, "2026-04-05T00:00:00+09:00", ""},
		{"once, before", powerCut, "2026-08-16T07:59:59+09:00", "2026-08-16T08:00:00+09:00"},
		{"once, begun", powerCut, "2026-08-16T08:00:00+09:00", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			from, _, ok := test.m.NextWindow(at(t, test.after))
			if ok != (test.from != "") || ok && !from.Equal(at(t, test.from)) {
				t.Errorf("got %v, %v; want %q", from, ok, test.from)
			}
		})
	}
}

func TestMaintenanceFor(t *testing.T) {
	once := func(name, to string) *Maintenance {
		return &Maintenance{Name: name, Starts: at(t, "2026-08-16T08:00:00+09:00"), Ends: at(t, to)}
	}
	own, everywhere := once("own", "2026-08-16T10:00:00+09:00"), once("everywhere", "2026-08-16T09:00:00+09:00")
	bySystem, bySite := once("by system", "2026-08-16T12:00:00+09:00"), once("by site", "2026-08-16T17:00:00+09:00")
	bySystem.Systems = []string{"records"}
	bySite.Sites = []string{"annex"}
	records := &System{Name: "records", Site: "main"}
	tax := &System{Name: "tax", Site: "annex"}
	mail := &System{Name: "mail", Maintenance: []*Maintenance{own}}
	p := &Plan{Systems: []*System{records, tax, mail}, Maintenance: []*Maintenance{everywhere, bySystem, bySite}}

	for _, test := range []struct {
		system *System
		at     string
		want   *Maintenance
	}{
		{records, "2026-08-16T08:30:00+09:00", bySystem},     // and everywhere, which ends sooner
		{tax, "2026-08-16T08:30:00+09:00", bySite},           // and everywhere
		{mail, "2026-08-16T08:30:00+09:00", own},             // and everywhere
		{mail, "2026-08-16T10:00:00+09:00", nil},             // its own is over, no site is not "annex"
		{records, "2026-08-16T12:00:00+09:00", nil},          // over
		{records, "2026-08-16T07:59:59+09:00", nil},          // not begun
		{&System{}, "2026-08-16T08:30:00+09:00", everywhere}, // neither named nor in a site
	} {
		m, from, to, ok := p.MaintenanceFor(test.system, at(t, test.at))
		if m != test.want || ok != (test.want != nil) {
			t.Errorf("%s at %s: got %+v", test.system.Name, test.at, m)
		}
		if ok && (!from.Equal(m.Starts) || !to.Equal(m.Ends)) {
			t.Errorf("%s at %s: got %v to %v", test.system.Name, test.at, from, to)
		}
	}
}

func BenchmarkWindowAt(b *testing.B) {
	m := recurring(b, "02:00", 3*time.Hour, func(m *Maintenance) {
		m.Days, m.Nth = []time.Weekday{time.Sunday}, []int{2}
	})
	start := at(b, "2026-04-12T12:00:00+09:00")
	b.ReportAllocs()
	for b.Loop() {
		m.WindowAt(start)
	}
}
