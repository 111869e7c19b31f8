package access

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// How long a session lasts from signing in, however much it is used: a shift for those who may act,
// and longer for a wall that only shows.
const (
	shift     = 12 * time.Hour
	wallShift = 30 * 24 * time.Hour
)

// The ways of proving who one is over TCP, as journal.Actor has them.
const (
	viaPassword = "http"
	viaLink     = "link"
)

// session is what a browser's cookie says, signed by the agent.
type session struct {
	User string `json:"user"`
	Via  string `json:"via"`
	// Role is that of a link. That of a user with a password is looked up at each request.
	Role Role `json:"role,omitempty"`
	// At is when they signed in, in seconds of Unix time.
	At int64 `json:"at"`
	// Password is the mark of the password's hash: the session ends when that is changed.
	Password string `json:"password,omitempty"`
}

// LinkSession is how long a session by a one-time link lasts.
func LinkSession(role Role) time.Duration {
	if role == Viewer {
		return wallShift
	}
	return shift
}

// life is how long a session lasts.
func (s *session) life() time.Duration {
	if s.Via == viaLink {
		return LinkSession(s.Role)
	}
	return shift
}

// holds reports whether a session has not ended. A clock that was wrong may have put its beginning
// into the future; no further than a session lasts, or it would last forever once that is mended.
func (s *session) holds(now time.Time) bool {
	return now.Sub(time.Unix(s.At, 0)).Abs() < s.life()
}

// maxCookie bounds what is looked at, in bytes; browsers keep no larger ones (RFC 6265, 6.1).
const maxCookie = 4096

var errCookie = errors.New("this is no session of this agent")

// sealer signs sessions and knows them again. It is safe for concurrent use.
type sealer struct{ key []byte }

// name is that of the cookie. It tells agents apart that run on one host, for browsers keep the
// cookies of all ports together.
func (s sealer) name() string {
	sum := digest(s.key, "cookie")
	return "keizoku_" + hex.EncodeToString(sum[:4])
}

// mark is a password's hash as a session bears it.
func (s sealer) mark(user, hash string) string {
	sum := digest(s.key, "password", user, hash)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// coding refuses second ways of writing the same bytes.
var coding = base64.RawURLEncoding.Strict()

// seal writes a session: base64(JSON).base64(HMAC-SHA256).
func (s sealer) seal(what session) string {
	data, err := json.Marshal(what)
	if err != nil { // of strings and a number
		return ""
	}
	body := coding.EncodeToString(data)
	return body + "." + s.sign(body)
}

// sign returns the signature that stands behind a body.
func (s sealer) sign(body string) string {
	sum := digest(s.key, "session", body)
	return coding.EncodeToString(sum[:])
}

// open reads what seal wrote.
func (s sealer) open(text string) (session, error) {
	var read session
	body, signature, ok := strings.Cut(text, ".")
	if !ok || len(text) > maxCookie {
		return read, errCookie
	}
	// Compared as text: a decoder passes over line ends, and a session has one cookie alone.
	if !hmac.Equal([]byte(signature), []byte(s.sign(body))) {
		return read, errCookie
	}
	data, err := coding.DecodeString(body)
	if err != nil || json.Unmarshal(data, &read) != nil {
		return session{}, errCookie
	}
	return read, nil
}

// cookie is a session's; an empty text takes it away.
func (s sealer) cookie(r *http.Request, text string, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: s.name(), Value: text, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	}
	if text == "" {
		c.MaxAge = -1
	}
	return c
}
