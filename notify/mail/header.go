package mail

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxHeader is the most bytes of a header's line that has an encoded word (RFC 2047, 2).
const maxHeader = 76

// headerText encodes and folds the text of a header, which is one line already. What is not ASCII
// becomes encoded words, the first of them on the line of the name: some programs show a subject
// that only begins on the second line with a space before it, or none at all.
func headerText(name, text string) string {
	room := maxHeader - len(name) - len(": ")
	if !strings.Contains(text, "=?") && !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return folded(text, room)
	}
	var words []string
	for rest := text; rest != ""; room = maxHeader - len(" ") {
		part := cutBytes(rest, encodable(room))
		words = append(words, wordBegin+base64.StdEncoding.EncodeToString([]byte(part))+wordEnd)
		rest = rest[len(part):]
	}
	return strings.Join(words, fold)
}

// fold goes on with a header on the next line; its line end vanishes when the header is read.
const fold = "\r\n "

// folded breaks lines where there is a space.
func folded(text string, room int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Split(text, " ") {
		switch {
		case i == 0:
		case used+len(" ")+len(word) > room:
			b.WriteString(fold)
			used, room = 0, maxHeader-len(" ")
		default:
			b.WriteString(" ")
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String()
}

const wordBegin, wordEnd = "=?UTF-8?B?", "?="

// encodable is how many bytes an encoded word of so much room has in it.
func encodable(room int) int { return (room - len(wordBegin) - len(wordEnd)) / 4 * 3 }

// cutBytes is the longest part at the beginning of at most n bytes that ends with a whole character.
func cutBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
