package access

import (
	"net/http"
	"time"
)

// SignIn checks a user's password and gives the browser a session. The error is [ErrRefused] or a
// [*Wait]; then the browser keeps what it had.
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, user, password string) error {
	users := g.web.Users()
	if len(users) == 0 {
		return ErrRefused
	}
	if err := g.check(r, users, user, password); err != nil {
		return err
	}
	g.begin(w, r, session{User: user, Via: viaPassword, Password: g.sessions.mark(user, users[user])})
	return nil
}

// SignOut takes the session out of the browser.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, g.sessions.cookie(r, "", 0))
	if id, ok := Of(r.Context()); ok {
		g.log.Info("signed out", "user", id.User, "via", id.Via, "remote", r.RemoteAddr)
	}
}

// Invite makes the token of a one-time link by which its bearer has a role, in the name of user.
func (g *Gate) Invite(user string, role Role) (token string, expires time.Time) {
	token, expires = g.links.invite(user, role, time.Now())
	g.log.Info("a sign-in link was made", "user", user, "role", role, "expires", expires)
	return token, expires
}

// Invited tells which role a link gives, without using it; false: none any more.
func (g *Gate) Invited(token string) (Role, bool) {
	one, ok := g.links.look(token, time.Now())
	return one.role, ok
}

// Redeem uses a link up and gives the browser its session. The error is [ErrLink].
func (g *Gate) Redeem(w http.ResponseWriter, r *http.Request, token string) error {
	one, ok := g.links.use(token, time.Now())
	if !ok {
		g.log.Debug("refused", "remote", r.RemoteAddr, "err", ErrLink) // anybody can have any number of these
		return ErrLink
	}
	g.begin(w, r, session{User: one.user, Via: viaLink, Role: one.role})
	return nil
}

// begin gives the browser a session that begins now.
func (g *Gate) begin(w http.ResponseWriter, r *http.Request, s session) {
	s.At = g.now().Unix()
	http.SetCookie(w, g.sessions.cookie(r, g.sessions.seal(s), s.life()))
	g.log.Info("signed in", "user", s.User, "via", s.Via, "role", g.identity(s.User, s.Via, s.Role).Role, "remote", r.RemoteAddr)
}
