// Package messages is the one catalogue of what staff read in a crisis, in Japanese and English:
// states, verdicts, lines of the chronology, alerts and reports, the words of the console and of
// dashboards.
//
// Logs, metrics and the help of the command line are English and do not come from here.
package messages

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/keizoku-bcp/keizoku/plan"
)

// catalogue holds a file per subject and language: subject.ja.toml and subject.en.toml have the
// same keys, and no key stands in two subjects.
//
//go:embed catalogue/*.toml
var catalogue embed.FS

// bundle is the catalogue, read once.
var bundle = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.Japanese)
	b.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(catalogue, "catalogue/*.toml")
	for _, file := range files {
		if err == nil {
			_, err = b.LoadMessageFileFS(catalogue, file)
		}
	}
	if err != nil {
		panic(fmt.Sprintf("the embedded catalogue is broken: %v", err)) // a test reads all of it
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
