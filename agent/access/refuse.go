package access

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// ErrRefused is the one answer to a user that there is not and to a wrong password: a stranger must
// not learn which users there are.
var ErrRefused = errors.New("the user or the password is not right")

// Wait is the answer to somebody who has tried too often.
type Wait struct {
	// For is after how long to try again; at least a second.
	For time.Duration
}

func (w *Wait) Error() string {
	return fmt.Sprintf("too many wrong passwords; try again in %d seconds", w.Seconds())
}

// Seconds is For as Retry-After has it (RFC 9110, 10.2.3).
func (w *Wait) Seconds() int { return int(w.For.Seconds()) }

// SetHeader says in the answer when to try again.
func (w *Wait) SetHeader(h http.Header) { h.Set("Retry-After", strconv.Itoa(w.Seconds())) }

// The paths of signing in.
const (
	SignInPath  = "/signin"
	SignOutPath = "/signout"
	LinkPath    = "/signin/link/" // and the token
	// ActPath is where the forms of pages send actions, with the name of the action behind it.
	ActPath = "/act/"
	// ForeignPath is the page on which a request ends that a page of another site made a browser send.
	ForeignPath = "/foreign"
	// heartbeatPath carries a token of its own in the one header that a user's password would need.
	heartbeatPath = "/api/v1/heartbeat/"
)

// public reports whether a request needs no proof even where there are users: what a browser must
// have to sign in, and what proves itself. Only paths in their plain form count, so that the router
// behind cannot read them as another one's.
func public(r *http.Request) bool {
	p := r.URL.Path
	if r.URL.RawPath != "" || path.Clean(p) != p {
		return false
	}
	switch p {
	case "/-/healthy", SignInPath, SignOutPath:
		return true
	}
	return strings.HasPrefix(p, "/assets/") || strings.HasPrefix(p, LinkPath) ||
		r.Method == http.MethodPost && strings.HasPrefix(p, heartbeatPath)
}

// carriesWords reports whether a request brings what somebody typed into a form. It goes on, as
// that of nobody: the console answers with what was typed, which must not be lost with a session
// that has ended, and with nothing else.
func carriesWords(r *http.Request) bool {
	p := r.URL.Path
	return r.Method == http.MethodPost && r.URL.RawPath == "" && path.Clean(p) == p && path.Dir(p)+"/" == ActPath
}

// deny answers a request that has proved nothing where there are users: a browser that wants a page
// is led to signing in, everything else is asked for a password.
func (g *Gate) deny(w http.ResponseWriter, r *http.Request, why error) {
	var wait *Wait
	switch {
	case errors.As(why, &wait):
		wait.SetHeader(w.Header())
		g.refuse(w, http.StatusTooManyRequests, "too many wrong passwords", why.Error(), "wait, or sign in by a link from `keizoku open`")
	case why == nil && wantsPage(r):
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, SignInPath+"?"+url.Values{"return": {r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
	default:
		w.Header().Set("WWW-Authenticate", challenge(r))
		g.refuse(w, http.StatusUnauthorized, "a user is needed", "this agent shows itself to users of its web configuration file alone",
			"give one as https://USER:PASSWORD@host:port, or sign in at "+SignInPath)
	}
}

// wantsPage reports whether a person's browser asks for a page.
func wantsPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// challenge names the scheme to answer with. A script of a page, whose session has ended, is not
// asked for a password: the browser would put its own dialog over the wall.
func challenge(r *http.Request) string {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return `Session realm="keizoku"`
	}
	return `Basic realm="keizoku", charset="UTF-8"`
}
