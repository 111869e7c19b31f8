package reports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestInert(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "住民記録 (records), ①髙﨑", "住民記録 (records), ①髙﨑"},
		{"lines", "a\r\nb\tc\vd\u2028e", "a  b c d e"},
		{"wide blank", "総務課\u3000山田", "総務課\u3000山田"},
		{"terminal", "\x1b[2J\x9b31m\a", "\ufffd[2J\ufffd31m\ufffd"},
		{"bidi", "a\u202egpj.exe\u2066b\u200fc", "a\ufffdgpj.exe\ufffdb\ufffdc"},
		{"hidden", "a\u200bb\ufeffc\u00add", "a\ufffdb\ufffdc\ufffdd"},
		{"not UTF-8", "\x83\x65x", "\ufffdex"},
		{"gaiji", "\ue000", "\ue000"}, // characters of a city's own, for names
	} {
		if diff := cmp.Diff(c.want, inert(c.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"empty", "", 10, []string{""}},
		{"fits", "住民記録", 8, []string{"住民記録"}},
		{"between any two", "住民記録システム", 8, []string{"住民記録", "システム"}},
		{"no mark at the start", "住民記録。復旧", 8, []string{"住民記", "録。復旧"}},
		{"no bracket at the end", "住民記(録)", 7, []string{"住民記", "(録)"}},
		{"between words", "down since noon", 10, []string{"down since", "noon"}},
		{"no word is cut", "証明書 certificates", 14, []string{"証明書", "certificates"}},
		{"what fits nowhere", "https://records.example/login", 10, []string{"https://re", "cords.exam", "ple/login"}},
		{"narrower than a character", "住", 1, []string{"住"}},
	} {
		if diff := cmp.Diff(c.want, wrap(columnsOf(messages.For(plan.Japanese)), c.in, c.width)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Wrapping loses nothing but blanks, and no line is too wide.
func TestWrapKeepsText(t *testing.T) {
	columns := columnsOf(messages.For(plan.Japanese))
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	rapid.Check(t, func(t *rapid.T) {
		text := inert(rapid.StringMatching(`[a-zA-Z ,.()「」、。住民記録①システム]{0,80}`).Draw(t, "text"))
		width := rapid.IntRange(8, 40).Draw(t, "width")
		lines := wrap(columns, text, width)
		if got := bare(strings.Join(lines, "")); got != bare(text) {
			t.Errorf("%q became %q", text, lines)
		}
		for _, line := range lines {
			if columns.StringWidth(line) > width {
				t.Errorf("%q is wider than %d", line, width)
			}
		}
	})
}

// The columns of a table begin at one place in all rows, whatever characters stand before them.
func TestTablesLineUp(t *testing.T) {
	w := messages.For(plan.Japanese)
	p := newPage(w, nil, clock("11:00:00"))
	p.table(2, []row{{cells: []string{"住民記録", "|x"}}, {cells: []string{"mail", "|y"}}, {cells: []string{"①×→", "|z"}}, {cells: []string{"", "|"}}})
	for line := range strings.Lines(p.String()) {
		if before, _, _ := strings.Cut(line, "|"); columnsOf(w).StringWidth(before) != 2+8+2 {
			t.Errorf("%q: the second column begins at %d", line, columnsOf(w).StringWidth(before))
		}
	}
}

// A Japanese font draws wide what an English one draws narrow, whatever the terminal of the one
// who writes the page.
func TestAmbiguousCharactersAreWideInJapanese(t *testing.T) {
	ja, en := columnsOf(messages.For(plan.Japanese)), columnsOf(messages.For(plan.English))
	if ja.StringWidth("①→") != 4 || en.StringWidth("①→") != 2 {
		t.Errorf("①→ is %d and %d wide", ja.StringWidth("①→"), en.StringWidth("①→"))
	}
}
