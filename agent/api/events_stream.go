package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/sse"
	"github.com/keizoku-bcp/keizoku/journal"
)

// keepAlive is how often an idle stream says that it is still there.
const keepAlive = 15 * time.Second

// stream sends events as they are committed. Each client reads the journal at its own pace, so a
// slow one delays nobody; after a break it goes on from its Last-Event-ID.
func (s *server) stream(w http.ResponseWriter, r *http.Request, q journal.Query) {
	wake, cancel := s.agent.Committed()
	defer cancel()
	if last, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
		q.AfterSeq, q.Newest = last, false
	}
	stream := sse.Begin(w)
	beat := time.NewTicker(keepAlive)
	defer beat.Stop()
	for {
		more, err := s.sendNew(stream, r, &q)
		if err != nil || stream.Flush() != nil {
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
			if _, err := io.WriteString(stream, ": still here\n\n"); err != nil {
				return
			}
		}
	}
}

// sendNew writes what q has not seen yet, up to its limit, and moves q past it; more tells that
// the limit was reached.
func (s *server) sendNew(stream io.Writer, r *http.Request, q *journal.Query) (more bool, err error) {
	sent := 0
	for e, err := range s.agent.Events(r.Context(), *q) {
		if err != nil {
			return false, err
		}
		data, err := json.Marshal(briefOf(e))
		if err != nil {
			return false, err
		}
		if _, err := fmt.Fprintf(stream, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data); err != nil {
			return false, err
		}
		q.AfterSeq = e.Seq
		sent++
	}
	q.Newest = false
	return sent == q.Limit, nil
}
