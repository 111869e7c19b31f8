package tcp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/plan"
)

// maxAnswer is the most bytes that are read for one expectation.
const maxAnswer = 64 << 10

// conversation is an exchange of texts on one connection.
type conversation struct {
	ctx     context.Context // of the probe
	conn    net.Conn
	heard   []byte // since the last expectation was met
	secrets *plan.Redactor
}

// turn runs step number n (from 1) and returns nil when it went as expected.
func (c *conversation) turn(n int, step Step) *netdial.Failure {
	peer := c.conn.RemoteAddr().String()
	if step.Send != "" {
		if _, err := io.WriteString(c.conn, step.Send); err != nil {
			return netdial.Fail(c.ctx, netdial.Talking, peer, err)
		}
	}
	if step.Expect.IsZero() {
		return nil
	}
	err := c.listen(step)
	switch {
	case err == nil:
		c.heard = c.heard[:0]
		return nil
	case len(c.heard) > 0 && saidAll(err) && c.ctx.Err() != context.Canceled:
		return netdial.Failf(checks.WrongAnswer, "%s answered %q in step %d, which does not match %q",
			peer, c.quote(c.heard), n, c.secrets.Redact(step.Expect.String()))
	default:
		return netdial.Fail(c.ctx, netdial.Talking, peer, err)
	}
}

// errTooMuch ends a conversation with a server that talks without end.
var errTooMuch = errors.New("the answer is too long")

// saidAll reports whether err means that nothing more is to be heard, in this probe at least.
func saidAll(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, errTooMuch)
}

// listen reads until the expectation is met.
func (c *conversation) listen(step Step) error {
	if c.heard == nil {
		c.heard = make([]byte, 0, 1024)
	}
	for len(c.heard) < maxAnswer {
		c.heard = append(c.heard, make([]byte, 512)...)[:len(c.heard)]
		n, err := c.conn.Read(c.heard[len(c.heard):cap(c.heard)])
		c.heard = c.heard[:len(c.heard)+n]
		if n > 0 && step.Expect.Match(c.heard) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return errTooMuch
}

// quote returns the beginning of an answer for a text.
func (c *conversation) quote(answer []byte) string {
	const most = 80
	answer = bytes.TrimSpace(answer)
	return checks.Cut(c.secrets.Redact(string(answer)), most)
}
