package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// told writes a history as lines such as "10:00-11:30 down open".
func told(periods []Period, zone *time.Location) []string {
	var lines []string
	for _, p := range periods {
		line := fmt.Sprintf("%s-%s %s", p.From.In(zone).Format("15:04"), p.To.In(zone).Format("15:04"), p.State)
		if p.Why != "" {
			line += " " + p.Why
		}
		if p.Open {
			line += " open"
		}
		if p.Estimated {
			line += " estimated"
		}
		lines = append(lines, line)
	}
	return lines
}

// at is a time of day on which the histories of these tests play.
func at(text string) time.Time {
	t, err := time.ParseInLocation("15:04", text, time.UTC)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 4, 1, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

func since(text string) Stretch { return Stretch{From: at(text)} }

func unseen(a, b, why string) Stretch { return Stretch{From: at(a), To: at(b), Why: why} }

func past(start, end string) PastOutage {
	o := PastOutage{Start: at(start)}
	if end != "" {
		o.EndedAt = at(end)
	}
	return o
}

// All histories here run from 08:00 to 20:00; the record began at midnight, unless it says otherwise.
func TestHistory(t *testing.T) {
	t.Parallel()
	midnight := at("00:00")
	estimated := past("10:00", "11:00")
	estimated.Estimated = true
	for _, test := range []struct {
		name string
		past Past
		want []string
	}{
		{"nothing happened", Past{Began: midnight}, []string{"08:00-20:00 up"}},
		{"no record", Past{}, []string{"08:00-20:00 unknown before_record"}},
		{"the record begins within", Past{Began: at("09:30")}, []string{"08:00-09:30 unknown before_record", "09:30-20:00 up"}},
		{"an outage", Past{Began: midnight, Outages: []PastOutage{past("10:00", "11:00")}}, []string{"08:00-10:00 up", "10:00-11:00 down open", "11:00-20:00 up"}},
		{"an open outage", Past{Began: midnight, Outages: []PastOutage{past("19:00", "")}}, []string{"08:00-19:00 up", "19:00-20:00 down open"}},
		{"across the beginning", Past{Began: midnight, Outages: []PastOutage{past("07:00", "09:00")}}, []string{"08:00-09:00 down open", "09:00-20:00 up"}},
		{"across the end and over", Past{Began: midnight, Outages: []PastOutage{past("07:00", "08:00"), past("19:59", "23:00")}}, []string{"08:00-19:59 up", "19:59-20:00 down open"}},
		{
			"unobserved in the middle of an outage",
			Past{Began: midnight, Outages: []PastOutage{past("10:00", "14:00")}, Unobserved: []Stretch{unseen("11:00", "12:00", "not_running")}},
			[]string{"08:00-10:00 up", "10:00-11:00 down open", "11:00-12:00 unknown not_running open", "12:00-14:00 down open", "14:00-20:00 up"},
		},
		{
			"unobserved on an ordinary day: what was before and after is not taken over",
			Past{Began: midnight, Unobserved: []Stretch{unseen("11:00", "12:00", "suspended")}},
			[]string{"08:00-11:00 up", "11:00-12:00 unknown suspended", "12:00-20:00 up"},
		},
		{
			"found down after a stretch without sight",
			Past{Began: midnight, Outages: []PastOutage{past("11:00", "13:00")}, Unobserved: []Stretch{unseen("11:00", "12:00", "not_running")}},
			[]string{"08:00-11:00 up", "11:00-12:00 unknown not_running open", "12:00-13:00 down open", "13:00-20:00 up"},
		},
		{"blind until now", Past{Began: midnight, Unobserved: []Stretch{{From: at("18:00"), Why: "blind"}}}, []string{"08:00-18:00 up", "18:00-20:00 unknown blind"}},
		{
			"two reasons at once",
			Past{Began: midnight, Unobserved: []Stretch{unseen("10:00", "12:00", "blind"), unseen("11:00", "13:00", "not_running")}},
			[]string{"08:00-10:00 up", "10:00-11:00 unknown blind", "11:00-13:00 unknown not_running", "13:00-20:00 up"},
		},
		{
			"maintenance covers the middle of an outage",
			Past{Began: midnight, Outages: []PastOutage{past("10:00", "14:00")}, Planned: []Window{{From: at("11:00"), To: at("13:00")}, {From: at("15:00"), To: at("16:00")}}},
			[]string{"08:00-10:00 up", "10:00-11:00 down open", "11:00-13:00 planned open", "13:00-14:00 down open", "14:00-20:00 up"},
		},
		{
			"a check fails before the system does, and another beside it",
			Past{Began: midnight, Outages: []PastOutage{past("12:00", "13:00")}, Failing: []Stretch{unseen("10:00", "14:00", ""), unseen("11:00", "12:30", "")}},
			[]string{"08:00-10:00 up", "10:00-12:00 degraded", "12:00-13:00 down open", "13:00-14:00 degraded", "14:00-20:00 up"},
		},
		{"a check that fails since ever and for good", Past{Began: midnight, Failing: []Stretch{{}}}, []string{"08:00-20:00 degraded"}},
		{"a clock that could not be trusted", Past{Began: midnight, Outages: []PastOutage{estimated}}, []string{"08:00-10:00 up", "10:00-11:00 down open estimated", "11:00-20:00 up"}},
		{"one after the other", Past{Began: midnight, Outages: []PastOutage{past("11:00", "12:00"), past("10:00", "11:00")}}, []string{"08:00-10:00 up", "10:00-12:00 down open", "12:00-20:00 up"}},
	} {
		if diff := cmp.Diff(test.want, told(History(test.past, at("08:00"), at("20:00")), time.UTC)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if got := History(Past{Began: midnight}, at("08:00"), at("08:00")); got != nil {
		t.Errorf("no time has a history: %v", got)
	}
}

// A reopened outage is one outage from its first beginning, as its account has it.
func TestHistoryOfReopenedOutage(t *testing.T) {
	t.Parallel()
	s := NewState()
	apply := func(id string, kind journal.Payload) {
		s.Apply(journal.Event{ID: id, Kind: kind.Kind(), Payload: kind})
	}
	apply("o1", journal.OutageOpened{System: "mail", LastOKAt: at("10:00"), FirstBadAt: at("10:01")})
	apply("e2", journal.OutageClosed{Outage: "o1", System: "mail", LastBadAt: at("10:29"), EndedAt: at("10:30"), Met: true})
	apply("e3", journal.OutageReopened{Outage: "o1", System: "mail", FirstBadAt: at("10:33")})
	apply("e4", journal.OutageClosed{Outage: "o1", System: "mail", LastBadAt: at("10:59"), EndedAt: at("11:00"), Met: true})
	p := &plan.Plan{Location: time.UTC, Systems: []*plan.System{{Name: "mail"}}}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	outages := Outages(p, s, at("20:00"))
	periods := History(Past{Began: at("00:00"), Outages: outages}, at("08:00"), at("20:00"))
	want := []string{"08:00-10:00 up", "10:00-11:00 down open", "11:00-20:00 up"}
	if diff := cmp.Diff(want, told(periods, time.UTC)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if sums := SumsOf(periods, outages, at("20:00")); sums.Outages != 1 || sums.Down != time.Hour || outages[0].Reopened != 1 {
		t.Errorf("%+v of %+v", sums, outages)
	}
}

// New York's clocks skip an hour on 8 March 2026: 24 hours until noon begin at 11:00 of the day before.
func TestHistoryAcrossAChangeOfTheClocks(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 3, 8, 12, 0, 0, 0, zone)
	outage := PastOutage{Start: time.Date(2026, 3, 8, 1, 30, 0, 0, zone), EndedAt: time.Date(2026, 3, 8, 3, 30, 0, 0, zone)}
	periods := History(Past{Began: noon.AddDate(-1, 0, 0), Outages: []PastOutage{outage}}, noon.Add(-24*time.Hour), noon)
	want := []string{"11:00-01:30 up", "01:30-03:30 down open", "03:30-12:00 up"}
	if diff := cmp.Diff(want, told(periods, zone)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if sums := SumsOf(periods, []PastOutage{outage}, noon); sums.Down != time.Hour || sums.Whole != 24*time.Hour {
		t.Errorf("down for %s of %s", sums.Down, sums.Whole)
	}
}

// Twelve hours: 1 h before the record, 1 h without sight within an outage of 3 h, 1 h of maintenance
// in another of 2 h. Observed are 10 h, and 9 h of them are not planned; 3 h of those are down.
func TestSums(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	outages := []PastOutage{past("10:00", "13:00"), past("15:00", "17:00"), past("19:59", ""), past("07:00", "08:00")}
	outages[0].Deadline, outages[0].Met = at("12:00"), &no
	outages[1].Deadline, outages[1].Met = at("18:00"), &yes
	outages[2].Deadline = at("21:00")
	all := Past{
		Began: at("09:00"), Outages: outages, Unobserved: []Stretch{unseen("11:00", "12:00", "not_running")},
		Planned: []Window{{From: at("16:00"), To: at("17:00")}}, Failing: []Stretch{unseen("18:00", "18:30", "")},
	}
	got := SumsOf(History(all, at("08:00"), at("20:00")), outages, at("20:00"))
	want := HistorySums{
		Whole: 12 * time.Hour, Observed: 10 * time.Hour, Down: 3*time.Hour + time.Minute, Planned: time.Hour, Degraded: 30 * time.Minute,
		Unseen: time.Hour, Outages: 3, Met: 1, Missed: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ratio, ok := got.Availability()
	if wanted := 1 - (181. / 60 / 9); !ok || ratio < wanted-1e-9 || ratio > wanted+1e-9 || got.ObservedRatio() != 10./12 {
		t.Errorf("available %v, observed %v", ratio, got.ObservedRatio())
	}
	if _, ok := (&HistorySums{}).Availability(); ok || (&HistorySums{}).ObservedRatio() != 0 {
		t.Error("nothing observed is available")
	}
	if late := SumsOf(History(all, at("08:00"), at("20:00")), outages, at("21:01")); late.Missed != 2 {
		t.Errorf("%d missed once the open one is late", late.Missed)
	}
	// What had no deadline, or was dropped from the plan, neither met one nor missed one, whatever the journal says of it.
	free, dropped := past("10:00", "13:00"), past("14:00", "15:00")
	free.Met, dropped.Deadline, dropped.Met, dropped.Dropped = &yes, at("16:00"), &yes, true
	if got := SumsOf(History(all, at("08:00"), at("20:00")), []PastOutage{free, dropped}, at("20:00")); got.Outages != 2 || got.Met+got.Missed != 0 {
		t.Errorf("without a deadline: %+v", got)
	}
}

// Whatever the past: the history fills the time without gap or overlap, no two neighbours are alike,
// and what nobody saw is unknown.
func TestHistoryFillsTheTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minute := func(name string) time.Time {
			return at("00:00").Add(time.Duration(rapid.IntRange(0, 1440).Draw(t, name)) * time.Minute)
		}
		stretches := func(name string) []Stretch {
			all := make([]Stretch, rapid.IntRange(0, 4).Draw(t, name))
			for i := range all {
				all[i] = Stretch{From: minute("from"), To: minute("to"), Why: "blind"}
			}
			return all
		}
		p := Past{Began: minute("began"), Unobserved: stretches("unobserved"), Failing: stretches("failing")}
		for _, s := range stretches("outages") {
			p.Outages = append(p.Outages, PastOutage{Start: s.From, EndedAt: s.To})
		}
		begin, end := at("06:00"), at("18:00")
		next := begin
		for i, period := range History(p, begin, end) {
			if !period.From.Equal(next) || !period.From.Before(period.To) {
				t.Fatalf("period %d: %v after %s", i, period, next)
			}
			next = period.To
			middle := period.From.Add(period.To.Sub(period.From) / 2)
			dark := middle.Before(p.Began)
			for _, s := range p.Unobserved {
				dark = dark || !middle.Before(s.From) && middle.Before(s.To)
			}
			if dark != (period.State == Unknown) {
				t.Fatalf("%v, and nobody looked: %t", period, dark)
			}
		}
		if !next.Equal(end) {
			t.Fatalf("it ends at %s", next)
		}
	})
}
