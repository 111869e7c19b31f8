package rules_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// Staff type what the screen shows, which is a title: the refusal tells the name.
func TestTitlesLeadToNames(t *testing.T) {
	h := responding(t)
	h.fails("tax", clock("09:00:00"))
	tests := map[string]struct {
		act  Action
		near string
		// listed says that no name is proposed, and all are listed.
		listed bool
	}{
		"system":              {act: GiveETA{System: "税"}, near: "tax"},
		"outage taken on":     {act: Acknowledge{Alert: "税", Why: "x"}, near: "tax"},
		"role":                {act: called("サーバ班", "高橋 健", journal.Reached), near: "server"},
		"part of a title":     {act: called("サーバ", "高橋 健", journal.Reached), near: "server"},
		"spaces do not count": {act: called("サーバ 班", "高橋 健", journal.Reached), near: "server"},
		"declared threat":     {act: End{Threat: "災害"}, near: "disaster"},
		"site":                {act: AnswerSurvey{Site: "別館", Item: "racks"}, near: "annex"},
		"step":                {act: MarkStep{Step: "safetyする"}, near: "first.safety"},
		"in several titles":   {act: MarkStep{Step: "する"}, listed: true},
		"no title":            {act: called("炊事班", "高橋 健", journal.Reached), listed: true},
		"nothing but spaces":  {act: called("　", "高橋 健", journal.Reached), listed: true},
	}
	for name, tt := range tests {
		p := h.refused("佐藤", "10:20:00", tt.act)
		if p.Data.Near != tt.near || (len(p.Data.Known) > 0) != tt.listed {
			t.Errorf("%s: near %q, known %q", name, p.Data.Near, p.Data.Known)
		}
	}
}
