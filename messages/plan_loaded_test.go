package messages

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Who gives a system another name in the middle of its outage must read that its clock has ended.
func TestPlanThatDropsAnOutageSaysSo(t *testing.T) {
	for name, tt := range map[string]struct {
		dropped []string
		ja, en  string
	}{
		"nothing": {nil, "計画「city」を適用しました", "Plan city is in force"},
		"one": {
			[]string{"mail"}, "計画「city」を適用しました。停止中のmailは計画から外れ、停止時間の計測を打ち切りました",
			"Plan city is in force; no longer in it and counted no further, though down: mail",
		},
		"many": {
			[]string{"a", "b", "c", "d", "e", "f", "g"}, "計画「city」を適用しました。停止中のa、b、c、d、eほか2件は計画から外れ、停止時間の計測を打ち切りました",
			"Plan city is in force; no longer in it and counted no further, though down: a, b, c, d, e and 2 more",
		},
	} {
		loaded := journal.PlanLoaded{Name: "city", Dropped: tt.dropped}
		e := journal.Event{Kind: loaded.Kind(), Subject: "city", Payload: loaded}
		for locale, want := range map[plan.Locale]string{plan.Japanese: tt.ja, plan.English: tt.en} {
			if got := For(locale).Event(e, func(name string) string { return name }, time.UTC); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
}
