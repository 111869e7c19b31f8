package console

import (
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// TitleOf gives a system's title by name, and what else [messages.Titles] knows.
func (v *view) TitleOf(name string) string { return v.Short(v.titles(name)) }

// Say is the catalogue with places filled: Say "console_affects" "Count" 3.
func (v *view) Say(id string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = pairs[i+1]
		}
	}
	return v.Words.Say(id, data)
}

// Bounds of texts on a page, in runes: of a title, an answer or a line, and of diagnostics.
const (
	maxShown       = 160
	maxDiagnostics = 4000
)

// Short cuts a text that came from outside.
func (v *view) Short(text string) string { return cut(text, maxShown) }

// Long cuts a text of many lines that came from outside.
func (v *view) Long(text string) string { return cut(text, maxDiagnostics) }

func cut(text string, most int) string {
	rest := ""
	if enough := (most + 1) * utf8.UTFMax; len(text) > enough { // a megabyte is not read to show a line of it
		text, rest = text[:enough], "…"
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	count := 0
	for i := range text {
		if count++; count > most {
			return text[:i] + "…"
		}
	}
	return text + rest
}

// Moment words an instant against the page's own, with seconds; When does without.
func (v *view) Moment(t time.Time) string { return v.Words.Moment(t, v.At) }

// When words an instant against the page's own, without seconds; on paper always with its day, for
// paper is read on other days too.
func (v *view) When(t time.Time) string {
	if v.Print && !t.IsZero() {
		return v.Words.Moment(t.In(v.At.Location()), time.Time{})
	}
	return v.Words.Clock(t, v.At)
}

// Offset is how far the plan's zone is ahead of UTC at the page's instant, in seconds: the clock in
// the head ticks in that zone, wherever it is looked at.
func (v *view) Offset() int {
	_, seconds := v.At.Zone()
	return seconds
}

// PowerLine is the one line on emergency power, SupplyLine that on one generator or UPS. On paper
// they tell until when, for what is left there grows stale.
func (v *view) PowerLine(f *supply.Facts) string {
	if v.Print {
		return v.Words.PowerOnPaper(f)
	}
	return v.Words.Power(f)
}

// SupplyLine is told at [view.PowerLine].
func (v *view) SupplyLine(s *supply.SupplyFacts) string {
	if v.Print {
		return v.Words.SupplyOnPaper(s, v.At)
	}
	return v.Words.Supply(s)
}

// ISO writes an instant for machines: the datetime of a time element.
func (v *view) ISO(t time.Time) string { return t.Format(time.RFC3339) }

// Span words seconds.
func (v *view) Span(s rules.Seconds) string { return v.Words.Span(s.Duration()) }

// Count is a number that ticks on the page.
type Count struct {
	// Until and Since are the instant that it counts down to or up from, in milliseconds of Unix
	// time; one of them is zero.
	Until, Since int64
	// Text is what it shows when the page is made, with Seconds behind it: "03:12" and ":45".
	Text, Seconds string
}

// Left counts down to an instant. Paper does not count: there it is nothing, and the page writes the
// instant instead.
func (v *view) Left(until time.Time) Count {
	if v.Print {
		return Count{}
	}
	text, seconds := v.Words.Countdown(until.Sub(v.At))
	return Count{Until: until.UnixMilli(), Text: text, Seconds: seconds}
}

// Ago counts up from an instant; on paper it is nothing, as [view.Left].
func (v *view) Ago(since time.Time) Count {
	if v.Print {
		return Count{}
	}
	text, seconds := v.Words.Countdown(v.At.Sub(since))
	return Count{Since: since.UnixMilli(), Text: text, Seconds: seconds}
}

// JournalData fills the notice of a journal that cannot be written.
func (v *view) JournalData() map[string]any {
	return map[string]any{"Unwritten": v.Journal.Unwritten, "Why": v.Short(v.Journal.Failing)}
}

// inert takes out of a page what no text of ours holds: characters that turn the direction of
// writing, by which a hostile name or answer could make the line say something else, and control
// characters.
func inert(page []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, page)
}

// stated is a state and its word.
type stated struct {
	State rules.SystemState
	Word  string
}

// Stated is what the template "state" shows.
func (v *view) Stated(s rules.SystemState) stated { return stated{s, v.Words.State(s)} }

// Reason says in the page's language why a criterion holds or does not, with its numbers.
func (v *view) Reason(r *rules.ReasonFacts) string { return v.Words.Criterion(r, v.titles) }
