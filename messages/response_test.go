package messages

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// responseIDs are the texts of the closed lists of a response.
func responseIDs() []string {
	var ids []string
	for _, s := range plan.Stages {
		ids = append(ids, "stage_"+string(s))
	}
	for _, r := range plan.Recommendations {
		ids = append(ids, "recommendation_"+string(r))
	}
	for _, m := range plan.Media {
		ids = append(ids, "medium_"+string(m))
	}
	for _, r := range journal.CallResults {
		ids = append(ids, "call_"+string(r))
	}
	for _, f := range journal.Findings {
		ids = append(ids, "finding_"+string(f))
	}
	for _, c := range rules.Calms {
		ids = append(ids, "calm_"+string(c))
	}
	for _, s := range []rules.StepState{rules.StepOpen, rules.StepDone, rules.StepIdle} {
		ids = append(ids, "step_"+string(s))
	}
	for _, item := range rules.SurveyItems {
		ids = append(ids, "survey_item_"+item)
	}
	for _, c := range rules.BuiltIn() {
		ids = append(ids, "criterion_"+c.Name, "criterion_"+c.Name+"_holds", "criterion_"+c.Name+"_not")
	}
	for _, p := range supply.Problems {
		ids = append(ids, "supply_problem_"+string(p))
	}
	for _, r := range supply.Reasons {
		ids = append(ids, "supply_reason_"+string(r))
	}
	return ids
}

func TestEveryKindIsTold(t *testing.T) {
	for _, kind := range journal.Kinds() {
		if tellers[kind] == nil {
			t.Errorf("nobody fills the places of %s", kind)
		}
	}
	if len(tellers) != len(journal.Kinds()) {
		t.Errorf("%d tellers for %d kinds", len(tellers), len(journal.Kinds()))
	}
}

// Every place of every line is filled, even from a payload that says nothing.
func TestEventPlacesAreFilled(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for _, kind := range journal.Kinds() {
		payload, err := journal.DecodePayload(kind, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		for _, locale := range Locales {
			got := For(locale).Event(journal.Event{At: at, Kind: kind, Payload: payload}, func(name string) string { return name }, at.Location())
			if strings.Contains(got, "<no value>") || strings.HasPrefix(got, "event_") || got == "" && kind != journal.KindNoteAdded {
				t.Errorf("%s.%s: %q", kind, locale, got)
			}
		}
	}
}

func TestUnknownEvent(t *testing.T) {
	payload, _ := journal.DecodePayload("from_the_future", []byte(`{"x":1}`))
	e := journal.Event{At: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Kind: "from_the_future", Payload: payload}
	got := For(plan.English).Event(e, func(name string) string { return name }, time.UTC)
	if want := "A record that this version cannot read (from_the_future)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCriterion(t *testing.T) {
	titles := Titles(func(name string) string {
		return map[string]string{"core": "基幹スイッチ", "tax": "税務", "disaster": "災害"}[name]
	})
	one := []plan.Used{{Name: "missed.priority_count", Value: 1.0}}
	until := time.Date(2026, 11, 23, 12, 5, 0, 0, time.UTC)
	power := func(lost, runtime any) []plan.Used {
		return []plan.Used{{Name: "power.lost", Value: lost}, {Name: "power.runtime_hours", Value: runtime}, {Name: "power.horizon_hours", Value: 72.0}}
	}
	for _, c := range []struct {
		name   string
		r      rules.ReasonFacts
		ja, en string
	}{
		{"holds", rules.ReasonFacts{Criterion: "deadline_missed", Holds: true, Used: one, Systems: []string{"core"}, BuiltIn: true},
			"優先システム1件が期限を超過: 基幹スイッチ", "1 priority system is past its deadline: 基幹スイッチ"},
		{"does not", rules.ReasonFacts{Criterion: "deadline_missed", BuiltIn: true},
			"期限を超過した優先システムはない", "no priority system is past its deadline"},
		{"count without its number", rules.ReasonFacts{Criterion: "many_down", Holds: true, Systems: []string{"core", "tax"}, BuiltIn: true},
			"優先システム2件が停止(基準は3件以上): 基幹スイッチ、税務", "2 priority systems are down (the limit is three): 基幹スイッチ, 税務"},
		{"kept", rules.ReasonFacts{Criterion: "deadline_missed", Holds: true, KeptUntil: until, BuiltIn: true},
			"優先システムの期限超過(解消。12:05:00まで該当として扱う)", "priority systems past their deadline (ceased; counts until 12:05:00)"},
		{"kept, of the plan", rules.ReasonFacts{Criterion: "x", Title: "夜間", Holds: true, KeptUntil: until, Used: []plan.Used{{Name: "time.hour", Value: 6.0}}},
			"夜間(解消。12:05:00まで該当として扱う)", "夜間 (ceased; counts until 12:05:00)"},
		{"short of power", rules.ReasonFacts{Criterion: "short_power", Holds: true, Used: power(true, 31.5), BuiltIn: true},
			"停電中で、非常用電源の持続 1日7時間 が目標 3日 に足りない", "utility power is lost and emergency power lasts 1d7h, short of the horizon of 3d"},
		{"power there", rules.ReasonFacts{Criterion: "short_power", Used: power(false, 31.5), BuiltIn: true}, "停電していない", "utility power is there"},
		{"power reaches, if it is lost", rules.ReasonFacts{Criterion: "short_power", Used: power(nil, 80.0), BuiltIn: true},
			"停電か不明だが、非常用電源は目標 3日 を満たす(持続 3日8時間)", "utility power is not known to be there, but emergency power would reach the horizon of 3d (lasts 3d8h)"},
		{"nobody can tell", rules.ReasonFacts{Criterion: "short_power", Holds: true, Unjudged: "power.lost is not known", Used: power(nil, 31.5), BuiltIn: true},
			"非常用電源の持続時間不足: 判定できません(power.lostが不明)", "emergency power short of its horizon: cannot be judged (power.lost is not known)"},
		{"power reaches", rules.ReasonFacts{Criterion: "short_power", Used: power(true, 80.0), BuiltIn: true},
			"停電中だが、非常用電源は目標 3日 を満たす(持続 3日8時間)", "utility power is lost, but emergency power reaches the horizon of 3d (lasts 3d8h)"},
		{"unjudged", rules.ReasonFacts{Criterion: "short_power", Holds: true, Unjudged: "power.runtime_hours is not known", BuiltIn: true},
			"非常用電源の持続時間不足: 判定できません(power.runtime_hoursが不明)", "emergency power short of its horizon: cannot be judged (power.runtime_hours is not known)"},
		{"unjudged for another reason", rules.ReasonFacts{Criterion: "x", Unjudged: "a fact that it needs is not known"},
			"x: 判定できません(a fact that it needs is not known)", "x: cannot be judged (a fact that it needs is not known)"},
		{"unjudged for several", rules.ReasonFacts{Criterion: "x", Unjudged: "a.b, site.west-2.all_down and power.x are not known"},
			"x: 判定できません(a.b、site.west-2.all_down、power.xが不明)", "x: cannot be judged (a.b, site.west-2.all_down, power.x are not known)"},
		{"of the plan", rules.ReasonFacts{Criterion: "x", Title: "夜間", Holds: true, Used: []plan.Used{
			{Name: "time.hour", Value: 22.256}, {Name: "power.lost", Value: true}, {Name: "down.systems", Value: []any{"core"}},
			{Name: "down.priorities", Value: []float64{1, 2}}, {Name: "power.runtime_hours"}, {Name: "threat.name", Value: "disaster"},
		}},
			"夜間(time.hour = 22.26、power.lost = はい、down.systems = [基幹スイッチ]、down.priorities = [1、2]、power.runtime_hours = 不明、threat.name = 災害)",
			"夜間 (time.hour = 22.26, power.lost = yes, down.systems = [基幹スイッチ], down.priorities = [1, 2], power.runtime_hours = not known, threat.name = 災害)"},
		{"of the plan, bare", rules.ReasonFacts{Criterion: "x"}, "x", "x"},
		{"of the plan, named as a built-in one", rules.ReasonFacts{Criterion: "many_down", Title: "多数停止", Holds: true}, "多数停止", "多数停止"},
	} {
		got := []string{For(plan.Japanese).Criterion(&c.r, titles), For(plan.English).Criterion(&c.r, titles)}
		if diff := cmp.Diff([]string{c.ja, c.en}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		var read rules.ReasonFacts
		if data, err := json.Marshal(c.r); err != nil || json.Unmarshal(data, &read) != nil {
			t.Fatal(err)
		}
		if got := For(plan.Japanese).Criterion(&read, titles); got != c.ja {
			t.Errorf("%s, through JSON: %s", c.name, got)
		}
	}
}

func TestTitles(t *testing.T) {
	p := &plan.Plan{
		Systems:    []*plan.System{{Name: "core", Title: "基幹スイッチ"}, {Name: "bare"}},
		Sites:      []*plan.Site{{Name: "hall", Title: "本庁舎"}},
		Roles:      []*plan.Role{{Name: "core", Title: "基幹班"}},
		UPSs:       []*plan.UPS{{Name: "rack", Title: "UPS A"}},
		Procedures: []*plan.Procedure{{Name: "first", Steps: []*plan.Step{{Name: "safety", Title: "安否確認"}}}},
		Location:   time.UTC,
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	s := &rules.Situation{
		Systems: []*rules.SystemFacts{{Name: "core", Title: "基幹スイッチ"}, {Name: "bare"}},
		Power:   &supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "rack", Title: "UPS A"}}},
		Response: rules.ResponseFacts{
			Posture:    &rules.PostureFacts{Roles: []*rules.RoleFacts{{Name: "core", Title: "基幹班"}}},
			Checklists: []*rules.ChecklistFacts{{Steps: []*rules.StepFacts{{ID: "first.safety", Title: "安否確認"}}}},
			Survey:     []*rules.SiteSurvey{{Site: "hall", Title: "本庁舎"}},
		},
	}
	for name, titles := range map[string]Titles{"plan": TitlesOf(p), "situation": TitlesIn(s)} {
		got := []string{
			titles("core"), titles.Role("core"), titles.Site("hall"), titles("rack"), titles("first.safety"),
			titles("bare"), titles("unknown"), titles.Role("unknown"), titles.Site(""),
		}
		want := []string{"基幹スイッチ", "基幹班", "本庁舎", "UPS A", "安否確認", "bare", "unknown", "unknown", ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestSurveyWords(t *testing.T) {
	w := For(plan.Japanese)
	titles := Titles(func(name string) string {
		return map[string]string{"mail": "メール", "roof": "屋上発電機"}[name]
	})
	for item, want := range map[string]string{"water": "漏水・浸水", "system.mail": "メール", "generator.roof": "屋上発電機", "new": "new"} {
		if got := w.SurveyItem(item, titles); got != want {
			t.Errorf("%s: %q, want %q", item, got, want)
		}
	}
	item := &rules.SurveyItem{Facts: map[string]float64{"fuel_liters": 812.5, "charge_ratio": 0.424, "other": 1.005}}
	if got, want := w.SurveyFacts(item), "充電 42%、燃料 812.5 L、other 1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
