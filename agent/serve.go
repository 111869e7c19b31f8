package agent

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/checks/heartbeat"
	"github.com/keizoku-bcp/keizoku/journal"
)

// handler is everything that the agent serves.
func (a *Agent) handler() http.Handler {
	mux := http.NewServeMux()
	routes := api.Handler(a, a.log.Logger)
	mux.Handle("/api/", routes)
	mux.Handle("/-/", routes)
	mux.Handle("GET /metrics", a.metrics.Handler())
	if a.opts.Views != nil {
		for pattern, view := range a.opts.Views(a) {
			mux.Handle(pattern, view)
		}
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(crossOrigin(mux))
	return guard.Handler(mux)
}

// crossOrigin refuses what a page of another site made a reader's browser send, whichever route it
// is for: to programs with a problem, to people with a page that is asked of next.
func crossOrigin(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/-/") {
			api.CrossOrigin(w, r)
			return
		}
		page := r.Clone(r.Context())
		page.Method, page.Body, page.ContentLength = http.MethodGet, http.NoBody, 0
		page.URL = &url.URL{Path: access.ForeignPath}
		next.ServeHTTP(&refusing{ResponseWriter: w}, page)
	}
}

// refusing is an answer that refuses, whatever whoever writes it thinks of it.
type refusing struct {
	http.ResponseWriter
	begun bool
}

func (r *refusing) WriteHeader(int) {
	r.begun = true
	r.ResponseWriter.WriteHeader(http.StatusForbidden)
}

func (r *refusing) Write(data []byte) (int, error) {
	if !r.begun {
		r.WriteHeader(http.StatusForbidden)
	}
	return r.ResponseWriter.Write(data)
}

// Events yields journaled events, the oldest first; with q.Newest the newest q.Limit of them, in
// that order too.
func (a *Agent) Events(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	if !q.Newest {
		return a.legible(ctx, q)
	}
	return func(yield func(journal.Event, error) bool) {
		var newest []journal.Event
		for e, err := range a.legible(ctx, q) {
			if err != nil {
				yield(e, err)
				return
			}
			newest = append(newest, e)
		}
		for _, e := range slices.Backward(newest) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// legible reads the journal without the events that are damaged: one of them must not hide all.
func (a *Agent) legible(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		for e, err := range a.journal.Read(ctx, q) {
			if err != nil && e.Seq != 0 {
				a.log.Error("a damaged event is left out", "seq", e.Seq, "kind", e.Kind, "err", err)
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// Committed wakes its caller after each commit, until cancel.
func (a *Agent) Committed() (wake <-chan struct{}, cancel func()) { return a.journal.Subscribe() }

// Heartbeat takes a push for a heartbeat check.
func (a *Agent) Heartbeat(system, check, token string, body io.Reader) error {
	push, err := heartbeat.ReadPush(body)
	if err != nil {
		return err
	}
	err = a.inbox.Push(system, check, token, push)
	if errors.Is(err, heartbeat.ErrUnknown) || errors.Is(err, heartbeat.ErrToken) {
		a.log.Warn("heartbeat refused", "system", system, "check", check, "err", err)
		return api.ErrHeartbeatRefused
	}
	return err
}
