// Package sse writes server-sent events (WHATWG HTML, section 9.2): what all streams of the agent
// have in common. A stream may last for hours, longer than the server lets an answer last, and its
// reader may stop reading at any moment without a word.
package sse

import (
	"net/http"
	"time"
)

// Type is the media type of a stream.
const Type = "text/event-stream"

// Patience is how long a reader may let its connection clog before the stream ends.
const Patience = 30 * time.Second

// Stream is an answer that goes on. It is not safe for concurrent use.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Begin says in the answer's header that it is a stream, and lifts the time for reading the request,
// which is read. Nothing is sent before the first Flush.
func Begin(w http.ResponseWriter) *Stream {
	w.Header().Set("Content-Type", Type)
	w.Header().Set("Cache-Control", "no-store")
	s := &Stream{w, http.NewResponseController(w)}
	_ = s.control.SetReadDeadline(time.Time{}) // a server that has none needs none lifted
	return s
}

// Write writes lines of events, or parts of them. An error means that the reader has gone.
func (s *Stream) Write(lines []byte) (int, error) {
	_ = s.control.SetWriteDeadline(time.Now().Add(Patience))
	return s.w.Write(lines)
}

// Flush sends what was written. An error means that the reader has gone.
func (s *Stream) Flush() error {
	_ = s.control.SetWriteDeadline(time.Now().Add(Patience))
	return s.control.Flush()
}
