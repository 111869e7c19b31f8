package main

import (
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// The words of closed lists as people type them: by their names, or as a screen or a page of the
// emergency binder writes them, in either language (初動対応, "initial response").
type (
	typedStage   string // a stage, or the choice of an ordinary failure
	typedResult  string
	typedMedium  string
	typedFinding string
)

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *typedStage) UnmarshalText(text []byte) (err error) {
	words := named("stage_", plan.Stages[:])
	words = append(words, named("recommendation_", []plan.Recommendation{plan.OrdinaryFailure})...)
	*s, err = meant[typedStage](words, text)
	return err
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *typedResult) UnmarshalText(text []byte) (err error) {
	*r, err = meant[typedResult](named("call_", journal.CallResults[:]), text)
	return err
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (m *typedMedium) UnmarshalText(text []byte) (err error) {
	*m, err = meant[typedMedium](named("medium_", plan.Media[:]), text)
	return err
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (f *typedFinding) UnmarshalText(text []byte) (err error) {
	*f, err = meant[typedFinding](named("finding_", journal.Findings[:]), text)
	return err
}

// namedWord is a word of a closed list, and what the catalogue calls it.
type namedWord struct{ name, ja, en string }

func named[T ~string](prefix string, all []T) []namedWord {
	ja, en := messages.For(plan.Japanese), messages.For(plan.English)
	words := make([]namedWord, len(all))
	for i, one := range all {
		words[i] = namedWord{string(one), ja.Word(prefix + string(one)), en.Word(prefix + string(one))}
	}
	return words
}

// meant is the name of the word that was typed; nothing typed is nothing. Whoever types another gets
// the list in both languages, for nobody has said theirs yet.
func meant[T ~string](words []namedWord, text []byte) (T, error) {
	typed := strings.TrimSpace(string(text))
	if typed == "" {
		return "", nil
	}
	list := make([]string, len(words))
	for i, w := range words {
		if typed == w.name || typed == w.ja || strings.EqualFold(typed, w.en) {
			return T(w.name), nil
		}
		list[i] = w.name + " " + w.ja
	}
	return "", fmt.Errorf("%q must be one of: %s", typed, strings.Join(list, ", "))
}
