package schedule

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/checks"
)

// tidy makes a result fit for the journal, metrics and terminals: a reason of the closed list
// and a text that [clean] has been over.
func tidy(res checks.Result, redact func(string) string) checks.Result {
	if !res.OK() && !slices.Contains(checks.Reasons[:], res.Reason) {
		res.Text = fmt.Sprintf("check gave the unknown reason %q: %s", string(res.Reason), res.Text)
		res.Reason = checks.ErrorLocal
	}
	if res.Text == "" && !res.OK() {
		res.Text = "check failed and gave no text"
	}
	res.Text = clean(res.Text, redact)
	return res
}

// clean blots out secrets, takes out what could deceive a reader or a terminal (invalid UTF-8,
// control and formatting characters, line ends) and cuts at [checks.MaxText]. Secrets go first:
// half a secret, cut off or broken by a replaced character, would not be recognized.
func clean(text string, redact func(string) string) string {
	if text != "" && redact != nil {
		text = redact(text)
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return cut(strings.Map(visible, text))
}

func visible(r rune) rune {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	case unicode.Is(unicode.Cf, r): // bidirectional overrides, zero-width characters
		return -1
	default:
		return r
	}
}

// cut shortens text to MaxText bytes between two characters and marks that it did.
func cut(text string) string {
	const mark = "…"
	if len(text) <= checks.MaxText {
		return text
	}
	end := checks.MaxText - len(mark)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}
