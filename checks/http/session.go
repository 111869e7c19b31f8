package httpcheck

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"net/url"
	"sync"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
)

// session is what belongs to one probe: its clock, and the connections made for it.
//
// http.Transport dials in a goroutine of its own that outlives a canceled request. So the
// session travels in the request's context, dials with the probe's context instead of the
// transport's, and closes what was opened, even after its end.
type session struct {
	ctx context.Context // of the probe

	mu    sync.Mutex
	over  bool
	watch *netdial.Stopwatch
	conns []net.Conn
	step  netdial.Step
	peer  string // whom we are talking to
}

type sessionKey struct{}

// dialer is the same for all checks: it keeps nothing.
var dialer = netdial.New("")

func newSession(ctx context.Context, to *url.URL) *session {
	return &session{ctx: ctx, watch: netdial.Start(), step: netdial.Talking, peer: address(to)}
}

// context returns the context for the session's request.
func (s *session) context() context.Context {
	ctx := context.WithValue(s.ctx, sessionKey{}, s)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              s.getConn,
		TLSHandshakeStart:    func() { s.at(netdial.Handshaking) },
		TLSHandshakeDone:     s.handshakeDone,
		GotFirstResponseByte: func() { s.lap("processing") },
	})
}

// dial is the transport's DialContext.
func dial(ctx context.Context, _, hostPort string) (net.Conn, error) {
	s := ctx.Value(sessionKey{}).(*session)
	to, err := netdial.ParseAddress(hostPort, 0)
	if err != nil {
		return nil, netdial.Fail(s.ctx, netdial.Resolving, hostPort, err)
	}
	watch := netdial.Start()
	conn, err := dialer.TCP(s.ctx, to, watch)
	return s.keep(conn, err, watch)
}

// keep takes a new connection into the session.
func (s *session) keep(conn net.Conn, err error, watch *netdial.Stopwatch) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over && conn != nil {
		conn.Close()
		return nil, net.ErrClosed
	}
	if s.over || err != nil {
		s.add(watch)
		return nil, err
	}
	s.add(watch)
	s.conns = append(s.conns, conn)
	return conn, nil
}

// add takes over the phases of watch; the caller holds mu.
func (s *session) add(watch *netdial.Stopwatch) {
	if s.over {
		return
	}
	for _, phase := range watch.Phases() {
		s.watch.Add(phase.Name, phase.Duration)
	}
	s.watch.Restart()
}

func (s *session) getConn(hostPort string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peer, s.step = hostPort, netdial.Talking
	if !s.over {
		s.watch.Restart()
	}
}

func (s *session) at(step netdial.Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step = step
}

func (s *session) handshakeDone(_ tls.ConnectionState, err error) {
	s.lap("tls")
	if err == nil {
		s.at(netdial.Talking)
	}
}

// lap ends a phase. The transport's goroutines may call it after the end.
func (s *session) lap(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.watch.Lap(name)
	}
}

// fail words err, which http.Client wraps with the URL: that may hold a secret.
func (s *session) fail(err error) *netdial.Failure {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return netdial.Fail(s.ctx, s.step, s.peer, err)
}

// end closes the session's connections, unless they shall serve the next probe, and returns the
// phases.
func (s *session) end(keep bool) []checks.Phase {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	if !keep {
		for _, conn := range s.conns {
			conn.Close()
		}
	}
	return s.watch.Phases()
}
