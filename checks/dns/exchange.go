package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
)

// exchange is one question to one server and its answer.
type exchange struct {
	*prober
	ctx    context.Context
	server netdial.Address
	watch  *netdial.Stopwatch
}

// ask asks by the transport of the plan, and over TCP what UDP cut short (RFC 7766).
func (e *exchange) ask(result *checks.Result) (reply, *netdial.Failure) {
	if e.settings.Transport != "udp" {
		return e.stream(result)
	}
	answer, failure := e.datagram()
	if failure == nil && answer.truncated {
		e.watch.Lap("answer")
		return e.stream(result)
	}
	return answer, failure
}

// maxDatagram is room for more than a server may send to who does not ask for more (RFC 1035,
// section 2.3.4: 512 bytes).
const maxDatagram = 4096

// datagram asks over UDP. The socket is connected, so that the kernel keeps out what others send
// and tells when nobody listens there.
func (e *exchange) datagram() (reply, *netdial.Failure) {
	conn, err := e.dialer.UDP(e.ctx, e.server, e.watch)
	if err != nil {
		return reply{}, e.fail(err)
	}
	defer conn.Close()
	defer checks.Interrupt(e.ctx, conn)()
	defer e.watch.Lap("answer")
	id := uint16(rand.Uint32())
	if _, err := conn.Write(e.question.withID(id)); err != nil {
		return reply{}, e.fail(err)
	}
	return e.wait(conn, id)
}

// wait reads until the answer comes, past packets that are not it (RFC 5452).
func (e *exchange) wait(conn net.Conn, id uint16) (reply, *netdial.Failure) {
	var stray error
	packet := make([]byte, maxDatagram)
	for {
		n, err := conn.Read(packet)
		if err != nil && stray != nil && errors.Is(err, os.ErrDeadlineExceeded) && e.ctx.Err() != context.Canceled {
			return reply{}, netdial.Failf(checks.WrongAnswer, "%s sent something, but %v", e.server, stray)
		}
		if err != nil {
			return reply{}, e.fail(err)
		}
		answer, err := e.question.parse(packet[:n], id)
		if err == nil {
			return answer, nil
		}
		stray = err
	}
}

// stream asks over TCP or TLS.
func (e *exchange) stream(result *checks.Result) (reply, *netdial.Failure) {
	conn, err := e.dialer.TCP(e.ctx, e.server, e.watch)
	if err != nil {
		return reply{}, e.fail(err)
	}
	defer conn.Close()
	defer checks.Interrupt(e.ctx, conn)()
	if e.tls != nil {
		secured, failure := tlsconf.Handshake(e.ctx, conn, e.tls, e.watch)
		if failure != nil {
			return reply{}, failure
		}
		result.NotAfter = tlsconf.NotAfter(secured)
		conn = secured
	}
	defer e.watch.Lap("answer")
	id := uint16(rand.Uint32())
	packet, err := roundTrip(conn, e.question.withID(id))
	if err != nil {
		return reply{}, e.fail(err)
	}
	answer, err := e.question.parse(packet, id)
	if err != nil {
		return reply{}, netdial.Failf(checks.WrongAnswer, "%s sent something, but %v", e.server, err)
	}
	return answer, nil
}

// roundTrip sends a message and reads one, each behind its length (RFC 1035, section 4.2.2).
func roundTrip(conn net.Conn, message []byte) ([]byte, error) {
	framed := append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
	if _, err := conn.Write(framed); err != nil {
		return nil, err
	}
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, answer)
	return answer, err
}

func (e *exchange) fail(err error) *netdial.Failure {
	return netdial.Fail(e.ctx, netdial.Talking, e.server.String(), err)
}
