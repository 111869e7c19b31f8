package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/agext/levenshtein"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Problem is why an action was refused: a kind for programs, a text and a hint for people.
type Problem struct {
	Kind ProblemKind
	Text string
	Hint string // what to do; may be empty
}

// ProblemKind classifies a Problem.
type ProblemKind string

// The kinds of problems.
const (
	NotFound ProblemKind = "not_found"
	Invalid  ProblemKind = "invalid"
	Conflict ProblemKind = "conflict"
)

func (p *Problem) Error() string {
	if p.Hint == "" {
		return p.Text
	}
	return p.Text + " (" + p.Hint + ")"
}

func (p *Problem) hint(h string) *Problem { p.Hint = h; return p }

func invalid(format string, args ...any) *Problem {
	return &Problem{Kind: Invalid, Text: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) *Problem {
	return &Problem{Kind: Conflict, Text: fmt.Sprintf(format, args...)}
}

// unknownName says that there is no such thing, and which name was perhaps meant.
func unknownName(what, name string, known []string) *Problem {
	problem := &Problem{Kind: NotFound, Text: fmt.Sprintf("the plan has no %s %q", what, name)}
	if near := nearest(name, known); near != "" {
		return problem.hint(fmt.Sprintf("did you mean %q?", near))
	}
	if len(known) == 0 {
		return problem.hint("it has none at all")
	}
	return problem.hint(listed(what, known))
}

// listed lists the names that there are: "threats are: disaster, incident".
func listed(what string, known []string) string {
	text := strings.Join(known[:min(len(known), maxListed)], ", ")
	if len(known) > maxListed {
		text += ", …"
	}
	return what + "s are: " + text
}

// oneOf refuses a word that is none of those of a closed list.
func oneOf[T ~string](what string, word T, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	words := namesOf(known, func(k T) string { return string(k) })
	if word == "" {
		return invalid("the %s is missing", what).hint(listed(what, words))
	}
	problem := invalid("there is no %s %q", what, string(word))
	if near := nearest(string(word), words); near != "" {
		return problem.hint(fmt.Sprintf("did you mean %q?", near))
	}
	return problem.hint(listed(what, words))
}

// maxListed bounds how many names a hint lists.
const maxListed = 20

// longestName is the longest name that anybody can have meant, in bytes: comparing a page of text
// with thousands of names would hold up everybody else.
const longestName = 200

// nearest returns the known name that is near enough to be what was meant, or "": one slip in a
// short word, two in a longer one. Of equally near names the first wins.
func nearest(name string, known []string) string {
	best, limit := "", 1
	if len(name) > 4 {
		limit = 2
	}
	if len(name) > longestName {
		return ""
	}
	for _, k := range known {
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(k), nil); d <= limit {
			best, limit = k, d-1
		}
	}
	return best
}

// The years in which a person's time may lie, in any zone. What lies beyond is a slip of the
// keyboard, and near the ends of what RFC 3339 can write it could not be shown in the plan's zone.
const earliestYear, latestYear = 1970, 2200

// possible refuses a time that nobody can mean; the zero time says that none was given.
func possible(what string, t time.Time) error {
	if year := t.UTC().Year(); t.IsZero() || year >= earliestYear && year <= latestYear {
		return nil
	}
	return invalid("the %s cannot lie in the year %d", what, t.Year()).hint("compare the date with what was meant")
}

// notFuture refuses a time that lies in the future by more than people's clocks differ.
func notFuture(p *plan.Plan, what string, t, now time.Time) error {
	if t.After(now.Add(clockSlack)) {
		return invalid("the %s %s lies in the future", what, t.In(p.Location).Format(time.RFC3339)).
			hint("the agent's clock says " + now.In(p.Location).Format(time.RFC3339))
	}
	return possible(what, t)
}

// notPast refuses a time that lies in the past by more than people's clocks differ.
func notPast(p *plan.Plan, what string, t, now time.Time) error {
	if !t.IsZero() && t.Before(now.Add(-clockSlack)) {
		return invalid("the %s %s lies in the past", what, t.In(p.Location).Format(time.RFC3339)).
			hint("the agent's clock says " + now.In(p.Location).Format(time.RFC3339))
	}
	return possible(what, t)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func wordsFit(what, text string) error {
	if len(text) > maxWords {
		return invalid("the %s is longer than %d bytes", what, maxWords).hint("shorten it")
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func threatNames(p *plan.Plan) []string {
	return namesOf(p.Threats, func(t *plan.Threat) string { return t.Name })
}
func threatTitles(p *plan.Plan) []string {
	return namesOf(p.Threats, func(t *plan.Threat) string { return t.Title })
}
func systemNames(p *plan.Plan) []string {
	return namesOf(p.Systems, func(s *plan.System) string { return s.Name })
}

func siteNames(p *plan.Plan) []string {
	return namesOf(p.Sites, func(s *plan.Site) string { return s.Name })
}

func namesOf[T any](all []T, name func(T) string) []string {
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = name(a)
	}
	return names
}
