package messages

import (
	"regexp"
	"strings"
	"sync"

	"github.com/keizoku-bcp/keizoku/plan"
)

// mistakes are what package config finds wrong with a plan, and hints what its details say, in the
// order of looking: what is more particular stands first. The English text of each is that of
// config; places stand for what differs.
var (
	mistakes = [...]string{
		"not_utf8", "full_width", "open_string", "unclosed", "no_block", "newline", "redefined", "expression",
		"separator", "character", "brace", "labels", "unnamed", "unknown_attribute", "unknown_block",
		"missing", "no_value", "wrong", "wrong_type", "range", "word", "kind", "protocol", "medium", "name",
		"fact", "function", "call", "unknown", "nameless", "second_block", "second", "two_kinds", "cycle",
		"cycle_load", "cycle_ups", "no_plan", "no_threat", "default", "person", "people", "closes", "no_end",
		"no_start", "ends", "once", "timeout", "va", "condition", "empty_list",
	}
	hints = [...]string{
		"half", "space", "save", "first", "suggestion", "quotes", "allowance", "duration", "day", "days",
		"clock", "time", "weekday", "whole", "number", "bool", "string", "list", "reference", "of_kind",
		"between", "at_least", "can_be", "kinds", "media", "knows", "name", "circle", "compare",
	}
)

// known is a text that is told in another language too.
type known struct {
	id      string
	english *regexp.Regexp
}

// knownMistakes are the patterns of all mistakes and hints, made once.
var knownMistakes = sync.OnceValues(func() (summaries, details []known) {
	words := For(plan.English)
	pattern := func(id string) string {
		text := regexp.QuoteMeta(words.Say(id, map[string]any{"A": "\x01", "B": "\x02"}))
		return strings.NewReplacer("\x01", "(?P<A>.+?)", "\x02", "(?P<B>.+?)").Replace(text)
	}
	for _, m := range mistakes {
		id := "mistake_" + m
		summaries = append(summaries, known{id, regexp.MustCompile("^" + pattern(id) + "$")})
	}
	for _, h := range hints {
		id := "mistake_do_" + h
		details = append(details, known{id, regexp.MustCompile(pattern(id))})
	}
	return summaries, details
})

// Mistake says in these words what is wrong with a plan, of which config has told the summary and
// the detail in English: 項目 opens の値の書き方が違います。24時間表記で "08:30" のように書きます。 In English, and for
// what is not known here, it is empty.
func (w *Words) Mistake(summary, detail string) string {
	if w.locale == plan.English {
		return ""
	}
	summaries, details := knownMistakes()
	text := w.again(summaries, summary)
	if text == "" {
		return ""
	}
	if hint := w.again(details, detail); hint != "" {
		text += "。" + hint
	}
	return text + "。"
}

// again says the first of the known texts that is found; empty: none is.
func (w *Words) again(all []known, text string) string {
	for _, k := range all {
		found := k.english.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		places := map[string]any{}
		for i, name := range k.english.SubexpNames() {
			places[name] = strings.ReplaceAll(found[i], " or ", w.Word("list_comma"))
		}
		return w.Say(k.id, places)
	}
	return ""
}

// Doubt says in these words what is doubtful about a plan, by the rule that found it; one that is not
// known here is empty.
func (w *Words) Doubt(rule string) string {
	id := "console_lint_" + strings.ReplaceAll(rule, "-", "_")
	if text := w.Word(id); text != id {
		return text
	}
	return ""
}
