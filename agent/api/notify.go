package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// Alert is an open alert as people are told of it.
type Alert struct {
	Key string `json:"key"`
	// Handle is what to type to take it on: the system of its outage, else the beginning of its key,
	// which no other open alert has.
	Handle   string             `json:"handle"`
	Name     string             `json:"name"`
	Severity plan.AlertSeverity `json:"severity"`
	Since    time.Time          `json:"since,omitzero"`
	Subject  string             `json:"subject,omitempty"` // the system, supply, step or channel
	Title    string             `json:"title,omitempty"`
	System   string             `json:"system,omitempty"`
	Priority int                `json:"priority,omitempty"`
	Deadline time.Time          `json:"deadline,omitzero"`
	// Silence is why it is not told although it holds; empty: it is.
	Silence alert.Silence `json:"silence,omitempty"`
	// Acknowledged says that somebody has taken it on, or its outage.
	Acknowledged    bool      `json:"acknowledged"`
	AcknowledgedAt  time.Time `json:"acknowledged_at,omitzero"`
	AcknowledgedBy  string    `json:"acknowledged_by,omitempty"`
	AcknowledgedWhy string    `json:"acknowledged_why,omitempty"`
	// Told are the channels whose people believe that it holds, Waiting those for which a message
	// about it still waits to get through.
	Told    []string `json:"told"`
	Waiting []string `json:"waiting,omitempty"`
	// Quiet is the quiet rule that keeps it back now, from channels that would be told otherwise;
	// empty: none does.
	Quiet string `json:"quiet,omitempty"`
	Text  string `json:"text"`
}

// Notifications is how channels and messages stand. It may name people: it is for operators.
type Notifications struct {
	Channels []Channel `json:"channels"`
	// Messages are those that wait, the oldest first, and after them the newest of the others.
	Messages []Notification `json:"messages"`
}

// Channel is how things stand with one channel.
type Channel struct {
	Name    string `json:"name"`
	Kind    string `json:"kind,omitempty"` // empty: the plan has it no more
	Title   string `json:"title"`
	Pending int    `json:"pending"`
	// Carried tells that something got through since the agent started.
	Carried bool `json:"carried"`
	// FailingSince is zero while messages get through.
	FailingSince time.Time `json:"failing_since,omitzero"`
	Tries        int       `json:"tries,omitempty"` // in vain, of the messages that wait
	Error        string    `json:"error,omitempty"`
	GoneSince    time.Time `json:"gone_since,omitzero"` // from the plan
}

// Notification is a message on its way, or one that has come to its end.
type Notification struct {
	Seq         int64     `json:"seq"`
	ID          string    `json:"id"`
	Channel     string    `json:"channel"`
	Alerts      []string  `json:"alerts"` // keys
	Occasion    string    `json:"occasion"`
	Subject     string    `json:"subject"`
	CreatedAt   time.Time `json:"created_at"`
	State       string    `json:"state"` // pending, delivered, refused, superseded or dropped
	Tries       int       `json:"tries"`
	FailedAt    time.Time `json:"failed_at,omitzero"`
	NextTryAt   time.Time `json:"next_try_at,omitzero"`
	LastError   string    `json:"last_error,omitempty"`
	Receipt     string    `json:"receipt,omitempty"`
	EndedAt     time.Time `json:"ended_at,omitzero"`
	ChannelGone bool      `json:"channel_gone,omitempty"`
}

// Trial is a test message that has arrived.
type Trial struct {
	Channel string  `json:"channel"`
	Receipt string  `json:"receipt"` // what the receiver said
	Seconds float64 `json:"duration_seconds"`
}

// ErrUndelivered tells that a test message did not arrive.
var ErrUndelivered = errors.New("the message did not arrive")

// ErrUnusable tells that a channel cannot be set up, so that nothing was sent on it.
var ErrUnusable = errors.New("the channel cannot be set up")

// Teller is what the API needs of the agent's alerts, messages and inspections.
type Teller interface {
	Alerts(locale plan.Locale) []Alert
	Notifications(ctx context.Context, limit int) (Notifications, error)
	NotifyTest(ctx context.Context, channel string) (Trial, error)
	// Inspect runs an inspection; progress is told how many checks are through.
	Inspect(ctx context.Context, name string, progress func(done, total int)) (journal.InspectionDone, error)
}

// alertList is a listing of alerts.
type alertList struct {
	Alerts []Alert `json:"alerts"`
}

// alerts lists the open alerts, the gravest first; ?lang=ja or en chooses the language.
func (s *server) alerts(w http.ResponseWriter, r *http.Request) {
	locale := plan.Locale(r.FormValue("lang"))
	if locale != "" && locale != plan.Japanese && locale != plan.English {
		writeError(w, &badRequest{"lang is neither ja nor en", "leave it out for the plan's language"})
		return
	}
	list := s.agent.Alerts(locale)
	if list == nil {
		list = []Alert{}
	}
	writeJSON(w, http.StatusOK, alertList{list})
}

// notifications lists the queue: at most ?limit of those that wait, and of the others.
func (s *server) notifications(w http.ResponseWriter, r *http.Request) {
	q, err := queryOf(r)
	if err != nil {
		writeError(w, err)
		return
	}
	list, err := s.agent.Notifications(r.Context(), q.Limit)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, list)
}

// trialRequest asks for a test message.
type trialRequest struct {
	Channel string `json:"channel"`
}

// notifyTest sends a test message and answers when the receiver has.
func (s *server) notifyTest(w http.ResponseWriter, r *http.Request) {
	var request trialRequest
	if err := readOne(w, r, &request); err != nil {
		writeError(w, err)
		return
	}
	takesLong(w)
	trial, err := s.agent.NotifyTest(r.Context(), request.Channel)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, trial)
}

// Progress is a line of the answer to an inspection: while it runs how far it has come, at last
// its report, or why there is none.
type Progress struct {
	Done   int                     `json:"done"`
	Total  int                     `json:"total"`
	Report *journal.InspectionDone `json:"report,omitempty"`
	Error  string                  `json:"error,omitempty"`
}

// inspectRequest asks for an inspection. An empty name runs all checks.
type inspectRequest struct {
	Name string `json:"name,omitempty"`
}

// inspect runs an inspection and answers with lines of [Progress]. It ends when the reader goes.
func (s *server) inspect(w http.ResponseWriter, r *http.Request) {
	var request inspectRequest
	if err := readOne(w, r, &request); err != nil {
		writeError(w, err)
		return
	}
	takesLong(w)
	lines := progressLines{w: w}
	report, err := s.agent.Inspect(r.Context(), request.Name, lines.progress)
	switch {
	case err != nil && !lines.begun:
		writeError(w, err)
	case err != nil:
		lines.write(Progress{Error: Worded(err).Error()})
	default:
		lines.write(Progress{Done: report.Counts.Checks, Total: report.Counts.Checks, Report: &report})
	}
}

// takesLong lifts the bounds of time for a request whose answer takes as long as it takes.
func takesLong(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_, _ = control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{})
}

// progressLines writes one JSON object a line. It is called by one goroutine at a time.
type progressLines struct {
	w     http.ResponseWriter
	begun bool
	last  time.Time
}

// progressEvery is how often a reader is told how far an inspection has come.
const progressEvery = 100 * time.Millisecond

func (p *progressLines) progress(done, total int) {
	if now := time.Now(); !p.begun || done == total || now.Sub(p.last) >= progressEvery {
		p.last = now
		p.write(Progress{Done: done, Total: total})
	}
}

func (p *progressLines) write(line Progress) {
	if !p.begun {
		p.w.Header().Set("Content-Type", "application/x-ndjson")
		p.w.Header().Set("Cache-Control", "no-store")
		p.begun = true
	}
	// A failed write means that the reader has gone; that ends the request, and the inspection.
	_ = json.NewEncoder(p.w).Encode(line)
	_ = http.NewResponseController(p.w).Flush()
}
