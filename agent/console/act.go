package console

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// acting and stranger are the pages on which people act. They answer what somebody sent, and have
// no address to be fetched from again.
var (
	acting   = page{name: "act"}
	stranger = page{name: "act_stranger"}
)

// actPage is what the template of acting sees: what would be recorded, or a form to fill in.
type actPage struct {
	*view
	Refused  *actRefusal // why it was not done; nil: it was not refused
	Foreseen *foreseen   // what would be recorded; nil: the form is to be filled in
	Form     *actForm    // nil: there is nothing to send
}

// act takes an action that a form asks for. First it shows what would be recorded; confirmed, it is
// carried out, and the browser goes back to where it came from.
func (c *console) act(w http.ResponseWriter, r *http.Request) {
	keepLanguage(w, r)
	a, err := readAsked(w, r)
	actor, operator := access.OperatorOf(r.Context())
	actor.By = a.by
	v := c.actView(r, a)
	switch {
	case !operator:
		c.estrange(v, a).write(w, r)
	case err != nil:
		c.misread(v, a, err).write(w, r)
	case a.confirm == "yes":
		c.carryOut(r, v, a, actor).write(w, r)
	case a.confirm == "no":
		c.execute(acting, &actPage{view: v, Form: v.formOf(a, nil)}, http.StatusOK).write(w, r)
	default:
		c.propose(r, v, a, actor).write(w, r)
	}
}

// actView is the view of a page that answers an action. Its links lead to where the person came
// from.
func (c *console) actView(r *http.Request, a *asked) *view {
	v := c.view(r, acting)
	v.Path, v.Still, v.Done = a.back, true, ""
	v.Title = v.deed(a)
	return v
}

// propose shows what an action would record.
func (c *console) propose(r *http.Request, v *view, a *asked, actor journal.Actor) rendering {
	action, err := act.Read(a.kind, a.fields, v.now())
	if err != nil {
		return c.refuse(v, a, err)
	}
	preview, err := c.agent.Preview(r.Context(), action, actor)
	if err != nil {
		return c.refuse(v, a, err)
	}
	return c.foretell(v, a, action, preview)
}

// foretell shows a preview, with the form that confirms it.
func (c *console) foretell(v *view, a *asked, action rules.Action, preview *rules.Preview) rendering {
	shown := v.foreseen(preview)
	shown.Changed = a.confirm == "yes"
	return c.execute(acting, &actPage{view: v, Foreseen: shown, Form: confirming(a, action, preview.Event)}, http.StatusOK)
}

// errChanged says that what would be recorded is no longer what the person was shown.
var errChanged = errors.New("something else would be recorded than was shown")

// carryOut does what was confirmed, once however often that is sent. When something else would be
// recorded than the person was shown, it shows that instead.
func (c *console) carryOut(r *http.Request, v *view, a *asked, actor journal.Actor) answer {
	action, err := act.Read(a.kind, a.fields, v.now())
	if err != nil {
		return answer{rendering: c.refuse(v, a, err)}
	}
	var preview *rules.Preview
	done, err := c.confirmed.once(a.key(actor), time.Now, func() (string, error) {
		if preview, err = c.agent.Preview(r.Context(), action, actor); err != nil {
			return "", err
		}
		if a.seen != "" && a.seen != markOf(preview.Event) {
			return "", errChanged
		}
		event, err := c.agent.Act(r.Context(), action, actor)
		return event.ID, err
	})
	switch {
	case errors.Is(err, errChanged):
		return answer{rendering: c.foretell(v, a, action, preview)}
	case err != nil:
		return answer{rendering: c.refuse(v, a, err)}
	}
	return answer{to: withDone(a.back, done)}
}

// answer is a page, or the path to go to instead.
type answer struct {
	rendering
	to string
}

func (a answer) write(w http.ResponseWriter, r *http.Request) {
	if a.to != "" {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, a.to, http.StatusSeeOther)
		return
	}
	a.rendering.write(w, r)
}

// withDone is the path to go back to, with the ID of what was recorded.
func withDone(back, id string) string {
	u, err := url.Parse(back)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set("done", id)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// missing is the field that a refusal asks for; nil: it is about something else.
func missing(p *rules.Problem) *act.Fault {
	switch p.Code {
	case rules.CodeNoName:
		return &act.Fault{Field: "by"}
	case rules.CodeNoReason, rules.CodeNoAckReason:
		return &act.Fault{Field: "why"}
	}
	return nil
}

// actRefusal is why something was not done, and what to do.
type actRefusal struct{ Text, Hint string }

// refuse says why an action is not done, on the form, which keeps what was typed.
func (c *console) refuse(v *view, a *asked, err error) rendering {
	var (
		refused *rules.Problem
		fault   *act.Fault
		said    actRefusal
		status  = http.StatusInternalServerError
	)
	switch {
	case errors.As(err, &refused):
		said.Text, said.Hint = v.Words.ProblemOnPage(refused, v.titles, v.At)
		status = statusOf(refused.Kind)
		fault = missing(refused)
	case errors.As(err, &fault):
		said, status = v.fault(fault), http.StatusUnprocessableEntity
	default:
		c.log.Error("an action could not be carried out", "action", a.name, "err", err)
		said = actRefusal{v.Words.Word("console_act_failed"), err.Error()}
	}
	return c.execute(acting, &actPage{view: v, Refused: &said, Form: v.formOf(a, fault)}, status)
}
