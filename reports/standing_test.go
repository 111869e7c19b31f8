package reports

import (
	"testing"

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
		lines(t, c.what, both(func(p *page) string { return p.back(&c.o) }), c.ja, c.en)
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
	many := &rules.ReasonFacts{Criterion: "many_down", BuiltIn: true, Holds: true, Systems: down}
	one := &rules.ReasonFacts{Criterion: plan.PriorityDown, BuiltIn: true, Holds: true, Systems: down}
	said := func(all ...*rules.ReasonFacts) []string {
		return both(func(p *page) string { return p.reason(one, all) })
	}
	lines(t, "both hold", said(many, one), "優先システムが2つ停止", "2 priority systems are down")
	full := []string{"優先システムが2つ停止: 基幹スイッチ、税務", "2 priority systems are down: 基幹スイッチ, 税務"}
	lines(t, "alone", said(one), full...)
	lines(t, "of others", said(&rules.ReasonFacts{Criterion: "deadline_missed", BuiltIn: true, Holds: true, Systems: down[:1]}, one), full...)
	lines(t, "the other has ceased", said(&rules.ReasonFacts{Criterion: "many_down", BuiltIn: true, Holds: true, Systems: down, KeptUntil: clock("11:01:00")}, one), full...)
}
