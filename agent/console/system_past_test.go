package console

import (
	"slices"
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// A system that a reload adds was not looked at before: its strip is grey until then, and so are the
// numbers beside it.
func TestPastOfAnAddedSystemIsGrey(t *testing.T) {
	t.Parallel()
	h := &hall{t: t, plan: quakePlan(t), state: rules.NewState()}
	whole := h.plan
	without := *whole
	without.Systems = slices.DeleteFunc(slices.Clone(whole.Systems), func(s *plan.System) bool { return s.Name == "resident_records" })
	h.at("08:00")
	h.subject(journal.AgentStarted{Version: "test"}, "main_hall")
	h.subject(rules.LoadPlan(&without, h.state), whole.Name)
	h.at("14:00")
	h.subject(rules.LoadPlan(whole, h.state), whole.Name)
	for _, s := range whole.Systems {
		h.observe(rules.Observation{System: s.Name, Check: "service", To: rules.Up, At: h.now, FirstOKAt: h.now})
	}
	h.at("15:00")
	a := archive{hall: h}
	lacks(t, "one that was there all day", a.body("", "/systems/tax", "ja"), "08:00–15:00 正常", "29.166 % (7時間)")
	body := a.body("", "/systems/resident_records", "ja")
	lacks(t, "one that was added", body, "14:00 未観測", "14:00–15:00 正常", "4.166 % (1時間)")
	holds(t, "one that was added", body, "08:00–15:00 正常")
}

// Why an outage is taken on is told where one looks first, and beside who took it on.
func TestWhyItIsTakenOn(t *testing.T) {
	t.Parallel()
	a := storied(t)
	lacks(t, "the wall", a.body("", "/", "ja"), "対応中: 佐藤 一郎 <small>15:00</small> 業者へ連絡済み")
	lacks(t, "the system", a.body("", "/systems/resident_records", "ja"), "佐藤 一郎", "業者へ連絡済み")
}
