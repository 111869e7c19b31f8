package sse

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// connection is one whose reader may be gone, and whose deadlines are seen.
type connection struct {
	*httptest.ResponseRecorder
	gone        error
	read, write time.Time
}

func (c *connection) SetReadDeadline(t time.Time) error  { c.read = t; return nil }
func (c *connection) SetWriteDeadline(t time.Time) error { c.write = t; return nil }
func (c *connection) FlushError() error                  { c.Flush(); return c.gone }

func (c *connection) Write(p []byte) (int, error) {
	if c.gone != nil {
		return 0, c.gone
	}
	return c.ResponseRecorder.Write(p)
}

// The request may have taken its whole time, and the stream lasts longer than an answer may: each
// write has its own time.
func TestStreamLasts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &connection{ResponseRecorder: httptest.NewRecorder(), read: time.Now().Add(time.Second), write: time.Now().Add(time.Second)}
		s := Begin(c)
		if !c.read.IsZero() || c.Header().Get("Content-Type") != Type || c.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the request may be read until %s; %v", c.read, c.Header())
		}
		time.Sleep(time.Hour)
		if _, err := io.WriteString(s, "data: x\n\n"); err != nil || !c.write.Equal(time.Now().Add(Patience)) {
			t.Errorf("%v; it may be written until %s", err, c.write)
		}
		time.Sleep(time.Hour)
		if err := s.Flush(); err != nil || !c.write.Equal(time.Now().Add(Patience)) || !c.Flushed || c.Body.String() != "data: x\n\n" {
			t.Errorf("%v; it may be sent until %s; %q", err, c.write, c.Body)
		}
	})
}

// A reader who has gone is told of at once.
func TestReaderWhoHasGone(t *testing.T) {
	t.Parallel()
	s := Begin(&connection{ResponseRecorder: httptest.NewRecorder(), gone: io.ErrClosedPipe})
	if _, err := s.Write([]byte("data: x\n\n")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
	if err := s.Flush(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
}

// Behind what passes no deadlines on, a stream still is one.
func TestPlainWriter(t *testing.T) {
	t.Parallel()
	var w http.ResponseWriter = httptest.NewRecorder()
	s := Begin(w)
	if _, err := io.WriteString(s, ": x\n\n"); err != nil || s.Flush() != nil {
		t.Errorf("%v", err)
	}
}
