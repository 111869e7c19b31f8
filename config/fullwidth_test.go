package config_test

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
)

// What an input method leaves behind looks right on the screen, so the message has to name it.
func TestFullWidthCharactersAreNamed(t *testing.T) {
	const title = "plan \"p\" {\n  title = \"１〜３階　“本庁舎”\"\n}\n" // in a text they are welcome
	for _, c := range []struct{ name, src, place, want string }{
		{"quotes", "site ”s” {\n}\n", "line 4, column 6", `” is a full-width character (全角). Write it half-width: "`},
		{"typographic quotes", "site “s” {\n}\n", "line 4, column 6", `Write it half-width: "`},
		{"a digit", "system \"s\" {\n  priority = １\n}\n", "line 5, column 14", "１ is a full-width character (全角). Write it half-width: 1"},
		{"a space", "　site \"s\" {\n}\n", "line 4, column 1", "This is a full-width space (全角スペース)."},
		{"an equals sign", "site \"s\" {\n  title ＝ \"x\"\n}\n", "line 5, column 9", "Write it half-width: ="},
		{"a brace", "site \"s\" ｛\n}\n", "line 4, column 10", "Write it half-width: {"},
		{"a comma", "system \"s\" {\n  depends_on = [system.s、system.s]\n}\n", "line 5, column 25", "Write it half-width: ,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := diagnose("p.hcl", title+c.src, config.PrintOptions{})
			if first, _, _ := strings.Cut(text, "\n\n"); !strings.Contains(first, "Error: Full-width character\n  on p.hcl "+c.place) || !strings.Contains(first, c.want) {
				t.Errorf("want %s: %s, got:\n%s", c.place, c.want, text)
			}
		})
	}
	if text := diagnose("p.hcl", title, config.PrintOptions{}); text != "" {
		t.Errorf("in a text: %s", text)
	}
}
