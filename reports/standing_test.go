package reports

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// both are a line in Japanese and in English.
func both(say func(*page) string) []string {
	titles := func(name string) string {
		return map[string]string{"core": "基幹スイッチ", "tax": "税務"}[name]
	}
	said := make([]string, 2)
	for i, locale := range []plan.Locale{plan.Japanese, plan.English} {
		said[i] = say(newPage(messages.For(locale), titles, clock("11:00:00")))
	}
	return said
}

func lines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// When it is back, as far as anybody can tell.
func TestExpectedBack(t *testing.T) {
	at, end := clock("10:30:00"), clock("11:40:00")
	for _, c := range []struct {
		what   string
		o      rules.OutageFacts
		ja, en string
	}{
		{"projected", rules.OutageFacts{ProjectedEnd: end}, "復旧見込み 11:40(標準復旧時間から)", "expected back 11:40 (by its usual recovery)"},
		{"passed", rules.OutageFacts{ProjectedEnd: clock("11:00:00"), ProjectionPassed: true}, "通常の復旧時間を過ぎています", "past its usual recovery time"},
		{"an estimate", rules.OutageFacts{ETA: end, ProjectedEnd: end}, "復旧見込み 11:40(担当者)", "expected back 11:40 (by those at work on it)"},
		{"it has passed", rules.OutageFacts{ETA: at, ProjectedEnd: clock("11:00:00"), ProjectionPassed: true}, "復旧見込み 10:30を過ぎています", "was expected back 10:30"},
		{"waits", rules.OutageFacts{ETA: at, ProjectedEnd: end, WaitsFor: "core"}, "復旧見込み 11:40(基幹スイッチの復旧待ち)", "expected back 11:40 (waits for 基幹スイッチ)"},
		{"waits for what should be back", rules.OutageFacts{ProjectedEnd: end, WaitsFor: "core", ProjectionPassed: true},
			"復旧見込み 未定(基幹スイッチが復旧見込みの時刻を過ぎています)", "nobody can say when it is back (基幹スイッチ should have been by now)"},
		{"nobody knows", rules.OutageFacts{}, "復旧見込み 未定", "nobody can say when it is back"},
	} {
		lines(t, c.what, both(func(p *page) string { return p.Back(&c.o, p.titles, p.clock) }), c.ja, c.en)
	}
}

func TestCalmOfWhatShouldBeBack(t *testing.T) {
	for calm, want := range map[rules.Calm][]string{
		rules.AlternativeLasts: {"税務: 復旧見込みの時刻を過ぎたが、代替手段(紙)で業務を続けられる(12:00まで)", "税務: work can go on without it (紙) until 12:00; it should have been back by now"},
		rules.TimeLeft:         {"税務: 復旧見込みの時刻を過ぎたが、期限 14:00 まで時間がある", "税務: it should have been back by now, but there is time until 14:00"},
		rules.InDanger:         {"税務: 業務継続が危うい(復旧見込みの時刻を過ぎています、期限 14:00)", "税務: continuity is in danger (it should have been back by now, deadline 14:00)"},
	} {
		c := rules.CalmFacts{System: "tax", Calm: calm, ProjectionPassed: true, Deadline: clock("14:00:00"), Alternative: "紙", AlternativeUntil: clock("12:00:00")}
		lines(t, string(calm), both(func(p *page) string { return p.Calm(&c, p.titles, p.now) }), want...)
	}
	missed := rules.CalmFacts{System: "tax", Calm: rules.InDanger, ProjectedEnd: clock("12:00:00"), Deadline: clock("10:59:00")}
	lines(t, "missed", both(func(p *page) string { return p.Calm(&missed, p.titles, p.now) }),
		"税務: 期限を超過(復旧見込み 12:00、期限 10:59)", "税務: past its deadline (expected back 12:00, deadline 10:59)")
	c := rules.CalmFacts{System: "tax", Calm: rules.AlternativeLasts, Alternative: "紙", AlternativeUntil: clock("12:00:00")}
	lines(t, "nobody knows", both(func(p *page) string { return p.Calm(&c, p.titles, p.now) }),
		"税務: 復旧見込みは立たないが、代替手段(紙)で業務を続けられる(12:00まで)", "税務: work can go on without it (紙) until 12:00; nobody can say when it is back")
}

func TestLateToArrive(t *testing.T) {
	role := rules.RoleFacts{Holder: "佐藤", State: journal.Coming, ComingAt: clock("10:50:00"), Late: true, Next: "佐藤"}
	lines(t, "posture", both(func(p *page) string { return p.holding(&role) }), "参集中(到着予定 10:50を過ぎています)", "on the way (was due 10:50)")
	call := rules.CallFacts{Person: "佐藤", Result: journal.Coming, At: clock("10:00:00"), ComingAt: clock("10:50:00"), Late: true, By: "sato"}
	lines(t, "call list", both(func(p *page) string { return p.outcome(&call) }),
		"結果  参集中(到着予定 10:50を過ぎています)   10:00 sato", "result  on the way (was due 10:50)   10:00 sato")
}

// What does not answer is not told as if it did.
func TestSilentSupplies(t *testing.T) {
	ratio := 0.98
	silent := &supply.SupplyFacts{Name: "rack", Title: "UPS", Kind: plan.UPSSupply, Source: supply.FromUtility, ChargeRatio: &ratio, ReadingAt: clock("10:00:00"), Lost: true}
	lines(t, "supply", both(func(p *page) string { return p.Supply(silent) }),
		"応答なし(最後の測定: 入力あり、充電 98%)", "no answer (last reading: input present, charge 98 %)")
	lines(t, "never read", both(func(p *page) string { return p.Supply(&supply.SupplyFacts{Kind: plan.UPSSupply, Lost: true}) }), "応答なし", "no answer")
	f := &supply.Facts{UtilityUnknown: true, Supplies: []*supply.SupplyFacts{silent}}
	lines(t, "power", both(func(p *page) string { return p.Power(f) }), "商用電源 不明(どの電源装置も応答なし)", "utility power not known: no supply answers")
	if !worthTelling(silent) {
		t.Error("a report does not name it")
	}
}

// Three systems that are down are named once.
func TestSystemsAreNamedOnce(t *testing.T) {
	down := []string{"core", "tax"}
	used := []plan.Used{{Name: "down.priority_count", Value: 2.0}}
	many := &rules.ReasonFacts{Criterion: "many_down", BuiltIn: true, Holds: true, Systems: down, Used: used}
	one := &rules.ReasonFacts{Criterion: plan.PriorityDown, BuiltIn: true, Holds: true, Systems: down, Used: used}
	said := func(all ...*rules.ReasonFacts) []string {
		return both(func(p *page) string { return p.reason(all[len(all)-1], all) })
	}
	missed := &rules.ReasonFacts{Criterion: "deadline_missed", BuiltIn: true, Holds: true, Systems: down}
	lines(t, "all have missed", said(missed, many), "優先システム2件が停止(基準は3件以上)", "2 priority systems are down (the limit is three)")
	lines(t, "both hold", said(many, one), "優先システム2件が停止", "2 priority systems are down")
	full := []string{"優先システム2件が停止: 基幹スイッチ、税務", "2 priority systems are down: 基幹スイッチ, 税務"}
	lines(t, "alone", said(one), full...)
	lines(t, "of others", said(&rules.ReasonFacts{Criterion: "deadline_missed", BuiltIn: true, Holds: true, Systems: down[:1]}, one), full...)
	lines(t, "the other has ceased", said(&rules.ReasonFacts{Criterion: "many_down", BuiltIn: true, Holds: true, Systems: down, KeptUntil: clock("11:01:00")}, one), full...)
}

// What the plan says otherwise now is told, not only that it does.
func TestChangedSteps(t *testing.T) {
	now := &journal.Step{Title: "点検", Due: 2 * time.Hour, Links: []journal.Link{{Title: "点検表", To: "綴り1"}}}
	for _, c := range []struct {
		step   rules.StepFacts
		ja, en string
	}{
		{rules.StepFacts{}, "", ""},
		{rules.StepFacts{Change: "removed"}, "※ この手順は、その後計画から削除されました", "* the plan no longer has this step"},
		{rules.StepFacts{Change: "changed", Departs: []string{"title", "due", "only_if", "links"}, Planned: now},
			"※ この手順は、その後計画で変更されました(現在の計画: 題名「点検」、期限 2時間、条件なし、資料 点検表 綴り1)",
			"* the plan has changed this step since; it says now: \"点検\", due after 2h, no condition, documents 点検表 綴り1"},
	} {
		lines(t, c.step.Change, both(func(p *page) string { return p.StepChange(&c.step, p.titles) }), c.ja, c.en)
	}
}

// A move that was taken back leaves the stage with whoever decided on it.
func TestStageAfterAnUndo(t *testing.T) {
	s := &rules.Situation{At: clock("11:00:00"), Stage: plan.ContinuityResponse}
	s.Response.Standing = &rules.MoveFacts{At: clock("10:00:00"), By: "井上", Why: "停止多数"}
	s.Response.Move = &rules.MoveFacts{At: clock("10:30:00"), By: "佐藤", Why: "誤報", Undoes: "x"}
	lines(t, "stage", both(func(p *page) string { return p.Standing(s) }),
		"ICT業務継続対応(10:00から、決定 井上) 停止多数", "continuity response (since 10:00, decided by 井上) 停止多数")
}

func TestStepsThatAreLate(t *testing.T) {
	for at, want := range map[string][]string{
		"10:59:48": {"10:59まで 12秒超過", "by 10:59 12s over"}, "10:55:10": {"10:55まで 4分超過", "by 10:55 4m over"},
	} {
		step := rules.StepFacts{State: rules.StepOpen, DueAt: clock(at), Overdue: true}
		lines(t, at, both(func(p *page) string { return p.due(&step) }), want...)
		step.State, step.DoneAt, step.Title = rules.StepDone, clock("11:00:00"), "点検"
		late := []string{"点検(12秒遅れ)", "点検 (12s late)"}
		if at == "10:55:10" {
			late = []string{"点検(4分遅れ)", "点検 (4m late)"}
		}
		lines(t, at, both(func(p *page) string { return p.doneStep(&step) }), late...)
	}
}
