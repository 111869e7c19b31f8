package console

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// fake is an agent that tells what a test gives it.
type fake struct {
	plan      *plan.Plan
	situation *rules.Situation
	events    []journal.Event
	alerts    []alert.Standing
	broken    error // of the journal
	wake      chan struct{}
}

func (f *fake) Situation() *rules.Situation { return f.situation }
func (f *fake) Plan() *plan.Plan            { return f.plan }

func (f *fake) Outages() []rules.PastOutage { return nil }

func (f *fake) OpenAlerts() []alert.Standing { return f.alerts }

func (f *fake) PowerIf(supply.WhatIf) *supply.Facts { return f.situation.Power }

func (f *fake) Committed() (<-chan struct{}, func()) { return f.wake, func() {} }

func (f *fake) Preview(context.Context, rules.Action, journal.Actor) (*rules.Preview, error) {
	return nil, &rules.Problem{Kind: rules.Invalid}
}

func (f *fake) Event(_ context.Context, id string) (journal.Event, error) {
	for _, e := range f.events {
		if e.ID == id {
			return e, nil
		}
	}
	return journal.Event{}, &rules.Problem{Kind: rules.NotFound}
}

func (f *fake) Inspect(context.Context, string, func(done, total int)) (journal.InspectionDone, error) {
	return journal.InspectionDone{}, &rules.Problem{Kind: rules.Conflict, Code: rules.CodeInspectionRunning}
}

func (f *fake) CallOut(string) (*rules.CallOut, error) {
	return nil, &rules.Problem{Kind: rules.NotFound}
}

func (f *fake) Act(context.Context, rules.Action, journal.Actor) (journal.Event, error) {
	return journal.Event{}, &rules.Problem{Kind: rules.Invalid}
}

func (f *fake) Events(context.Context, journal.Query) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for _, e := range f.events {
			if !yield(e, nil) {
				return
			}
		}
		if f.broken != nil {
			yield(journal.Event{}, f.broken)
		}
	}
}

// city is an agent with a system that is down, one that is planned to be, and one that is up.
func city(t *testing.T) *fake {
	t.Helper()
	p := &plan.Plan{Name: "city", Title: "試験市ICT-BCP", Locale: plan.Japanese}
	for _, name := range []string{"records", "mail", "print"} {
		p.Systems = append(p.Systems, &plan.System{Name: name, Title: "題:" + name})
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return &fake{plan: p, situation: &rules.Situation{
		At: nine, Plan: rules.PlanFacts{Title: p.Title, Locale: p.Locale}, Agent: rules.AgentFacts{Name: "a1"},
		Threat: rules.ThreatFacts{Title: "災害", DeclaredAt: nine.Add(-time.Hour)},
		Systems: []*rules.SystemFacts{
			{Name: "print", Title: "題:print", State: rules.Up},
			{Name: "mail", Title: "題:mail", State: rules.Planned, Outage: &rules.OutageFacts{Start: nine, Planned: true, Verdict: rules.OnTrack}},
			{
				Name: "records", Title: "題:records", Priority: 1, State: rules.Down, Affects: []string{"print"},
				Alternative: "紙台帳で受付",
				Checks:      []*rules.CheckFacts{{Name: "login", LastRunAt: nine, Reason: "refused", Error: "connection refused"}},
				Outage: &rules.OutageFacts{
					Start: nine.Add(-time.Hour), Elapsed: 3600, Deadline: nine.Add(3 * time.Hour), Left: new(rules.Seconds(3 * 3600)),
					UsedRatio: new(0.25), StartRecoveryBy: nine.Add(2 * time.Hour), Verdict: rules.AtRisk,
				},
			},
		},
	}, events: []journal.Event{
		{Seq: 1, At: nine.Add(-time.Hour), Kind: journal.KindNoteAdded, Payload: journal.NoteAdded{Text: "older note"}},
		{Seq: 2, At: nine, Kind: journal.KindNoteAdded, Payload: journal.NoteAdded{Text: "newer note"}},
	}}
}

func ask(t *testing.T, f *fake, path, language string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", language)
	w := httptest.NewRecorder()
	Handler(f, slog.New(slog.NewTextHandler(t.Output(), nil))).ServeHTTP(w, r)
	return w
}

func page200(t *testing.T, f *fake) string {
	t.Helper()
	w := ask(t, f, "/", "ja")
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestWallTellsTheSituation(t *testing.T) {
	t.Parallel()
	body := page200(t, city(t))
	for _, want := range []string{
		"試験市ICT-BCP", "災害", "題:records", "紙台帳で受付", "connection refused", "03:00</b><i>:00", "12:00</td>", "11:00</td>",
		`<body class="alarm wall"`, `class="down at_risk"`, `class="planned on_track"`, `max="100" value="75"`, "題:print",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Index(body, "題:records</") > 0 && strings.Index(body, "題:records") > strings.Index(body, "題:print") {
		t.Error("the healthy come before the urgent")
	}
	if newer, older := strings.Index(body, "newer note"), strings.Index(body, "older note"); newer < 0 || older < newer {
		t.Error("the chronology does not begin with the newest")
	}
	if calm := regexp.MustCompile(`(?s)<details class="healthy".*?</details>`).FindString(body); !strings.Contains(calm, "題:print") || strings.Contains(calm, "題:mail") {
		t.Errorf("healthy are %s", calm)
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, accept, lang string }{
		{"/", "", "ja"},
		{"/", "en-GB,en;q=0.9", "en"},
		{"/", "fr,ja;q=0.5", "ja"},
		{"/", "fr", "ja"},
		{"/?lang=en", "ja", "en"},
		{"/?lang=ja", "en", "ja"},
		{"/?lang=%22%3E%3Cscript%3E", "en", "en"},
		{"/", strings.Repeat("-x", 5000), "ja"},
	} {
		body := ask(t, city(t), test.path, test.accept).Body.String()
		if !strings.Contains(body, `<html lang="`+test.lang+`">`) {
			t.Errorf("%s with %.20q is not in %s", test.path, test.accept, test.lang)
		}
		if strings.Contains(body, "<no value>") || regexp.MustCompile(`\bconsole_[a-z]+`).MatchString(body) {
			t.Errorf("%s in %s has a text without words", test.path, test.lang)
		}
	}
}

func TestBlackoutIsNotCalm(t *testing.T) {
	t.Parallel()
	for lost, want := range map[bool]string{false: `<body class="calm wall"`, true: `<body class="watch wall"`} {
		f := city(t)
		f.situation.Systems = f.situation.Systems[:1]
		f.situation.Power = &supply.Facts{UtilityLost: lost, UtilityLostAt: nine}
		if body := page200(t, f); !strings.Contains(body, want) {
			t.Errorf("utility power lost is %t: the page lacks %s", lost, want)
		}
	}
}

// Where the generator has not started, no end of emergency power as a whole is told: then the wall
// counts down to what goes off next, be it switched off or at the end of its battery.
func TestWallCountsDownToWhatGoesOffNext(t *testing.T) {
	t.Parallel()
	f := city(t)
	next := &supply.ShedFacts{Load: "mail", Title: "庁内メール", Supply: "a", At: nine.Add(90 * time.Second)}
	f.situation.Power = &supply.Facts{
		At: nine, UtilityLost: true, UtilityLostAt: nine, Supplies: []*supply.SupplyFacts{{Name: "a", Title: "電算室UPS"}},
		Shed: []*supply.ShedFacts{{Load: "lights", Title: "照明", At: nine.Add(-time.Minute)}, next},
	}
	for reason, want := range map[supply.Reason][]string{
		supply.ForHorizon: {"次に切る負荷", "庁内メール"}, supply.BatteryEnds: {"電池切れ", "電算室UPS"},
	} {
		next.Reason = reason
		lacks(t, string(reason), between(t, page200(t, f), `id="runtime"`, "</p>"), append(want, "00:01</b><i>:30", "09:01まで")...)
	}
	f.situation.Power.UtilityLost = false
	holds(t, "the wall with utility power", page200(t, f), `id="runtime"`)
}

func TestReasonIsNotSaidTwice(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"en": `<li class="error">login: <small>connection refused</small></li>`,
		"ja": `<li class="error">login: 接続拒否 <small>connection refused</small></li>`,
	} {
		if body := ask(t, city(t), "/?lang="+lang, "").Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: the page lacks %s", lang, want)
		}
	}
}

func TestHostileTextIsInertAndCut(t *testing.T) {
	t.Parallel()
	long := hostile + strings.Repeat("長", 1<<20)
	f := city(t)
	s := f.situation
	s.Plan.Title, s.Plan.Rejected, s.Threat.Title, s.Agent.Name = long, long, long, hostile
	s.Agent.Blind, s.Agent.BlindText = true, long
	s.Journal = rules.JournalFacts{Failing: long, Unwritten: 3}
	s.Clock.Estimated = true
	for _, sys := range s.Systems {
		sys.Title, sys.Alternative = long, long
	}
	f.plan.System("mail").Title = long
	s.System("records").Checks[0].Error, s.System("records").Checks[0].Reason = long, hostile
	f.events[0].Payload = journal.NoteAdded{Text: long}
	body := page200(t, f)
	if len(body) > 100<<10 {
		t.Errorf("the page has %d bytes", len(body))
	}
	for _, tag := range regexp.MustCompile(`<(script|img)[^>]*>`).FindAllString(body, -1) {
		if !regexp.MustCompile(`^<script src="/assets/[a-z]+\.[0-9a-f]{8}\.js" defer>$`).MatchString(tag) {
			t.Errorf("a text has become markup: %s", tag)
		}
	}
	for _, r := range body {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Fatalf("%U reaches the page", r)
		}
	}
	if strings.Count(body, "alert(1)") == 0 {
		t.Error("the text is not shown at all")
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	files := readAssets()
	for _, path := range []string{"/", files.Of("live.js"), files.Of("base.css"), files.Of("wall.css"), files.Of("icon.svg")} {
		w := ask(t, city(t), path, "")
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") ||
			w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	for _, path := range []string{"/other", "/assets/", "/assets/../console.go", "/assets/..%2fconsole.go", "/assets/none.js", "/assets/live.js"} {
		if w := ask(t, city(t), path, ""); w.Code == http.StatusOK {
			t.Errorf("%s is served", path)
		}
	}
}

// The page asks nothing of any other host, and nothing of its own host that is not there.
func TestPageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	body := page200(t, city(t))
	for _, link := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		switch path := link[1]; {
		case strings.HasPrefix(path, "/assets/"):
			if w := ask(t, city(t), path, ""); w.Code != http.StatusOK {
				t.Errorf("%s: %d", path, w.Code)
			}
		case !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "#"), strings.HasPrefix(path, "//"):
			t.Errorf("the page leads to %s", path)
		}
	}
	if strings.Contains(body, "style=") || regexp.MustCompile(`\son[a-z]+=`).MatchString(body) {
		t.Error("the page has inline style or script, which its own policy forbids")
	}
}

func TestOrdinaryDayAndBrokenJournal(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.situation.Systems = f.situation.Systems[:1]
	f.broken = errors.New("disk I/O error")
	body := page200(t, f)
	if !strings.Contains(body, `<body class="calm wall"`) || strings.Contains(body, "<table>") {
		t.Error("an ordinary day does not look like one")
	}
	f.situation.Journal = rules.JournalFacts{Failing: "disk full", Unwritten: 7}
	if body := page200(t, f); !strings.Contains(body, "disk full") || !strings.Contains(body, "7") {
		t.Error("a failing journal is not shown")
	}
}
