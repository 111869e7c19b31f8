package console

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/keizoku-bcp/keizoku/agent/access"
)

// signin is the page of signing in, by a password or a one-time link. It has a frame of its own,
// which shows nothing of the situation: who comes here may not be allowed to see it. It is rendered
// for each request, for strangers ask for it with whatever query they like.
var signin = page{name: "signin", title: "console_signin"}

// signinPage is what its template sees.
type signinPage struct {
	*view
	// Users says that there are users with passwords.
	Users bool
	// Return is where to go afterwards, Name the user that was typed in.
	Return, Name string
	// Refused is why a try failed; empty: there was none, or there is nothing to say.
	Refused string
	// Link is the role that a one-time link gives; empty: this is not about a link.
	Link access.Role
	// Gone says that this was about a link, which is no good any more.
	Gone bool
}

// Role is what the link gives, in words.
func (p *signinPage) Role() string {
	return p.Say("console_signin_link_"+string(p.Link), "Span", p.Words.Span(access.LinkSession(p.Link)))
}

// maxSignin bounds a form of signing in, in bytes.
const maxSignin = 8 << 10

func (c *console) routeSignin(mux *http.ServeMux) {
	mux.HandleFunc("GET "+access.SignInPath, c.signinForm)
	mux.HandleFunc("POST "+access.SignInPath, c.signIn)
	mux.HandleFunc("POST "+access.SignOutPath, c.signOut)
	mux.HandleFunc("GET "+access.LinkPath+"{token}", c.linkForm)
	mux.HandleFunc("POST "+access.LinkPath+"{token}", c.redeem)
}

// signinForm shows the form.
func (c *console) signinForm(w http.ResponseWriter, r *http.Request) {
	c.showSignin(w, r, &signinPage{Return: access.LocalPath(r.URL.Query().Get("return"))}, http.StatusOK)
}

// showSignin fills in what the page has in common.
func (c *console) showSignin(w http.ResponseWriter, r *http.Request, p *signinPage, status int) {
	keepLanguage(w, r)
	p.view, p.Users = c.view(r, signin), c.agent.Gate().HasUsers()
	if p.Link != "" || p.Gone {
		p.Title = p.Words.Word("console_signin_link_title")
	} else {
		p.Path = access.SignInPath + "?" + url.Values{"return": {p.Return}}.Encode() // of the form, for the other language
	}
	c.execute(signin, p, status).write(w, r)
}

// signIn checks a user and a password, and leads back to where they were wanted.
func (c *console) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignin)
	if err := r.ParseForm(); err != nil {
		c.refuseSignin(w, r, "console_signin_unread", http.StatusBadRequest)
		return
	}
	err := c.agent.Gate().SignIn(w, r, r.PostForm.Get("user"), r.PostForm.Get("password"))
	var wait *access.Wait
	switch {
	case errors.As(err, &wait):
		wait.SetHeader(w.Header())
		c.refuseSignin(w, r, "console_signin_wait", http.StatusTooManyRequests, "Seconds", wait.Seconds())
	case err != nil:
		c.refuseSignin(w, r, "console_signin_refused", http.StatusForbidden)
	default:
		http.Redirect(w, r, access.LocalPath(r.PostForm.Get("return")), http.StatusSeeOther)
	}
}

// refuseSignin shows the form again, with why.
func (c *console) refuseSignin(w http.ResponseWriter, r *http.Request, why string, status int, pairs ...any) {
	p := &signinPage{Return: access.LocalPath(r.PostForm.Get("return")), Name: r.PostForm.Get("user")}
	p.Refused = c.view(r, signin).Say(why, pairs...)
	c.showSignin(w, r, p, status)
}

func (c *console) signOut(w http.ResponseWriter, r *http.Request) {
	c.agent.Gate().SignOut(w, r)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// linkForm shows what a link gives and a button. It does not use the link up: mail programs and
// browsers look at addresses before anybody opens them.
func (c *console) linkForm(w http.ResponseWriter, r *http.Request) {
	role, ok := c.agent.Gate().Invited(r.PathValue("token"))
	if !ok {
		c.showSignin(w, r, &signinPage{Gone: true, Return: "/"}, http.StatusGone)
		return
	}
	c.showSignin(w, r, &signinPage{Link: role}, http.StatusOK)
}

// redeem uses a link up.
func (c *console) redeem(w http.ResponseWriter, r *http.Request) {
	if err := c.agent.Gate().Redeem(w, r, r.PathValue("token")); err != nil {
		c.showSignin(w, r, &signinPage{Gone: true, Return: "/"}, http.StatusGone)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
