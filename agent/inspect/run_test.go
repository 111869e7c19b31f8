package inspect

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

func run(t *testing.T, req Request) journal.InspectionDone {
	t.Helper()
	done, err := Run(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(done) // it goes into the journal
	if err != nil {
		t.Fatal(err)
	}
	payload, err := journal.DecodePayload(done.Kind(), data)
	if err != nil {
		t.Fatal(err)
	}
	return payload.(journal.InspectionDone)
}

// systemsOf names the systems of lines, in their order.
func systemsOf(lines []journal.InspectedCheck) (names []string) {
	for _, l := range lines {
		names = append(names, l.System)
	}
	return names
}

func TestRunSortsWhatItSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().In(tokyo)
		p := planOf(t,
			sys("minor", 0, "script", answers(refused)), sys("known", 7, "script", answers(refused)), sys("first", 1, "script", answers(refused)),
			sys("shut", 3, "script", answers(refused)), sys("noroute", 4, "script", answers(checks.Failed(checks.NoRoute, "no route"))),
			sys("slow", 5, "script", &script{answers: []checks.Result{fine}, takes: 4 * time.Second}), sys("good", 6, "script", answers(fine)),
			sys("beats", 8, "push", nil), sys("silent", 9, "push", nil), sys("unheard", 10, "push", nil), sys("nobody", 11, "push", nil),
		)
		pushed := func(name string, state rules.SystemState, reason checks.Reason, text string) *rules.SystemFacts {
			return &rules.SystemFacts{Name: name, Checks: []*rules.CheckFacts{{Name: "push", State: state, Reason: string(reason), Error: text}}}
		}
		done := run(t, request(p, &rules.Situation{Systems: []*rules.SystemFacts{
			{Name: "known", Outage: &rules.OutageFacts{Start: now.Add(-time.Hour), Deadline: now.Add(time.Hour), AcknowledgedAt: now}},
			{Name: "shut", Maintenance: &rules.Window{From: now.Add(-time.Hour), To: now.Add(time.Hour)}},
			pushed("beats", rules.Up, checks.OK, ""), pushed("silent", rules.Down, checks.Silent, "no heartbeat for 2h"),
			pushed("unheard", rules.Unknown, checks.Waiting, "waiting"),
		}}))
		want := journal.InspectionCounts{Checks: 11, Good: 3, Failed: 4, Planned: 1, Unjudged: 3, Slow: 1}
		if diff := cmp.Diff(want, done.Counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		for name, c := range map[string]struct{ want, got []string }{
			"failed":   {[]string{"first", "known", "silent", "minor"}, systemsOf(done.Failed)},
			"planned":  {[]string{"shut"}, systemsOf(done.Planned)},
			"unjudged": {[]string{"noroute", "unheard", "nobody"}, systemsOf(done.Unjudged)},
			"slow":     {[]string{"slow"}, systemsOf(done.Slow)},
		} {
			if diff := cmp.Diff(c.want, c.got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		wantKnown := journal.InspectedCheck{
			System: "known", Title: "The known", Priority: 7, Check: "script", Kind: "script", Reason: "refused", Text: "connection refused",
			Attempts: 1, Seconds: 0.001, Since: now.Add(-time.Hour), Deadline: now.Add(time.Hour), Acknowledged: true,
		}
		if diff := cmp.Diff(wantKnown, done.Failed[1]); diff != "" {
			t.Errorf("known (-want +got):\n%s", diff)
		}
		if !done.Failed[0].Since.IsZero() || !done.Planned[0].Until.Equal(now.Add(time.Hour)) || done.Failed[2].Attempts != 0 {
			t.Errorf("%+v %+v", done.Failed, done.Planned)
		}
		if done.Good() || !done.Ran() {
			t.Error("good, or not run")
		}
	})
}

// While the agent is cut off only its own machine can be judged.
func TestRunWhileCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := planOf(t, sys("far", 1, "script", answers(refused)), sys("near", 2, "own", answers(checks.Failed(checks.Limit, "disk full"))))
		done := run(t, request(p, &rules.Situation{Agent: rules.AgentFacts{Blind: true}}))
		if !done.Blind || done.Counts.Unjudged != 1 || done.Counts.Failed != 1 || done.Failed[0].System != "near" {
			t.Errorf("%+v", done)
		}
	})
}

func TestRunOfAnInspection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &script{answers: []checks.Result{fine}, takes: 8 * time.Second}
		p := planOf(t, sys("a", 1, "script", answers(refused, fine)), sys("b", 2, "script", slow), sys("c", 3, "script", answers(refused)))
		req := request(p, nil)
		req.DueAt, req.Missed = time.Now().Add(-time.Minute), 2
		req.Inspection = &plan.Inspection{Name: "opening", Title: "始業前点検", Systems: []string{"a", "b"}, Timeout: 10 * time.Second, Retries: 1}
		begun := time.Now()
		done := run(t, req)
		if !done.Good() || done.Counts.Checks != 2 || done.Name != "opening" || done.Title != "始業前点検" || done.Missed != 2 {
			t.Errorf("%+v", done)
		}
		if !done.StartedAt.Equal(begun) || !done.EndedAt.After(begun) || !done.DueAt.Equal(begun.Add(-time.Minute)) {
			t.Errorf("due %v, from %v to %v", done.DueAt, done.StartedAt, done.EndedAt)
		}
	})
}

func TestRunThatIsEndedHasNoReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := planOf(t, sys("a", 1, "script", &script{answers: []checks.Result{fine}, takes: 4 * time.Second}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done, err := Run(ctx, request(p, nil))
		if !errors.Is(err, context.DeadlineExceeded) || done.Ran() {
			t.Errorf("%v, %+v", err, done)
		}
	})
}

// Five thousand failures fit an event.
func TestRunBoundsItsReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var systems []*plan.System
		for n := range 5000 {
			systems = append(systems, sys("s"+time.Duration(n).String(), n, "script", answers(refused)))
		}
		done := run(t, request(planOf(t, systems...), nil))
		if done.Counts.Failed != 5000 || len(done.Failed) != journal.MaxInspected {
			t.Errorf("%d failed, %d listed", done.Counts.Failed, len(done.Failed))
		}
	})
}

func TestRunTellsCertificates(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		name string
		ends []time.Duration
		days []int
		soon int
	}{
		{"none", []time.Duration{0}, nil, 0},
		{"the first few when none ends soon", []time.Duration{90 * day, 40 * day, 300 * day, 60 * day}, []int{40, 60, 90}, 0},
		{"all that end soon", []time.Duration{90 * day, -time.Hour, 29*day + 23*time.Hour, time.Hour, 2 * day, 10 * day}, []int{-1, 0, 2, 10, 29}, 5},
		{"on the day of the threshold it is not soon", []time.Duration{30*day + time.Minute}, []int{30}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var systems []*plan.System
				for n, end := range c.ends {
					seen := fine
					if end != 0 {
						seen.NotAfter = time.Now().Add(end)
					}
					systems = append(systems, sys("s"+time.Duration(n).String(), 0, "script", &script{answers: []checks.Result{seen}}))
				}
				done := run(t, request(planOf(t, systems...), nil))
				var days []int
				for _, cert := range done.Certificates {
					days = append(days, cert.Days)
				}
				if diff := cmp.Diff(c.days, days); diff != "" {
					t.Errorf("days (-want +got):\n%s", diff)
				}
				if done.Attention() != c.soon {
					t.Errorf("%d need somebody, want %d", done.Attention(), c.soon)
				}
			})
		})
	}
}

func TestRunTellsDisks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := fine
		seen.Values = map[string]float64{
			"disk_used_ratio_root": 0.3, "disk_free_bytes_root": 7e9, "disk_used_ratio_var": 0.95, "disk_free_bytes_var": math.Inf(1),
			"disk_inodes_used_ratio_root": 0.1, "memory_used_ratio": 0.5, "disk_used_ratio_bad": math.NaN(),
		}
		done := run(t, request(planOf(t, sys("host", 1, "own", answers(seen))), nil))
		free := 7e9
		want := []journal.InspectedDisk{
			{System: "host", Title: "The host", Check: "own", Disk: "var", UsedRatio: 0.95, Full: true},
			{System: "host", Title: "The host", Check: "own", Disk: "root", UsedRatio: 0.3, FreeBytes: &free},
		}
		if diff := cmp.Diff(want, done.Disks); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestRunTellsPower(t *testing.T) {
	full, low, over, seconds, short := 1.0, 0.5, 1.2, int64(1800), int64(3600)
	ups := func(name string, change func(*supply.SupplyFacts)) *supply.SupplyFacts {
		s := &supply.SupplyFacts{Name: name, Kind: plan.UPSSupply, ReadingAt: time.Unix(1e9, 0), Source: supply.FromUtility, ChargeRatio: &full}
		change(s)
		return s
	}
	for _, c := range []struct {
		name   string
		supply *supply.SupplyFacts
		want   []journal.UPSAlarm
	}{
		{"well", ups("u", func(s *supply.SupplyFacts) { s.TestResult = "Done and passed: no error" }), nil},
		{"silent", ups("u", func(s *supply.SupplyFacts) { s.Lost = true }), []journal.UPSAlarm{journal.AlarmSilent}},
		{"never read, and silent", ups("u", func(s *supply.SupplyFacts) { s.Lost, s.ReadingAt = true, time.Time{} }), []journal.UPSAlarm{journal.AlarmSilent}},
		{"on battery, half empty", ups("u", func(s *supply.SupplyFacts) { s.Source, s.ChargeRatio = supply.FromBattery, &low }), []journal.UPSAlarm{journal.AlarmBattery}},
		{"charging", ups("u", func(s *supply.SupplyFacts) { s.ChargeRatio = &low }), []journal.UPSAlarm{journal.AlarmCharge}},
		{"off", ups("u", func(s *supply.SupplyFacts) { s.Source = supply.FromNothing }), []journal.UPSAlarm{journal.AlarmOff}},
		{"old", ups("u", func(s *supply.SupplyFacts) {
			s.ReplaceBattery, s.TestResult = true, "failed: insufficient battery capacity"
		}),
			[]journal.UPSAlarm{journal.AlarmReplace, journal.AlarmTest}},
		{"overloaded", ups("u", func(s *supply.SupplyFacts) { s.LoadRatio = &over }), []journal.UPSAlarm{journal.AlarmOverload}},
		{"overloaded by the plan", ups("u", func(s *supply.SupplyFacts) { s.Problems = []supply.Problem{supply.OverCapacity} }), []journal.UPSAlarm{journal.AlarmOverload}},
		{"test aborted", ups("u", func(s *supply.SupplyFacts) { s.TestResult = "Aborted" }), []journal.UPSAlarm{journal.AlarmTest}},
		{"no test", ups("u", func(s *supply.SupplyFacts) { s.TestResult = "No test initiated" }), nil},
	} {
		if diff := cmp.Diff(c.want, battery(c.supply).Trouble); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	doubted := battery(ups("u", func(s *supply.SupplyFacts) {
		s.Doubts = []string{"gives 300 s, where its battery should hold 3600 s by the plan: is it aged?"}
		s.Doubted = []supply.Doubt{{Code: supply.DoubtAged, Values: map[string]any{"SaidSeconds": int64(300), "HeldSeconds": int64(3600)}}}
	}))
	want := []journal.PowerDoubt{{Code: "aged", Values: map[string]any{"SaidSeconds": int64(300), "HeldSeconds": int64(3600)}}}
	if diff := cmp.Diff(want, doubted.Doubted); diff != "" || len(doubted.Doubts) != 1 {
		t.Errorf("doubts %q (-want +got):\n%s", doubted.Doubts, diff)
	}
	synctest.Test(t, func(t *testing.T) {
		liters, lost := 400.0, time.Now().In(tokyo)
		done := run(t, request(planOf(t, sys("a", 1, "script", answers(fine))), &rules.Situation{Power: &supply.Facts{
			UtilityLost: true, UtilityLostAt: lost, HorizonSeconds: 7200, Supplies: []*supply.SupplyFacts{
				{Name: "short", Kind: plan.GeneratorSupply, FuelLiters: &liters, RuntimeSeconds: &seconds, AfterShedRuntimeSeconds: &short},
				{Name: "unknown", Kind: plan.GeneratorSupply},
				{Name: "unread", Kind: plan.UPSSupply},
				ups("read", func(s *supply.SupplyFacts) { s.BatteryDate, s.TestedAt = "2024-05-20", lost.Add(-time.Hour) }),
			},
		}}))
		wantFuel := []journal.InspectedFuel{{Generator: "short", Liters: &liters, RuntimeSeconds: &seconds, Trouble: []journal.UPSAlarm{journal.AlarmFuel}}}
		if diff := cmp.Diff(wantFuel, done.Fuel); diff != "" {
			t.Errorf("fuel (-want +got):\n%s", diff)
		}
		if len(done.Batteries) != 1 || done.Batteries[0].BatteryDate != "2024-05-20" || !done.Batteries[0].TestedAt.Equal(lost.Add(-time.Hour)) {
			t.Errorf("batteries: %+v", done.Batteries)
		}
		if !done.UtilityLostAt.Equal(lost) || done.Attention() != 2 {
			t.Errorf("utility lost at %v, %d need somebody", done.UtilityLostAt, done.Attention())
		}
	})
}

func TestRunTellsReviews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		p := planOf(t, sys("a", 1, "script", answers(fine)))
		p.Revised, p.ReviewEvery = now.AddDate(-1, 0, 0), 365*24*time.Hour // due this very moment
		p.Roles = []*plan.Role{{Name: "lead", People: []*plan.Person{
			{Name: "A", Contacts: []plan.Contact{{Medium: plan.Mail}, {Medium: plan.Home}}}, {Name: "B", Contacts: []plan.Contact{{Medium: plan.Mail}, {Medium: plan.Home}}},
		}}}
		want := []journal.InspectedReview{{Rule: plan.RuleReviewOverdue, Count: 1, DueAt: p.ReviewDue()}, {Rule: plan.RuleUnconfirmed, Count: 1}}
		if diff := cmp.Diff(want, run(t, request(p, nil)).Reviews); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		p.Roles, p.Revised = nil, now.AddDate(0, 0, -340)
		want = []journal.InspectedReview{{Rule: RuleReviewSoon, Count: 1, DueAt: p.ReviewDue()}}
		if diff := cmp.Diff(want, run(t, request(p, nil)).Reviews); diff != "" {
			t.Errorf("soon (-want +got):\n%s", diff)
		}
		p.Revised = now
		if reviews := run(t, request(p, nil)).Reviews; len(reviews) > 0 {
			t.Errorf("a plan just revised: %+v", reviews)
		}
	})
}
