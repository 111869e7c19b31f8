package nut

import "errors"

// The ways in which a line can be broken.
var (
	errQuote  = errors.New("a quote that does not end")
	errEscape = errors.New("a line that ends in a backslash")
)

// split cuts a line of the protocol, without its end, into words: at spaces, except inside double
// quotes; a backslash takes the next character as it is, inside quotes and out (NUT developer
// guide, "Network protocol information"). "" is a word.
func split(line string) (words []string, err error) {
	var (
		word    []byte
		inside  bool // between quotes
		started bool // a word has begun, be it empty
	)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\':
			if i++; i == len(line) {
				return nil, errEscape
			}
			word, started = append(word, line[i]), true
		case c == '"':
			inside, started = !inside, true
		case (c == ' ' || c == '\t') && !inside:
			if started {
				words = append(words, string(word))
			}
			word, started = word[:0], false
		default:
			word, started = append(word, c), true
		}
	}
	if inside {
		return nil, errQuote
	}
	if started {
		words = append(words, string(word))
	}
	return words, nil
}

// quote writes a word so that upsd reads it as it is. The word holds no line end.
func quote(word string) string {
	quoted := []byte{'"'}
	for i := range len(word) {
		if c := word[i]; c == '"' || c == '\\' {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, word[i])
	}
	return string(append(quoted, '"'))
}
