package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// goodAlerting gives a plan two channels of two kinds, for everything.
func goodAlerting(p *Plan) {
	p.Channels = []*Channel{
		{
			Source: source(300, "to_roles"), Kind: "mail", Name: "staff", ToRoles: []string{"lead"}, Media: []Medium{Mail},
			Route: routeAt(303),
		},
		{Source: source(320, "to_roles"), Kind: "webhook", Name: "chat", Route: routeAt(323)},
	}
}

func routeAt(line int) Route {
	return Route{Source: source(line, "calendar", "unacknowledged", "used_from")}
}

// hours adds a calendar that opens on all days, but for edit.
func hours(t *testing.T, p *Plan, name string, edit func(*Calendar)) {
	t.Helper()
	p.Calendars = append(p.Calendars, newCalendar(t, "Asia/Tokyo", "09:00", "17:00", allDays, func(c *Calendar) {
		c.Name, c.Closed = name, nil
		if edit != nil {
			edit(c)
		}
	}))
}

func never(c *Calendar) { c.Days = [7]bool{} }

// alertingCase spoils a good plan; line 0 is the near miss, without a finding.
type alertingCase struct {
	name  string
	spoil func(t *testing.T, p *Plan)
	line  int
	rule  string
	text  []string
}

func run(t *testing.T, cases []alertingCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			p := goodPlan(t)
			test.spoil(t, p)
			var got []Finding
			for _, f := range lint(t, p) {
				if f.Rule != RuleNeverOpens {
					got = append(got, f)
				}
			}
			if test.line == 0 {
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

func TestLintAlerting(t *testing.T) {
	run(t, []alertingCase{
		{name: "nothing wrong", spoil: func(*testing.T, *Plan) {}},
		{"nobody is told", func(_ *testing.T, p *Plan) { p.Channels = nil }, 1, RuleNoChannel, []string{"notify block"}},
		{name: "nobody is told of nothing", spoil: func(_ *testing.T, p *Plan) {
			p.Channels, p.Businesses = nil, nil
			for _, s := range p.Systems {
				s.Priority = 0
			}
		}},

		{"quiet for ever", func(t *testing.T, p *Plan) {
			hours(t, p, "closed", never)
			p.Alerting = &Alerting{Quiet: []*QuietRule{{Source: source(340, "calendar"), Name: "night", Below: Critical, Calendar: "closed"}}}
		}, 341, RuleQuietAlways, []string{`"closed"`, "below critical"}},
		{name: "quiet outside office hours", spoil: func(_ *testing.T, p *Plan) {
			p.Alerting = &Alerting{Used: []float64{0.5}, Quiet: []*QuietRule{{Below: Critical, Calendar: "office"}, {Below: Caution, From: 60, To: 120}}}
		}},

		{"escalation after the longest allowance", func(_ *testing.T, p *Plan) { p.Channels[1].Route.Unacknowledged = 24*time.Hour + time.Second }, 325, RuleEscalationLate, []string{`"chat"`, "longest allowance is 1d"}},
		{name: "escalation at the longest allowance", spoil: func(_ *testing.T, p *Plan) { p.Channels[1].Route.Unacknowledged = 24 * time.Hour }},
		{"every channel waits", func(_ *testing.T, p *Plan) {
			p.Channels[0].Route.UsedFrom, p.Channels[1].Route.Unacknowledged = 0.5, time.Minute
		}, 303, RuleNoFirstStep, nil},

		{"nobody with the contact", func(_ *testing.T, p *Plan) {
			for _, person := range p.Roles[0].People {
				person.Contacts[1].Medium = Chat
			}
		}, 301, RuleNoContactFor, []string{`"lead"`, `"mail"`}},
		{name: "one with the contact", spoil: func(_ *testing.T, p *Plan) { p.Roles[0].People[0].Contacts[1].Medium = Chat }},
		{"contacts that the kind does not use", func(_ *testing.T, p *Plan) { p.Channels[1].ToRoles = []string{"lead"} }, 321, RuleContactsUnused, []string{`"webhook"`}},

		{"no agent may run programs", func(_ *testing.T, p *Plan) { p.Channels[1].Programs = true }, 320, RuleExecNotAllowed, []string{"No agent block"}},
		{"one agent may not run programs", func(_ *testing.T, p *Plan) {
			p.Agents = []*Agent{{Name: "a", AllowExec: true}, {Name: "b"}}
			p.Channels[1].Programs = true
		}, 320, RuleExecNotAllowed, []string{`Agent "b"`}},
		{name: "the agents that use it may run programs", spoil: func(_ *testing.T, p *Plan) {
			p.Agents = []*Agent{{Name: "a", AllowExec: true}, {Name: "b"}}
			third := *p.Channels[1]
			third.Name, third.Kind, third.Programs, third.From = "buzzer", "exec", true, []string{"a"}
			p.Channels = append(p.Channels, &third)
		}},
	})
}

func TestLintReach(t *testing.T) {
	aside := func(p *Plan, edit func(*Channel)) {
		c := &Channel{Source: source(330), Kind: "exec", Name: "third", Route: routeAt(333)}
		edit(c)
		p.Channels = append(p.Channels, c)
	}
	carries := func(edit func(r *Route)) func(*testing.T, *Plan) {
		return func(_ *testing.T, p *Plan) { aside(p, func(c *Channel) { edit(&c.Route) }) }
	}
	run(t, []alertingCase{
		{"a severity that the alert never has", carries(func(r *Route) { r.AtLeast, r.Alerts = Critical, []string{"PlanReviewDue", "StepOverdue"} }), 333, RuleNeverCarries, []string{`"third"`}},
		{"an alert that is about no system", carries(func(r *Route) { r.Systems, r.Alerts = []string{"records"}, []string{"AgentBlind"} }), 333, RuleNeverCarries, nil},
		{"a system at another site", carries(func(r *Route) { r.Systems, r.Sites = []string{"records"}, []string{"branch"} }), 333, RuleNeverCarries, nil},
		{"a role with nothing to do", carries(func(r *Route) { r.Roles = []string{"nobody"} }), 333, RuleNeverCarries, nil},
		{"power that is not watched", carries(func(r *Route) { r.Alerts = []string{"UtilityLost", "OnBattery"} }), 333, RuleNeverCarries, nil},
		{"a lower priority", carries(func(r *Route) { r.Systems, r.Priority = []string{"unranked"}, 1 }), 333, RuleNeverCarries, nil},
		{"shares that are not told", func(t *testing.T, p *Plan) {
			p.Alerting = &Alerting{}
			carries(func(r *Route) { r.Alerts = []string{"DeadlineNear"} })(t, p)
		}, 333, RuleNeverCarries, nil},
		{"a calendar that never opens", func(t *testing.T, p *Plan) {
			hours(t, p, "closed", never)
			carries(func(r *Route) { r.Calendar = "closed" })(t, p)
		}, 333, RuleNeverCarries, []string{`"closed" never opens`}},
		{name: "outside a calendar that never opens", spoil: func(t *testing.T, p *Plan) {
			hours(t, p, "closed", never)
			carries(func(r *Route) { r.Calendar, r.Outside = "closed", true })(t, p)
		}},
		{name: "reports alone", spoil: carries(func(r *Route) { r.Roles, r.Reports = []string{"nobody"}, true })},
		{name: "the steps of a role", spoil: carries(func(r *Route) { r.Roles, r.Alerts = []string{"lead"}, []string{"StepOverdue"} })},
		{name: "what a priority system needs", spoil: func(t *testing.T, p *Plan) {
			p.Systems[1].Priority = 0
			p.Systems[0].Priority = 1
			carries(func(r *Route) { r.Systems, r.Priority, r.AtLeast = []string{"switch"}, 1, Critical })(t, p)
		}},
		{name: "a supply at its site", spoil: func(t *testing.T, p *Plan) {
			p.UPSs = []*UPS{{Name: "a", Site: "branch", FedBy: Utility, CapacityW: 1, CapacityVA: 1, BatteryWh: 1, Readings: &SupplySource{}}}
			p.Systems[0].Power, p.Systems[1].Power = &SystemPower{FedBy: Elsewhere}, &SystemPower{FedBy: Elsewhere}
			carries(func(r *Route) { r.Sites, r.Alerts = []string{"branch"}, []string{"OnBattery"} })(t, p)
		}},

		{"one channel", func(_ *testing.T, p *Plan) { p.Channels = p.Channels[:1] }, 300, RuleOneChannel, []string{`"staff"`}},
		{"one channel for what is critical", func(_ *testing.T, p *Plan) {
			p.Channels[1].Route.Alerts = []string{"DeliveryFailing", "PlanRejected"}
		}, 300, RuleOneChannel, []string{`"staff"`}},
		{"two channels of a kind", func(_ *testing.T, p *Plan) { p.Channels[1].Kind = "mail" }, 300, RuleOneMedium, []string{`"mail"`}},
		{"one channel of an agent", func(_ *testing.T, p *Plan) {
			p.Agents = []*Agent{{Name: "a"}, {Name: "b"}}
			p.Channels[1].From = []string{"a"}
			p.Channels[0].Route.Alerts = nil
			aside(p, func(c *Channel) {
				c.From, c.Route.Alerts = []string{"b"}, []string{"DeliveryFailing"}
			})
		}, 300, RuleOneChannel, []string{`"staff"`}},
		{"a failure of which nobody is told", func(_ *testing.T, p *Plan) { p.Channels[1].Route.AtLeast = Critical }, 300, RuleFailureUntold, []string{`"staff"`, "DeliveryFailing"}},
		{name: "failures told by a third", spoil: func(t *testing.T, p *Plan) {
			p.Channels[1].Route.AtLeast = Critical
			aside(p, func(*Channel) {})
		}},
	})
}

func TestLintUntold(t *testing.T) {
	both := func(edit func(r *Route)) func(*testing.T, *Plan) {
		return func(_ *testing.T, p *Plan) {
			for _, c := range p.Channels {
				edit(&c.Route)
			}
		}
	}
	run(t, []alertingCase{
		{"names that nobody takes", both(func(r *Route) {
			r.Alerts = []string{"SystemDown", "DeadlineNear", "StartRecoveryNow", "DeadlineMissed", "EstablishPosture", "DeliveryFailing"}
		}), 300, RuleCriticalUntold, []string{`"AgentBlind" and "JournalFailing" reach no channel,`}},
		{"outside office hours", both(func(r *Route) { r.Calendar = "office" }), 300, RuleCriticalUntold, []string{`while calendar "office" is closed`, "2 more (about the systems \"records\" and \"switch\")"}},
		{name: "one in office hours, one outside", spoil: func(_ *testing.T, p *Plan) {
			p.Channels[0].Route.Calendar, p.Channels[1].Route.Calendar, p.Channels[1].Route.Outside = "office", "office", true
		}},
		{"under a threat that nobody takes", both(func(r *Route) { r.Threats = []string{"disaster"} }), 300, RuleCriticalUntold, []string{`under the threat "incident"`}},
		{"in a stage that nobody takes", both(func(r *Route) { r.Stages = []Stage{Monitoring, InitialResponse, ContinuityResponse} }), 300, RuleCriticalUntold, []string{`in the stage "stood_down"`}},
		{"one stage under one threat", func(_ *testing.T, p *Plan) {
			p.Channels[0].Route.Threats, p.Channels[1].Route.Stages = []string{"disaster"}, []Stage{Monitoring, InitialResponse, ContinuityResponse}
		}, 300, RuleCriticalUntold, []string{`under the threat "incident", in the stage "stood_down"`}},
		{"an agent that nobody hears", func(_ *testing.T, p *Plan) {
			p.Agents = []*Agent{{Name: "a"}, {Name: "b"}}
			p.Channels[0].From, p.Channels[1].From = []string{"a"}, []string{"a"}
		}, 300, RuleCriticalUntold, []string{`from the agent "b"`}},
		{"a priority that nobody takes", both(func(r *Route) { r.Priority = 1 }), 0, "", nil}, // records is 1, and needs the switch
		{"a lower priority that nobody takes", func(_ *testing.T, p *Plan) {
			p.Systems[0].DependsOn = nil
			p.Channels[0].Route.Priority, p.Channels[1].Route.Priority = 1, 1
		}, 300, RuleCriticalUntold, []string{`(about the systems "switch") reach no channel`}},
	})
}

func TestLintInspections(t *testing.T) {
	inspect := func(edit func(t *testing.T, p *Plan, i *Inspection)) func(*testing.T, *Plan) {
		return func(t *testing.T, p *Plan) {
			i := &Inspection{Source: source(350), Name: "opening", At: clock(t, "07:30"), Calendar: "office", Channels: []string{"staff"}}
			p.Inspections = []*Inspection{i}
			edit(t, p, i)
		}
	}
	run(t, []alertingCase{
		{name: "nothing wrong", spoil: inspect(func(*testing.T, *Plan, *Inspection) {})},
		{"never due", inspect(func(_ *testing.T, _ *Plan, i *Inspection) { i.At, i.Cron = 0, "0 0 30 2 *" }), 350, RuleInspectionNever, []string{`"opening"`}},
		{"on a day that never opens", inspect(func(t *testing.T, p *Plan, i *Inspection) {
			hours(t, p, "closed", never)
			i.Calendar = "closed"
		}), 350, RuleInspectionNever, nil},
		{"no checks of its agents", inspect(func(_ *testing.T, p *Plan, i *Inspection) {
			p.Agents = []*Agent{{Name: "a"}, {Name: "b"}}
			p.Systems[0].Checks[0].From = []string{"a"}
			i.Systems, i.From = []string{"records"}, []string{"b"}
		}), 350, RuleInspectionNothing, []string{`"opening"`}},
		{"no channel", inspect(func(_ *testing.T, _ *Plan, i *Inspection) { i.Channels = nil }), 350, RuleInspectionUnsent, []string{"reports = true"}},
		{name: "a route that takes reports", spoil: inspect(func(_ *testing.T, p *Plan, i *Inspection) {
			i.Channels, p.Channels[1].Route.Reports = nil, true
		})},
		{"a channel of another agent", inspect(func(_ *testing.T, p *Plan, i *Inspection) {
			p.Agents = []*Agent{{Name: "a"}, {Name: "b"}}
			extra := *p.Channels[1]
			extra.Name, extra.From = "extra", []string{"b"}
			p.Channels = append(p.Channels, &extra)
			i.Channels, i.From = []string{"extra"}, []string{"a"}
		}), 350, RuleInspectionUnsent, nil},
	})
}

// TestOpenings bounds the work: a plan with many calendars is judged by fewer cases.
func TestOpenings(t *testing.T) {
	var channels []*Channel
	for _, name := range []string{"a", "b", "a", "c", "d", "e", "f"} {
		channels = append(channels, &Channel{Route: Route{Calendar: name}})
	}
	got := openings(channels)
	if len(got) != 16 {
		t.Errorf("%d cases, want 16", len(got))
	}
	for _, open := range got {
		if open["f"] != open["a"] {
			t.Errorf("%v: f is not taken for a", open)
		}
	}
	if diff := cmp.Diff([]map[string]bool{{}}, openings(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestSome(t *testing.T) {
	for want, names := range map[string][]string{
		`"a" and "b"`:                              {"a", "b"},
		`"a", "b", "c", "d" and "e"`:               {"a", "b", "c", "d", "e"},
		`"a", "b", "c", "d", "e" and 2 more`:       {"a", "b", "c", "d", "e", "f", "g"},
		`"x and y", "b", "c", "d", "e" and 1 more`: {"x and y", "b", "c", "d", "e", "f"},
	} {
		if got := some(names); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
