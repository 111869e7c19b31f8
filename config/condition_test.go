package config_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// theHall is the plan that conditions of these tests speak of.
func theHall() *plan.Plan {
	return &plan.Plan{
		Systems:   []*plan.System{{Name: "core_switch"}, {Name: "records"}, {Name: "mail"}},
		Sites:     []*plan.Site{{Name: "main_hall"}, {Name: "branch"}},
		Calendars: []*plan.Calendar{{Name: "office"}},
		Threats:   []*plan.Threat{{Name: "disaster"}, {Name: "incident"}},
		Agents:    []*plan.Agent{{Name: "main_hall"}},
	}
}

func number(n float64) *float64 { return &n }

// theFacts are those of a blackout: the switch and the records are down.
func theFacts() *plan.Facts {
	return &plan.Facts{
		Down:    plan.CountFacts{Count: 3, PriorityCount: 2, Priorities: []float64{1, 4}, Systems: []string{"core_switch", "records", "mail"}},
		Outages: plan.OutagesFacts{LongestHours: number(2.5)},
		Power:   plan.PowerFacts{Lost: new(true), LostHours: number(1), RuntimeHours: number(60), HorizonHours: 72},
		Threat:  plan.ThreatFacts{Name: "incident"},
		Stage:   "monitoring",
		Agent:   plan.AgentFacts{Name: "main_hall", Site: "main_hall"},
		Time:    plan.TimeFacts{Hour: 17.25, Weekday: "fri", Month: 11, Day: 23},
		Systems: []plan.SystemFacts{
			{Name: "core_switch", State: "down", Down: true, Hours: 2.5, Left: number(1.5)},
			{Name: "records", State: "down", Down: true, Hours: 1, Left: number(20)},
			{Name: "mail", State: "up"},
		},
		Sites:     []plan.SiteFacts{{Name: "main_hall", Count: 3, Down: 2, PriorityDown: 2}, {Name: "branch"}},
		Calendars: []plan.CalendarFacts{{Name: "office", Open: false, OpenDay: true, OpeningHours: number(63.25)}},
	}
}

func condition(t testing.TB, src string) plan.Condition {
	t.Helper()
	c, err := config.ParseCondition(src, theHall())
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return c
}

func TestConditionJudges(t *testing.T) {
	for src, want := range map[string]bool{
		"down.priority_count >= 2":                                         true,
		"down.priority_count >= 3":                                         false,
		"power.lost && power.runtime_hours < power.horizon_hours":          true,
		`stage == "monitoring"`:                                            true,
		`stage != "monitoring" || threat.declared`:                         false,
		`time.weekday == "fri" && time.hour > 17`:                          true,
		"!calendar.office.open && calendar.office.open_day":                true,
		"calendar.office.opening_hours / 2 > 31":                           true,
		"system.core_switch.down && !system.mail.down":                     true,
		`system["core_switch"].left_hours < 2`:                             true,
		`system[down.systems[1]].down_hours == 1`:                          true,
		"site.main_hall.priority_down_count == 2":                          true,
		"within(down.priorities, 3) == 1":                                  true,
		"within([for p in down.priorities : p + 3], 4) >= 1":               true,
		`contains(down.systems, "mail")`:                                   true,
		`contains(missed.systems, "mail")`:                                 false,
		"contains(down.priorities, 4)":                                     true,
		"length(down.priorities) == 2":                                     true,
		"length([for s in system : s if s.down && s.down_hours > 2]) == 1": true,
		"any([for s in system : s.missed])":                                false,
		"all([for s in system : s.down || s.state == \"up\"])":             true,
		"any([]) || down.count < 1":                                        false,
		"all([]) && down.count > 1":                                        true,
		"min(down.priorities...) == 1 && max(2, 3) == 3":                   true,
		"abs(floor(-1.5)) == ceil(1.5) && down.count > 0":                  true,
		"down.count % 2 == 1 && -down.count < 0":                           true,
		"known(power.runtime_hours) && !known(power.runtime_shed_hours)":   true,
		"threat.declared ? down.count > 9 : down.count > 2":                true,
		`"${threat.name}!" == "incident!"`:                                 true,
		`agent.name == "main_hall" && agent.site != ""`:                    true,
		"{for n, s in system : n => s.down}.records":                       true,
	} {
		j := condition(t, src).Judge(theFacts())
		if j.Unjudged != "" || j.Holds != want {
			t.Errorf("%s: %v %q, want %v", src, j.Holds, j.Unjudged, want)
		}
	}
}

// TestConditionUnjudged: a fact that is not known settles nothing, unless the rest settles it.
func TestConditionUnjudged(t *testing.T) {
	for _, c := range []struct {
		src      string
		holds    bool
		unjudged string
	}{
		{"power.runtime_shed_hours < 72", false, "power.runtime_shed_hours is not known"},
		{"power.lost && power.runtime_shed_hours < 72", false, "power.runtime_shed_hours is not known"},
		{"!power.lost && power.runtime_shed_hours < 72", false, ""},
		{"power.runtime_shed_hours < 72 && !power.lost", false, ""},
		{"power.lost || power.runtime_shed_hours < 72", true, ""},
		{"power.runtime_shed_hours < 72 || power.lost", true, ""},
		{"power.runtime_shed_hours == 72", false, "power.runtime_shed_hours is not known"},
		{"!(power.runtime_shed_hours + 1 != 72)", false, "power.runtime_shed_hours is not known"},
		{"min(power.runtime_shed_hours, threat.hours) > 0", false, "power.runtime_shed_hours and threat.hours are not known"},
		{"system.mail.left_hours < 1", false, "system.mail.left_hours is not known"},
		{"threat.hours > 1 ? down.count > 1 : down.count > 2", false, "threat.hours is not known"},
		{"any([for s in system : s.left_hours < 2])", true, ""},
		{"any([for s in system : s.left_hours < 1])", false, "a fact that it needs is not known"},
		{"all([for s in system : s.left_hours < 1])", false, ""},
		{"within([for s in system : s.left_hours], 2) > 0", false, "a fact that it needs is not known"},
		{"length([for s in system : s if s.left_hours < 2]) > 0", false, "[for s in system : s if s.left_hours < 2] is not known"},
		{"known(threat.hours) && threat.hours > 1", false, ""},
		{"down.count / missed.count > 1", false, "a division by zero has no result"},
		{"missed.count / missed.count > 1", false, "a division by zero has no result"},
		{"down.count % missed.count > 1", false, "a division by zero has no result"},
		{"missed.count > 0 && down.count / missed.count > 1", false, ""},
		{"down.priorities[7] > 1", false, "it asks for an element that is not there"},
		{"min(missed.priorities...) > 1", false, "at least one"},
		{`system[threat.name].down`, false, "it asks for an element that is not there"},
		{"[for s in system : s.name if s.down][0]", false, "the result is a text, neither true nor false"},
	} {
		j := condition(t, c.src).Judge(theFacts())
		if j.Holds != c.holds || !strings.Contains(j.Unjudged, c.unjudged) || c.unjudged == "" && j.Unjudged != "" {
			t.Errorf("%s: %v %q, want %v %q", c.src, j.Holds, j.Unjudged, c.holds, c.unjudged)
		}
	}
}

func TestConditionTellsWhatItUsed(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []plan.Used
	}{
		{"power.lost && power.runtime_hours < power.horizon_hours", []plan.Used{
			{Name: "power.lost", Value: true}, {Name: "power.runtime_hours", Value: 60.0}, {Name: "power.horizon_hours", Value: 72.0},
		}},
		{"!power.lost && power.runtime_shed_hours < 3 && power.lost", []plan.Used{{Name: "power.lost", Value: true}, {Name: "power.runtime_shed_hours"}}},
		{"length([for p in down.priorities : p if p <= 3]) > down.count", []plan.Used{
			{Name: "down.priorities", Value: []any{1.0, 4.0}}, {Name: "down.count", Value: 3.0},
		}},
		{"down.priorities[0] < 2 && !contains(missed.systems, \"mail\")", []plan.Used{
			{Name: "down.priorities", Value: []any{1.0, 4.0}}, {Name: "missed.systems", Value: []any{}},
		}},
		{`system["mail"].state == stage || system.mail.left_hours > 1`, []plan.Used{
			{Name: "system.mail.state", Value: "up"}, {Name: "stage", Value: "monitoring"}, {Name: "system.mail.left_hours"},
		}},
		{"length([for n, s in system : n\n  if s.down]) > 1", []plan.Used{{Name: "[for n, s in system : n if s.down]", Value: []any{"core_switch", "records"}}}},
		{"length([for s in site : s if s.down_count > missed.count]) > 0", []plan.Used{
			{Name: "[for s in site : s if s.down_count > missed.count]", Value: []any{"main_hall"}}, {Name: "missed.count", Value: 0.0},
		}},
		{"any([for s in [system.mail, system.records] : s.down])", []plan.Used{{Name: "[for s in [system.mail, system.records] : s.down]", Value: []any{false, true}}}},
		{"{for n, s in system : n => s.down}.mail", []plan.Used{
			{Name: "{for n, s in system : n => s.down}", Value: []any{"core_switch", "mail", "records"}},
		}},
		{"length(system) > 1 && length(down.systems[*]) > 0", []plan.Used{{Name: "down.systems", Value: []any{"core_switch", "records", "mail"}}}},
	} {
		if diff := cmp.Diff(c.want, condition(t, c.src).Judge(theFacts()).Used); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.src, diff)
		}
	}
}

// TestConditionOfAnotherPlan: facts that lack a block, and no facts, cannot be judged.
func TestConditionOfAnotherPlan(t *testing.T) {
	facts := theFacts()
	facts.Systems = facts.Systems[1:] // records is not where the plan has it
	if j := condition(t, "system.records.down").Judge(facts); !j.Holds || j.Unjudged != "" {
		t.Errorf("moved: %+v", j)
	}
	want := plan.Judgement{Used: []plan.Used{{Name: "system.core_switch.down"}}, Unjudged: "system.core_switch.down is not known"}
	for _, facts := range []*plan.Facts{facts, nil} {
		if diff := cmp.Diff(want, condition(t, "system.core_switch.down").Judge(facts)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestConditionText(t *testing.T) {
	for src, want := range map[string]string{
		"down.count>3":     "down.count>3",
		"down.count  >\t3": "down.count > 3",
		"(\n  down.count > 3 # many\n  && power.lost\n)": "(down.count > 3 && power.lost)",
		"stage == \"stood_down\"":                        `stage == "stood_down"`,
		`"${down.count > 3}"`:                            "down.count > 3",
	} {
		if got := condition(t, src).Text(); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

func TestConditionIsSafeForConcurrentUse(t *testing.T) {
	c := condition(t, "length([for s in system : s if s.down]) == 2 && length(down.priorities[*]) == 2")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if j := c.Judge(theFacts()); !j.Holds {
					t.Errorf("%+v", j)
				}
			}
		})
	}
	all.Wait()
}

// TestBuiltInCriteriaAreConditions holds what the reference page says of the built-in criteria to
// the vocabulary.
func TestBuiltInCriteriaAreConditions(t *testing.T) {
	for _, b := range plan.BuiltInCriteria {
		if got := condition(t, b.Expression).Text(); got != b.Expression {
			t.Errorf("%s: %s", b.Name, got)
		}
	}
}

// manySystems is a plan of n systems and facts of them, the last of which is down.
func manySystems(n int) (*plan.Plan, *plan.Facts) {
	p, facts := &plan.Plan{}, &plan.Facts{}
	for i := range n {
		name := fmt.Sprintf("s%d", i)
		p.Systems = append(p.Systems, &plan.System{Name: name})
		facts.Systems = append(facts.Systems, plan.SystemFacts{Name: name, State: "up", Down: i == n-1})
		facts.Down.Systems = append(facts.Down.Systems, name)
	}
	return p, facts
}

func BenchmarkJudge(b *testing.B) {
	p, facts := manySystems(5000)
	for name, src := range map[string]string{
		"one system":  "system.s4999.down",
		"count":       "down.priority_count >= 3",
		"all systems": "any([for s in system : s.down])",
	} {
		b.Run(name, func(b *testing.B) {
			c, err := config.ParseCondition(src, p)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				c.Judge(facts)
			}
		})
	}
}

// TestJudgeTakesWhatItNeeds: a condition on one of 5,000 systems must not turn them all into
// values. Allocations tell, and do not depend on the machine.
func TestJudgeTakesWhatItNeeds(t *testing.T) {
	p, facts := manySystems(5000)
	c, err := config.ParseCondition("system.s4999.down && down.count < 3", p)
	if err != nil {
		t.Fatal(err)
	}
	if j := c.Judge(facts); !j.Holds {
		t.Errorf("%+v", j)
	}
	if n := testing.AllocsPerRun(20, func() { c.Judge(facts) }); n > 200 {
		t.Errorf("%.0f allocations", n)
	}
}

// A yes or no that nobody can tell is not known, and settles nothing that the rest does not.
func TestConditionOnPowerThatNobodyCanTell(t *testing.T) {
	facts := theFacts()
	facts.Power.Lost, facts.Power.LostHours = nil, nil
	for src, want := range map[string]plan.Judgement{
		"power.lost":                             {Unjudged: "power.lost is not known"},
		"!power.lost":                            {Unjudged: "power.lost is not known"},
		"power.lost_hours > 1":                   {Unjudged: "power.lost_hours is not known"},
		"power.lost && power.lost_hours > 1":     {Unjudged: "power.lost and power.lost_hours are not known"},
		"!known(power.lost)":                     {Holds: true},
		"power.lost && power.runtime_hours < 60": {},
		"power.lost || power.runtime_hours < 72": {Holds: true},
	} {
		j := condition(t, src).Judge(facts)
		j.Used = nil
		if diff := cmp.Diff(want, j); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
}

// A number with which no sum can be done is not known; it takes nobody down.
func TestConditionOnWhatIsNoNumber(t *testing.T) {
	for _, n := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		facts := theFacts()
		facts.Power.LostHours = &n
		for src, unjudged := range map[string]string{
			"power.lost_hours > 1": "power.lost_hours is not known", "known(power.lost_hours)": "", "power.lost || power.lost_hours > 1": "",
		} {
			if j := condition(t, src).Judge(facts); j.Unjudged != unjudged {
				t.Errorf("%s of %v: %+v", src, n, j)
			}
		}
	}
}
