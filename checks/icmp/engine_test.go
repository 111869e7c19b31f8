package icmp

import (
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// fakeEngine opens fake transports with identifiers 1, 2, … and counts the open ones.
func fakeEngine(t *testing.T, open *atomic.Int32) *engine {
	t.Helper()
	var ident uint16
	e, err := newEngine(ip4, func() (transport, error) {
		ident++
		f := newFake(ident)
		f.open = open
		open.Add(1)
		return f, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestRenewAtMostOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Int32
		e := fakeEngine(t, &open)
		defer e.Close()
		for _, step := range []struct {
			after time.Duration
			ident uint16
		}{{0, 2}, {0, 2}, {59 * time.Second, 2}, {time.Second, 3}, {time.Second, 3}, {time.Hour, 4}} {
			time.Sleep(step.after)
			if err := e.renew(); err != nil {
				t.Fatal(err)
			}
			if got := e.current.id(); got != step.ident || open.Load() != 1 {
				t.Errorf("after %v: identifier %d on %d sockets, want %d on one", step.after, got, open.Load(), step.ident)
			}
		}
	})
}

func TestRetiredSocketLastsAsLongAsItsFlights(t *testing.T) {
	var open atomic.Int32
	e := fakeEngine(t, &open)
	first, _ := e.acquire()
	again, _ := e.acquire()
	if err := e.renew(); err != nil {
		t.Fatal(err)
	}
	if second, _ := e.acquire(); second == first || again != first {
		t.Fatal("acquire did not follow the renewal")
	}
	for _, want := range []int32{2, 1} {
		e.release(first)
		if got := open.Load(); got != want {
			t.Errorf("%d sockets open, want %d", got, want)
		}
	}
	if err := e.Close(); err != nil || open.Load() != 0 {
		t.Errorf("after Close: %v, %d sockets open", err, open.Load())
	}
}

func TestFailedRenewalKeepsTheSocket(t *testing.T) {
	var open atomic.Int32
	e := fakeEngine(t, &open)
	defer e.Close()
	e.dial = func() (transport, error) { return nil, io.ErrClosedPipe }
	before := e.current
	if err := e.renew(); !errors.Is(err, io.ErrClosedPipe) || e.current != before {
		t.Errorf("err = %v, socket changed = %v", err, e.current != before)
	}
}

func TestClosedEngine(t *testing.T) {
	var open atomic.Int32
	e := fakeEngine(t, &open)
	held, _ := e.acquire()
	if err := e.renew(); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e.release(held) // closed already; must not be closed again
	if _, err := e.acquire(); !errors.Is(err, errClosed) {
		t.Errorf("acquire after Close: %v", err)
	}
	if err := e.renew(); err != nil || open.Load() != 0 {
		t.Errorf("renew after Close: %v, %d sockets open", err, open.Load())
	}
}
