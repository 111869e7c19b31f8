package messages

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Criterion says a criterion with the numbers that it rests on: that it holds, that it does not,
// or that it cannot be judged. One that is kept for a while although it no longer holds is said
// without numbers: those of now would say the opposite.
func (w *Words) Criterion(r *rules.ReasonFacts, titles Titles) string {
	if r.KeptUntil.IsZero() {
		return w.criterion(r, titles)
	}
	return w.CriterionTitle(r) + w.Say("criterion_kept", map[string]any{"Until": w.Moment(r.KeptUntil, r.KeptUntil)})
}

// CriterionTitle names a criterion, whether it holds or not.
func (w *Words) CriterionTitle(r *rules.ReasonFacts) string {
	switch {
	case r.BuiltIn:
		return w.Word("criterion_" + r.Criterion)
	case r.Title != "":
		return r.Title
	default:
		return r.Criterion
	}
}

func (w *Words) criterion(r *rules.ReasonFacts, titles Titles) string {
	switch {
	case r.Unjudged != "":
		return w.Say("criterion_unjudged", map[string]any{"Title": w.CriterionTitle(r), "Why": w.Unjudged(r.Unjudged)})
	case r.BuiltIn:
		return w.builtIn(r, titles)
	case len(r.Used) == 0:
		return w.CriterionTitle(r)
	default:
		return w.Say("criterion_own", map[string]any{"Title": w.CriterionTitle(r), "Used": w.used(r.Used, titles)})
	}
}

// Unjudged says why an expression could not be judged. Mostly facts are not known, and their names
// read alike in every language; what else there is tells of a mistake in the plan, in the words of
// the plan language.
func (w *Words) Unjudged(why string) string {
	facts := notKnown.FindStringSubmatch(why)
	if facts == nil {
		return why
	}
	names := strings.Split(strings.ReplaceAll(facts[1], " and ", ", "), ", ")
	return w.Say("unjudged_not_known", map[string]any{"Facts": w.List(names), "Count": len(names)})
}

// notKnown is how an expression tells which facts it lacks: "power.runtime_hours is not known".
var notKnown = regexp.MustCompile(`^((?:[a-z_]+(?:\.[a-z0-9_-]+)+(?:, | and )?)+) (?:is|are) not known$`)

// builtIn says a built-in criterion.
func (w *Words) builtIn(r *rules.ReasonFacts, titles Titles) string {
	id := "criterion_" + r.Criterion
	if r.Holds {
		id += "_holds"
	} else {
		id += "_not"
	}
	return w.Say(id, map[string]any{
		"Count": round(countIn(r)), "Systems": w.List(titles.list(r.Systems)),
		"Threat": titles(textIn(r, "threat.name")), "Lost": factIn(r, "power.lost") == true, "Unknown": lacks(r, "power.lost"),
		"Runtime": w.hours(factIn(r, "power.runtime_hours")), "Horizon": w.hours(factIn(r, "power.horizon_hours")),
	})
}

// List joins words to a list.
func (w *Words) List(all []string) string { return strings.Join(all, w.Word("list_comma")) }

// countIn is the count that a built-in criterion compares; the number of its systems when it does
// not tell.
func countIn(r *rules.ReasonFacts) float64 {
	for _, u := range r.Used {
		if n, ok := u.Value.(float64); ok && strings.HasSuffix(u.Name, "_count") {
			return n
		}
	}
	return float64(len(r.Systems))
}

func factIn(r *rules.ReasonFacts, name string) any {
	for _, u := range r.Used {
		if u.Name == name {
			return u.Value
		}
	}
	return nil
}

// lacks reports whether a criterion rests on a fact that is not known.
func lacks(r *rules.ReasonFacts, name string) bool {
	return slices.ContainsFunc(r.Used, func(u plan.Used) bool { return u.Name == name && u.Value == nil })
}

func textIn(r *rules.ReasonFacts, name string) string {
	text, _ := factIn(r, name).(string)
	return text
}

// hours writes a fact that is told in hours as a span; empty when it is not known.
func (w *Words) hours(v any) string {
	n, ok := v.(float64)
	if !ok {
		return ""
	}
	return w.Span(time.Duration(n * float64(time.Hour)).Round(time.Second))
}

// used lists the facts of a criterion as they stand in its expression, with their values.
func (w *Words) used(all []plan.Used, titles Titles) string {
	said := make([]string, len(all))
	for i, u := range all {
		said[i] = u.Name + " = " + w.value(u.Value, titles)
	}
	return w.List(said)
}

// value writes a fact, which may have come through JSON.
func (w *Words) value(v any, titles Titles) string {
	switch v := v.(type) {
	case float64:
		return round(v)
	case bool:
		return w.Word(map[bool]string{true: "yes", false: "no"}[v])
	case string:
		return titles(v)
	case []string:
		return w.values(anys(v), titles)
	case []float64:
		return w.values(anys(v), titles)
	case []any:
		return w.values(v, titles)
	default:
		return w.Word("not_known")
	}
}

func (w *Words) values(all []any, titles Titles) string {
	said := make([]string, len(all))
	for i, v := range all {
		said[i] = w.value(v, titles)
	}
	return "[" + w.List(said) + "]"
}

func anys[T any](all []T) []any {
	some := make([]any, len(all))
	for i, v := range all {
		some[i] = v
	}
	return some
}
