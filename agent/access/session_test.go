package access

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCookieKeepsToItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	c := w.signIn("duty", "correct horse")
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.MaxAge != 12*3600 || c.Domain != "" {
		t.Errorf("in the clear: %+v", c)
	}
	q := request{method: "POST", path: SignInPath}.http()
	q.TLS = &tls.ConnectionState{}
	answer := httptest.NewRecorder()
	if err := w.SignIn(answer, q, "duty", "correct horse"); err != nil || !cookieOf(t, answer).Secure {
		t.Errorf("under TLS the cookie goes out in the clear: %v", err)
	}
	if c := w.redeem(Viewer); c.MaxAge != 30*24*3600 {
		t.Errorf("the wall's is kept %d s", c.MaxAge)
	}
	if other := newWorld(t, people).signIn("duty", "correct horse"); other.Name == c.Name {
		t.Error("two agents on one host take each other's cookies")
	}
}

func TestTamperedCookieProvesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	c := w.signIn("wall", "shown to all")
	body, signature, _ := strings.Cut(c.Value, ".")
	data, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	forged := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(data), "wall", "duty", 1)))
	bad := map[string]string{
		"another user": forged + "." + signature, "no signature": body, "an empty one": body + ".", "none at all": ".", "nothing": "",
		"more behind it": c.Value + "A", "a dot behind it": c.Value + ".", "twice": c.Value + "." + c.Value, "of great length": c.Value + strings.Repeat("A", 1<<16),
		"signed without the key": forged + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
	}
	for i := range c.Value { // one character after the other
		swap := "A"
		if c.Value[i] == 'A' {
			swap = "B"
		}
		bad["position "+c.Value[:i]] = c.Value[:i] + swap + c.Value[i+1:]
	}
	for name, value := range bad {
		if have := w.says(request{path: "/", cookie: &http.Cookie{Name: c.Name, Value: value}}); have != "401" {
			t.Errorf("%s: %s", name, have)
		}
	}
	r := request{path: "/"}.http()
	r.Header.Set("Cookie", c.Name+"=junk; "+c.Name+"="+c.Value) // somebody put another before it
	if _, known, _ := w.prove(r, w.web.Users(), false); !known {
		t.Error("a planted cookie shuts its owner out")
	}
}

// A good signature is not enough: what the agent has signed for other purposes is no session.
func TestSignedThingsAreNoSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	for name, s := range map[string]session{
		"no way of proof":      {User: "duty", At: time.Now().Unix()},
		"an unknown way":       {User: "duty", Via: "socket", Role: Operator, At: time.Now().Unix()},
		"a link without role":  {User: "root", Via: viaLink, At: time.Now().Unix()},
		"a role of tomorrow":   {User: "root", Via: viaLink, Role: "admin", At: time.Now().Unix()},
		"a password with none": {User: "duty", Via: viaPassword, Role: Operator, At: time.Now().Unix()},
		"no time":              {User: "root", Via: viaLink, Role: Operator},
	} {
		if have := w.says(request{path: "/", cookie: &http.Cookie{Name: w.sessions.name(), Value: w.sessions.seal(s)}}); have != "401" {
			t.Errorf("%s: %s", name, have)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	duty, link, wall := w.signIn("duty", "correct horse"), w.redeem(Operator), w.redeem(Viewer)
	for _, test := range []struct {
		later            time.Duration
		duty, link, wall string
	}{
		{0, dutyByPassword, rootByLink, wallByLink},
		{12*time.Hour - time.Minute, dutyByPassword, rootByLink, wallByLink},
		{12 * time.Hour, "401", "401", wallByLink},
		{30*24*time.Hour - time.Minute, "401", "401", wallByLink},
		{30 * 24 * time.Hour, "401", "401", "401"},
		{-time.Hour, dutyByPassword, rootByLink, wallByLink}, // the clock was wrong, and is set back
		{-12*time.Hour - time.Minute, "401", "401", wallByLink},
	} {
		w.later = test.later
		for want, cookie := range map[*string]*http.Cookie{&test.duty: duty, &test.link: link, &test.wall: wall} {
			if have := w.says(request{path: "/", cookie: cookie}); have != *want {
				t.Errorf("after %v: %s, want %s", test.later, have, *want)
			}
		}
	}
}

func TestSessionEndsWithThePassword(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(users map[string]string){
		"the password was changed": func(users map[string]string) { users["duty"] = "battery staple" },
		"it was hashed anew":       func(map[string]string) {},
		"the user was taken out":   func(users map[string]string) { delete(users, "duty") },
	} {
		w := newWorld(t, people)
		duty, link := w.signIn("duty", "correct horse"), w.redeem(Operator)
		users := maps.Clone(people)
		change(users)
		w.setUsers(users)
		if have := w.says(request{path: "/", cookie: duty}); have != "401" {
			t.Errorf("%s: the session goes on as %s", name, have)
		}
		if have := w.says(request{path: "/", cookie: link}); have != rootByLink {
			t.Errorf("%s: the link's, which is none of theirs, is %s", name, have)
		}
	}
	w := newWorld(t, people)
	duty := request{path: "/", user: "duty", password: "correct horse"}
	if have := w.says(duty); have != dutyByPassword {
		t.Fatal(have)
	}
	w.setUsers(map[string]string{"duty": "battery staple"})
	if have := w.says(duty); have != "401" {
		t.Errorf("the old password is remembered: %s", have)
	}
}

func TestLastUserTakenOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	duty := w.signIn("duty", "correct horse")
	w.setUsers(nil)
	if have := w.says(request{path: "/", cookie: duty}); have != "reader" {
		t.Errorf("without users, a user is %s", have)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, people)
		use := func(token string) error {
			return w.Redeem(httptest.NewRecorder(), request{method: "POST", path: LinkPath + token}.http(), token)
		}
		token, expires := w.Invite("root", Viewer)
		if !expires.Equal(time.Now().Add(LinkLife)) || len(token) < 22 {
			t.Errorf("%s until %v", token, expires)
		}
		for range 3 { // a preview, a prefetch, a person
			if role, ok := w.Invited(token); role != Viewer || !ok {
				t.Errorf("looking used the link up: %s %t", role, ok)
			}
		}
		if err := use(token + "A"); !errors.Is(err, ErrLink) {
			t.Errorf("another token: %v", err)
		}
		if err := use(token); err != nil {
			t.Errorf("the first use: %v", err)
		}
		if err := use(token); !errors.Is(err, ErrLink) {
			t.Errorf("the second use: %v", err)
		}
		if _, ok := w.Invited(token); ok {
			t.Error("a used link still invites")
		}

		late, _ := w.Invite("root", Operator)
		early, _ := w.Invite("root", Operator)
		time.Sleep(LinkLife - time.Second)
		if err := use(early); err != nil {
			t.Errorf("in time: %v", err)
		}
		time.Sleep(time.Second)
		if _, ok := w.Invited(late); ok || !errors.Is(use(late), ErrLink) {
			t.Error("a link is good for longer than it says")
		}
		void, _ := w.Invite("root", Operator)
		w.restart()
		if !errors.Is(use(void), ErrLink) {
			t.Error("a link outlives the agent that made it")
		}
	})
}

func TestLinksAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLinks()
		var tokens []string
		for range maxLinks + 5 {
			token, _ := l.invite("root", Operator, time.Now())
			tokens = append(tokens, token)
			time.Sleep(time.Second)
		}
		if len(l.outstanding) != maxLinks {
			t.Errorf("%d links are outstanding", len(l.outstanding))
		}
		for i, token := range tokens {
			if _, ok := l.look(token, time.Now()); ok != (i >= 5) {
				t.Errorf("link %d is good: %t", i, ok)
			}
		}
		time.Sleep(LinkLife)
		l.invite("root", Operator, time.Now())
		if len(l.outstanding) != 1 {
			t.Errorf("%d links are kept, of which one is good", len(l.outstanding))
		}
	})
}

func FuzzSessionCookie(f *testing.F) {
	s := sealer{key: []byte(strings.Repeat("k", keySize))}
	good := s.seal(session{User: "duty", Via: viaPassword, At: 1, Password: "x"})
	for _, seed := range []string{"", ".", good, good + ".", strings.Replace(good, ".", ".\n", 1), "e30." + strings.Repeat("A", 43)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := s.open(text)
		if err == nil && s.seal(read) != text {
			t.Errorf("%q was taken for %+v", text, read)
		}
	})
}
