package nut

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/keizoku-bcp/keizoku/checks"
)

// The bounds of an answer. upsd itself cuts a line at 1 KiB, and the largest power strips have
// some two thousand variables.
const (
	maxLine   = 8 << 10
	maxAnswer = 1 << 20
)

// conn is a connection to upsd. It is not safe for concurrent use.
type conn struct {
	socket net.Conn
	stream net.Conn // socket, or TLS on top of it
	lines  *bufio.Reader
	peer   string
}

func dial(ctx context.Context, address string) (*conn, error) {
	var dialer net.Dialer
	socket, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &conn{socket: socket, stream: socket, lines: bufio.NewReaderSize(socket, maxLine), peer: address}, nil
}

// close breaks the connection off. TLS takes no leave: that could wait for a peer that is gone.
func (c *conn) close() { c.socket.Close() }

// during runs talk such that reads and writes end with ctx. Afterwards the connection can be used
// again unless ctx had ended.
func (c *conn) during(ctx context.Context, talk func() error) error {
	release := checks.Interrupt(ctx, c.socket)
	err := talk()
	if !release() && err == nil {
		err = ctx.Err() // the deadline set may still arrive, so the connection is not to be used again
	}
	return err
}

// send sends one command.
func (c *conn) send(command string) error {
	_, err := io.WriteString(c.stream, command+"\n")
	return err
}

// receive reads one line and cuts it into words, of which there is at least one.
func (c *conn) receive() (words []string, size int, err error) {
	line, err := c.lines.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, 0, nonsense("%s does not speak NUT: a line of more than %d bytes", c.peer, maxLine)
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, 0, io.ErrUnexpectedEOF
	case err != nil:
		return nil, 0, err
	}
	text := string(line[:len(line)-1])
	words, err = split(text)
	if err != nil {
		return nil, 0, nonsense("%s does not speak NUT: %v, in %s", c.peer, err, quoted(text))
	}
	if len(words) == 0 {
		return nil, 0, nonsense("%s does not speak NUT: an empty line", c.peer)
	}
	return words, len(line), nil
}

// command sends a command about the UPS named and returns the first line of the answer, which is
// no error. shown is the command as texts may show it.
func (c *conn) command(ups, command, shown string) (words []string, err error) {
	if err := c.send(command); err != nil {
		return nil, err
	}
	words, _, err = c.receive()
	if err != nil {
		return nil, err
	}
	if words[0] == "ERR" {
		code := "no reason given"
		if len(words) > 1 {
			code = words[1]
		}
		return nil, errorAnswer(c.peer, ups, shown, code)
	}
	return words, nil
}

// order sends a command whose answer is OK.
func (c *conn) order(ups, command, shown string) error {
	words, err := c.command(ups, command, shown)
	if err == nil && words[0] != "OK" {
		err = nonsense("%s answers %s to %s, where OK is expected", c.peer, quoted(words[0]), shown)
	}
	return err
}

// secure asks for TLS. It never goes on in clear.
func (c *conn) secure(ctx context.Context, config *tls.Config) error {
	err := c.order("", "STARTTLS", "STARTTLS")
	var refused *refusal
	switch {
	case errors.As(err, &refused) && refused.spoken:
		return &refusal{reason: checks.TLSInvalid, text: refused.text + "; upsd.conf sets TLS up with CERTFILE or CERTPATH"}
	case err != nil:
		return err
	case c.lines.Buffered() > 0:
		return &refusal{reason: checks.TLSInvalid, text: c.peer + " goes on in clear after STARTTLS: somebody may be in between"}
	}
	secured := tls.Client(c.socket, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return &handshakeError{err}
	}
	c.stream = secured
	c.lines.Reset(secured)
	return nil
}

// handshakeError is an error of the TLS handshake.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return fmt.Sprintf("TLS handshake: %v", e.err) }
func (e *handshakeError) Unwrap() error { return e.err }

// variables asks for all variables of a UPS.
func (c *conn) variables(ups string) (map[string]string, error) {
	words, err := c.command(ups, "LIST VAR "+ups, "LIST VAR")
	if err != nil {
		return nil, err
	}
	if !isList(words, "BEGIN", ups) {
		return nil, nonsense("%s answers %s to LIST VAR", c.peer, quoted(words[0]))
	}
	vars := make(map[string]string, 64)
	for read := 0; read <= maxAnswer; {
		words, size, err := c.receive()
		switch {
		case err != nil:
			return nil, err
		case len(words) == 4 && words[0] == "VAR" && words[1] == ups:
			vars[words[2]] = words[3]
		case isList(words, "END", ups):
			return vars, nil
		default:
			return nil, nonsense("%s has a line %s in the list of variables", c.peer, quoted(words[0]))
		}
		read += size
	}
	return nil, nonsense("%s lists more than %d bytes of variables", c.peer, maxAnswer)
}

// isList reports whether words are "BEGIN LIST VAR ups" or "END LIST VAR ups".
func isList(words []string, which, ups string) bool {
	return len(words) == 4 && words[0] == which && words[1] == "LIST" && words[2] == "VAR" && words[3] == ups
}
