package main

import (
	"errors"
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// slip is a mistake in what was typed for a command that staff use in a crisis. It is told in the
// language of the answer, which is known once the agent has answered or the plan is read; until
// then in English.
type slip struct {
	id     string // of the text in the catalogue
	places map[string]any
}

func slipped(id string, places map[string]any) error { return &slip{id, places} }

func (s *slip) Error() string { return s.in(messages.For(plan.English)) }

func (s *slip) in(words *messages.Words) string { return words.Say(s.id, s.places) }

// told says the slips in err in the language of the reader; any other error stays as it is.
func told(words *messages.Words, err error) error {
	var one *slip
	if !errors.As(err, &one) {
		return err
	}
	var several interface{ Unwrap() []error }
	if !errors.As(err, &several) {
		return &usageError{one.in(words)}
	}
	var texts []string
	for _, err := range several.Unwrap() {
		if errors.As(err, &one) {
			texts = append(texts, one.in(words))
		}
	}
	return &usageError{strings.Join(texts, "\n  ")}
}
