package console

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// hostile is markup, script, terminal and direction controls, and broken text. nasty is it in more
// length than a plan or a form lets in, huge in that of which a probed server may send an answer.
const hostile = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{.}}\u202egnp.exe\u2066\u200f\x1b[2J\x00\xff"

var (
	nasty = hostile + strings.Repeat("長", 5000)
	huge  = hostile + strings.Repeat("長", 1<<20/3)
)

// free are the fields that hold what people, plans and programs on the other side may write. Names,
// identifiers and words of closed lists are refused where they come in.
var free = []string{
	"Title", "Text", "Error", "Note", "Why", "By", "User", "Person", "Holder", "RoleTitle", "Owner", "Version", "Hostname", "Rejected",
	"Failing", "BlindText", "Alternative", "AcknowledgedBy", "AcknowledgedWhy", "DeclaredBy", "Unjudged", "Expression", "OnlyIf", "Remarks", "Conditions",
	"Titles", "Address", "Phone", "Email", "TestResult", "BatteryDate", "Doubts", "Next", "Previous", "ThreatTitle", "Organization", "Division",
}

// poison puts nasty into every free field that hangs on a value.
func poison(v reflect.Value, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] && v.Type() != reflect.TypeFor[*time.Location]() {
			seen[v.Pointer()] = true
			poison(v.Elem(), seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			poisonField(v.Type().Field(i), v.Field(i), seen)
		}
	}
}

func poisonField(f reflect.StructField, v reflect.Value, seen map[uintptr]bool) {
	switch {
	case !f.IsExported() && !f.Anonymous || !v.CanSet():
	case !slices.Contains(free, f.Name):
		poison(v, seen)
	case v.Type() == reflect.TypeFor[string]() && v.String() != "":
		v.SetString(nasty)
	case v.Type() == reflect.TypeFor[[]string]():
		for i := range v.Len() {
			v.Index(i).SetString(nasty)
		}
	default:
		poison(v, seen)
	}
}

// hostileHall is the town hall of the quake where everything that can be written means harm.
type hostileHall struct{ *hall }

func newHostileHall(t *testing.T) *hostileHall {
	t.Helper()
	h := quakeHall(t)
	h.blackout()
	if _, err := h.Inspect(t.Context(), "", nil); err != nil {
		t.Fatal(err)
	}
	poison(reflect.ValueOf(h.plan), map[uintptr]bool{})
	for i := range h.log {
		h.log[i] = poisoned(h.log[i])
	}
	return &hostileHall{h}
}

// poisoned is an event as somebody would write it who means harm.
func poisoned(e journal.Event) journal.Event {
	e.Actor = &journal.Actor{User: nasty, Via: "http", By: nasty}
	payload := reflect.New(reflect.TypeOf(e.Payload)).Elem()
	payload.Set(reflect.ValueOf(e.Payload))
	poison(payload, map[uintptr]bool{})
	e.Payload, _ = payload.Interface().(journal.Payload)
	return e
}

func (h *hostileHall) Situation() *rules.Situation {
	s := h.hall.Situation()
	s.Plan.Rejected, s.Agent.BlindText, s.Journal.Failing, s.Agent.Name = "x", "x", "x", "x"
	s.Agent.Blind, s.Clock.Estimated, s.Journal.Unwritten = true, true, 3
	s.Channels = []rules.ChannelFacts{{Name: "mail", Title: "x", FailingSince: h.now, Pending: 3}}
	s.Unobserved = []rules.Stretch{{From: h.now.Add(-time.Hour), To: h.now, Why: hostile}}
	for _, sys := range s.Systems {
		for _, c := range sys.Checks {
			c.Reason, c.Error, c.LastRunAt, c.Success = hostile, "x", h.now, false
		}
	}
	poison(reflect.ValueOf(s), map[uintptr]bool{})
	for _, sys := range s.Systems {
		for _, c := range sys.Checks {
			c.Error = huge
		}
		if sys.Outage != nil {
			sys.Outage.Text = huge
		}
	}
	return s
}

func (h *hostileHall) Events(_ context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for _, e := range h.selected(q) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (h *hostileHall) OpenAlerts() []alert.Standing {
	return []alert.Standing{{
		Alert: alert.Alert{Key: hostile, Name: alert.SystemDown, Title: nasty, Severity: plan.Critical},
		Told:  []string{nasty}, Waiting: []string{hostile}, Quiet: nasty,
	}}
}

// places are addresses of a page: one for each thing that its pattern may name.
func (h *hostileHall) places(p page) []string {
	path := hrefOf(p.path)
	switch {
	case strings.Contains(path, "{name}"):
		var all []string
		for _, s := range h.plan.Systems {
			all = append(all, strings.Replace(path, "{name}", s.Name, 1))
		}
		return all
	case strings.Contains(path, "{id}"):
		newest := map[journal.Kind]string{}
		for _, e := range h.log {
			newest[e.Kind] = strings.Replace(path, "{id}", e.ID, 1)
		}
		var all []string
		for _, place := range newest {
			all = append(all, place)
		}
		return all
	}
	return []string{path}
}

// Every page of the table, for readers and for operators, on the screen and on paper.
func TestHostileTextsAreInertOnEveryPage(t *testing.T) {
	t.Parallel()
	h := newHostileHall(t)
	handler := Handler(h, slog.New(slog.DiscardHandler))
	for _, p := range pages {
		places, shown := h.places(p), false
		places = append(places, places[0]+"?print", places[0]+"?lang=en&q=%3Cscript%3Ealert(3)%3C/script%3E")
		for _, path := range places {
			for _, role := range []access.Role{"", access.Operator} {
				w := get(t, handler, path, role)
				shown = shown || w.Code == http.StatusOK
				if w.Code >= http.StatusInternalServerError {
					t.Errorf("%s for %q: %d", path, role, w.Code)
				}
				inertly(t, path, textOf(t, w))
			}
		}
		if !shown {
			t.Errorf("%s is shown at no place that the test knows", p.path)
		}
	}
}

var (
	tags      = regexp.MustCompile(`<(script|img|iframe|object|embed|base)\b[^>]*>`)
	ownScript = regexp.MustCompile(`^<script src="/assets/[a-z_]+\.[0-9a-f]{8}\.js" defer>$`)
	handlers  = regexp.MustCompile(`<[^>]*\s(on[a-z]+|style)=[^>]*>`)
	schemes   = regexp.MustCompile(`(?i)(href|src|action)="\s*(javascript|data|vbscript):`)
)

// inertly reports what a hostile text has done to a page.
func inertly(t *testing.T, path, body string) {
	t.Helper()
	for _, tag := range tags.FindAllString(body, -1) {
		if !ownScript.MatchString(tag) {
			t.Errorf("%s: a text has become markup: %s", path, tag)
		}
	}
	if got := handlers.FindString(withoutTexts(body)) + schemes.FindString(body); got != "" {
		t.Errorf("%s has inline script or style: %.200s", path, got)
	}
	if strings.IndexFunc(body, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) }) >= 0 {
		t.Errorf("%s: a control character reaches the page", path)
	}
	whole := strings.HasPrefix(path, "/response/report/") || strings.HasPrefix(path, "/print/all") // the report as it was issued
	if !whole && strings.Contains(body, strings.Repeat("長", maxDiagnostics)) || len(body) > 1<<20 {
		t.Errorf("%s: a text is not cut; the page has %d bytes", path, len(body))
	}
}

// attributes are values of attributes, in which a text stands escaped.
var attributes = regexp.MustCompile(`="[^"]*"`)

// withoutTexts is a page without the values of its attributes.
func withoutTexts(body string) string { return attributes.ReplaceAllString(body, `=`) }
