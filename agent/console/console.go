// Package console serves the pages that an agent shows by itself, when nothing else is reachable
// and nobody has time to learn a tool: which system is down, since when, how much time is left,
// what is recommended, whom to call, what to switch off.
//
// Pages are rendered on the server, work without JavaScript and on paper, and ask nothing of any
// other host. They are views of one Situation and compute nothing. What a page is made of stands
// in one line of the table in page.go.
package console

import (
	"context"
	"html/template"
	"iter"
	"log/slog"
	"net/http"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Agent is what the console needs of the agent.
type Agent interface {
	Situation() *rules.Situation
	Plan() *plan.Plan
	Outages() []rules.PastOutage
	// Events yields journaled events; Event returns one whole. Committed tells when there are new ones.
	Events(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error]
	Event(ctx context.Context, id string) (journal.Event, error)
	Committed() (wake <-chan struct{}, cancel func())
	// PowerIf tells how emergency power would stand if what is asked were so; nil: there is none.
	PowerIf(what supply.WhatIf) *supply.Facts
	// OpenAlerts are the alerts that are open, the gravest first, and who knows of them.
	OpenAlerts() []alert.Standing
	// CallOut tells whom to call under a threat; empty means the active one. It holds contacts.
	CallOut(threat string) (*rules.CallOut, error)
	Act(ctx context.Context, action rules.Action, actor journal.Actor) (journal.Event, error)
	// Preview tells what Act would do, and refuses what it would refuse.
	Preview(ctx context.Context, action rules.Action, actor journal.Actor) (*rules.Preview, error)
	// Inspect runs an inspection of the plan by its name, all checks without one.
	Inspect(ctx context.Context, name string, progress func(done, total int)) (journal.InspectionDone, error)
	// Gate is where people sign in and out.
	Gate() *access.Gate
}

// Handler returns the console's pages. Requests that carry no operator (see package access) may
// read and may not act. What it starts ends with the last request.
func Handler(agent Agent, log *slog.Logger) http.Handler {
	files, templates := site()
	c := &console{
		agent: agent, log: log, files: files, templates: templates, shared: newShared(), versions: newVersions(), confirmed: newConfirmations(),
	}
	c.pulse = newPulse(agent, c.versions)
	mux := http.NewServeMux()
	for _, p := range pages {
		mux.HandleFunc("GET "+p.path, c.show(p))
	}
	mux.HandleFunc("GET /assets/{file}", files.serve)
	mux.HandleFunc("GET /live", c.live)
	mux.HandleFunc("GET /print/foot.css", c.printFoot)
	for _, form := range timelineForms() {
		mux.HandleFunc("GET /timeline."+form.ending, c.timelineFile(form))
	}
	c.routeSignin(mux)
	mux.HandleFunc("POST "+access.ActPath+"{action}", c.act)
	mux.HandleFunc("POST "+access.ActPath+"inspect", c.inspect)
	mux.HandleFunc("GET "+access.ForeignPath, c.foreign)
	mux.HandleFunc("/", c.nothing(mux))
	return guarded(mux)
}

// console holds what the pages share.
type console struct {
	agent     Agent
	log       *slog.Logger
	files     assetTable
	templates map[string]*template.Template // by name of the page
	shared    *shared
	versions  *versions
	confirmed *confirmations
	pulse     *pulse
}

// policy is the content security policy: nothing from elsewhere, nothing inline.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guarded adds the headers that keep a hostile text in a plan or an answer from doing anything, and
// pages of other sites from looking in.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// nothing answers what is no page, or is none by the request's method.
func (c *console) nothing(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := c.view(r, failure)
		if allowed := methods(mux, r); len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			c.fail(v, http.StatusMethodNotAllowed, v.Say("console_no_method", "Method", v.Short(r.Method)), "").write(w, r)
			return
		}
		c.fail(v, http.StatusNotFound, v.Say("console_no_page", "Path", v.Short(r.URL.Path)), "").write(w, r)
	}
}

// methods are those by which a request's address may be asked for.
func methods(mux *http.ServeMux, r *http.Request) []string {
	var allowed []string
	for _, method := range [...]string{http.MethodGet, http.MethodHead, http.MethodPost} {
		try := r.Clone(r.Context())
		try.Method = method
		if _, pattern := mux.Handler(try); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
