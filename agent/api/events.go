package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/sse"
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
	if strings.Contains(r.Header.Get("Accept"), sse.Type) {
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
