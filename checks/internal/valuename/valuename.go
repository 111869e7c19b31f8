// Package valuename makes names for the values of a Result out of what people and programs call
// things: a path, a pattern, a label of a Nagios plugin.
//
// It exists because the names become JSON keys and labels of metrics, like_this, and because two
// things of one check must not end up under one name.
package valuename

import (
	"strconv"
	"strings"
)

// Slug writes text in lower case letters, digits and single underscores, beginning with a
// letter; whatever else stands in it separates words. It is empty when nothing is left.
func Slug(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		isLetter, isDigit := r >= 'a' && r <= 'z', r >= '0' && r <= '9'
		if !isLetter && !isDigit {
			gap = true
			continue
		}
		switch {
		case b.Len() == 0 && isDigit:
			b.WriteString("n")
		case b.Len() > 0 && gap:
			b.WriteByte('_')
		}
		b.WriteRune(r)
		gap = false
	}
	return b.String()
}

// Slugs writes each text as [Slug] does, one that comes to nothing as its position from 1 on,
// and makes every one different from those before it.
func Slugs(texts []string) []string {
	taken := make(map[string]bool, len(texts))
	slugs := make([]string, 0, len(texts))
	for i, text := range texts {
		slug := Slug(text)
		if slug == "" || taken[slug] {
			slug = strings.TrimPrefix(slug+"_"+strconv.Itoa(i+1), "_")
		}
		taken[slug] = true
		slugs = append(slugs, slug)
	}
	return slugs
}
