package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/told"
	"github.com/keizoku-bcp/keizoku/plan"
)

// maxBody is the most that a template may make of a message.
const maxBody = 1 << 20

// parse parses the template; nil when there is none.
func (s *Settings) parse() (*template.Template, error) {
	if s.Template == "" {
		return nil, nil //nolint:nilnil // 2026-11-23: no template is an ordinary case, and nil says it
	}
	return template.New("template").Option("missingkey=zero").Funcs(functions()).Parse(s.Template)
}

// tryTemplate finds mistakes when the plan is loaded rather than in the first hour of a crisis.
func (s *Settings) tryTemplate() error {
	t, err := s.parse()
	if err != nil || t == nil {
		return err
	}
	for _, m := range samples() {
		body, err := execute(t, m)
		if err != nil {
			return err
		}
		if isJSON(s.ContentType) && !json.Valid(body) {
			return fmt.Errorf("it makes no JSON of a message %q; is every text in it given by json?", m.Occasion)
		}
	}
	return nil
}

func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// execute fills the template in.
func execute(t *template.Template, m *notify.Message) ([]byte, error) {
	var b limited
	if err := t.Execute(&b, m); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// limited is a buffer for what must not grow without end.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxBody {
		return 0, errors.New("it makes more than 1 MiB of a message")
	}
	return l.Buffer.Write(p)
}

// functions are what templates may call beside text/template's own.
func functions() template.FuncMap {
	return template.FuncMap{
		"json":     encode,
		"date":     func(layout string, t time.Time) string { return t.Format(layout) },
		"truncate": truncate,
		"join":     func(separator string, list []string) string { return strings.Join(list, separator) },
		"names":    names,
		"open":     open,
		"color":    color,
		"line":     func(text string) string { return told.Line(text, 10_000) },
	}
}

func encode(value any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func truncate(limit int, text string) string {
	runes := []rune(text)
	if len(runes) <= limit || limit < 1 {
		return text
	}
	return string(runes[:limit-1]) + "…"
}

// names are what alerts are about, each once.
func names(alerts []notify.Alert) (list []string) {
	for _, a := range alerts {
		name := a.Name
		for _, label := range []string{"supply", "system"} {
			if value := a.Labels[label]; value != "" {
				name = value
			}
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func open(alerts []notify.Alert) []notify.Alert {
	return slices.DeleteFunc(slices.Clone(alerts), func(a notify.Alert) bool { return !a.EndsAt.IsZero() })
}

// color is that of the message's severity, and green for a close.
func color(m *notify.Message) string {
	switch {
	case m.Occasion == notify.Closed:
		return "#2e7d32"
	case m.Severity == plan.Critical:
		return "#c62828"
	case m.Severity == plan.Caution:
		return "#ef6c00"
	default:
		return "#1565c0"
	}
}

// samples are messages with everything and with nothing in them.
func samples() []*notify.Message {
	at := time.Date(2026, 11, 23, 15, 5, 0, 0, time.UTC)
	full := &notify.Message{
		ID: "01JD8Q5Z3K7W9X1Y2Z3A4B5C6D", Occasion: notify.Opened, At: at, Severity: plan.Critical,
		Subject: "停止 \"quoted\" \\ <b>", Text: "line\nline\ttab", HTML: "<p>x</p>", Short: "停止", Locale: "ja",
		Agent: "main", Plan: "musashino", Link: "https://keizoku.example/", Roles: []string{"chief"},
		Alerts: []notify.Alert{{
			Key: "k", Name: "SystemDown", Severity: plan.Critical, StartsAt: at, Link: "https://keizoku.example/",
			Labels: map[string]string{"system": "mail \"x\""}, Annotations: map[string]string{"summary": "a\nb"},
		}, {Key: "l", Name: "OnBattery", Severity: plan.Caution, StartsAt: at, EndsAt: at, Labels: map[string]string{"supply": "rack_a"}}},
	}
	return []*notify.Message{full, {ID: "01JD8Q5Z3K7W9X1Y2Z3A4B5C6F", Occasion: notify.Test, At: at, Severity: plan.Info, Subject: "t", Text: "t", Short: "t"}}
}
