package draw

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// wrap cuts a text into at most so many lines of a width in halves of a full-width character. What
// does not fit ends with an ellipsis. Latin words are broken where they must be.
func wrap(text string, most, lines int) []string {
	var all []string
	rest := []rune(strings.ToValidUTF8(strings.TrimSpace(text), "\uFFFD"))
	for len(rest) > 0 && len(all) < lines {
		n := fits(rest, most)
		if n < len(rest) && len(all) == lines-1 {
			return append(all, strings.TrimSpace(string(rest[:fits(rest, most-2)]))+"…")
		}
		n = atSpace(rest, n)
		all = append(all, strings.TrimSpace(string(rest[:n])))
		rest = []rune(strings.TrimSpace(string(rest[n:])))
	}
	return all
}

// fits counts the runes that have room; at least one.
func fits(text []rune, most int) int {
	for i, r := range text {
		if most -= halves(r); most < 0 {
			return max(i, 1)
		}
	}
	return len(text)
}

// atSpace moves a break to where a reader expects one: behind a comma (、) or before a bracket, else
// to a space, unless that wastes more than half of the line.
func atSpace(text []rune, n int) int {
	if n == len(text) {
		return n
	}
	for i := n; i > n/2; i-- {
		if text[i-1] == '、' || text[i] == '(' || text[i] == '\uff08' {
			return i
		}
	}
	for i := n; i > n/2; i-- {
		if unicode.IsSpace(text[i]) {
			return i
		}
	}
	return notFirst(text, n)
}

// neverFirst are characters that no Japanese line begins with (JIS X 4051, 行頭禁則).
const neverFirst = "ーァィゥェォッャュョぁぃぅぇぉっゃゅょ、。・)」]\uff09"

// notFirst moves a break back until the line behind it begins with what it may begin with.
func notFirst(text []rune, n int) int {
	for i := n; i > n/2; i-- {
		if !strings.ContainsRune(neverFirst, text[i]) {
			return i
		}
	}
	return n
}

// halves is the width of a character: 2 for a full-width one.
func halves(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
