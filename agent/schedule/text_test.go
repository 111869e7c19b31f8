package schedule

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestTidy(t *testing.T) {
	var secrets plan.Redactor
	secrets.Add("hunter\n22")
	for _, tt := range []struct {
		name     string
		in, want checks.Result
	}{
		{"good stays", checks.Result{Reason: checks.OK, Text: "3 ms"}, checks.Result{Reason: checks.OK, Text: "3 ms"}},
		{"good needs no text", checks.Result{Reason: checks.OK}, checks.Result{Reason: checks.OK}},
		{"a failure needs one", checks.Result{Reason: checks.Loss}, checks.Failed(checks.Loss, "check failed and gave no text")},
		{"no reason", checks.Result{Text: "what"}, checks.Failed(checks.ErrorLocal, `check gave the unknown reason "": what`)},
		{"lines become one", checks.Failed(checks.Reset, "a\r\nb\tc"), checks.Failed(checks.Reset, "a  b c")},
		{"terminal escapes go", checks.Failed(checks.Reset, "a\x1b[31mb\u202ec\u2028d"), checks.Failed(checks.Reset, "a [31mbc d")},
		{"invalid UTF-8", checks.Failed(checks.Reset, "a\xff\xfeb"), checks.Failed(checks.Reset, "a\uFFFDb")},
		{"Japanese stays", checks.Failed(checks.BadStatus, "庁内DNS停止"), checks.Failed(checks.BadStatus, "庁内DNS停止")},
		{"secrets go before anything hides them", checks.Failed(checks.AuthFailed, "password hunter\n22 refused"), checks.Failed(checks.AuthFailed, "password (secret) refused")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tidy(tt.in, secrets.Redact)
			if got.Reason != tt.want.Reason || got.Text != tt.want.Text {
				t.Errorf("got %s %q, want %s %q", got.Reason, got.Text, tt.want.Reason, tt.want.Text)
			}
		})
	}
}

func TestLongTextsAreCutBetweenCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringN(0, 400, -1).Draw(t, "text") + strings.Repeat("庁", rapid.IntRange(0, 300).Draw(t, "more"))
		out := clean(in, nil)
		if len(out) > checks.MaxText || !utf8.ValidString(out) {
			t.Fatalf("%d bytes became %d, valid UTF-8: %t", len(in), len(out), utf8.ValidString(out))
		}
		if again := clean(out, nil); again != out {
			t.Fatalf("cleaning twice changes %q to %q", out, again)
		}
	})
	if got := clean(strings.Repeat("x", 600), nil); len(got) != checks.MaxText || !strings.HasSuffix(got, "x…") {
		t.Errorf("600 bytes became %d: …%q", len(got), got[len(got)-8:])
	}
}
