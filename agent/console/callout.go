package console

import (
	"net/http"
	"net/mail"
	"strings"

	"golang.org/x/text/width"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// calloutPage tells operators whom to call, in which order and by which means. It is the one page
// with contacts, which are personal data; others are told why they see none.
type calloutPage struct {
	*view
	// List is nil for those who may not see it.
	List *rules.CallOut
	// Mark stands before the ids of the roles where a page has several lists.
	Mark string
}

func buildCallout(c *console, v *view, r *http.Request) (any, error) {
	p := &calloutPage{view: v}
	if !v.Operator {
		return p, nil
	}
	list, err := c.agent.CallOut(r.URL.Query().Get("threat"))
	if err != nil {
		return nil, err
	}
	p.List, v.Title = list, v.Say("calls_title", "Threat", v.Short(list.ThreatTitle))
	return p, nil
}

// status refuses those who may not see contacts.
func (p *calloutPage) status() int {
	if p.List == nil {
		return http.StatusForbidden
	}
	return http.StatusOK
}

// RoleState says how it stands with a role.
func (p *calloutPage) RoleState(role *rules.CallOutRole) string {
	if role.Holder == "" {
		return p.Short(p.joined(p.Words.Word("role_open"), p.holding(&role.RoleFacts)))
	}
	return p.Say("calls_held", "Person", p.Short(role.Holder), "State", p.holding(&role.RoleFacts))
}

// joined makes one text of those that say something.
func (v *view) joined(texts ...string) string {
	var said []string
	for _, text := range texts {
		if text != "" {
			said = append(said, text)
		}
	}
	return strings.Join(said, v.Words.Word("list_semicolon"))
}

// Person is a candidate's name and position.
func (p *calloutPage) Person(c *rules.Candidate) string {
	return p.Say("calls_person", "Name", p.Short(c.Name), "Position", p.Short(c.Position))
}

// Confirmed says when the contacts were last checked.
func (p *calloutPage) Confirmed(c *rules.Candidate) string {
	if c.ConfirmedAt.IsZero() {
		return p.Words.Word("calls_unconfirmed")
	}
	return p.Say("calls_confirmed", "Day", p.Words.Date(c.ConfirmedAt))
}

// Outcome is what came of calling somebody.
func (p *calloutPage) Outcome(c *rules.CallFacts) string {
	result := p.Words.CallResult(c.Result)
	switch at := p.When(c.ComingAt); {
	case c.Late:
		result += p.Say("role_late", "At", at)
	case !c.ComingAt.IsZero():
		result += p.Say("role_due", "At", at)
	}
	return p.Say("calls_outcome", "Result", p.joined(result, p.Words.Medium(c.Medium), p.Short(c.Note)), "At", p.When(c.At), "By", p.Short(c.By))
}

// Results are what can come of a call.
func (p *calloutPage) Results() []journal.CallResult { return journal.CallResults[:] }

// calling is the form that records a call.
type calling struct {
	*calloutPage
	Role      string
	Candidate *rules.Candidate
}

// Calling is what the template "callout_form" shows.
func (p *calloutPage) Calling(role *rules.CallOutRole, c *rules.Candidate) calling {
	return calling{p, role.Name, c}
}

// Media are the means by which the person may have been reached: their own first.
func (c calling) Media() []plan.Medium {
	var media []plan.Medium
	seen := map[plan.Medium]bool{}
	for _, contact := range c.Candidate.Contacts {
		if !seen[contact.Medium] {
			media = append(media, contact.Medium)
		}
		seen[contact.Medium] = true
	}
	for _, m := range plan.Media {
		if !seen[m] {
			media = append(media, m)
		}
	}
	return media
}

// reach is the target of a link by which a contact is reached: a telephone number or an address of
// mail; both empty: no link can do that.
type reach struct{ Phone, Mail string }

// Reach tells how a browser can reach a contact.
func (p *calloutPage) Reach(c rules.ContactFacts) reach {
	switch c.Medium {
	case plan.Mobile, plan.Phone, plan.Home, plan.Satellite:
		return reach{Phone: phoneOf(c.Address)}
	case plan.Mail:
		if a, err := mail.ParseAddress(c.Address); err == nil && !strings.ContainsAny(a.Address, "?&#%\"") {
			return reach{Mail: a.Address}
		}
	case plan.Radio, plan.Chat, plan.Messenger:
	}
	return reach{}
}

// fewestDigits is how long a telephone number is at least: emergency numbers have three digits.
const fewestDigits = 3

// phoneOf is the number in an address as a telephone dials it (RFC 3966): its digits, in wide form
// or narrow, up to what is no part of a number, such as an extension. Empty: there is none.
func phoneOf(address string) string {
	var number strings.Builder
	for _, r := range strings.TrimSpace(width.Narrow.String(address)) {
		switch {
		case r >= '0' && r <= '9', r == '+' && number.Len() == 0:
			number.WriteRune(r)
		case strings.ContainsRune("-()./ \u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff70", r):
		default:
			return dialled(number.String())
		}
	}
	return dialled(number.String())
}

func dialled(number string) string {
	if len(strings.TrimPrefix(number, "+")) < fewestDigits {
		return ""
	}
	return number
}
