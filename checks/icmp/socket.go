package icmp

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// transport carries ICMP messages of one family over one socket of the system's.
type transport interface {
	// id is the identifier that our echoes bear.
	id() uint16
	// raw tells a raw socket from a datagram one.
	raw() bool
	// send never waits; it returns errFull when the system has no room for now.
	send(b []byte, to netip.Addr) error
	// bind says where messages go, one at a time, before the first send: deliver gets those
	// that were received, whose bytes are the transport's again when it returns; settle gets
	// the errors that the transport hears of by another way.
	bind(deliver func(b []byte, from netip.Addr), settle func(message))
	// receive reads until Close.
	receive()
	Close() error
}

// errFull means that the socket's send buffer is full. Neighbours that do not answer ARP fill
// it: each packet to them is held for up to three seconds.
var errFull = errors.New("the socket's send buffer is full")

// captureBytes is how much of a packet is looked at. Longer answers count by this much.
const captureBytes = 2048

// socket is a transport and the echoes that it waits for. Many flights share it.
type socket struct {
	transport
	family family
	gone   chan struct{} // closed with the socket
	reader sync.WaitGroup

	// users and retired belong to the engine and its lock.
	users   int
	retired bool

	mu  sync.Mutex
	seq uint16
	// pending holds the echoes under way by sequence. More than 65,536 of them make several
	// share a number: these are chained, and the token decides.
	pending map[uint16]*echo
}

// flight is the echoes of one probe to one address.
type flight struct {
	to     netip.Addr
	echoes []echo
	sent   int           // echoes that left; the flight's own goroutine counts them
	open   int           // echoes that may still be settled
	done   chan struct{} // receives when open reaches zero
}

// echo is one request under way. Its socket's lock guards it until it is settled or forgotten.
type echo struct {
	flight   *flight
	next     *echo // another echo of the same sequence
	token    uint64
	seq      uint16
	payload  int
	sent     time.Time
	answered bool
	rtt      time.Duration
	notice   notice
}

// newSocket starts the transport's reader; close ends it.
func newSocket(f family, t transport) *socket {
	s := &socket{
		transport: t,
		family:    f,
		gone:      make(chan struct{}),
		seq:       uint16(rand.Uint32()), // any number does
		pending:   make(map[uint16]*echo),
	}
	t.bind(s.arrive, s.settle)
	s.reader.Go(t.receive)
	return s
}

func (s *socket) close() error {
	close(s.gone)
	err := s.transport.Close()
	s.reader.Wait()
	return err
}

func newFlight(to netip.Addr, count int) *flight {
	return &flight{to: to, echoes: make([]echo, count), open: count, done: make(chan struct{}, 1)}
}

// launch sends the flight's i-th echo in packet, which is header and payload long. An echo that
// could not be sent is forgotten.
func (s *socket) launch(f *flight, i int, packet []byte) error {
	e := &f.echoes[i]
	s.expect(f, e, len(packet)-headerBytes)
	putEcho(packet, s.family, s.id(), e.seq, e.token)
	err := s.send(packet, f.to)
	if err != nil {
		s.forget(e)
	}
	return err
}

// expect enters an echo into the table, before it is sent: on loopback the answer is there
// before send returns.
func (s *socket) expect(f *flight, e *echo, payload int) {
	token := rand.Uint64()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	*e = echo{flight: f, token: token, seq: s.seq, payload: payload, next: s.pending[s.seq], sent: time.Now()}
	s.pending[s.seq] = e
}

func (s *socket) forget(e *echo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlink(e)
}

// land forgets what is left of a flight. After it the flight belongs to the caller alone.
func (s *socket) land(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range f.echoes {
		s.unlink(&f.echoes[i])
	}
}

// unlink takes e out of the table if it is there. The caller holds the lock.
func (s *socket) unlink(e *echo) {
	head := s.pending[e.seq]
	if head == e {
		if e.next == nil {
			delete(s.pending, e.seq)
		} else {
			s.pending[e.seq] = e.next
		}
		return
	}
	for ; head != nil; head = head.next {
		if head.next == e {
			head.next = e.next
			return
		}
	}
}

// arrive takes a message from the network, where anybody may have written it.
func (s *socket) arrive(b []byte, from netip.Addr) {
	m, ok := parse(s.family, b[:min(len(b), captureBytes)], from.WithZone(""))
	if !ok || m.id != s.id() {
		return
	}
	if m.notice == (notice{}) {
		m.to = from
	}
	s.settle(m)
}

// settle finds the echo that the message speaks of, and marks it. What fits none is ignored:
// answers that come late or twice, and those that somebody else asked for or made up.
func (s *socket) settle(m message) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for e := s.pending[m.seq]; e != nil; e = e.next {
		if !e.fits(m) {
			continue
		}
		s.unlink(e)
		e.answered, e.rtt, e.notice = m.notice == (notice{}), now.Sub(e.sent), m.notice
		if e.flight.open--; e.flight.open == 0 {
			e.flight.done <- struct{}{}
		}
		return
	}
}

// fits compares sequence (by the caller), address, token and length. A notice may lack the
// token, because routers need quote eight bytes only (RFC 792); then the rest must do.
func (e *echo) fits(m message) bool {
	if m.to.WithZone("") != e.flight.to.WithZone("") {
		return false
	}
	if m.notice != (notice{}) {
		return !m.hasToken || m.token == e.token
	}
	return m.hasToken && m.token == e.token && m.payload == min(e.payload, captureBytes-headerBytes)
}
