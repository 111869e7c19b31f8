// Package messages is the one catalogue of what staff read in a crisis, in Japanese and English:
// states, verdicts, lines of the chronology, the words of the console.
//
// Logs, metrics and the help of the command line are English and do not come from here.
package messages

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

//go:embed ja.toml en.toml
var catalogue embed.FS

// bundle is the catalogue, read once.
var bundle = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.Japanese)
	b.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, l := range Locales {
		if _, err := b.LoadMessageFileFS(catalogue, string(l)+".toml"); err != nil {
			panic(fmt.Sprintf("the embedded catalogue %s.toml is broken: %v", l, err)) // a test reads both
		}
	}
	return b
})

// Words speaks one language. It is safe for concurrent use.
type Words struct {
	locale    plan.Locale
	localizer *i18n.Localizer
}

// Locales are the languages of the catalogue.
var Locales = [...]plan.Locale{plan.Japanese, plan.English}

// For returns the words of the locale; anything but English is Japanese.
func For(locale plan.Locale) *Words {
	if locale != plan.English {
		locale = plan.Japanese
	}
	return &Words{locale, i18n.NewLocalizer(bundle(), string(locale))}
}

// Locale is the language that these words are in.
func (w *Words) Locale() plan.Locale { return w.locale }

// Say returns the text with the id, its {{.Name}} places filled from data. A text that is
// missing shows as its id, never as nothing.
func (w *Words) Say(id string, data map[string]any) string {
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: data})
	if err != nil && text == "" {
		return id
	}
	return text
}

// Word returns a text without places.
func (w *Words) Word(id string) string { return w.Say(id, nil) }

// State names the state of a system or check.
func (w *Words) State(s rules.SystemState) string { return w.Word("state_" + string(s)) }

// Verdict names how an outage stands against its deadline.
func (w *Words) Verdict(v rules.Verdict) string { return w.Word("verdict_" + string(v)) }

// Reason says why a probe failed.
func (w *Words) Reason(reason string) string { return w.Word("reason_" + reason) }

// Condition names what is the matter with a supply.
func (w *Words) Condition(c journal.PowerCondition) string { return w.Word("power_" + string(c)) }

// Span writes a length of time as people say it, in its two largest units: 2日3時間, 3時間12分,
// 45秒. A negative span is written without its sign: the words around it say what it means.
func (w *Words) Span(d time.Duration) string {
	d = d.Abs().Truncate(time.Second)
	if d == 0 {
		return "0" + w.Word("unit_s")
	}
	var b strings.Builder
	parts := 0
	for _, u := range spanUnits {
		n := d / u.size
		d -= n * u.size
		if n == 0 && parts == 0 {
			continue
		}
		if n > 0 {
			b.WriteString(strconv.Itoa(int(n)) + w.Word(u.word))
		}
		if parts++; parts == 2 {
			break
		}
	}
	return b.String()
}

var spanUnits = []struct {
	size time.Duration
	word string
}{
	{24 * time.Hour, "unit_d"}, {time.Hour, "unit_h"}, {time.Minute, "unit_m"}, {time.Second, "unit_s"},
}

// Moment writes an instant in its own zone: the clock time alone when it is on the day of now,
// else with the date and the day of the week, and with the year where that is not the one that a
// reader would take it for. Without now, it is the date and the time without a year.
func (w *Words) Moment(t, now time.Time) string {
	if t.IsZero() {
		return w.Word("not_known")
	}
	now = now.In(t.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04:05")
	}
	far := !now.IsZero() && t.Sub(now).Abs() > halfYear
	switch {
	case w.locale == plan.English && far:
		return t.Format("Mon 2 Jan 2006 15:04")
	case w.locale == plan.English:
		return t.Format("Mon 2 Jan 15:04")
	}
	day := w.Word("weekday_" + strconv.Itoa(int(t.Weekday())))
	date := t.Format("1月2日")
	if far {
		date = t.Format("2006年1月2日")
	}
	return date + "(" + day + ")" + t.Format("15:04")
}

// halfYear is the distance from which a date without its year is ambiguous.
const halfYear = 182 * 24 * time.Hour

// Stamp writes an instant in full, for records.
func (w *Words) Stamp(t time.Time) string {
	if t.IsZero() {
		return w.Word("not_known")
	}
	return t.Format("2006-01-02 15:04:05")
}
