// Package console serves the page that an agent shows by itself, when nothing else is reachable
// and nobody has time to learn a tool: which system is down, since when, and how much time is left.
//
// Pages are rendered on the server, work without JavaScript and ask nothing of any other host.
// They are views of one Situation and compute nothing.
package console

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

//go:embed assets
var assets embed.FS

// Agent is what the console needs of the agent.
type Agent interface {
	Situation() *rules.Situation
	Plan() *plan.Plan
	Events(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error]
}

// recentEvents is how many lines of the chronology the wall shows.
const recentEvents = 12

// Handler returns the console's pages.
func Handler(agent Agent, log *slog.Logger) http.Handler {
	c := &console{agent: agent, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.wall)
	mux.HandleFunc("GET /assets/{file}", c.asset)
	return guarded(mux)
}

type console struct {
	agent Agent
	log   *slog.Logger
}

// guarded adds the headers that keep a hostile text in a plan or an answer from doing anything.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func (c *console) asset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "max-age=300")
	http.ServeFileFS(w, r, assets, "assets/"+r.PathValue("file"))
}

// page is what the wall's template sees.
type page struct {
	*rules.Situation
	Words  *messages.Words
	Urgent []*rules.SystemFacts // not up, the most urgent first
	Calm   []*rules.SystemFacts // up
	Recent []line
	// MaxDown is the number of systems that are down.
	MaxDown int
	titles  messages.Titles
}

// line is one line of the chronology.
type line struct {
	At        time.Time
	Text      string
	Estimated bool
}

func (c *console) wall(w http.ResponseWriter, r *http.Request) {
	p := c.agent.Plan()
	view := &page{Situation: c.agent.Situation(), Words: messages.For(localeOf(r, p.Locale)), titles: messages.TitlesOf(p)}
	for _, s := range view.ByUrgency() {
		if s.State == rules.Up {
			view.Calm = append(view.Calm, s)
		} else {
			view.Urgent = append(view.Urgent, s)
		}
		if s.State == rules.Down {
			view.MaxDown++
		}
	}
	view.Recent = c.recent(r.Context(), view.Words, view.titles, p.Location)
	var buf bytes.Buffer
	if err := wallTemplate.Execute(&buf, view); err != nil {
		c.log.Error("the wall could not be rendered", "err", err)
		http.Error(w, "the page could not be rendered; the agent's log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(inert(buf.Bytes())) // a failed write means that the reader has gone
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

// recent returns the newest lines of the chronology, the newest first.
func (c *console) recent(ctx context.Context, words *messages.Words, titles messages.Titles, zone *time.Location) []line {
	var lines []line
	for e, err := range c.agent.Events(ctx, journal.Query{Limit: recentEvents, Newest: true}) {
		if err != nil {
			c.log.Error("the chronology could not be read", "err", err)
			break
		}
		lines = append(lines, line{e.At.In(zone), words.Event(e, titles, zone), e.Estimated})
	}
	slices.Reverse(lines)
	return lines
}

// localeOf chooses the language: ?lang=, else the browser's wish, else the plan's.
func localeOf(r *http.Request, fallback plan.Locale) plan.Locale {
	if lang := plan.Locale(r.URL.Query().Get("lang")); slices.Contains(messages.Locales[:], lang) {
		return lang
	}
	wishes, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return fallback
	}
	for _, wish := range wishes {
		base, _ := wish.Base()
		if l := plan.Locale(base.String()); slices.Contains(messages.Locales[:], l) {
			return l
		}
	}
	return fallback
}

// Title gives a system's title by name, for causes.
func (p *page) Title(name string) string { return p.Short(p.titles(name)) }

// Other is the language that the switch leads to.
func (p *page) Other() plan.Locale {
	if p.Words.Locale() == plan.Japanese {
		return plan.English
	}
	return plan.Japanese
}

// Mood is the page's class: calm on an ordinary day, unmistakable on a bad one. A day without
// utility power is not an ordinary one, although every system may still be up.
func (p *page) Mood() string {
	blackout := p.Power != nil && p.Power.UtilityLost
	switch {
	case len(p.Urgent) == 0 && !blackout:
		return "calm"
	case len(p.Urgent) > 0 && p.Urgent[0].State == rules.Down && p.Urgent[0].Outage.Verdict != rules.OnTrack:
		return "alarm"
	default:
		return "watch"
	}
}

// Left words what is left of an allowance, or by how much it is over.
func (p *page) Left(o *rules.OutageFacts) string {
	switch {
	case o.Left == nil:
		return p.Words.Word("console_no_deadline")
	case *o.Left < 0:
		return p.Words.Say("console_over", map[string]any{"Span": p.Words.Span(o.Left.Duration())})
	default:
		return p.Words.Span(o.Left.Duration())
	}
}

// Used is the used share in percent, 0 to 100, for the bar.
func (p *page) Used(o *rules.OutageFacts) int {
	if o.UsedRatio == nil {
		return 0
	}
	return int(min(1, *o.UsedRatio) * 100)
}

// Failing returns the checks that fail.
func (p *page) Failing(s *rules.SystemFacts) []*rules.CheckFacts {
	var failing []*rules.CheckFacts
	for _, c := range s.Checks {
		if !c.LastRunAt.IsZero() && !c.Success {
			failing = append(failing, c)
		}
	}
	return failing
}

// Reason names why a check fails; nothing where the check's own words begin with it, as they
// often do in English.
func (p *page) Reason(c *rules.CheckFacts) string {
	reason := p.Words.Reason(c.Reason)
	if strings.HasPrefix(c.Error, reason) {
		return ""
	}
	return reason
}

// Say is the catalogue with one place filled: Say "console_affects" "Count" 3.
func (p *page) Say(id, name string, value any) string {
	return p.Words.Say(id, map[string]any{name: value})
}

// Bounds of texts on the page, in runes: of a title, an answer or a line, and of diagnostics.
const (
	maxShown       = 160
	maxDiagnostics = 4000
)

// Short cuts a text that came from outside.
func (p *page) Short(text string) string { return cut(text, maxShown) }

// Diagnostics cuts the reasons for which a plan was rejected.
func (p *page) Diagnostics() string { return cut(p.Plan.Rejected, maxDiagnostics) }

func cut(text string, most int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	count := 0
	for i := range text {
		if count++; count > most {
			return text[:i] + "…"
		}
	}
	return text
}

// Moment words an instant against the page's own.
func (p *page) Moment(t time.Time) string { return p.Words.Moment(t, p.At) }

// Span words seconds.
func (p *page) Span(s rules.Seconds) string { return p.Words.Span(s.Duration()) }

var wallTemplate = template.Must(template.ParseFS(assets, "assets/wall.html"))

// JournalData fills the notice of a journal that cannot be written.
func (p *page) JournalData() map[string]any {
	return map[string]any{"Unwritten": p.Journal.Unwritten, "Why": p.Short(p.Journal.Failing)}
}
