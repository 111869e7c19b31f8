package agent

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"

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
	guard.SetDenyHandler(http.HandlerFunc(crossOrigin))
	return guard.Handler(mux)
}

// crossOrigin refuses what a page of another site made a reader's browser send, whichever route it
// is for.
func crossOrigin(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/-/") {
		api.CrossOrigin(w, r)
		return
	}
	http.Error(w, "a page of another site sent this; go back to the agent's own page and try again there", http.StatusForbidden)
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
