package access

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/keizoku-bcp/keizoku/agent/access/webfile"
)

// world is a gate with what it depends on.
type world struct {
	*testing.T
	*Gate
	file    string // the web configuration file
	state   string
	viewers []string
	later   time.Duration // by how much the agent's clock is ahead of the machine's
	logged  strings.Builder
}

// hashOf is a cheap hash.
func hashOf(t testing.TB, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// newWorld is a gate for users with these passwords; "wall" is a viewer.
func newWorld(t *testing.T, passwords map[string]string) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{T: t, file: filepath.Join(dir, "web.yml"), state: dir, viewers: []string{"wall"}}
	w.setUsers(passwords)
	w.restart()
	return w
}

func (w *world) setUsers(passwords map[string]string) {
	w.Helper()
	text := "basic_auth_users:\n"
	for _, user := range slices.Sorted(maps.Keys(passwords)) {
		text += fmt.Sprintf("  %s: %s\n", user, hashOf(w.T, passwords[user]))
	}
	if len(passwords) == 0 {
		text = ""
	}
	if err := os.WriteFile(w.file, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

// restart is another agent on the same state.
func (w *world) restart() {
	w.Helper()
	log := slog.New(slog.NewTextHandler(&w.logged, nil))
	file, err := webfile.Open(w.file, log)
	if err != nil {
		w.Fatal(err)
	}
	w.Gate = New(Options{
		Web: file, StateDir: w.state, Viewers: func() []string { return w.viewers },
		Now:    func() time.Time { return time.Now().Add(w.later) },
		Refuse: func(w http.ResponseWriter, status int, title, detail, hint string) { http.Error(w, title, status) },
		Log:    log,
	})
}

// request is one as a test builds it.
type request struct {
	method, path, remote string
	header               map[string]string
	user, password       string // of basic authentication
	cookie               *http.Cookie
}

func (q request) http() *http.Request {
	if q.method == "" {
		q.method = http.MethodGet
	}
	r := httptest.NewRequest(q.method, q.path, nil)
	r.RemoteAddr = "192.0.2.1:4000"
	if q.remote != "" {
		r.RemoteAddr = q.remote
	}
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	if q.user != "" {
		r.SetBasicAuth(q.user, q.password)
	}
	if q.cookie != nil {
		r.AddCookie(q.cookie)
	}
	return r
}

// ask sends a request through the gate; behind it, whoever comes through is told who they are.
func (w *world) ask(q request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.Identify(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		id, known := Of(r.Context())
		_, acts := OperatorOf(r.Context())
		_, _ = io.WriteString(rw, who(id, known, acts))
	})).ServeHTTP(answer, q.http())
	return answer
}

func who(id Identity, known, acts bool) string {
	if !known {
		return "reader"
	}
	return fmt.Sprintf("%s %s by %s, acts: %t", id.Role, id.User, id.Via, acts)
}

// says is what the gate lets through, or the status of its refusal.
func (w *world) says(q request) string {
	w.Helper()
	answer := w.ask(q)
	if answer.Code != http.StatusOK {
		return fmt.Sprint(answer.Code)
	}
	return answer.Body.String()
}

// signIn returns the cookie of a user.
func (w *world) signIn(user, password string) *http.Cookie {
	w.Helper()
	answer := httptest.NewRecorder()
	if err := w.SignIn(answer, request{method: http.MethodPost, path: SignInPath}.http(), user, password); err != nil {
		w.Fatal(err)
	}
	return cookieOf(w.T, answer)
}

// redeem returns the cookie of a link.
func (w *world) redeem(role Role) *http.Cookie {
	w.Helper()
	token, _ := w.Invite("root", role)
	answer := httptest.NewRecorder()
	if err := w.Redeem(answer, request{method: http.MethodPost, path: LinkPath + token}.http(), token); err != nil {
		w.Fatal(err)
	}
	return cookieOf(w.T, answer)
}

func cookieOf(t *testing.T, answer *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	cookies := answer.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies", len(cookies))
	}
	return cookies[0]
}

var people = map[string]string{"duty": "correct horse", "wall": "shown to all"}
