package console

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// view is what every page's template sees.
type view struct {
	*rules.Situation
	Words *messages.Words
	// Written is the plan as it was written; a reload may make it newer than the Situation.
	Written *plan.Plan
	// Title of the page; a page that shows one thing of many sets its own.
	Title string
	// Page is the name of the page's template, Path what was asked for, with its query.
	Page string
	Path string
	// User is who signed in; empty: a reader. Operator says that they may act.
	User     string
	Operator bool
	// Print says that the page is made for paper.
	Print bool
	// Bound says that it is bound with others: a cover stands in place of the head.
	Bound bool
	// Still says that the page answers what somebody sent, and is not to be fetched anew.
	Still bool
	// Done is the line that an action has just put into the record; empty without one.
	Done string

	titles messages.Titles
}

// view makes what the page sees of a request.
func (c *console) view(r *http.Request, p page) *view {
	written := c.agent.Plan()
	words := messages.For(localeOf(r, written.Locale))
	v := &view{
		Situation: c.agent.Situation(), Words: words, Written: written, titles: messages.TitlesOf(written),
		Title: words.Word(p.title), Page: p.name, Path: r.URL.RequestURI(), Print: r.URL.Query().Has("print"),
	}
	if id, ok := access.Of(r.Context()); ok {
		v.User, v.Operator = cmp.Or(id.User, string(id.Role)), id.Role == access.Operator
	}
	v.Done = c.done(r, v)
	return v
}

// done words the event that an action has just recorded, which ?done= names.
func (c *console) done(r *http.Request, v *view) string {
	id := r.URL.Query().Get("done")
	if id == "" || !v.Operator {
		return ""
	}
	e, err := c.agent.Event(r.Context(), id)
	if err != nil {
		return ""
	}
	return v.Words.Event(e, v.titles, v.Written.Location)
}

// Nav are the pages of the navigation.
func (v *view) Nav() []link {
	var links []link
	for _, p := range pages {
		if p.nav {
			links = append(links, link{Href: hrefOf(p.path), Text: v.Words.Word(p.title), Here: p.name == v.Page})
		}
	}
	return links
}

// link leads to a page.
type link struct {
	Href, Text string
	Here       bool
}

// hrefOf is the path of a page that has no places in it.
func hrefOf(pattern string) string {
	if pattern == "/{$}" {
		return "/"
	}
	return pattern
}

// With is the page's own address with one thing of its query changed; an empty value takes it out.
func (v *view) With(name, value string) string {
	u, err := url.Parse(v.Path)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Del("done")
	if q.Del(name); value != "" {
		q.Set(name, value)
	}
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// Here is the page's own address, to come back to.
func (v *view) Here() string { return v.With("done", "") }

// Other is the language that the switch leads to.
func (v *view) Other() plan.Locale {
	if v.Words.Locale() == plan.Japanese {
		return plan.English
	}
	return plan.Japanese
}

// Failing are the channels through which messages do not get.
func (v *view) Failing() []rules.ChannelFacts {
	var failing []rules.ChannelFacts
	for _, ch := range v.Channels {
		if !ch.FailingSince.IsZero() {
			failing = append(failing, ch)
		}
	}
	return failing
}
