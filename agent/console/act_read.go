package console

import (
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// maxAct bounds what a form sends, in bytes.
const maxAct = 64 << 10

// asked is an action as a form asks for it.
type asked struct {
	name string
	kind rules.Action // its zero value; nil: there is no action of that name
	// fields are the action's own, as they were typed.
	fields url.Values
	by     string // the person who decides
	back   string // the path to come back to
	// confirm is "yes" to carry it out, "no" to change it, else empty: to be shown what it would do.
	confirm string
	// seen is the mark of what the person was shown; empty: they were shown nothing. See markOf.
	seen string
	// ticket tells one confirmation from another; empty: it may be sent as often as one likes.
	ticket string
}

// formError is a request that is no form of an action.
type formError struct {
	status int
	why    string // completes a key of the catalogue
}

func (e *formError) Error() string { return fmt.Sprintf("%d %s", e.status, e.why) }

// readAsked reads the form of an action. What it returns is never nil, and has what could be read.
func readAsked(w http.ResponseWriter, r *http.Request) (*asked, error) {
	a := &asked{name: r.PathValue("action"), back: "/"}
	if a.kind = act.Actions()[a.name]; a.kind == nil {
		return a, &formError{http.StatusNotFound, "no_action"}
	}
	if err := readForm(w, r); err != nil {
		return a, err
	}
	a.fields = r.PostForm
	clean(a.fields)
	a.by, a.back = strings.TrimSpace(a.take("by")), access.LocalPath(a.take("return"))
	a.confirm, a.seen, a.ticket = a.take("confirm"), a.take("seen"), a.take("ticket")
	if len(a.by) > act.MaxName || !utf8.ValidString(a.by) {
		return a, &formError{http.StatusUnprocessableEntity, "long_name"}
	}
	return a, nil
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return &formError{http.StatusUnsupportedMediaType, "no_form"}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxAct)
	switch err := r.ParseForm(); {
	case errors.As(err, new(*http.MaxBytesError)):
		return &formError{http.StatusRequestEntityTooLarge, "large"}
	case err != nil:
		return &formError{http.StatusBadRequest, "broken"}
	}
	return nil
}

// clean makes of the fields what can be shown back and sent again. What is no text stays, to be
// refused.
func clean(form url.Values) {
	for _, values := range form {
		for i, value := range values {
			if utf8.ValidString(value) {
				values[i] = act.Clean(value)
			}
		}
	}
}

// take takes one of the fields out that are not the action's own.
func (a *asked) take(name string) string {
	value := a.fields.Get(name)
	a.fields.Del(name)
	return value
}

// other is the field that is not asked for, of the two that say what is taken on; empty: there is none.
func (a *asked) other() string {
	switch {
	case a.name != "ack":
		return ""
	case a.fields.Get("alert") != "":
		return "system"
	default:
		return "alert"
	}
}

// maxTicket bounds a ticket, in bytes.
const maxTicket = 64

// key is under what a confirmation is remembered; empty: it is not. It is the person's own: nobody
// can take up another's ticket.
func (a *asked) key(actor journal.Actor) string {
	if a.ticket == "" || len(a.ticket) > maxTicket {
		return ""
	}
	return strings.Join([]string{actor.Via, actor.User, a.name, a.seen, a.ticket}, "\n")
}

// misread says why a request cannot be an action's form. Where it is one, it is shown again.
func (c *console) misread(v *view, a *asked, err error) rendering {
	var wrong *formError
	if !errors.As(err, &wrong) {
		wrong = &formError{http.StatusBadRequest, "broken"}
	}
	p := &actPage{view: v, Refused: &actRefusal{Text: v.Say("console_act_form_"+wrong.why, "Limit", maxAct>>10, "Name", v.Short(a.name))}}
	if wrong.status == http.StatusUnprocessableEntity {
		p.Form = v.formOf(a, &act.Fault{Field: "by"})
	}
	return c.execute(acting, p, cmp.Or(wrong.status, http.StatusBadRequest))
}

// fault words a field that cannot be read.
func (v *view) fault(f *act.Fault) actRefusal {
	data := []any{"Field", v.label(f.Field), "Name", v.Short(f.Field), "Given", v.Short(f.Given)}
	if f.Why == act.Repeated {
		data = append(data, "First", v.ISO(f.Meant[0]), "Second", v.ISO(f.Meant[1]))
	}
	id := "console_act_fault_" + string(f.Why)
	said := actRefusal{Text: v.Say(id, data...)}
	if hint := v.Say(id+"_hint", data...); hint != id+"_hint" {
		said.Hint = hint
	}
	return said
}
