package prom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// alternatives is 1 for each system that has an alternative (代替手段), which stands in the label of that
// name. Empty when none has. A text of the alert that had them all would be parsed with all of them
// for every alert, at every evaluation.
func (m *maker) alternatives() string {
	var all []string
	for _, s := range m.plan.Systems {
		if hasAlternative(s) {
			all = append(all, fmt.Sprintf("label_replace(label_replace(vector(1), \"system\", %s, \"\", \"\"), \"alternative\", %s, \"\", \"\")",
				quote(s.Name), quote(verbatim(m.means(s.Alternative)))))
		}
	}
	return union(all)
}

// hasAlternatives reports whether any system has one that can be named.
func (m *maker) hasAlternatives() bool { return slices.ContainsFunc(m.plan.Systems, hasAlternative) }

func hasAlternative(s *plan.System) bool { return s.Alternative != nil && s.Alternative.Title != "" }

// means is an alternative as people read it: on paper, for a day.
func (m *maker) means(a *plan.Alternative) string {
	if a.Lasts <= 0 {
		return a.Title
	}
	return strings.NewReplacer("[[means]]", a.Title, "[[lasts]]", m.words.Span(a.Lasts)).Replace(m.words.Word("prom_alternative_lasts"))
}

// verbatim keeps label_replace from taking "$" for the beginning of a group.
func verbatim(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// union joins vectors that have no series in common. It joins halves: each "or" costs what both its
// sides have, and a chain of hundreds would cost that hundreds of times.
func union(all []string) string {
	if len(all) <= 2 {
		return strings.Join(all, "\nor ")
	}
	half := len(all) / 2
	return fmt.Sprintf("(\n%s\n)\nor (\n%s\n)", indent(union(all[:half])), indent(union(all[half:])))
}
