package checks

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text that came from elsewhere fit for a journal, a metric and a terminal: one line
// of valid UTF-8 without what could deceive its reader. Control characters and line ends become
// spaces; formatting characters (bidirectional overrides, zero width) go. Secrets must be blotted
// out before, for half of one would not be recognized, and [Cut] comes after.
func Clean(text string) string {
	return strings.Map(visible, strings.ToValidUTF8(text, "\uFFFD"))
}

func visible(r rune) rune {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	default:
		return r
	}
}

// Cut shortens text to at most limit bytes, between two characters, and marks that it did.
func Cut(text string, limit int) string {
	const mark = "…"
	if len(text) <= limit {
		return text
	}
	end := max(limit-len(mark), 0)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}
