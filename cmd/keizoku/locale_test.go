package main

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
)

func TestLocaleOfTheTerminal(t *testing.T) {
	for _, tt := range []struct {
		asked string
		env   map[string]string
		want  plan.Locale
	}{
		{"", nil, plan.English},
		{"", map[string]string{"LANG": "ja_JP.UTF-8"}, plan.Japanese},
		{"", map[string]string{"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "C"}, plan.English},
		{"", map[string]string{"LANG": "C.UTF-8", "LC_ALL": "ja_JP.eucJP", "LC_MESSAGES": "C"}, plan.Japanese},
		{"en", map[string]string{"LANG": "ja_JP.UTF-8"}, plan.English},
		{"ja", nil, plan.Japanese},
	} {
		if got := localeOf(tt.asked, func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("%q, %v: %s", tt.asked, tt.env, got)
		}
	}
}
