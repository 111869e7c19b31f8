package access

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	dutyByPassword = "operator duty by http, acts: true"
	wallByPassword = "viewer wall by http, acts: false"
	rootByLink     = "operator root by link, acts: true"
	wallByLink     = "viewer root by link, acts: false"
)

// Who comes through the gate, and as whom: every role, by every proof, on every kind of route.
func TestWhoComesThrough(t *testing.T) {
	t.Parallel()
	closed, open := newWorld(t, people), newWorld(t, nil)
	proofs := map[string]func(w *world) request{
		"nothing":           func(*world) request { return request{} },
		"basic operator":    func(*world) request { return request{user: "duty", password: "correct horse"} },
		"basic viewer":      func(*world) request { return request{user: "wall", password: "shown to all"} },
		"wrong password":    func(*world) request { return request{user: "duty", password: "guess"} },
		"unknown user":      func(*world) request { return request{user: "root", password: "root"} },
		"session operator":  func(w *world) request { return request{cookie: w.signIn("duty", "correct horse")} },
		"session viewer":    func(w *world) request { return request{cookie: w.signIn("wall", "shown to all")} },
		"link operator":     func(w *world) request { return request{cookie: w.redeem(Operator)} },
		"link viewer":       func(w *world) request { return request{cookie: w.redeem(Viewer)} },
		"cookie of another": func(*world) request { return request{cookie: newWorld(t, people).redeem(Operator)} },
	}
	for _, test := range []struct {
		proof string
		// what is said on public routes, on the others of an agent with users, and of one without
		public, closed, open string
	}{
		{"nothing", "reader", "401", "reader"},
		{"basic operator", "reader", dutyByPassword, "reader"},
		{"basic viewer", "reader", wallByPassword, "reader"},
		{"wrong password", "reader", "401", "reader"},
		{"unknown user", "reader", "401", "reader"},
		{"session operator", dutyByPassword, dutyByPassword, ""},
		{"session viewer", wallByPassword, wallByPassword, ""},
		{"link operator", rootByLink, rootByLink, rootByLink},
		{"link viewer", wallByLink, wallByLink, wallByLink},
		{"cookie of another", "reader", "401", "reader"},
	} {
		toClosed, toOpen := proofs[test.proof](closed), request{}
		if test.open != "" {
			toOpen = proofs[test.proof](open)
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
			for path, public := range map[string]bool{
				"/": false, "/metrics": false, "/-/ready": false, "/-/reload": false, "/live": false, "/api/v1/situation": false, "/api/v1/note": false,
				"/act/note": false, "/act/": false, "/act/note/x": false, "/act/%6eote": false, "/act/../metrics": false, "/api/v1/sign-in-link": false, "/nothing": false, "/-/healthy": true, "/assets/wall.css": true, "/signin": true, "/signout": true,
				"/signin/link/ABC": true, "/api/v1/heartbeat/backup/nightly": method == "POST", "/signin2": false, "/-/healthy/": false,
				"/assets/../metrics": false, "/assets/%2e%2e/metrics": false, "/assets%2fx": false, "//assets/x": false, "/assets": false,
			} {
				want := test.closed
				if public {
					want = test.public
				}
				if path == "/act/note" && method == "POST" && want == "401" && toClosed.user == "" {
					want = "reader" // what was typed is shown back
				}
				closed.passwords.limit = newLimit() // the bound of wrong ones has tests of its own
				toClosed.method, toClosed.path = method, path
				if have := closed.says(toClosed); have != want {
					t.Errorf("with users: %s %s with %s: %s, want %s", method, path, test.proof, have, want)
				}
				toOpen.method, toOpen.path = method, path
				if have := open.says(toOpen); test.open != "" && have != test.open {
					t.Errorf("without users: %s %s with %s: %s, want %s", method, path, test.proof, have, test.open)
				}
			}
		}
	}
}

func TestRefusalsFitWhoAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	for _, test := range []struct {
		name     string
		request  request
		status   int
		location string
		asks     string // beginning of WWW-Authenticate
	}{
		{"a browser is led to signing in", request{path: "/systems/tax?lang=en&x=%2F", header: map[string]string{"Accept": "text/html,*/*"}}, 303, "/signin?return=%2Fsystems%2Ftax%3Flang%3Den%26x%3D%252F", ""},
		{"Prometheus is asked for a password", request{path: "/metrics", header: map[string]string{"Accept": "application/openmetrics-text"}}, 401, "", "Basic "},
		{"so is whoever sends something", request{method: "POST", path: "/api/v1/note", header: map[string]string{"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}}, 401, "", "Basic "},
		{"a wrong password is said to be wrong", request{path: "/", user: "duty", password: "x", header: map[string]string{"Accept": "text/html"}}, 401, "", "Basic "},
		{"a script does not make the browser ask", request{path: "/live", header: map[string]string{"Accept": "text/event-stream", "Sec-Fetch-Mode": "cors"}}, 401, "", "Session "},
	} {
		answer := w.ask(test.request)
		h := answer.Header()
		if answer.Code != test.status || h.Get("Location") != test.location || !strings.HasPrefix(h.Get("WWW-Authenticate"), test.asks) || (h.Get("WWW-Authenticate") == "") != (test.asks == "") {
			t.Errorf("%s: %d %v", test.name, answer.Code, h)
		}
	}
}

func TestRoleIsThatOfThePresentPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	duty, wall := request{path: "/", cookie: w.signIn("duty", "correct horse")}, request{path: "/", cookie: w.signIn("wall", "shown to all")}
	w.viewers = []string{"duty", "night"}
	if have := w.says(duty); have != "viewer duty by http, acts: false" {
		t.Errorf("who was an operator is %s", have)
	}
	if have := w.says(wall); have != "operator wall by http, acts: true" {
		t.Errorf("who was a viewer is %s", have)
	}
	if have := w.Strangers(); len(have) != 1 || have[0] != "night" {
		t.Errorf("viewers who are no users: %v", have)
	}
	w.viewers = []string{"root"} // a user of the file by that name is not who made the link
	if have := w.says(request{path: "/", cookie: w.redeem(Operator)}); have != rootByLink {
		t.Errorf("the bearer of a link is %s", have)
	}
}

func TestNoPasswordIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	for _, try := range [][2]string{{"duty", "almost right"}, {"correct horse", "duty"}, {"", ""}} {
		err := w.SignIn(httptest.NewRecorder(), request{method: "POST", path: SignInPath}.http(), try[0], try[1])
		if err == nil || err.Error() != ErrRefused.Error() {
			t.Errorf("%s is answered %v", try, err)
		}
	}
	w.signIn("duty", "correct horse")
	token, _ := w.Invite("root", Operator)
	_ = w.Redeem(httptest.NewRecorder(), request{method: "POST", path: LinkPath + token}.http(), token)
	text := w.logged.String()
	for _, secret := range []string{"almost right", "correct horse", token, hashOf(t, "x")[:10]} {
		if strings.Contains(text, secret) {
			t.Errorf("the log tells %s:\n%s", secret, text)
		}
	}
	for _, want := range []string{"192.0.2.1:4000", "user=duty", "(unknown)", "signed in"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %s:\n%s", want, text)
		}
	}
}

func TestWithoutUsersNobodySignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if err := w.SignIn(httptest.NewRecorder(), request{method: "POST", path: SignInPath}.http(), "duty", ""); err == nil || w.HasUsers() {
		t.Errorf("%v, users: %t", err, w.HasUsers())
	}
}

func TestSignOutTakesTheCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	cookie := w.signIn("duty", "correct horse")
	answer := httptest.NewRecorder()
	w.Identify(http.HandlerFunc(w.SignOut)).ServeHTTP(answer, request{method: "POST", path: "/signout", cookie: cookie}.http())
	if gone := cookieOf(t, answer); gone.Name != cookie.Name || gone.Value != "" || gone.MaxAge >= 0 || gone.Path != cookie.Path {
		t.Errorf("%+v", gone)
	}
	if !strings.Contains(w.logged.String(), "signed out") {
		t.Error("the log does not tell")
	}
}
