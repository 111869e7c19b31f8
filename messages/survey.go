package messages

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// SurveyItem names a line of the damage survey (被害チェックシート) by its name there: "building",
// "utility", "ups.rack_a", "system.mail". Systems and supplies have their titles.
func (w *Words) SurveyItem(item string, titles Titles) string {
	if slices.Contains(rules.SurveyItems[:], item) {
		return w.Word("survey_item_" + item)
	}
	if _, name, of := strings.Cut(item, "."); of {
		return titles(name)
	}
	return item
}

// SurveyFacts are the numbers that the agents know of a line of the survey, in words; those without
// words stand as they are called.
func (w *Words) SurveyFacts(item *rules.SurveyItem) string {
	said := []string{}
	for _, name := range slices.Sorted(maps.Keys(item.Facts)) {
		id := "survey_fact_" + name
		if text := w.Say(id, map[string]any{"Value": quantity(name, item.Facts[name], w)}); text != id {
			said = append(said, text)
			continue
		}
		said = append(said, name+" "+round(item.Facts[name]))
	}
	return strings.Join(said, w.Word("list_comma"))
}

// quantity writes a number as its name says: ratios as percent, seconds as a span.
func quantity(name string, value float64, w *Words) string {
	switch {
	case strings.HasSuffix(name, "_ratio"):
		return percent(value)
	case strings.HasSuffix(name, "_seconds"):
		return w.Span(time.Duration(value) * time.Second)
	default:
		return round(value)
	}
}

// round writes a number with at most two decimals.
func round(value float64) string {
	text := strconv.FormatFloat(value, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
