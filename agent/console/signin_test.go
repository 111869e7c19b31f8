package console

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/access/webfile"
)

// Gate is nobody's: what needs one has [gated].
func (f *fake) Gate() *access.Gate { return nil }

// gated is an agent that people sign in to.
type gated struct {
	*fake
	gate *access.Gate
}

func (g gated) Gate() *access.Gate { return g.gate }

// duty is the user "duty" with the password "correct horse".
const duty = "basic_auth_users:\n  duty: $2a$04$No.NVSdgJsJTWmK5nAl0SuvfTiQhriVLy.0ypu5rhKBKek5TuqLZG\n"

// gatedCity is the city behind a gate with the users of a web configuration file.
func gatedCity(t *testing.T, users string) (gated, http.Handler) {
	t.Helper()
	dir, log := t.TempDir(), slog.New(slog.NewTextHandler(t.Output(), nil))
	path := filepath.Join(dir, "web.yml")
	if err := os.WriteFile(path, []byte(users), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := webfile.Open(path, log)
	if err != nil {
		t.Fatal(err)
	}
	g := gated{city(t), access.New(access.Options{
		Web: file, StateDir: dir, Viewers: func() []string { return nil }, Now: time.Now, Log: log,
		Refuse: func(w http.ResponseWriter, status int, title, _, _ string) { http.Error(w, title, status) },
	})}
	return g, g.gate.Identify(Handler(g, log))
}

// submit sends a form, or asks for a page when there is none.
func submit(t *testing.T, h http.Handler, path string, form url.Values, cookies ...*http.Cookie) *http.Response {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, body)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "ja")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// answered is the text of an answer, whose status must be as told.
func answered(t *testing.T, resp *http.Response, status int) string {
	t.Helper()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != status {
		t.Fatalf("%s, want %d: %s", resp.Status, status, data)
	}
	return string(data)
}

func mustHold(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s:\n%s", want, text)
		}
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	_, h := gatedCity(t, duty)
	form := answered(t, submit(t, h, "/signin?return=%2Fpower%3Ffuel%3D100", nil), 200)
	mustHold(t, form, `<label for="user">`, `<label for="password">`, `name="return" value="/power?fuel=100"`, `action="/signin"`, "keizoku open", `href="/signin?lang=en&amp;return=%2Fpower%3Ffuel%3D100"`)

	resp := submit(t, h, "/signin", url.Values{"user": {"duty"}, "password": {"guess"}, "return": {"/power"}})
	refused := answered(t, resp, 403)
	mustHold(t, refused, `role="alert"`, "利用者名またはパスワードが違います", `value="duty"`, `value="/power"`)
	if strings.Contains(refused, "guess") || len(resp.Cookies()) != 0 {
		t.Errorf("a refusal shows the password, or signs in: %v", resp.Cookies())
	}
	if unknown := answered(t, submit(t, h, "/signin", url.Values{"user": {"night"}, "password": {"guess"}, "return": {"/power"}}), 403); unknown != strings.ReplaceAll(refused, `value="duty"`, `value="night"`) {
		t.Error("the page tells which users there are")
	}

	resp = submit(t, h, "/signin", url.Values{"user": {"duty"}, "password": {"correct horse"}, "return": {"/power?fuel=100"}})
	answered(t, resp, 303)
	if at := resp.Header.Get("Location"); at != "/power?fuel=100" {
		t.Errorf("one comes back to %s", at)
	}
	mustHold(t, answered(t, submit(t, h, "/signin", nil, resp.Cookies()...), 200), "dutyとしてサインインしています", "操作できます")
	resp = submit(t, h, "/signout", url.Values{}, resp.Cookies()...)
	answered(t, resp, 303)
	if c := resp.Cookies(); len(c) != 1 || c[0].MaxAge >= 0 || resp.Header.Get("Location") != "/" {
		t.Errorf("signing out: %v", c)
	}
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	_, h := gatedCity(t, duty)
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\r\nX: y", "javascript:alert(1)", "/signin", ""} {
		resp := submit(t, h, "/signin", url.Values{"user": {"duty"}, "password": {"correct horse"}, "return": {to}})
		if answered(t, resp, 303); resp.Header.Get("Location") != "/" {
			t.Errorf("%q leads to %s", to, resp.Header.Get("Location"))
		}
		if page := answered(t, submit(t, h, "/signin?"+url.Values{"return": {to}}.Encode(), nil), 200); !strings.Contains(page, `name="return" value="/"`) {
			t.Errorf("%q stands in the form:\n%s", to, page)
		}
	}
}

// What is asked of a user is not told to strangers on the way in.
func TestSignInPageTellsNothing(t *testing.T) {
	t.Parallel()
	g, h := gatedCity(t, duty)
	g.situation.Plan.Rejected = "a mistake in the plan"
	for _, page := range []string{
		answered(t, submit(t, h, "/signin", nil), 200), answered(t, submit(t, h, "/signin/link/ABC", nil), 410),
		answered(t, submit(t, h, "/signin", url.Values{"user": {"x"}, "password": {"x"}}), 403),
	} {
		for _, secret := range []string{"災害", "題:", "alarm", "newer note", "connection refused", "mistake", "data-at", "live."} {
			if strings.Contains(page, secret) {
				t.Errorf("a stranger is told %s:\n%s", secret, page)
			}
		}
		if strings.Count(page, "<h1>") != 1 || regexp.MustCompile(`console_[a-z]+|<no value>|style=|<script`).MatchString(page) {
			t.Errorf("the page is not as pages are:\n%s", page)
		}
	}
}

func TestTooManyTries(t *testing.T) {
	t.Parallel()
	_, h := gatedCity(t, duty)
	var resp *http.Response
	for range 11 {
		resp = submit(t, h, "/signin", url.Values{"user": {"duty"}, "password": {"guess"}})
	}
	mustHold(t, answered(t, resp, 429), "秒後にもう一度")
	if resp.Header.Get("Retry-After") == "" {
		t.Errorf("%v", resp.Header)
	}
	answered(t, submit(t, h, "/signin", url.Values{"user": {strings.Repeat("x", maxSignin)}}), 400)
}

func TestSigningInByALink(t *testing.T) {
	t.Parallel()
	for role, want := range map[access.Role]string{access.Operator: "12時間のあいだ閲覧と操作", access.Viewer: "30日のあいだ閲覧"} {
		g, h := gatedCity(t, duty)
		token, _ := g.gate.Invite("root", role)
		for range 2 { // a preview, then a person
			mustHold(t, answered(t, submit(t, h, access.LinkPath+token, nil), 200), want, "<button>", "1回だけ")
		}
		resp := submit(t, h, access.LinkPath+token, url.Values{})
		answered(t, resp, 303)
		mustHold(t, answered(t, submit(t, h, "/signin", nil, resp.Cookies()...), 200), "rootとしてサインインしています")
		for _, form := range []url.Values{nil, {}} {
			again := submit(t, h, access.LinkPath+token, form)
			mustHold(t, answered(t, again, 410), "すでに使われたか", "keizoku open")
			if len(again.Cookies()) != 0 {
				t.Error("a used link signs in")
			}
		}
	}
}

func TestSignInWhereThereAreNoUsers(t *testing.T) {
	t.Parallel()
	_, h := gatedCity(t, "")
	page := answered(t, submit(t, h, "/signin?lang=en", nil), 200)
	mustHold(t, page, "no users with passwords", "keizoku open", `lang="en"`)
	if strings.Contains(page, `type="password"`) {
		t.Error("a password is asked for that nobody has")
	}
	answered(t, submit(t, h, "/signin", url.Values{"user": {"duty"}, "password": {""}}), 403)
}
