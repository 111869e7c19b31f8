package modbus

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/keizoku-bcp/keizoku/checks"
)

// The functions that read (MODBUS Application Protocol Specification V1.1b3, section 6).
const (
	readCoils            = 1
	readDiscreteInputs   = 2
	readHoldingRegisters = 3
	readInputRegisters   = 4
	// exceptionBit is set in the function of an answer that refuses.
	exceptionBit = 0x80
)

// client speaks Modbus TCP over one connection, for one reading. It is written here because the
// libraries connect with a time limit of their own and cannot be told to stop.
type client struct {
	conn    net.Conn
	release func() bool
	unit    byte
	last    uint16 // transaction
	reached bool   // something was answered
}

func dial(ctx context.Context, address string, unit byte) (*client, error) {
	dialer := net.Dialer{KeepAlive: -1} // the connection lives for one reading
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, release: checks.Interrupt(ctx, conn), unit: unit}, nil
}

func (c *client) close() {
	c.release()
	_ = c.conn.Close() // nothing was written that could get lost
}

// exception is a refusal by the controller.
type exception byte

const (
	gatewayPathUnavailable = exception(0x0a)
	gatewayTargetSilent    = exception(0x0b)
)

// Error words the codes of section 7.
func (e exception) Error() string {
	text, ok := map[exception]string{
		1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "device failure",
		5: "acknowledge", 6: "device busy", 8: "memory parity error",
		gatewayPathUnavailable: "gateway path unavailable", gatewayTargetSilent: "gateway target device failed to respond",
	}[e]
	if !ok {
		text = "unknown"
	}
	return fmt.Sprintf("exception %d, %s", byte(e), text)
}

// errFrame is an answer that is not Modbus, or not to what was asked.
var errFrame = errors.New("the answer is not Modbus")

// read asks for quantity registers, or for one bit, and returns the bytes of the answer: two for
// each register.
func (c *client) read(function byte, address, quantity uint16) ([]byte, error) {
	c.last++
	request := []byte{0, 0, 0, 0, 0, 6, c.unit, function, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(request[0:], c.last)
	binary.BigEndian.PutUint16(request[8:], address)
	binary.BigEndian.PutUint16(request[10:], quantity)
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	answer, err := c.answer()
	if err != nil {
		return nil, err
	}
	c.reached = true
	return payload(answer, function, quantity)
}

const (
	headerBytes = 7 // transaction, protocol, length, unit
	maxFrame    = 260
	// maxStale is how many answers to earlier questions are passed over.
	maxStale = 3
)

// answer reads frames until the one with the last transaction and returns it without header.
func (c *client) answer() ([]byte, error) {
	for range maxStale + 1 {
		header := make([]byte, headerBytes)
		if _, err := io.ReadFull(c.conn, header); err != nil {
			return nil, err
		}
		transaction, protocol := binary.BigEndian.Uint16(header), binary.BigEndian.Uint16(header[2:])
		length := int(binary.BigEndian.Uint16(header[4:])) - 1 // without the unit, which is in the header
		if protocol != 0 || length < 2 || length > maxFrame-headerBytes {
			return nil, errFrame
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(c.conn, body); err != nil {
			return nil, err
		}
		if transaction == c.last {
			return body, nil
		}
	}
	return nil, errFrame
}

// payload checks an answer, from its function on, and returns its data.
func payload(answer []byte, function byte, quantity uint16) ([]byte, error) {
	want := 2 * int(quantity)
	if function == readCoils || function == readDiscreteInputs {
		want = 1
	}
	switch {
	case len(answer) == 2 && answer[0] == function|exceptionBit:
		return nil, exception(answer[1])
	case len(answer) != want+2 || answer[0] != function || int(answer[1]) != want:
		return nil, errFrame
	}
	return answer[2:], nil
}
