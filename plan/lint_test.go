package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lintNow is a Wednesday. The ordinary noon after it is that of Monday 6 April 2026.
const lintNow = "2026-04-01T10:00:00+09:00"

// goodPlan is a plan without a finding: each test spoils one thing.
func goodPlan(t testing.TB) *Plan {
	t.Helper()
	c := office(t, nil)
	threat := func(name string, limit Allowance) *Threat {
		return &Threat{Name: name, Title: name, PriorityWithin: limit}
	}
	p := &Plan{
		Source:      source(1, "revised"),
		Location:    zone(t, "Asia/Tokyo"),
		Revised:     at(t, "2026-04-01T00:00:00+09:00"),
		ReviewEvery: 365 * 24 * time.Hour,
		Calendars:   []*Calendar{c},
		Threats:     []*Threat{threat("disaster", For(7*24*time.Hour)), threat("incident", UntilOpening(c))},
		Businesses: []*Business{{
			Source: source(10, "needs", "recover_within"), Name: "certificates", Needs: []string{"records"},
			RecoverWithin: both(For(24*time.Hour), UntilOpening(c)),
		}},
		Systems: []*System{
			goodSystem(20, "records", 1, both(For(24*time.Hour), UntilOpening(c)), "switch"),
			goodSystem(30, "switch", 2, both(For(4*time.Hour), For(4*time.Hour))),
		},
	}
	goodResponse(t, p)
	goodAlerting(p)
	return p
}

func goodSystem(line int, name string, priority int, allowances map[string]Allowance, dependsOn ...string) *System {
	return &System{
		Source: source(line, "priority", "depends_on", "allowable_downtime", "typical_recovery"),
		Name:   name, Priority: priority, Owner: "情報政策課", DependsOn: dependsOn,
		AllowableDowntime: allowances, TypicalRecovery: time.Hour,
		Alternative: &Alternative{Title: "紙"}, Checks: []*Check{{Name: "ping"}},
	}
}

func both(disaster, incident Allowance) map[string]Allowance {
	return map[string]Allowance{"disaster": disaster, "incident": incident}
}

// source says that a block stands at the line and its attributes on those below it.
func source(line int, attributes ...string) Source {
	s := Source{Block: lineRange(line), Attrs: map[string]Range{}}
	for i, name := range attributes {
		s.Attrs[name] = lineRange(line + 1 + i)
	}
	return s
}

func lineRange(line int) Range {
	return Range{File: "plan.hcl", Start: Pos{Line: line, Column: 1}}
}

func lint(t testing.TB, p *Plan) []Finding {
	t.Helper()
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return Lint(p, at(t, lintNow))
}

func TestLint(t *testing.T) {
	day := 24 * time.Hour
	for _, test := range []struct {
		name  string
		spoil func(p *Plan)
		line  int // 0: the near miss, without a finding
		rule  string
		text  []string // parts of the detail
	}{
		{name: "nothing wrong", spoil: func(*Plan) {}},

		{"cycle", func(p *Plan) {
			p.Systems[1].DependsOn = []string{"records"}
			p.Systems[0].AllowableDowntime = p.Systems[1].AllowableDowntime
		}, 22, RuleDependencyCycle, []string{"records → switch → records"}},
		{name: "two ways to one dependency", spoil: func(p *Plan) { p.Systems[0].DependsOn = []string{"switch", "switch"} }},

		{"inversion", func(p *Plan) { p.Systems[1].AllowableDowntime = both(For(3*day), For(3*day)) },
			22, RuleDependencyInversion, []string{
				`"records" depends on "switch"`, `1d against 3d under "disaster"`,
				`next_opening(office) against 3d under "incident"`, "2026-04-06"}},
		{"inversion under one threat", func(p *Plan) { p.Systems[1].AllowableDowntime["incident"] = For(21 * time.Hour) },
			22, RuleDependencyInversion, []string{`next_opening(office) against 21h under "incident"`}},
		{name: "just as long by the calendar", spoil: func(p *Plan) {
			// Monday noon to Tuesday 08:30 is 20 h 30 min.
			p.Systems[1].AllowableDowntime["incident"] = For(20*time.Hour + 30*time.Minute)
		}},
		{"unranked dependency without an allowance", func(p *Plan) {
			p.Systems[1].Priority, p.Systems[1].AllowableDowntime = 0, nil
		}, 22, RuleDependencyInversion, []string{`1d against unlimited under "disaster"`}},
		{name: "dependency unlimited where the system is too", spoil: func(p *Plan) {
			p.Businesses = nil
			for _, s := range p.Systems {
				s.Priority, s.AllowableDowntime = 0, nil
			}
		}},

		{"inversion by the same lengths under both threats", func(p *Plan) {
			p.Businesses = nil
			p.Systems[0].AllowableDowntime = both(For(2*time.Hour), For(2*time.Hour))
		}, 22, RuleDependencyInversion, []string{`2h against 4h under "disaster" and "incident".`}},

		{"slower than the tightest business", func(p *Plan) {
			p.Businesses = append(p.Businesses, &Business{
				Source: source(15), Name: "counter", Needs: []string{"records"},
				RecoverWithin: both(For(3*time.Hour), For(3*time.Hour)),
			})
			p.Systems[1].AllowableDowntime = both(For(time.Hour), For(time.Hour))
		}, 23, RuleSystemSlow, []string{`business "counter" 3h against 1d under "disaster"`, `3h against next_opening(office) under "incident"`}},
		{name: "as slow as the business", spoil: func(p *Plan) { p.Businesses[0].RecoverWithin["incident"] = For(20*time.Hour + 30*time.Minute) }},

		{"no check", func(p *Plan) { p.Systems[1].Checks = nil }, 30, RuleNoCheck, []string{`"switch"`}},
		{"no owner", func(p *Plan) { p.Systems[1].Owner = "" }, 30, RuleNoOwner, []string{`"switch"`}},
		{"no alternative", func(p *Plan) { p.Systems[1].Alternative = nil }, 30, RuleNoAlternative, []string{`"switch"`}},

		{"no allowance under one threat", func(p *Plan) { delete(p.Systems[1].AllowableDowntime, "incident") },
			33, RuleNoAllowance, []string{`"switch"`, `under "incident"`}},
		{"no allowance though a business has a target", func(p *Plan) { p.Systems[0].AllowableDowntime = nil },
			23, RuleNoAllowance, []string{`"records"`, `under "disaster" and "incident"`}},
		{name: "no allowance without a priority", spoil: func(p *Plan) {
			p.Systems[1].Priority = 0
			p.Systems[1].AllowableDowntime, p.Systems[0].DependsOn = nil, nil
		}},

		{"same priority", func(p *Plan) { p.Systems[1].Priority = 1 }, 31, RuleSamePriority, []string{`"switch" has priority 1, as has "records"`}},
		{name: "both without a priority", spoil: func(p *Plan) {
			p.Businesses = nil
			p.Systems[0].Priority, p.Systems[1].Priority = 0, 0
		}},

		{"slow recovery", func(p *Plan) { p.Systems[1].TypicalRecovery = 4*time.Hour + time.Second },
			34, RuleRecoverySlow, []string{`"switch" takes 4h1s`, `under "disaster" and "incident"`}},
		{name: "recovery just in time", spoil: func(p *Plan) { p.Systems[1].TypicalRecovery = 4 * time.Hour }},

		{"priority business, unranked system", func(p *Plan) { p.Systems[0].Priority = 0 },
			11, RuleNoPriority, []string{`"certificates" is a priority business under "disaster" and "incident"`, `"records"`}},
		{"priority business under one threat", func(p *Plan) {
			p.Systems[0].Priority = 0
			p.Threats[0].PriorityWithin = For(day - time.Second)
		}, 11, RuleNoPriority, []string{`under "incident",`}},
		{name: "business beyond the limit", spoil: func(p *Plan) {
			p.Systems[0].Priority = 0
			p.Threats[0].PriorityWithin, p.Threats[1].PriorityWithin = For(day-time.Second), Allowance{}
		}},

		{"needs nothing", func(p *Plan) { p.Businesses[0].Needs = nil }, 11, RuleNoNeeds, []string{`"certificates"`}},
		{"no target", func(p *Plan) { delete(p.Businesses[0].RecoverWithin, "disaster") }, 12, RuleNoTarget, []string{`under "disaster"`}},

		{"review due this instant", func(p *Plan) { p.Revised = at(t, "2025-04-01T10:00:00+09:00") }, 2, RuleReviewOverdue, []string{"2025-04-01", "2026-04-01"}},
		{name: "review due tomorrow", spoil: func(p *Plan) { p.Revised = p.Revised.AddDate(-1, 0, 1) }},
		{name: "review never due", spoil: func(p *Plan) { p.Revised, p.ReviewEvery = time.Time{}, 0 }},

		{"year end open", func(p *Plan) { p.Calendars[0].Source, p.Calendars[0].Closed = source(50, "holidays"), nil },
			51, RuleYearEndOpen, []string{"2026-12-29, 2026-12-30, 2026-12-31."}},
		{"year end closed in another year", func(p *Plan) {
			p.Calendars[0].Source = source(50, "holidays", "closed")
			p.Calendars[0].Closed = dates(t, "2025-12-29/2026-01-03")
		}, 52, RuleYearEndOpen, []string{"2026-12-29, 2026-12-30, 2026-12-31."}},
		{name: "year end opened on purpose", spoil: func(p *Plan) {
			p.Calendars[0].Closed, p.Calendars[0].Open = nil, dates(t, "2026-12-29/2026-12-31")
		}},
		{name: "year end without holidays", spoil: func(p *Plan) { p.Calendars[0].Closed, p.Calendars[0].Holidays = nil, nil }},

		{"never opens", func(p *Plan) {
			p.Calendars = append(p.Calendars, newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, nil))
		}, 0, RuleNeverOpens, []string{`"office"`}},
		{name: "opens once more", spoil: func(p *Plan) {
			p.Calendars = append(p.Calendars, newCalendar(t, "Asia/Tokyo", "08:30", "17:15", nil, func(c *Calendar) { c.Open = dates(t, "2030-01-01") }))
		}},

		{"maintenance never", func(p *Plan) {
			p.Maintenance = []*Maintenance{recurring(t, "02:00", time.Hour, func(m *Maintenance) {
				m.Source, m.Days, m.Calendar, m.Only = source(40), []time.Weekday{time.Sunday}, p.Calendars[0], OpenDays
			})}
		}, 40, RuleNeverMaintained, []string{`"work"`}},
		{"maintenance of a system never", func(p *Plan) {
			p.Systems[0].Maintenance = []*Maintenance{recurring(t, "02:00", 0, func(m *Maintenance) { m.Source = source(41) })}
		}, 41, RuleNeverMaintained, []string{`"work"`}},
		{name: "maintenance that is over", spoil: func(p *Plan) {
			p.Maintenance = []*Maintenance{{Starts: at(t, "2025-08-16T08:00:00+09:00"), Ends: at(t, "2025-08-16T17:00:00+09:00")}}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := goodPlan(t)
			test.spoil(p)
			got := lint(t, p)
			if test.rule == "" {
				if len(got) != 0 {
					t.Fatalf("unexpected: %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Rule != test.rule || got[0].Range.Start.Line != test.line {
				t.Fatalf("want %s at line %d alone, got %+v", test.rule, test.line, got)
			}
			for _, part := range test.text {
				if !strings.Contains(got[0].Detail, part) {
					t.Errorf("%q lacks %q", got[0].Detail, part)
				}
			}
		})
	}
}

// Only a cycle keeps a plan from running.
func TestLintSeverity(t *testing.T) {
	p := goodPlan(t)
	p.Systems[1].DependsOn = []string{"records"}
	p.Systems[1].Owner = ""
	got := map[string]Severity{}
	for _, f := range lint(t, p) {
		got[f.Rule] = f.Severity
	}
	want := map[string]Severity{RuleDependencyCycle: Error, RuleDependencyInversion: Warning, RuleNoOwner: Warning}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLintSortsByPosition(t *testing.T) {
	p := goodPlan(t)
	p.Systems[0], p.Systems[1] = p.Systems[1], p.Systems[0]
	for _, s := range p.Systems {
		s.Checks, s.Owner = nil, ""
	}
	p.Businesses[0].Needs = nil
	type place struct {
		Line int
		Rule string
	}
	var got []place
	for _, f := range lint(t, p) {
		got = append(got, place{f.Range.Start.Line, f.Rule})
	}
	want := []place{{11, RuleNoNeeds}, {20, RuleNoCheck}, {20, RuleNoOwner}, {30, RuleNoCheck}, {30, RuleNoOwner}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLintYearEndFollowsTheDate(t *testing.T) {
	p := goodPlan(t)
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	for now, want := range map[string]int{
		"2026-12-31T12:00:00+09:00": 0, // the closure of 2026 is in the plan
		"2027-01-03T12:00:00+09:00": 0, // and lasts until today
		"2027-01-04T12:00:00+09:00": 1, // the next one is not
	} {
		if got := Lint(p, at(t, now)); len(got) != want {
			t.Errorf("at %s: want %d findings, got %+v", now, want, got)
		}
	}
}

// A plan with references to nowhere, or with nothing in it, is looked at all the same.
func TestLintSurvivesBrokenPlans(t *testing.T) {
	broken := goodPlan(t)
	broken.Systems[0].DependsOn = []string{"nowhere", "records", ""}
	broken.Businesses[0].Needs = []string{"nowhere"}
	broken.Maintenance = []*Maintenance{{Systems: []string{"nowhere"}, Sites: []string{"nowhere"}, Lasts: time.Hour}}
	rules := map[string]bool{}
	for _, f := range lint(t, broken) {
		rules[f.Rule] = true
	}
	if diff := cmp.Diff(map[string]bool{RuleDependencyCycle: true}, rules); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := lint(t, &Plan{}); len(got) != 0 {
		t.Errorf("the empty plan: %+v", got)
	}
	if got := Lint(&Plan{Systems: []*System{{Name: "alone", DependsOn: []string{"alone"}}}}, at(t, lintNow)); len(got) == 0 {
		t.Error("a plan that is not linked: no findings")
	}
}
