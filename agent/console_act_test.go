package agent

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/agent/console"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// desk is somebody at the pages of an office's agent.
type desk struct {
	*office
	pages http.Handler
	lang  plan.Locale
	who   access.Identity
}

// deskOf sits an operator down at the pages of an office in which a system is down.
func deskOf(t *testing.T, lang plan.Locale) *desk {
	t.Helper()
	o := responding(t)
	for _, system := range o.agent.Plan().Systems {
		o.awaits(system.Name, rules.Down) // all of them: what is recorded tells how many are
	}
	return &desk{
		office: o, pages: console.Handler(o.agent, o.opts.Log), lang: lang,
		who: access.Identity{Actor: journal.Actor{User: "duty", Via: "http"}, Role: access.Operator},
	}
}

// post sends a form as a browser does.
func (d *desk) post(action string, form url.Values) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequestWithContext(access.With(d.Context(), d.who), http.MethodPost, "/act/"+action, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", formType)
	r.Header.Set("Accept-Language", string(d.lang))
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	return w
}

// see reads a page.
func (d *desk) see(path string) string {
	d.Helper()
	r := httptest.NewRequestWithContext(access.With(d.Context(), d.who), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", string(d.lang))
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	return html.UnescapeString(w.Body.String())
}

// line is how the chronology words an event.
func (d *desk) line(e journal.Event) string {
	p := d.agent.Plan()
	return messages.For(d.lang).Event(e, messages.TitlesOf(p), p.Location)
}

var (
	recordShown = regexp.MustCompile(`(?s)<p class="record" id="record">(.*?)</p>`)
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// shown is the line that a page of confirmation shows, and its form as the button sends it.
func (d *desk) shown(w *httptest.ResponseRecorder) (line string, form url.Values) {
	d.Helper()
	body := w.Body.String()
	record := recordShown.FindStringSubmatch(body)
	if w.Code != http.StatusOK || record == nil {
		d.Fatalf("%d %s", w.Code, body)
	}
	if !strings.Contains(body, `<button name="confirm" value="yes" autofocus`) {
		d.Error("the button that confirms is not what the keyboard is on")
	}
	form = url.Values{"confirm": {"yes"}}
	for _, field := range hiddenInput.FindAllStringSubmatch(body, -1) {
		form.Add(field[1], html.UnescapeString(field[2]))
	}
	return html.UnescapeString(record[1]), form
}

// recorded is the event to which a confirmation leads.
func (d *desk) recorded(w *httptest.ResponseRecorder, back string) journal.Event {
	d.Helper()
	to, err := url.Parse(w.Header().Get("Location"))
	if w.Code != http.StatusSeeOther || err != nil || to.Path != back {
		d.Fatalf("%d to %s: %s", w.Code, to, w.Body)
	}
	e, err := d.agent.Event(d.Context(), to.Query().Get("done"))
	if err != nil {
		d.Fatalf("%s: %v", to, err)
	}
	return e
}

// fieldsOf makes a form of pairs.
func formOf(pairs ...string) url.Values {
	form := url.Values{"by": {"佐藤 一郎"}, "return": {"/timeline?from=x"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// steps are all actions, in an order in which each of them is possible.
func everyAction() (names []string, forms map[string]url.Values) {
	now := time.Now()
	forms = map[string]url.Values{
		"note":         formOf("text", "3階で漏水\r\n<b>1</b>"),
		"declare":      formOf("threat", "disaster", "onset", "", "note", "震度6弱"),
		"stage":        formOf("to", "initial_response", "why", "震度6弱"),
		"step":         formOf("step", "first.look", "note", "異常なし"),
		"call":         formOf("role", "leader", "person", "佐藤 一郎", "medium", "mobile", "result", "coming", "coming_at", now.Add(time.Hour).UTC().Format(time.RFC3339)),
		"survey":       formOf("site", "main_hall", "item", "building", "finding", "normal", "seen_at", ""),
		"eta":          formOf("system", "records", "at", now.Add(2*time.Hour).UTC().Format(time.RFC3339), "why", "業者到着"),
		"ack":          formOf("system", "records", "why", "再起動中"),
		"outage-start": formOf("system", "records", "start", now.Add(-time.Hour).UTC().Format(time.RFC3339Nano)),
		"ordinary":     formOf("why", "回線のみ"),
		"report":       formOf("remarks", "次は16時"),
		"end":          formOf("threat", "disaster", "note", "解除"),
	}
	return []string{"note", "declare", "stage", "step", "call", "survey", "eta", "ack", "outage-start", "ordinary", "report", "end"}, forms
}

// Each action, in both languages: the line that is shown is the one that is recorded, in the name of
// both, once, and the page that the person comes back to says so.
func TestEveryActionIsRecordedAsItWasShown(t *testing.T) {
	t.Parallel()
	for _, lang := range messages.Locales {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			d := deskOf(t, lang)
			names, forms := everyAction()
			if len(names) != len(act.Actions()) {
				t.Fatalf("this test tries %d of %d actions", len(names), len(act.Actions()))
			}
			for _, name := range names {
				before := len(d.events())
				page := d.post(name, forms[name])
				line, form := d.shown(page)
				if n := d.recordedSince(before); n != 0 {
					t.Fatalf("%s: looking at it records %d", name, n)
				}
				answer := d.post(name, form)
				e := d.recorded(answer, "/timeline")
				if want := d.line(e); line != want {
					t.Errorf("%s: shown %q, recorded %q", name, line, want)
				}
				if e.Actor.By != "佐藤 一郎" || e.Actor.User != "duty" || e.Actor.Via != "http" {
					t.Errorf("%s: recorded in the name of %+v", name, e.Actor)
				}
				if again := d.recorded(d.post(name, form), "/timeline"); again.ID != e.ID || d.recordedSince(before) != 1 {
					t.Errorf("%s: a second click records %d times", name, d.recordedSince(before))
				}
				if back := d.see("/?done=" + e.ID); !strings.Contains(back, strings.SplitN(line, "\n", 2)[0]) {
					t.Errorf("%s: the page that one comes back to does not say %q: %s", name, line, back)
				}
			}
		})
	}
}

// Somebody else acts while a person looks at the page of confirmation.
func TestSomebodyElseActsMeanwhile(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.Japanese)
	answer := formOf("site", "main_hall", "item", "building", "finding", "normal")
	_, form := d.shown(d.post("survey", answer))
	d.do("鈴木 花子", rules.AnswerSurvey{Site: "main_hall", Item: "building", Finding: journal.Stopped})
	before := len(d.events())
	page := d.post("survey", form)
	_, anew := d.shown(page)
	if d.recordedSince(before) != 0 || !strings.Contains(page.Body.String(), "記録する内容が変わりました") || anew.Get("ticket") == form.Get("ticket") {
		t.Fatalf("another answer is replaced unseen: %s", page.Body)
	}
	d.recorded(d.post("survey", anew), "/timeline")

	_, form = d.shown(d.post("stage", formOf("to", "continuity_response", "why", "停止が続く")))
	d.do("鈴木 花子", rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱"})
	refused := d.post("stage", form)
	if body := refused.Body.String(); refused.Code != http.StatusConflict || !strings.Contains(body, "鈴木 花子") || !strings.Contains(body, "停止が続く") {
		t.Fatalf("%d %s", refused.Code, body)
	}
	if strings.Contains(refused.Body.String(), `name="from"`) {
		t.Error("the form still rests on the stage of before")
	}
}

// What devices find meanwhile is no reason to ask again.
func TestBlackoutDoesNotHoldUpADeclaration(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.Japanese)
	form := formOf("threat", "disaster")
	_, confirm := d.shown(d.post("declare", form))
	d.do("", rules.CorrectStart{System: "records", Start: time.Now().Add(-time.Hour)}) // moves a deadline
	declared := d.recorded(d.post("declare", confirm), "/timeline").Payload.(journal.ThreatDeclared)
	if declared.Onset.IsZero() || !declared.Onset.Before(time.Now()) {
		t.Errorf("%+v", declared)
	}
}

func TestDecisionAgainstTheRecommendationIsSaid(t *testing.T) {
	t.Parallel()
	for lang, want := range map[plan.Locale][]string{
		plan.Japanese: {"異なる判断として記録されます", "山田 太郎さんは、体制の決定者として計画に登録されていません", "段階: 平常監視 → ICT業務継続対応"},
		plan.English:  {"against the recommendation", "山田 太郎 is none of those", "→ "},
	} {
		d := deskOf(t, lang)
		page := d.post("stage", formOf("to", "continuity_response", "why", "念のため", "by", "  山田 太郎 "))
		for _, part := range want {
			if !strings.Contains(html.UnescapeString(page.Body.String()), part) {
				t.Errorf("the page does not say %q", part)
			}
		}
	}
}

// Whoever sees an open alert on the wall takes it on there, and the wall says at once who has.
func TestAnAlertIsTakenOnFromTheWall(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.Japanese)
	d.write("plan {")
	if err := d.agent.Reload(d.Context()); err == nil {
		t.Fatal("a broken plan was taken")
	}
	field := regexp.MustCompile(`<input type="hidden" name="alert" value="(PlanRejected/[^"]+)">`)
	var found []string
	d.until("the wall offers to take it on", func() bool {
		found = field.FindStringSubmatch(d.see("/"))
		return found != nil
	})
	form := formOf("alert", found[1], "why", "係長が直す")
	if again := html.UnescapeString(d.post("ack", formOf("alert", found[1], "why", " ")).Body.String()); !strings.Contains(again, found[1]) || strings.Contains(again, `name="system"`) {
		t.Errorf("without a why it asks for %s", again)
	}
	line, confirm := d.shown(d.post("ack", form))
	e := d.recorded(d.post("ack", confirm), "/timeline")
	want := journal.AlertAcknowledged{Alert: found[1], Name: "PlanRejected", Subject: "city", Title: d.agent.Plan().Title, Why: "係長が直す"}
	if diff := cmp.Diff(journal.Payload(want), e.Payload); diff != "" || line != d.line(e) {
		t.Errorf("%q, %q: %s", line, d.line(e), diff)
	}
	if wall := d.see("/"); !strings.Contains(wall, "対応中: 佐藤 一郎") || !strings.Contains(wall, "係長が直す") || field.MatchString(wall) {
		t.Errorf("the wall does not say who is on it: %s", wall)
	}
	if gone := d.post("ack", formOf("alert", "PlanRejected/city/20200101T000000.000Z", "why", "x")); gone.Code != http.StatusNotFound || !strings.Contains(gone.Body.String(), "発生中の警報を見直してください") {
		t.Errorf("%d %s", gone.Code, gone.Body)
	}
}
