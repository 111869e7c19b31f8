package agent

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// send sends a body of any type to an action.
func (d *desk) sends(action, contentType, body string) *httptest.ResponseRecorder {
	d.Helper()
	r := httptest.NewRequestWithContext(access.With(d.Context(), d.who), http.MethodPost, "/act/"+action, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Accept-Language", string(d.lang))
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, r)
	return w
}

// What is refused is refused with words, on a page that keeps what was typed; nothing is recorded.
func TestRefusedFormsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.Japanese)
	before := len(d.events())
	for _, test := range []struct {
		name, action, form string
		status             int
		says               []string
	}{
		{"no reason", "ack", "system=records&why=&by=%E4%BD%90%E8%97%A4", 422, []string{"理由", `name="why" aria-invalid="true" autofocus`, `value="佐藤"`, `<option value="records" selected>住民記録`}},
		{"no name", "stage", "to=initial_response&why=%E9%9C%87%E5%BA%A66%E5%BC%B1", 422, []string{"判断した人の氏名", `list="people" aria-invalid="true" autofocus`, "震度6弱</textarea>", `<option value="initial_response" selected>`}},
		{"misspelt", "declare", "threat=disastre&note=x", 404, []string{"災害", `<option value="disastre" selected>`}},
		{"nobody responds", "step", "step=first.look&note_only=yes&note=abc", 404, []string{"abc</textarea>", `name="note_only" value="yes" checked`}},
		{"in the past", "eta", "system=records&at=2001-02-03T04:05&why=w", 422, []string{`type="datetime-local" id="act-at" name="at" value="2001-02-03T04:05"`}},
		{"no time", "eta", "system=records&at=soon&why=w", 422, []string{"時刻として読み取れません", `type="text" id="act-at" name="at" value="soon" aria-invalid="true" autofocus`}},
		{"no such word", "call", "role=leader&person=%E4%BD%90%E8%97%A4+%E4%B8%80%E9%83%8E&result=perhaps", 422, []string{"perhaps", `<option value="mobile">`}},
		{"a conflict", "end", "threat=disaster&note=kept", 409, []string{"kept</textarea>"}},
		{"unknown field", "note", "text=kept&txet=x", 422, []string{"「txet」という項目はありません", "kept</textarea>"}},
		{"twice", "note", "text=kept&text=other", 422, []string{"2回", "kept</textarea>"}},
		{"no event", "note", "text=kept&corrects=01ARZ3NDEKTSV4RRFFQ69G5FAV", 404, []string{"kept</textarea>", `name="corrects" value="01ARZ3NDEKTSV4RRFFQ69G5FAV"`}},
		{"confirmed at once", "ack", "system=records&why=&confirm=yes", 422, []string{"理由"}},
		{"a long name", "note", "text=kept&by=" + strings.Repeat("x", 201), 422, []string{"氏名が長すぎる", "kept</textarea>", `aria-invalid="true"`}},
		{"a name that is no text", "note", "text=kept&by=%ff", 422, []string{"文字として読み取れません", "kept</textarea>"}},
		{"too many words", "note", "text=" + strings.Repeat("x", 5000), 422, []string{"長すぎます"}},
		{"hostile", "ack", "system=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&why=x", 404, []string{"&lt;script&gt;"}},
	} {
		w := d.sends(test.action, formType, test.form)
		body := w.Body.String()
		if w.Code != test.status {
			t.Errorf("%s: %d, want %d: %s", test.name, w.Code, test.status, body)
		}
		for _, part := range append(test.says, `role="alert"`, `action="/act/`+test.action+`"`) {
			if !strings.Contains(body, part) {
				t.Errorf("%s: the page lacks %s", test.name, part)
			}
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, "console_act_") {
			t.Errorf("%s: %s", test.name, body)
		}
	}
	if n := d.recordedSince(before); n != 0 {
		t.Errorf("%d are recorded", n)
	}
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.English)
	for _, test := range []struct {
		name, action, contentType, body string
		status                          int
		says                            string
	}{
		{"no such action", "reboot", formType, "x=y", 404, "no action “reboot”"},
		{"JSON", "note", "application/json", `{"text":"x"}`, 415, "not sent as a form"},
		{"several parts", "note", "multipart/form-data; boundary=x", "--x--", 415, "not sent as a form"},
		{"no type", "note", "", "text=x", 415, "not sent as a form"},
		{"too much", "note", formType, "text=" + strings.Repeat("x", 64<<10), 413, "64 KiB"},
		{"broken", "note", formType, "text=%zz", 400, "cannot be read"},
	} {
		w := d.sends(test.action, test.contentType, test.body)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.says) {
			t.Errorf("%s: %d %s", test.name, w.Code, w.Body)
		}
	}
	if n := len(d.events(journal.KindNoteAdded)); n != 0 {
		t.Errorf("%d notes are recorded", n)
	}
}

// Whoever may not act gets back what they typed, a way to sign in beside it, and nothing of how
// things stand; signed in, they send it from there.
func TestStrangersKeepWhatTheyTyped(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.Japanese)
	operator := d.who
	form := formOf("text", "3階で漏水\r\n応急処置中", "return", "/systems/records?x=%22")
	for name, who := range map[string]access.Identity{
		"nobody":   {},
		"a viewer": {Actor: journal.Actor{User: "wall", Via: "http"}, Role: access.Viewer},
	} {
		d.who = who
		w := d.post("note", form)
		body := w.Body.String()
		if w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, w.Code)
		}
		for _, part := range []string{"<dd>3階で漏水\n応急処置中</dd>", "<dd>佐藤 一郎</dd>", `target="_blank"`, `href="/signin?return=%2fsystems%2frecords%3fx%3d%2522"`} {
			if !strings.Contains(body, part) {
				t.Errorf("%s: the page lacks %s: %s", name, part, body)
			}
		}
		for _, secret := range []string{"試験市", "住民記録", "鈴木 花子", "平常監視"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: the page tells %s", name, secret)
			}
		}
		d.who = operator
		again := url.Values{}
		for _, field := range hiddenInput.FindAllStringSubmatch(body, -1) {
			again.Add(field[1], html.UnescapeString(field[2]))
		}
		_, confirm := d.shown(d.post("note", again))
		note := d.recorded(d.post("note", confirm), "/systems/records").Payload.(journal.NoteAdded)
		if note.Text != "3階で漏水\n応急処置中" {
			t.Errorf("%s: recorded is %q", name, note.Text)
		}
	}
}

// What was to be confirmed can be changed, and sent again.
func TestChangingWhatWasShown(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.English)
	_, form := d.shown(d.post("declare", formOf("threat", "disaster", "note", "shake", "onset", "00:00")))
	form.Set("confirm", "no")
	w := d.post("declare", form)
	for _, part := range []string{`<option value="disaster" selected>`, "shake</textarea>", `type="datetime-local"`, `T00:00"`, `value="佐藤 一郎" list="people"`, `<option value="鈴木 花子">`} {
		if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, part) {
			t.Errorf("%d, the form lacks %s: %s", w.Code, part, body)
		}
	}
	if n := len(d.events(journal.KindThreatDeclared)); n != 0 {
		t.Errorf("%d threats are declared", n)
	}
}

// The path to come back to leads to no other site.
func TestComingBackStaysHere(t *testing.T) {
	t.Parallel()
	d := deskOf(t, plan.English)
	for _, back := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "/\tx", "javascript:alert(1)", "timeline", ""} {
		w := d.post("note", url.Values{"text": {"x"}, "confirm": {"yes"}, "return": {back}})
		if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/?done=") {
			t.Errorf("%q leads to %d %s", back, w.Code, to)
		}
	}
	w := d.post("note", url.Values{"text": {"x"}, "confirm": {"yes"}, "return": {"/timeline?from=2026-01-01&done=OLD#x"}})
	if to := w.Header().Get("Location"); !strings.HasPrefix(to, "/timeline?done=") || strings.Contains(to, "OLD") || !strings.Contains(to, "from=2026-01-01") {
		t.Errorf("it leads to %s", to)
	}
}
