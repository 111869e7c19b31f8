// Package api serves the agent over HTTP: what it knows as JSON, people's actions, and the
// heartbeats that others push. It decides nothing: it translates between HTTP and the agent, and
// every refusal is an RFC 9457 problem that says what was wrong and what to do.
package api

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Agent is what the API needs of the agent.
type Agent interface {
	Situation() *rules.Situation
	Plan() *plan.Plan
	Outages() []rules.PastOutage
	Act(ctx context.Context, action rules.Action, actor journal.Actor) (journal.Event, error)
	// Reload reads the plan anew; the error's text holds the diagnostics.
	Reload(ctx context.Context) error
	// Ready reports whether the agent watches; the error says what it waits for.
	Ready() error
	// Events yields journaled events; Committed tells when there are new ones.
	Events(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error]
	Committed() (wake <-chan struct{}, cancel func())
	// Event returns one event whole, by its ID.
	Event(ctx context.Context, id string) (journal.Event, error)
	// CallOut tells whom to call under a threat; empty means the active one. It holds contacts.
	CallOut(threat string) (*rules.CallOut, error)
	// Heartbeat takes a push for a heartbeat check; body is what the sender had to say. It returns
	// [ErrHeartbeatRefused], or an error that is fit to be sent back.
	Heartbeat(system, check, token string, body io.Reader) error
	Teller
	// SignInLink makes a one-time link by which a browser may look, or act, in the name of user.
	SignInLink(user string, role access.Role) SignInLink
}

// ErrHeartbeatRefused is the one answer to a heartbeat for a check that there is not and to one
// with a wrong token: a stranger must not learn which checks there are.
var ErrHeartbeatRefused = errors.New("no heartbeat check of that name takes this token")

// maxBody bounds a request's body, maxName the name of the person in it, in bytes.
const (
	maxBody = 64 << 10
	maxName = act.MaxName
)

// server holds what the handlers share.
type server struct {
	agent Agent
	log   *slog.Logger
}

// Handler returns the routes below /api/ and /-/. Requests that carry no operator (see package
// access) may read and may not act.
func Handler(agent Agent, log *slog.Logger) http.Handler {
	s := &server{agent, log}
	mux := http.NewServeMux()
	for _, route := range Routes() {
		route.handle(mux, s)
	}
	mux.HandleFunc(apiRest, elsewhere(mux))
	mux.HandleFunc(lifeRest, elsewhere(mux))
	return mux
}

// CrossOrigin refuses what a page of another site made the reader's browser send. Whoever serves
// the routes decides what that is: see http.CrossOriginProtection.
func CrossOrigin(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, problem{
		Status: http.StatusForbidden, Title: "a request from another site", Detail: "the browser says that a page of another origin sent this",
		Hint: "act through the keizoku command, or from the agent's own pages",
	})
}

func (s *server) healthy(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "keizoku is healthy\n")
}

func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.agent.Ready(); err != nil {
		writeProblem(w, problem{Status: http.StatusServiceUnavailable, Title: "not ready", Detail: err.Error()})
		return
	}
	_, _ = io.WriteString(w, "keizoku is ready\n")
}

func (s *server) reload(w http.ResponseWriter, r *http.Request) {
	if err := s.agent.Reload(r.Context()); err != nil {
		writeProblem(w, problem{
			Status: http.StatusUnprocessableEntity, Title: "the plan was not reloaded", Detail: err.Error(),
			Hint: "mend the plan and reload; the old plan stays in force meanwhile",
		})
		return
	}
	writeJSON(w, http.StatusOK, s.agent.Situation().Plan)
}

func (s *server) situation(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.agent.Situation())
}

// power is the power object of the situation alone.
func (s *server) power(w http.ResponseWriter, _ *http.Request) {
	facts := s.agent.Situation().Power
	if facts == nil {
		writeProblem(w, problem{Status: http.StatusNotFound, Title: "no emergency power", Detail: "the plan lists no generator, ups or load", Hint: "add those blocks to the plan"})
		return
	}
	writeJSON(w, http.StatusOK, facts)
}

// outageList is a listing of outages.
type outageList struct {
	Outages []rules.PastOutage `json:"outages"`
}

// outages lists outages; ?open=true keeps the open ones, ?system=NAME those of one system.
func (s *server) outages(w http.ResponseWriter, r *http.Request) {
	open, system := r.FormValue("open") == "true", r.FormValue("system")
	kept := []rules.PastOutage{}
	for _, o := range s.agent.Outages() {
		if (!open || o.EndedAt.IsZero()) && (system == "" || o.System == system) {
			kept = append(kept, o)
		}
	}
	writeJSON(w, http.StatusOK, outageList{kept})
}

func (s *server) heartbeat(w http.ResponseWriter, r *http.Request) {
	token, ok := bearer(r)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer realm="heartbeat"`)
		writeProblem(w, problem{Status: http.StatusUnauthorized, Title: "no token", Hint: "send the check's token: Authorization: Bearer TOKEN"})
		return
	}
	err := s.agent.Heartbeat(r.PathValue("system"), r.PathValue("check"), token, http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case errors.Is(err, ErrHeartbeatRefused):
		writeProblem(w, problem{Status: http.StatusForbidden, Title: "heartbeat refused", Detail: err.Error(), Hint: "compare system, check and token with the plan"})
	case errors.As(err, new(*http.MaxBytesError)):
		writeError(w, err)
	case err != nil:
		writeError(w, &badRequest{err.Error(), "see the reference of the heartbeat check"})
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// operator lets only those pass who have proved who they are.
func (s *server) operator(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, ok := access.OperatorOf(r.Context()); !ok {
			said := "this request does not prove who acts"
			if id, known := access.Of(r.Context()); known {
				said = id.User + " may look, and not act"
			}
			writeProblem(w, problem{
				Status: http.StatusForbidden, Title: "an operator is needed", Detail: said,
				Hint: "act through the agent's Unix socket (the keizoku command does), or as a user of the web configuration file who is no viewer",
			})
			return
		}
		next(w, r)
	}
}

func bearer(r *http.Request) (token string, ok bool) {
	const scheme = "Bearer "
	header := r.Header.Get("Authorization")
	if len(header) <= len(scheme) || header[:len(scheme)] != scheme {
		return "", false
	}
	return header[len(scheme):], true
}
