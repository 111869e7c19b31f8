package reports

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Inert makes a text from outside fit for a line on a terminal. Pages do so by themselves.
func Inert(text string) string { return inert(text) }

// inert takes the power out of a text from outside: it becomes one line, and neither moves a
// terminal's cursor nor turns the direction of reading nor hides a part of itself.
func inert(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return plainSpace(r)
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return unicode.ReplacementChar
		default:
			return r
		}
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// plainSpace keeps the wide space of Japanese text, which moves nothing.
func plainSpace(r rune) rune {
	if r == '\u3000' {
		return r
	}
	return ' '
}

// columnsOf measures text in columns. Characters of ambiguous width (①, ×, →) are wide in Japanese,
// as in Japanese fonts, whatever the terminal of the one who writes the page.
func columnsOf(w *messages.Words) *runewidth.Condition {
	c := runewidth.NewCondition()
	c.EastAsianWidth, c.StrictEmojiNeutral = w.Locale() == plan.Japanese, true
	return c
}

// wrap breaks a text into lines of at most the width: English between words, Japanese between any
// two characters but before a closing and after an opening mark (禁則処理). What fits nowhere, such
// as an address, is cut.
func wrap(c *runewidth.Condition, text string, width int) []string {
	var lines []string
	line := ""
	for _, piece := range pieces(c, text) {
		if line != "" && c.StringWidth(line+strings.TrimRight(piece, " ")) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line += piece
		for c.StringWidth(strings.TrimRight(line, " ")) > width {
			head := c.Truncate(line, width, "")
			if head == "" { // narrower than one character
				break
			}
			lines, line = append(lines, head), line[len(head):]
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// The wide forms of ASCII marks are written by number: in many fonts they look like the narrow ones.
const (
	openers = "「『【〔〈《([\uff08\uff3b"
	closers = "」』】〕〉》、。・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ!?:;,.)]% \uff01\uff1f\uff1a\uff1b\uff09\uff3d\uff05"
)

// pieces cuts a text where a line may end. A piece keeps the blanks behind it.
func pieces(c *runewidth.Condition, text string) []string {
	var all []string
	var before rune
	for _, r := range text {
		if len(all) > 0 && !mayBreak(c, before, r) {
			all[len(all)-1] += string(r)
		} else {
			all = append(all, string(r))
		}
		if c.RuneWidth(r) > 0 {
			before = r
		}
	}
	return all
}

func mayBreak(c *runewidth.Condition, before, r rune) bool {
	switch {
	case c.RuneWidth(r) == 0, strings.ContainsRune(closers, r), strings.ContainsRune(openers, before):
		return false
	case before == ' ':
		return true
	default:
		return c.RuneWidth(before) > 1 || c.RuneWidth(r) > 1
	}
}
