package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// Event is a journaled event in its JSON form.
type Event struct {
	ID        string          `json:"id"`
	Agent     string          `json:"agent"`
	Seq       int64           `json:"seq"`
	At        time.Time       `json:"at"`
	Estimated bool            `json:"estimated"`
	Kind      journal.Kind    `json:"kind"`
	Subject   string          `json:"subject,omitempty"`
	Actor     *journal.Actor  `json:"actor,omitempty"`
	Payload   json.RawMessage `json:"payload"`
	Drill     bool            `json:"drill"`
}

func viewOf(e journal.Event) Event {
	payload, err := json.Marshal(e.Payload)
	if err != nil {
		payload = []byte("null")
	}
	return Event{
		ID: e.ID, Agent: e.Agent, Seq: e.Seq, At: e.At, Estimated: e.Estimated, Kind: e.Kind,
		Subject: e.Subject, Actor: e.Actor, Payload: payload, Drill: e.Drill,
	}
}

// briefOf is viewOf without the Situation that some events carry: a list would drown in it, and
// GET /api/v1/events/{id} has it.
func briefOf(e journal.Event) Event {
	e.Payload = journal.Brief(e.Payload)
	return viewOf(e)
}

// Decode returns the event with its payload's type.
func (e Event) Decode() (journal.Event, error) {
	payload, err := journal.DecodePayload(e.Kind, e.Payload)
	return journal.Event{
		ID: e.ID, Agent: e.Agent, Seq: e.Seq, At: e.At, Estimated: e.Estimated, Kind: e.Kind,
		Subject: e.Subject, Actor: e.Actor, Payload: payload, Drill: e.Drill,
	}, err
}

// Bounds of a listing.
const (
	defaultEvents = 500
	maxEvents     = 10_000
)

// eventList is a listing of events.
type eventList struct {
	Events []Event `json:"events"`
}

// events lists what was journaled, oldest first: the newest ?limit of them, or those after
// ?after=SEQ; ?system=NAME and ?kind=A,B filter, ?from= and ?to= (RFC 3339) bound. With
// Accept: text/event-stream it goes on with each new event as it is committed.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	q, err := queryOf(r)
	if err != nil {
		writeError(w, err)
		return
	}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		s.stream(w, r, q)
		return
	}
	list := []Event{}
	for e, err := range s.agent.Events(r.Context(), q) {
		if err != nil {
			writeError(w, err)
			return
		}
		list = append(list, briefOf(e))
	}
	writeJSON(w, http.StatusOK, eventList{list})
}

func queryOf(r *http.Request) (journal.Query, error) {
	q := journal.Query{Limit: defaultEvents, Newest: true, Subject: r.FormValue("system")}
	var err error
	number := func(name string, into *int64) {
		if v := r.FormValue(name); v != "" && err == nil {
			if *into, err = strconv.ParseInt(v, 10, 64); err != nil || *into < 0 {
				err = &badRequest{fmt.Sprintf("%s=%q is not a number", name, v), "give a whole number from 0; limit=0 gives as many as there may be"}
			}
		}
	}
	instant := func(name string, into *time.Time) {
		if v := r.FormValue(name); v != "" && err == nil {
			if *into, err = time.Parse(time.RFC3339, v); err != nil {
				err = &badRequest{fmt.Sprintf("%s=%q is not a time", name, v), "write it as 2026-04-01T09:00:00+09:00"}
			}
		}
	}
	limit := int64(q.Limit)
	number("limit", &limit)
	number("after", &q.AfterSeq)
	instant("from", &q.From)
	instant("to", &q.To)
	if q.Limit = int(min(limit, maxEvents)); q.Limit == 0 {
		q.Limit = maxEvents // to the journal, 0 is no limit at all
	}
	if r.FormValue("after") != "" {
		q.Newest = false
	}
	for kind := range strings.SplitSeq(r.FormValue("kind"), ",") {
		if kind != "" {
			q.Kinds = append(q.Kinds, journal.Kind(kind))
		}
	}
	return q, err
}

// keepAlive is how often an idle stream says that it is still there.
const keepAlive = 15 * time.Second

// stream sends events as they are committed. Each client reads the journal at its own pace, so a
// slow one delays nobody; after a break it goes on from its Last-Event-ID.
func (s *server) stream(w http.ResponseWriter, r *http.Request, q journal.Query) {
	wake, cancel := s.agent.Committed()
	defer cancel()
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the request is read; the answer lasts
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if last, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
		q.AfterSeq, q.Newest = last, false
	}
	beat := time.NewTicker(keepAlive)
	defer beat.Stop()
	for {
		_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
		more, err := s.sendNew(w, r, &q)
		if err != nil || control.Flush() != nil {
			return
		}
		if more {
			continue
		}
		select {
		case <-r.Context().Done():
			return
		case <-wake:
		case <-beat.C:
			_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		}
	}
}

// writeTimeout is how long a stream's reader may let its connection clog.
const writeTimeout = 30 * time.Second

// sendNew writes what q has not seen yet, up to its limit, and moves q past it; more tells that
// the limit was reached.
func (s *server) sendNew(w http.ResponseWriter, r *http.Request, q *journal.Query) (more bool, err error) {
	sent := 0
	for e, err := range s.agent.Events(r.Context(), *q) {
		if err != nil {
			return false, err
		}
		data, err := json.Marshal(briefOf(e))
		if err != nil {
			return false, err
		}
		if _, err := fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data); err != nil {
			return false, err
		}
		q.AfterSeq = e.Seq
		sent++
	}
	q.Newest = false
	return sent == q.Limit, nil
}
