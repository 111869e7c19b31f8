package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func TestUnseen(t *testing.T) {
	t.Parallel()
	got := Unseen([]journal.Event{
		{Payload: journal.Unobserved{From: at("08:00"), To: at("09:00"), Why: "suspended"}},
		{Payload: journal.Unobserved{From: at("08:00"), To: at("09:00"), Why: "suspended"}, Drill: true},
		{Payload: journal.AgentStarted{}},
		{Payload: journal.BlindEnded{From: at("10:00"), To: at("11:00")}},
	})
	want := []Stretch{unseen("08:00", "09:00", "suspended"), unseen("10:00", "11:00", "blind")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnwatched(t *testing.T) {
	t.Parallel()
	loaded := func(when string, begun, ended []string) journal.Event {
		return journal.Event{At: at(when), Payload: journal.PlanLoaded{Begun: begun, Ended: ended}}
	}
	mail, other := []string{"mail", "tax"}, []string{"tax"}
	for _, test := range []struct {
		name   string
		events []journal.Event
		want   []Stretch
	}{
		{"no plan", nil, nil},
		{"nothing is said of it", []journal.Event{loaded("08:00", other, nil), {At: at("09:00"), Payload: journal.AgentStarted{}}}, nil},
		{"from the first plan on", []journal.Event{loaded("08:00", mail, nil)}, []Stretch{{To: at("08:00"), Why: NotWatched}}},
		{"added later", []journal.Event{loaded("08:00", other, nil), loaded("10:00", []string{"mail"}, nil)}, []Stretch{{To: at("10:00"), Why: NotWatched}}},
		{"taken out", []journal.Event{loaded("08:00", mail, nil), loaded("10:00", nil, mail)}, []Stretch{{To: at("08:00"), Why: NotWatched}, {From: at("10:00"), Why: NotWatched}}},
		{"taken out and back", []journal.Event{loaded("08:00", mail, nil), loaded("10:00", nil, mail), loaded("11:00", mail, nil)}, []Stretch{{To: at("08:00"), Why: NotWatched}, unseen("10:00", "11:00", NotWatched)}},
		{"taken out, and nothing was said before", []journal.Event{loaded("10:00", nil, mail)}, []Stretch{{From: at("10:00"), Why: NotWatched}}},
		{"begun once more", []journal.Event{loaded("08:00", mail, nil), loaded("09:00", mail, nil)}, []Stretch{{To: at("08:00"), Why: NotWatched}}},
	} {
		if diff := cmp.Diff(test.want, Unwatched("mail", test.events)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFailing(t *testing.T) {
	t.Parallel()
	failed := func(check, when string) journal.Event {
		return journal.Event{Payload: journal.CheckFailed{System: "mail", Check: check, FirstBadAt: at(when)}}
	}
	good := func(check, when string) journal.Event {
		return journal.Event{Payload: journal.CheckRecovered{System: "mail", Check: check, FirstOKAt: at(when)}}
	}
	gone := func(when, check string) journal.Event {
		return journal.Event{At: at(when), Payload: journal.PlanLoaded{Gone: []journal.CheckName{{System: "mail", Check: check}, {System: "other", Check: "login"}}}}
	}
	down := func(names ...string) []*CheckFacts {
		var all []*CheckFacts
		for _, name := range names {
			all = append(all, &CheckFacts{Name: name, State: Down})
		}
		return append(all, &CheckFacts{Name: "fine", State: Up})
	}
	for _, test := range []struct {
		name   string
		events []journal.Event
		checks []*CheckFacts
		want   []Stretch
	}{
		{"none", nil, down(), nil},
		{"failed and recovered", []journal.Event{failed("login", "10:00"), good("login", "11:00")}, down(), []Stretch{unseen("10:00", "11:00", "")}},
		{"still failing", []journal.Event{failed("login", "10:00")}, down("login"), []Stretch{since("10:00")}},
		{"since before the events", nil, down("login"), []Stretch{{}}},
		{"recovered from before the events", []journal.Event{good("login", "11:00")}, down(), []Stretch{{To: at("11:00")}}},
		{"recovered, and fails again", []journal.Event{good("login", "11:00"), failed("login", "12:00")}, down("login"), []Stretch{{To: at("11:00")}, since("12:00")}},
		{"taken off the plan while it failed", []journal.Event{failed("login", "10:00"), gone("12:00", "login")}, down(), []Stretch{unseen("10:00", "12:00", "")}},
		{"taken off the plan when it was well", []journal.Event{failed("login", "10:00"), good("login", "11:00"), gone("12:00", "login")}, down(), []Stretch{unseen("10:00", "11:00", "")}},
		{"of another system", []journal.Event{{Payload: journal.CheckFailed{System: "other", Check: "login", FirstBadAt: at("10:00")}}}, down(), nil},
		{"in a drill", []journal.Event{{Drill: true, Payload: journal.CheckFailed{System: "mail", Check: "login", FirstBadAt: at("10:00")}}}, down("login"), []Stretch{{}}},
		{"another system's check of that name is taken off", []journal.Event{failed("login", "10:00"), gone("12:00", "page")}, down("login"), []Stretch{since("10:00")}},
	} {
		if diff := cmp.Diff(test.want, Failing("mail", test.events, test.checks)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Nightly from 22:00 for four hours, once on 1 April, and one that is for another system.
func TestWindows(t *testing.T) {
	t.Parallel()
	mail := &plan.System{Name: "mail", Maintenance: []*plan.Maintenance{{Name: "nightly", At: 22 * 60, Lasts: 4 * time.Hour, Location: time.UTC}}}
	p := &plan.Plan{
		Location: time.UTC, Systems: []*plan.System{mail},
		Maintenance: []*plan.Maintenance{
			{Name: "once", Starts: at("10:00"), Ends: at("12:00")},
			{Name: "other", Systems: []string{"print"}, Starts: at("10:00"), Ends: at("12:00")},
		},
	}
	lines := func(all []Window) []string {
		var texts []string
		for _, w := range all {
			texts = append(texts, w.Name+" "+w.From.Format("2T15:04")+"-"+w.To.Format("2T15:04"))
		}
		return texts
	}
	for _, test := range []struct {
		from, to time.Time
		want     []string
	}{
		{at("01:00"), at("23:00"), []string{"nightly 31T22:00-1T02:00", "once 1T10:00-1T12:00", "nightly 1T22:00-2T02:00"}},
		{at("02:00"), at("10:00"), nil},
		{at("11:00"), at("11:30"), []string{"once 1T10:00-1T12:00"}},
		{at("22:00"), at("22:00").Add(48 * time.Hour), []string{"nightly 1T22:00-2T02:00", "nightly 2T22:00-3T02:00"}},
	} {
		if diff := cmp.Diff(test.want, lines(Windows(p, mail, test.from, test.to))); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", test.from, test.to, diff)
		}
	}
	if diff := cmp.Diff([]string{"once 1T10:00-1T12:00", "nightly 1T22:00-2T02:00"}, lines(NextWindows(p, mail, at("09:00")))); diff != "" {
		t.Errorf("next (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"nightly 2T22:00-3T02:00"}, lines(NextWindows(p, mail, at("22:00")))); diff != "" {
		t.Errorf("next in the evening (-want +got):\n%s", diff)
	}
}

func TestUnknownSystem(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Systems: []*plan.System{{Name: "mail"}}}
	if problem := UnknownSystem(p, "mall"); problem.Kind != NotFound || problem.Data.Near != "mail" {
		t.Errorf("%+v", problem)
	}
}
