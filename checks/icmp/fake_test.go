package icmp

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// fakeTransport is a network in memory. It sends nothing and delivers what a test writes.
type fakeTransport struct {
	ident uint16
	// onSend is called for each packet sent; its error is that of the send.
	onSend func(b []byte, to netip.Addr) error
	// alive answers every echo; others keep silent.
	alive  netip.Addr
	inbox  chan []byte
	closed chan struct{}
	once   sync.Once

	deliver func([]byte, netip.Addr)
	open    *atomic.Int32 // counts the transports of a test that are open
}

func newFake(ident uint16) *fakeTransport {
	return &fakeTransport{ident: ident, inbox: make(chan []byte, 16), closed: make(chan struct{})}
}

func (t *fakeTransport) id() uint16 { return t.ident }
func (t *fakeTransport) raw() bool  { return true }

func (t *fakeTransport) send(b []byte, to netip.Addr) error {
	if to == t.alive {
		t.inbox <- answer(b)
	}
	if t.onSend != nil {
		return t.onSend(slices.Clone(b), to)
	}
	return nil
}

func (t *fakeTransport) bind(deliver func([]byte, netip.Addr), _ func(message)) { t.deliver = deliver }

func (t *fakeTransport) receive() {
	for {
		select {
		case b := <-t.inbox:
			t.deliver(b, t.alive)
		case <-t.closed:
			return
		}
	}
}

func (t *fakeTransport) Close() error {
	t.once.Do(func() {
		close(t.closed)
		if t.open != nil {
			t.open.Add(-1)
		}
	})
	return nil
}

// newFakeSocket returns a socket on a fake transport, closed with the test.
func newFakeSocket(t *testing.T, f family) (*socket, *fakeTransport) {
	t.Helper()
	transport := newFake(0x4b5a)
	s := newSocket(f, transport)
	t.Cleanup(func() { _ = s.close() })
	return s, transport
}

// answer turns an echo request into its reply.
func answer(request []byte) []byte {
	b := slices.Clone(request)
	b[0] = echoReply4
	if request[0] == echo6 {
		b[0] = echoReply6
	}
	b[2], b[3] = 0, 0
	binary.BigEndian.PutUint16(b[2:], ^checksum(b))
	return b
}

// complaint4 is an ICMPv4 error message that quotes a request to an address, cut to a length
// after the quoted IP header.
func complaint4(kind, code byte, request []byte, to netip.Addr, quoted int) []byte {
	b := []byte{kind, code, 0, 0, 0, 0, 0, 0}
	header := make([]byte, 20)
	header[0], header[8], header[9] = 0x45, 1, nextICMP4
	copy(header[16:], to.AsSlice())
	return append(append(b, header...), request[:quoted]...)
}

// complaint6 is complaint4 for ICMPv6.
func complaint6(kind, code byte, request []byte, to netip.Addr, quoted int) []byte {
	b := []byte{kind, code, 0, 0, 0, 0, 0, 0}
	header := make([]byte, 40)
	header[0], header[6] = 0x60, nextICMP6
	copy(header[24:], to.AsSlice())
	return append(append(b, header...), request[:quoted]...)
}
