package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// writtenCondition is a condition of which only the text matters.
type writtenCondition string

func (c writtenCondition) Text() string                     { return string(c) }
func (c writtenCondition) Judge(*plan.Facts) plan.Judgement { return plan.Judgement{} }

// addResponse puts into a plan what 50-response.hcl says.
func addResponse(p *plan.Plan) {
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, p.Location) }
	p.Roles = []*plan.Role{
		{Name: "it_lead", Title: "ICT統括", People: []*plan.Person{
			{Name: "佐藤 一郎", Position: "情報政策課長", Confirmed: day(4, 1), Contacts: []plan.Contact{
				{Medium: plan.Mobile, Address: "090-0000-0001"}, {Medium: plan.Satellite, Address: "0000-00-0002", Note: "防災倉庫"},
			}},
			{Name: `Müller, "Hana"`, Confirmed: day(6, 15), Contacts: []plan.Contact{{Medium: plan.Mail, Address: theSecret}}},
		}},
		{Name: "servers", Title: "servers"},
	}
	p.Postures = []*plan.Posture{
		{
			Name: "disaster", Title: "災害時ICT業務継続体制", Threats: []string{"disaster", "pandemic"}, Roles: []string{"it_lead", "servers"},
			DeclaredBy: []string{"it_lead"}, Conditions: []string{"震度6弱以上", "本庁舎の停電が1時間を超えるとき"},
		},
		{Name: "general", Title: "general"},
	}
	p.Procedures = []*plan.Procedure{
		{Name: "disaster_initial", Title: "災害時初動対応手順", Threats: []string{"disaster"}, Stage: plan.InitialResponse, Steps: []*plan.Step{
			{Name: "safety", Title: "職員の安否確認", Role: "it_lead", Due: 15 * time.Minute},
			{
				Name: "fuel", Title: "発電機の燃料確認", Role: "servers",
				OnlyIf: writtenCondition("power.lost && (power.runtime_hours < 72 || !known(power.runtime_hours))"),
				Links: []plan.Link{
					{Title: "発電機手順書", To: "手順書綴り3 12ページ"}, {Title: "https://bcp.example/generator", To: "https://bcp.example/generator"},
				},
			},
		}},
		{Name: "continuity", Title: "continuity", Stage: plan.ContinuityResponse},
	}
	p.Decision = &plan.Decision{BuiltIn: true, BetterAfter: 10 * time.Minute, Criteria: []*plan.Criterion{
		{
			Name: "core", Title: "基幹スイッチの停止", Recommends: plan.EstablishPosture,
			When: writtenCondition("(system.core_switch.down && !calendar.library.open && time.hour > 17.5)"),
		},
		{
			Name: "first_ranks", Title: "first_ranks", Recommends: plan.OrdinaryFailure,
			When: writtenCondition("within(down.priorities, 5) >= 2"),
		},
	}}
}

func TestDecisionHasDefaults(t *testing.T) {
	p := load(t, "plan \"p\" {\n}\ndecision {\n}\n")
	if p.Decision.BetterAfter != plan.DefaultBetterAfter || p.Decision.BuiltIn {
		t.Errorf("%+v", p.Decision)
	}
	if p = load(t, "plan \"p\" {\n}\n"); p.Decision != nil {
		t.Errorf("without a block: %+v", p.Decision)
	}
}

// TestReplacedBuiltInNamesAreFree: without built_in a plan may write a criterion of the name anew.
func TestReplacedBuiltInNamesAreFree(t *testing.T) {
	p := load(t, "plan \"p\" {\n}\ndecision {\n  criterion \"many_down\" {\n    when = down.count > 9\n  }\n}\n")
	if len(p.Decision.Criteria) != 1 {
		t.Errorf("%+v", p.Decision)
	}
}

// TestConditionsOfBothForms are judged alike, and know the plan's own names.
func TestConditionsOfBothForms(t *testing.T) {
	facts := &plan.Facts{
		Systems: []plan.SystemFacts{{Name: "resident_records"}, {Name: "core_switch", Down: true}},
		Time:    plan.TimeFacts{Hour: 18}, Calendars: []plan.CalendarFacts{{Name: "office", Open: true}, {Name: "library"}},
	}
	for _, name := range []string{"city", "twin.hcl.json"} {
		j := loadValid(t, name).Decision.Criteria[0].When.Judge(facts)
		if !j.Holds || j.Unjudged != "" || len(j.Used) != 3 {
			t.Errorf("%s: %+v", name, j)
		}
	}
}

// TestConditionsInJSON: what is wrong is told at its place, in the words of that form.
func TestConditionsInJSON(t *testing.T) {
	for when, want := range map[string]string{
		`"${down.cuont > 3}"`:      "Did you mean down.count?",
		`"down.count > 3"`:         `in JSON "${down.priority_count >= 3}"`,
		`"${down.count > 3} "`:     "This is a text",
		`"${down.count > null}"`:   "A condition has no null",
		`"${down.count >"`:         "expression",
		`3`:                        "This is a number",
		`true`:                     "mentions no fact",
		`["${down.count > 3}"]`:    "This is a list",
		`{"a": "${threat.hours}"}`: "This is a group of facts",
		`null`:                     `Missing attribute "when"`,
	} {
		src := "{\"plan\": {\"p\": {}},\n\"decision\": {\"criterion\": {\"c\": {\n\"when\": " + when + "}}}}"
		_, sources, diags := config.LoadBytes("p.hcl.json", []byte(src), kinds, options)
		text := written(sources, diags)
		if len(diags) != 1 || !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("%s: want %q, got:\n%s", when, want, text)
		}
		if line := diags[0].Subject.Start.Line; line < 2 {
			t.Errorf("%s: on line %d", when, line)
		}
	}
}

// TestLongConditionIsRefused bounds the work of checking.
func TestLongConditionIsRefused(t *testing.T) {
	_, err := config.ParseCondition(strings.Repeat("power.lost || ", 200)+"power.lost", theHall())
	if err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
}

func TestParseConditionTellsEveryMistake(t *testing.T) {
	_, err := config.ParseCondition("down.cuont > 3\n", theHall())
	if err == nil || !strings.Contains(err.Error(), `1,5: Unknown fact "down.cuont": Did you mean down.count?`) {
		t.Error(err)
	}
	_, err = config.ParseCondition("powr.lost || down.cuont > 3", theHall())
	if err == nil || !strings.Contains(err.Error(), "powr") || !strings.Contains(err.Error(), "cuont") {
		t.Error(err)
	}
	if _, err = config.ParseCondition("down.count >", theHall()); err == nil {
		t.Error("a syntax error passes")
	}
}

// TestSecretsInRolesNeverPrint: a number from outside stays outside, and names with blanks and in
// any script do no harm to what masks them.
func TestSecretsInRolesNeverPrint(t *testing.T) {
	for _, line := range []string{
		`contact "mobile" { to = env("X_PASSWORD") nonsense }`,
		"contact \"mobile\" {\n to = env(\"X_PASSWORD\")\n note = [env(\"X_PASSWORD\")]\n }",
		"position = env(\"X_PASSWORD\")\n confirmed = env(\"X_PASSWORD\")",
	} {
		src := "plan \"p\" {\n}\nrole \"r\" {\n  person \"佐藤 一郎 = token\" {\n" + line + "\n  }\n}\n"
		_, sources, diags := config.LoadBytes("p.hcl", []byte(src), kinds, options)
		text := written(sources, diags)
		if !diags.HasErrors() || strings.Contains(text, theSecret) {
			t.Errorf("%s:\n%s", line, text)
		}
	}
	text := diagnose("p.hcl", "plan \"p\" {\n}\nrole \"r\" {\n  person \"佐藤 一郎\" {\n    positoin = \"課長\"\n  }\n}\n", config.PrintOptions{})
	if !strings.Contains(text, `in role "r", person "佐藤 一郎"`) && !strings.Contains(text, "line 5") {
		t.Error(text)
	}
}

// A plan that is refused is shown to everybody who may read: no number of anybody is in that.
func TestContactsNeverPrint(t *testing.T) {
	const number = "090-1234-5678"
	for _, lines := range []string{
		`contact "moblie" { to = "090-1234-5678" }`,
		"contact \"mobile\" {\n to = 090-1234-5678\n }",
		"contact \"mobile\" {\n to = \"1\"\n not = \"自宅は 090-1234-5678\"\n }",
		"contact \"mobile\" {\n to = \"1\"\n note = [\"090-1234-5678\"]\n }",
		`contact "mobile" { to = "090-1234-5678" nonsense }`,
		"contact \"mobile\" {\n to = \"090-1234-5678\n }",
		"contact \"mobile\" {\n to \"090-1234-5678\"\n }",
		`contact "mobile" { to = "090-1234-5678", note = "x" }`,
		`contact "mobile" "x" { to = "090-1234-5678" }`,
	} {
		src := "plan \"p\" {\n}\nrole \"r\" {\n  person \"佐藤 一郎\" {\n" + lines + "\n  }\n}\n"
		text := diagnose("p.hcl", src, config.PrintOptions{})
		if !strings.Contains(text, "rror") || strings.Contains(text, number) {
			t.Errorf("%s:\n%s", lines, text)
		}
	}
	for _, contact := range []string{
		`{"moblie": {"to": "090-1234-5678"}}`, `{"mobile": {"to": ["090-1234-5678"]}}`, `{"mobile": {"to": "090-1234-5678", "not": 1}}`,
		`{"mobile": {"to": "090-1234-5678" "note": ""}}`,
	} {
		src := `{"plan": {"p": {}}, "role": {"r": {"person": {"佐藤": {"contact": ` + contact + `}}}}}`
		text := diagnose("p.hcl.json", src, config.PrintOptions{Width: 500})
		if !strings.Contains(text, "rror") || strings.Contains(text, number) {
			t.Errorf("%s:\n%s", contact, text)
		}
	}
}
