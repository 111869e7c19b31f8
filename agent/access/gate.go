package access

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access/webfile"
	"github.com/keizoku-bcp/keizoku/journal"
)

// Gate stands before all that the agent serves over TCP. It is safe for concurrent use.
type Gate struct {
	web       *webfile.File
	viewers   func() []string
	now       func() time.Time
	refuse    Refuse
	log       *slog.Logger
	passwords *passwords
	sessions  sealer
	links     *links
}

// Refuse answers a request that is refused, in the form of the API.
type Refuse func(w http.ResponseWriter, status int, title, detail, hint string)

// Options are what a gate needs.
type Options struct {
	// Web has the users.
	Web *webfile.File
	// StateDir keeps the key of the sessions.
	StateDir string
	// Viewers are the users who may look and not act, by the plan that holds now.
	Viewers func() []string
	// Now is the clock of the sessions: the agent's, which goes on where it stood when a machine
	// wakes with a wrong one.
	Now    func() time.Time
	Refuse Refuse
	Log    *slog.Logger
}

// New makes a gate.
func New(opts Options) *Gate {
	return &Gate{
		web: opts.Web, viewers: opts.Viewers, now: opts.Now, refuse: opts.Refuse, log: opts.Log,
		passwords: newPasswords(), sessions: sealer{readKey(opts.StateDir, opts.Log)}, links: newLinks(),
	}
}

// HasUsers reports whether there are users to sign in as. Where there are none, everybody reads.
func (g *Gate) HasUsers() bool { return len(g.web.Users()) > 0 }

// Strangers are viewers who are no users.
func (g *Gate) Strangers() (names []string) {
	users := g.web.Users()
	for _, name := range g.viewers() {
		if _, known := users[name]; !known {
			names = append(names, name)
		}
	}
	return names
}

// Identify says behind it who asks (see [Of]) and lets nobody by who may not even read. Who may act
// is for what stands behind it to ask ([OperatorOf]).
func (g *Gate) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		users, open := g.web.Users(), public(r)
		id, known, err := g.prove(r, users, open)
		switch {
		case known:
			next.ServeHTTP(w, r.WithContext(With(r.Context(), id)))
		case open || len(users) == 0, err == nil && carriesWords(r):
			next.ServeHTTP(w, r)
		default:
			g.deny(w, r, err)
		}
	})
}

// prove finds out who asks: by a password with the request, where one is needed, else by a session.
func (g *Gate) prove(r *http.Request, users map[string]string, open bool) (id Identity, known bool, err error) {
	if user, password, ok := r.BasicAuth(); ok && !open && len(users) > 0 {
		if err := g.check(r, users, user, password); err != nil {
			return Identity{}, false, err
		}
		return g.identity(user, viaPassword, ""), true, nil
	}
	for _, c := range r.CookiesNamed(g.sessions.name()) {
		if s, err := g.sessions.open(c.Value); err == nil && s.holds(g.now()) && g.stands(&s, users) {
			return g.identity(s.User, s.Via, s.Role), true, nil
		}
	}
	return Identity{}, false, nil
}

// stands reports whether what a session was given for is still so.
func (g *Gate) stands(s *session, users map[string]string) bool {
	if s.Via == viaLink {
		return s.Role == Operator || s.Role == Viewer
	}
	hash, known := users[s.User]
	return known && s.Via == viaPassword && s.Password == g.sessions.mark(s.User, hash)
}

// identity is somebody who has proved it; role is that of a link.
func (g *Gate) identity(user, via string, role Role) Identity {
	if via != viaLink {
		role = g.roleOf(user)
	}
	return Identity{Actor: journal.Actor{User: user, Via: via}, Role: role}
}

// roleOf is what a user of the web configuration file may do, by the present plan.
func (g *Gate) roleOf(user string) Role {
	if slices.Contains(g.viewers(), user) {
		return Viewer
	}
	return Operator
}

// check checks a password and tells the log of a wrong one.
func (g *Gate) check(r *http.Request, users map[string]string, user, password string) error {
	err := g.passwords.check(users, addressOf(r), user, password)
	if !errors.Is(err, ErrRefused) { // who must wait was told of often enough
		return err
	}
	if _, known := users[user]; !known {
		user = "(unknown)" // perhaps a password in the wrong field
	}
	g.log.Warn("refused", "user", user, "remote", r.RemoteAddr, "path", r.URL.Path, "err", err)
	return err
}
