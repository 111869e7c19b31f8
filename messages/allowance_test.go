package messages

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
)

func TestAllowance(t *testing.T) {
	ja, en := For(plan.Japanese), For(plan.English)
	for text, want := range map[string][2]string{
		"":                           {"期限なし", "no deadline"},
		"unlimited":                  {"期限なし", "no deadline"},
		"next_opening(office)":       {"翌始業時", "next opening"},
		"business_hours(8h, office)": {"開庁時間で8時間", "8h of open hours"},
		"business_hours(90m)":        {"開庁時間で1時間30分", "1h30m of open hours"},
		"3d":                         {"3日", "3d"},
		"1w":                         {"7日", "7d"},
		"someday":                    {"someday", "someday"},
	} {
		if got := [2]string{ja.Allowance(text), en.Allowance(text)}; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
