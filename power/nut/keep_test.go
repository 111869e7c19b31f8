package nut

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// counted is a made-up upsd that counts its connections and lets each give the answers in turn;
// it hangs up after the last one, or when that is empty, says nothing any more.
func counted(t *testing.T, perConnection ...string) (address string, connections *atomic.Int32) {
	connections = new(atomic.Int32)
	return checktest.Serve(t, func(conn net.Conn) {
		connections.Add(1)
		lines := bufio.NewScanner(conn)
		for _, answer := range perConnection {
			if !lines.Scan() {
				return
			}
			if answer == "" {
				io.Copy(io.Discard, conn)
			}
			io.WriteString(conn, answer)
		}
	}), connections
}

// read reads several times and sees that the reason is the same each time.
func read(t *testing.T, r *reader, times int, want checks.Reason) {
	t.Helper()
	for i := range times {
		if got := r.Read(t.Context()); got.Reason != want {
			t.Fatalf("reading %d: %s: %s, want %s", i+1, got.Reason, got.Text, want)
		}
	}
}

func TestConnectionIsKept(t *testing.T) {
	address, connections := counted(t, healthy, healthy, healthy, healthy)
	read(t, newTestReader(t, attrs(address)), 4, checks.OK)
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for four readings", n)
	}
}

// What upsd says in good order is no reason to connect again.
func TestConnectionIsKeptAfterErrors(t *testing.T) {
	stale := "ERR DATA-STALE\n"
	address, connections := counted(t, stale, stale, stale)
	read(t, newTestReader(t, attrs(address)), 3, checks.Stale)
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for three readings", n)
	}
}

// upsd hangs up on idle clients after a minute: no reading may be lost by that.
func TestReconnectsWhenHungUpOn(t *testing.T) {
	address, connections := counted(t, healthy)
	read(t, newTestReader(t, attrs(address)), 3, checks.OK)
	if n := connections.Load(); n != 3 {
		t.Errorf("%d connections for three readings with one answer each", n)
	}
}

// A firewall that has forgotten the connection drops what is sent over it.
func TestReconnectsWhenSilentAllOfASudden(t *testing.T) {
	address, connections := counted(t, healthy, "")
	r := newTestReader(t, attrs(address))
	read(t, r, 1, checks.OK)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if got := r.Read(ctx); !got.OK() {
		t.Errorf("%s: %s", got.Reason, got.Text)
	}
	if n := connections.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

// After a canceled reading the connection holds half an answer.
func TestCanceledReadingIsNotReadOn(t *testing.T) {
	address, connections := counted(t, "BEGIN LIST VAR rack\n", healthy)
	r := newTestReader(t, attrs(address))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got := r.Read(ctx); got.Reason != checks.Timeout {
		t.Errorf("%s: %s, want %s", got.Reason, got.Text, checks.Timeout)
	}
	if r.conn != nil {
		t.Error("the connection is kept")
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}
