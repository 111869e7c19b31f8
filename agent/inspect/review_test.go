package inspect

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
)

// A rule that is added here alone would come out as the name of its text.
func TestEveryReviewHasWords(t *testing.T) {
	for _, locale := range messages.Locales {
		words := messages.For(locale)
		for _, rule := range append(reviewRules[:], RuleReviewSoon) {
			if text := words.InspectionReview(journal.InspectedReview{Rule: rule, Count: 1}); strings.HasPrefix(text, "inspection_") {
				t.Errorf("%s: no words for %s", locale, rule)
			}
		}
	}
}
