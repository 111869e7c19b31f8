package console

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// viewOf is what a page sees of a Situation, in English.
func viewOf(t *testing.T, s *rules.Situation) *view {
	t.Helper()
	f := city(t)
	if s.At.IsZero() {
		s.At = nine
	}
	return &view{Situation: s, Words: messages.For(plan.English), Written: f.plan, titles: messages.TitlesOf(f.plan)}
}

// down is a system that is down, with hours left to its deadline; of zero, it has none.
func down(name string, priority, hours int, causes ...string) *rules.SystemFacts {
	s := &rules.SystemFacts{
		Name: name, Title: name, Priority: priority, State: rules.Down, Causes: causes,
		Outage: &rules.OutageFacts{Start: nine.Add(-time.Hour), Verdict: rules.OnTrack},
	}
	if hours != 0 {
		s.Outage.Deadline = nine.Add(time.Duration(hours) * time.Hour)
		s.Outage.Left = new(rules.SecondsOf(s.Outage.Deadline.Sub(nine)))
	}
	if hours < 0 {
		s.Outage.Verdict = rules.Missed
	}
	return s
}

func in(state rules.SystemState, name string, priority int) *rules.SystemFacts {
	return &rules.SystemFacts{Name: name, Title: name, Priority: priority, State: state}
}

// affecting names what is down because of a system.
func affecting(s *rules.SystemFacts, names ...string) *rules.SystemFacts {
	s.Affects = names
	return s
}

func names(systems []*rules.SystemFacts) string {
	var all []string
	for _, s := range systems {
		all = append(all, s.Name)
	}
	return strings.Join(all, " ")
}

func TestPlacesOfSystems(t *testing.T) {
	t.Parallel()
	many := []*rules.SystemFacts{affecting(down("late-root", 0, 90), "leaf"), down("leaf", 0, 5, "late-root")}
	for i := range maxRows + 3 {
		many = append(many, down(fmt.Sprint("x", i), 0, 10+i))
	}
	for name, test := range map[string]struct {
		systems          []*rules.SystemFacts
		rows, more, calm string // a row is NAME or NAME(BELOW)
	}{
		"an ordinary day":      {[]*rules.SystemFacts{in(rules.Up, "a", 1), in(rules.Up, "b", 0)}, "", "", "a b"},
		"not looked at yet":    {[]*rules.SystemFacts{in(rules.Pending, "a", 1), in(rules.Up, "b", 0)}, "", "a", "b"},
		"priority comes first": {[]*rules.SystemFacts{down("a", 0, -2), down("b", 3, 9), in(rules.Degraded, "c", 2)}, "b c a", "", ""},
		"what is down because of another is folded under it": {
			[]*rules.SystemFacts{affecting(down("switch", 0, 8), "a", "b"), down("a", 0, 1, "switch"), down("b", 0, 2, "switch")},
			"switch(a b)", "", "",
		},
		"but not what has a priority, whose cause then weighs as much": {
			[]*rules.SystemFacts{affecting(down("switch", 0, 8), "a", "b"), down("a", 1, 9, "switch"), down("b", 0, 2, "switch"), down("c", 0, 1)},
			"switch(b) a c", "", "",
		},
		"a cause that is planned to be down": {
			[]*rules.SystemFacts{in(rules.Planned, "switch", 0), down("a", 0, 1, "switch")}, "switch(a)", "", "",
		},
		"a cause that nobody knows": {[]*rules.SystemFacts{down("a", 0, 1, "gone")}, "", "a", ""},
		"many, and one that takes others down": {
			many, "x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 x12 x13 x14 x15 x16 x17 x18 x19 late-root(leaf)", "x20 x21 x22", "",
		},
	} {
		s := &rules.Situation{Systems: test.systems}
		got := sortSystems(s.ByUrgency())
		var rows []string
		for _, r := range got.Rows {
			row := r.Name
			if len(r.Below) > 0 {
				row += "(" + names(r.Below) + ")"
			}
			rows = append(rows, row)
		}
		if diff := cmp.Diff([]string{test.rows, test.more, test.calm}, []string{strings.Join(rows, " "), names(got.More), names(got.Calm)}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Whatever happens, every system has one place.
func TestEverySystemHasOnePlace(t *testing.T) {
	t.Parallel()
	for _, priorities := range []int{0, 1, 20, 500} {
		s := manyDown(t, 500, priorities).situation
		s.Systems[7].State, s.Systems[9].State, s.Systems[11].State = rules.Up, rules.Pending, rules.Unknown
		got := sortSystems(s.ByUrgency())
		n := len(got.Rows) + len(got.More) + len(got.Calm)
		for _, r := range got.Rows {
			n += len(r.Below)
		}
		if n != len(s.Systems) {
			t.Errorf("with %d priorities: %d of %d systems have a place", priorities, n, len(s.Systems))
		}
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		systems []*rules.SystemFacts
		state   rules.SystemState
		text    string
	}{
		{nil, rules.Up, "All 0 systems are up"},
		{[]*rules.SystemFacts{in(rules.Up, "a", 1)}, rules.Up, "The one system is up"},
		{[]*rules.SystemFacts{in(rules.Up, "a", 1), in(rules.Planned, "b", 1)}, rules.Planned, "Maintenance of 1 system, the others are up"},
		{[]*rules.SystemFacts{in(rules.Pending, "a", 1), in(rules.Up, "b", 1)}, rules.Pending, "Looking (1 system)"},
		{[]*rules.SystemFacts{in(rules.Unknown, "a", 1), in(rules.Planned, "b", 1)}, rules.Unknown, "1 system cannot be judged"},
		{[]*rules.SystemFacts{in(rules.Degraded, "a", 0), in(rules.Unknown, "b", 1)}, rules.Degraded, "1 system degraded"},
		{[]*rules.SystemFacts{down("a", 0, 1), down("b", 0, 1), in(rules.Degraded, "c", 1)}, rules.Down, "2 systems down"},
		{[]*rules.SystemFacts{down("a", 4, 1), down("b", 0, 1)}, rules.Down, "1 priority system down"},
	} {
		if got := viewOf(t, &rules.Situation{Systems: test.systems}).headline(); got != (headline{test.state, test.text}) {
			t.Errorf("%v, want %s", got, test.text)
		}
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	v := viewOf(t, &rules.Situation{Systems: []*rules.SystemFacts{
		down("a", 1, -1), down("b", 0, 1), down("c", 2, 1), in(rules.Up, "d", 3), in(rules.Unknown, "e", 0),
	}})
	want := []tallied{
		{Class: "down", Word: "down", Count: 3, Priority: 2}, {Class: "unknown", Word: "unknown", Count: 1}, {Class: "up", Word: "up", Count: 1},
		{Class: "missed", Word: v.Words.Verdict(rules.Missed), Verdict: true, Count: 1, Priority: 1},
	}
	if diff := cmp.Diff(want, v.tally()); diff != "" {
		t.Error(diff)
	}
}

func TestNearestDeadline(t *testing.T) {
	t.Parallel()
	for want, systems := range map[string][]*rules.SystemFacts{
		"":  {down("missed", 1, -1), down("without", 2, 0), in(rules.Up, "up", 3)},
		"a": {down("b", 0, 2), down("a", 0, 1)},
		"p": {down("a", 0, 1), down("p", 9, 5), down("q", 1, 6)},
	} {
		s := &rules.Situation{Systems: systems}
		got := ""
		if n := nearest(s.ByUrgency()); n != nil {
			got = n.Name
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestMood(t *testing.T) {
	t.Parallel()
	maintained := down("a", 1, -1)
	maintained.State = rules.Planned
	for name, test := range map[string]struct {
		situation rules.Situation
		want      string
	}{
		"nothing":                  {rules.Situation{}, moodCalm},
		"up":                       {rules.Situation{Systems: []*rules.SystemFacts{in(rules.Up, "a", 1)}}, moodCalm},
		"maintenance":              {rules.Situation{Systems: []*rules.SystemFacts{in(rules.Planned, "a", 1)}}, moodCalm},
		"maintenance too long":     {rules.Situation{Systems: []*rules.SystemFacts{maintained}}, moodWatch},
		"degraded":                 {rules.Situation{Systems: []*rules.SystemFacts{in(rules.Degraded, "a", 1)}}, moodWatch},
		"unknown":                  {rules.Situation{Systems: []*rules.SystemFacts{in(rules.Unknown, "a", 0)}}, moodWatch},
		"down in time":             {rules.Situation{Systems: []*rules.SystemFacts{down("a", 1, 1)}}, moodWatch},
		"missed without priority":  {rules.Situation{Systems: []*rules.SystemFacts{down("a", 0, -1)}}, moodWatch},
		"missed":                   {rules.Situation{Systems: []*rules.SystemFacts{in(rules.Up, "b", 0), down("a", 1, -1)}}, moodAlarm},
		"blackout":                 {rules.Situation{Power: &supply.Facts{UtilityLost: true}}, moodWatch},
		"nobody knows of power":    {rules.Situation{Power: &supply.Facts{UtilityUnknown: true}}, moodWatch},
		"power is there":           {rules.Situation{Power: &supply.Facts{}}, moodCalm},
		"cut off":                  {rules.Situation{Agent: rules.AgentFacts{Blind: true}}, moodWatch},
		"an ordinary failure":      {rules.Situation{Decision: rules.DecisionFacts{Recommendation: plan.OrdinaryFailure}}, moodWatch},
		"the posture":              {rules.Situation{Decision: rules.DecisionFacts{Recommendation: plan.EstablishPosture}}, moodAlarm},
		"people respond":           {rules.Situation{Stage: plan.ContinuityResponse}, moodWatch},
		"the response has stopped": {rules.Situation{Stage: plan.StoodDown}, moodCalm},
	} {
		if got := viewOf(t, &test.situation).Mood(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestAlertsOnTheWall(t *testing.T) {
	t.Parallel()
	standing := func(name string, change func(*alert.Standing)) alert.Standing {
		s := alert.Standing{Alert: alert.Alert{Key: name, Name: alert.SystemDown, Title: name, Severity: plan.Critical}}
		change(&s)
		return s
	}
	v := viewOf(t, &rules.Situation{})
	v.Written.Channels = []*plan.Channel{{Name: "mail", Title: "Mail to all"}}
	got := v.alerts([]alert.Standing{
		standing("told", func(s *alert.Standing) { s.Told = []string{"mail", "gone"} }),
		standing("waits", func(s *alert.Standing) { s.Waiting = []string{"mail"} }),
		standing("untold", func(*alert.Standing) {}),
		standing("maintained", func(s *alert.Standing) { s.Silence = alert.Maintenance }),
		standing("night", func(s *alert.Standing) { s.Quiet = "night" }),
		standing("night, but told", func(s *alert.Standing) { s.Quiet, s.Told = "night", []string{"mail"} }),
	})
	if got.Open != 4 || got.Told != 2 || got.Waiting != 1 || got.Kept != 2 || got.List.More != 0 || len(got.List.Listed) != 4 {
		t.Errorf("%+v", got)
	}
	if first := got.List.Listed[0]; first.Told != "Mail to all, gone" || !strings.HasSuffix(first.Text, ": told") {
		t.Errorf("%+v", first)
	}
	if got := v.alerts(make([]alert.Standing, maxAlerts+5)); got.List.More != 5 || len(got.List.Listed) != maxAlerts {
		t.Errorf("of many, %d are listed and %d are not", len(got.List.Listed), got.List.More)
	}
}

func TestDayOnTheWall(t *testing.T) {
	t.Parallel()
	at := func(hours int) time.Time { return nine.Add(time.Duration(hours) * time.Hour) }
	v := viewOf(t, &rules.Situation{
		Systems: []*rules.SystemFacts{{Checks: []*rules.CheckFacts{{}, {LastRunAt: at(-2)}}}, {Checks: []*rules.CheckFacts{{LastRunAt: at(-1)}}}},
		Inspections: []rules.InspectionFacts{
			{Name: "later", NextAt: at(30), Newest: &rules.InspectionRun{EndedAt: at(-1)}},
			{Name: "next", NextAt: at(3), Newest: &rules.InspectionRun{EndedAt: at(-20)}},
			{Name: "missed", Missed: 2},
		},
		Unobserved: []rules.Stretch{{From: at(-50), To: at(-40)}, {From: at(-30), To: at(-20)}, {From: at(-1)}},
	})
	d := v.day()
	if !d.LookedAt.Equal(at(-1)) || d.Next.Name != "next" || d.Last.Name != "later" || len(d.Missed) != 1 || d.Missed[0].Name != "missed" || len(d.Gaps) != 2 {
		t.Errorf("%+v", d)
	}
	if d := viewOf(t, &rules.Situation{}).day(); !d.LookedAt.IsZero() || d.Next != nil || d.Last != nil {
		t.Errorf("of nothing: %+v", d)
	}
}

// What somebody on duty asks, on a bad day.
func TestWallAnswers(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.plan.Locale = plan.English
	s := f.situation
	s.Systems = append(s.Systems, affecting(down("root", 0, 0), "leaf"), down("leaf", 0, 3, "root"))
	taken := down("taken", 2, -2)
	taken.Outage.AcknowledgedBy, taken.Outage.AcknowledgedAt, taken.Outage.ETA = "Sato", nine, nine.Add(-time.Minute)
	s.Systems = append(s.Systems, taken)
	s.Response.Steps = rules.StepCounts{Open: 4, Overdue: 3}
	s.Power = &supply.Facts{At: nine, UtilityLost: true, UtilityLostAt: nine.Add(-time.Hour), ReachesSeconds: new(int64(3 * 3600))}
	f.alerts = []alert.Standing{{Alert: alert.Alert{Name: alert.DeadlineMissed, Title: "taken", Severity: plan.Critical}}}
	f.events[0].At = nine.Add(-48 * time.Hour)
	body := ask(t, f, "/?lang=en", "").Body.String()
	for _, want := range []string{
		"2 priority systems down", "3 steps overdue (4 open)", "1 alert: there is no channel, nobody was told", "affects 1 system",
		`id="runtime"`, "02:00</b><i>:00", `<details class="supplies" id="supplies" open>`, `id="nearest"`, "nobody has taken it on", "Sato", "−02:00", "passed",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the wall lacks %s", want)
		}
	}
}

func TestLineOfInspection(t *testing.T) {
	t.Parallel()
	v := viewOf(t, &rules.Situation{})
	for _, test := range []rules.InspectionRun{
		{Counts: journal.InspectionCounts{Checks: 9, Good: 9}}, {Counts: journal.InspectionCounts{Checks: 9, Failed: 2}}, {Blind: true, Counts: journal.InspectionCounts{Checks: 9, Unjudged: 9}},
	} {
		done := journal.InspectionDone{EndedAt: nine, Counts: test.Counts, Blind: test.Blind}
		if got, want := v.InspectionResult(&test), v.Words.InspectionResult(done); got != want || strings.Contains(got, "no value") {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
