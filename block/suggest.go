package block

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// Suggest returns the known name nearest to the one given, or "" when none is near enough to
// be what was meant. Of equally near names the first wins.
func Suggest(given string, known []string) string { return suggest(given, known, maxDistance(given)) }

// suggest allows limit changes.
func suggest(given string, known []string, limit int) string {
	best, nearest := "", limit+1
	for _, name := range known {
		if diff := len(name) - len(given); diff >= nearest || -diff >= nearest {
			continue // it takes at least that many changes
		}
		if n := levenshtein.Distance(strings.ToLower(given), strings.ToLower(name), nil); n < nearest {
			best, nearest = name, n
		}
	}
	return best
}

// maxDistance allows one slip in a short word and up to three in a long one.
func maxDistance(word string) int {
	switch n := len(word); {
	case n <= 3:
		return 1
	case n <= 8:
		return 2
	default:
		return 3
	}
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", name)
}
