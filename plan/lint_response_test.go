package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// goodResponse gives a plan people and procedures without a finding.
func goodResponse(t testing.TB, p *Plan) {
	t.Helper()
	confirmed := at(t, "2026-03-31T00:00:00+09:00")
	person := func(line int, name string) *Person {
		return &Person{
			Source: source(line), Name: name, Confirmed: confirmed,
			Contacts: []Contact{{Medium: Mobile, Address: "090-0000-0001"}, {Medium: Mail, Address: "a@city.example"}},
		}
	}
	p.Roles = []*Role{{
		Source: source(200, "confirmed"), Name: "lead", People: []*Person{person(205, "佐藤 一郎"), person(210, "鈴木 花子")},
	}}
	p.Postures = []*Posture{{Source: source(220, "roles"), Name: "all", Roles: []string{"lead"}}}
	step := func(line int) []*Step {
		return []*Step{{Source: source(line, "due"), Name: "look", Role: "lead", Due: time.Hour}}
	}
	p.Procedures = []*Procedure{
		{Source: source(230), Name: "first", Stage: InitialResponse, Steps: step(235)},
		{Source: source(240), Name: "then", Stage: ContinuityResponse, Steps: step(245)},
	}
}

func TestLintResponse(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(p *Plan)
		line  int // 0: the near miss, without a finding
		rule  string
		text  []string
	}{
		{name: "nothing wrong", spoil: func(*Plan) {}},
		{"nothing planned", func(p *Plan) { p.Roles, p.Postures, p.Procedures = nil, nil, nil }, 1, RuleResponseUnplanned, []string{"体制", "手順"}},

		{"no posture for a threat", func(p *Plan) {
			p.Threats[1].Source, p.Postures[0].Threats = source(5), []string{"disaster"}
		}, 5, RuleNoPosture, []string{`"incident"`}},
		{name: "a posture for each threat", spoil: func(p *Plan) {
			p.Postures[0].Threats = []string{"disaster"}
			p.Postures = append(p.Postures, &Posture{Name: "b", Threats: []string{"incident"}, Roles: []string{"lead"}})
		}},
		{"no posture at all", func(p *Plan) {
			p.Postures, p.Threats = nil, p.Threats[:1]
			p.Businesses = nil
			p.Threats[0].Source = source(5)
		}, 5, RuleNoPosture, []string{`"disaster"`}},

		{"no first procedure for a threat", func(p *Plan) {
			p.Threats[1].Source, p.Procedures[0].Threats = source(5), []string{"disaster"}
		}, 5, RuleNoProcedure, []string{`"incident"`, `"initial",`}},
		{"no procedure to go on with", func(p *Plan) {
			p.Threats[1].Source, p.Procedures[1].Threats = source(5), []string{"disaster"}
		}, 5, RuleNoProcedure, []string{`"continuity",`}},
		{"no procedure for a threat", func(p *Plan) {
			p.Threats[1].Source = source(5)
			p.Procedures[0].Threats, p.Procedures[1].Threats = []string{"disaster"}, []string{"disaster"}
		}, 5, RuleNoProcedure, []string{`"initial" and "continuity"`}},

		{"posture without a role", func(p *Plan) {
			p.Postures = append(p.Postures, &Posture{Source: source(222), Name: "empty", Threats: []string{"incident"}})
		}, 222, RulePostureNoRole, []string{`"empty"`}},
		{"procedure without a step", func(p *Plan) { p.Procedures[1].Steps = nil }, 240, RuleNoStep, []string{`"then"`}},
		{"step without a role", func(p *Plan) { p.Procedures[0].Steps[0].Role = "" }, 235, RuleNoStepRole, []string{`"first.look"`}},

		{"step due after every deadline", func(p *Plan) { p.Procedures[0].Steps[0].Due = 24*time.Hour + time.Second }, 236, RuleStepLate, []string{`"first.look"`, "longest allowance is 1d"}},
		{name: "step due at the last deadline", spoil: func(p *Plan) { p.Procedures[0].Steps[0].Due = 24 * time.Hour }},
		{"step due after the deadlines of its threat", func(p *Plan) {
			p.Procedures[0].Threats = []string{"incident"}
			p.Procedures[0].Steps[0].Due = 21 * time.Hour // Monday noon to Tuesday 08:30 is 20 h 30 min
			p.Procedures = append(p.Procedures, &Procedure{Stage: InitialResponse, Threats: []string{"disaster"}, Steps: []*Step{{Name: "a", Role: "lead"}}})
		}, 236, RuleStepLate, []string{"20h30m"}},
		{name: "a late step of the second stage", spoil: func(p *Plan) { p.Procedures[1].Steps[0].Due = 30 * 24 * time.Hour }},
		{name: "a late step, but systems without a deadline", spoil: func(p *Plan) {
			p.Businesses, p.Systems = nil, p.Systems[1:]
			p.Systems[0].Priority, p.Systems[0].AllowableDowntime = 0, nil
			p.Procedures[0].Steps[0].Due = 30 * 24 * time.Hour
		}},

		{"role without people", func(p *Plan) { p.Roles[0].People = nil }, 200, RuleNoPerson, []string{`"lead"`}},
		{"role without a deputy", func(p *Plan) { p.Roles[0].People = p.Roles[0].People[:1] }, 200, RuleNoDeputy, []string{`"lead"`, "代行"}},
		{"role that nobody calls", func(p *Plan) {
			other := *p.Roles[0]
			other.Source, other.Name = source(250), "other"
			p.Roles = append(p.Roles, &other)
		}, 250, RuleRoleUnused, []string{`"other"`}},
		{name: "role that declares only", spoil: func(p *Plan) {
			other := *p.Roles[0]
			other.Name = "other"
			p.Roles, p.Postures[0].DeclaredBy = append(p.Roles, &other), []string{"other"}
		}},

		{"one contact", func(p *Plan) { p.Roles[0].People[1].Contacts = p.Roles[0].People[1].Contacts[:1] }, 210, RuleOneContact, []string{`Person 2 of role "lead"`, "second way"}},
		{"no contact", func(p *Plan) { p.Roles[0].People[1].Contacts = nil }, 210, RuleOneContact, []string{"cannot be reached"}},

		{"confirmed a year ago, by the role", func(p *Plan) {
			for _, person := range p.Roles[0].People {
				person.Confirmed = at(t, "2025-04-01T00:00:00+09:00")
			}
		}, 201, RuleUnconfirmed, []string{`The contacts of role "lead" were last confirmed on 2025-04-01`}},
		{name: "confirmed a year ago tomorrow", spoil: func(p *Plan) {
			for _, person := range p.Roles[0].People {
				person.Confirmed = at(t, "2025-04-02T00:00:00+09:00")
			}
		}},
		{"never confirmed", func(p *Plan) {
			delete(p.Roles[0].Attrs, "confirmed")
			for _, person := range p.Roles[0].People {
				person.Confirmed = time.Time{}
			}
		}, 200, RuleUnconfirmed, []string{"never confirmed"}},
		{"one person confirmed long ago", func(p *Plan) {
			p.Roles[0].People[1].Source = source(210, "confirmed")
			p.Roles[0].People[1].Confirmed = at(t, "2024-04-01T00:00:00+09:00")
		}, 211, RuleUnconfirmed, []string{`person 2 of role "lead"`, "2024-04-01"}},
		{"confirmed in days to come", func(p *Plan) {
			p.Roles[0].People[1].Source = source(210, "confirmed")
			p.Roles[0].People[1].Confirmed = at(t, "2062-04-01T00:00:00+09:00")
		}, 211, RuleUnconfirmed, []string{"yet to come, 2062-04-01"}},
		{name: "confirmed today", spoil: func(p *Plan) { p.Roles[0].People[1].Confirmed = at(t, "2026-04-01T00:00:00+09:00") }},

		{"decision without a criterion", func(p *Plan) { p.Decision = &Decision{Source: source(260)} }, 260, RuleNoCriterion, []string{"built_in = true"}},
		{name: "decision that keeps the built-in criteria", spoil: func(p *Plan) { p.Decision = &Decision{BuiltIn: true} }},
		{name: "decision with a criterion", spoil: func(p *Plan) { p.Decision = &Decision{Criteria: []*Criterion{{Name: "a"}}} }},
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
			if len(got) != 1 || got[0].Rule != test.rule || got[0].Range.Start.Line != test.line || got[0].Severity != Warning {
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

// What is found is printed, logged and mailed: people's names and numbers are not in it.
func TestLintNamesNobody(t *testing.T) {
	p := goodPlan(t)
	for _, person := range p.Roles[0].People {
		person.Confirmed, person.Contacts = time.Time{}, person.Contacts[:1]
	}
	got := lint(t, p)
	if len(got) != 4 {
		t.Fatalf("want 4 findings, got %+v", got)
	}
	for _, f := range got {
		for _, private := range []string{"佐藤", "鈴木", "090"} {
			if strings.Contains(f.Summary+f.Detail, private) {
				t.Errorf("%q tells %q", f.Detail, private)
			}
		}
	}
}

func TestPostureAndProceduresOfAThreat(t *testing.T) {
	general, own := &Posture{Name: "general", Roles: []string{"a", "b"}}, &Posture{Name: "own", Threats: []string{"disaster"}, DeclaredBy: []string{"c"}}
	p := &Plan{Postures: []*Posture{general, own}, Procedures: []*Procedure{
		{Name: "all", Stage: InitialResponse}, {Name: "disaster", Stage: InitialResponse, Threats: []string{"disaster"}},
		{Name: "later", Stage: ContinuityResponse},
	}}
	if got := p.PostureFor("disaster"); got != own {
		t.Errorf("posture for the disaster: %+v", got)
	}
	if got := p.PostureFor("incident"); got != general {
		t.Errorf("posture for the incident: %+v", got)
	}
	if got := (&Plan{Postures: []*Posture{own}}).PostureFor("incident"); got != nil {
		t.Errorf("posture of another threat: %+v", got)
	}
	names := func(all []*Procedure) (out []string) {
		for _, q := range all {
			out = append(out, q.Name)
		}
		return out
	}
	for _, c := range []struct {
		threat string
		stage  Stage
		want   []string
	}{
		{"disaster", InitialResponse, []string{"all", "disaster"}},
		{"incident", InitialResponse, []string{"all"}},
		{"incident", ContinuityResponse, []string{"later"}},
		{"incident", Monitoring, nil},
	} {
		if diff := cmp.Diff(c.want, names(p.ProceduresFor(c.threat, c.stage))); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.threat, c.stage, diff)
		}
	}
	if diff := cmp.Diff([]string{"a"}, general.Declarers()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c"}, own.Declarers()); diff != "" {
		t.Error(diff)
	}
	if got := (&Posture{}).Declarers(); len(got) != 0 {
		t.Error(got)
	}
	if !EstablishPosture.Worse(OrdinaryFailure) || !OrdinaryFailure.Worse(Normal) || Normal.Worse(Normal) {
		t.Error("the order of the recommendations")
	}
}
