package nut

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// reader reads one UPS. It keeps its connection from one reading to the next.
type reader struct {
	address  string
	settings *Settings
	tls      *tls.Config // nil for plain TCP
	secrets  *plan.Redactor
	conn     *conn // nil when there is none
}

// Read implements [power.Reader].
func (r *reader) Read(ctx context.Context) power.Result {
	vars, err := r.variables(ctx)
	if err != nil {
		return r.failed(ctx, err)
	}
	if isWaiting(status(vars)) {
		return field.Failed(checks.Stale, "the driver of "+r.settings.UPS+" at "+r.address+" has just started and waits for its UPS (WAIT)", r.secrets)
	}
	return power.Result{Reason: checks.OK, Reading: readingOf(vars, r.secrets)}
}

// Close implements io.Closer.
func (r *reader) Close() error {
	r.drop()
	return nil
}

func (r *reader) drop() {
	if r.conn != nil {
		r.conn.close()
		r.conn = nil
	}
}

// variables asks over the connection that is kept and, when that has died since, over a new one.
// upsd hangs up on whoever says nothing for a minute, so with long intervals that is the rule.
func (r *reader) variables(ctx context.Context) (map[string]string, error) {
	if r.conn != nil {
		half, cancel := halfOf(ctx)
		vars, err := r.ask(half)
		cancel()
		if r.conn != nil || ctx.Err() != nil {
			return vars, err
		}
	}
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	return r.ask(ctx)
}

// halfOf leaves half of the time for a second try: a firewall that has forgotten the connection
// answers nothing at all.
func halfOf(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// ask lists the variables over the connection there is, and drops it when it is of no more use.
func (r *reader) ask(ctx context.Context) (vars map[string]string, err error) {
	err = r.conn.during(ctx, func() error {
		vars, err = r.conn.variables(r.settings.UPS)
		return err
	})
	var refused *refusal
	spoken := errors.As(err, &refused) && refused.spoken
	if err != nil && !spoken {
		r.drop()
	}
	return vars, err
}

// connect makes a new connection and logs in.
func (r *reader) connect(ctx context.Context) error {
	c, err := dial(ctx, r.address)
	if err != nil {
		return &dialError{err}
	}
	if err := c.during(ctx, func() error { return r.introduce(ctx, c) }); err != nil {
		c.close()
		return err
	}
	r.conn = c
	return nil
}

// dialError is an error before upsd was reached.
type dialError struct{ err error }

func (e *dialError) Error() string { return e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// introduce says who we are, over TLS if that is wanted.
func (r *reader) introduce(ctx context.Context, c *conn) error {
	if r.tls != nil {
		if err := c.secure(ctx, r.tls); err != nil {
			return err
		}
	}
	if r.settings.Username == "" {
		return nil
	}
	ups := r.settings.UPS
	if err := c.order(ups, "USERNAME "+quote(r.settings.Username), "USERNAME"); err != nil {
		return err
	}
	if err := c.order(ups, "PASSWORD "+quote(r.settings.Password.Reveal()), "PASSWORD"); err != nil {
		return err
	}
	if !r.settings.Login {
		return nil
	}
	return c.order(ups, "LOGIN "+ups, "LOGIN")
}

// failed words an error.
func (r *reader) failed(ctx context.Context, err error) power.Result {
	var (
		refused   *refusal
		handshake *handshakeError
		dial      *dialError
	)
	if errors.As(err, &refused) {
		return field.Failed(refused.reason, refused.text, r.secrets)
	}
	result := field.Fail(ctx, r.address, err, !errors.As(err, &dial), r.secrets)
	if errors.As(err, &handshake) && result.Reason == checks.WrongAnswer {
		result.Reason = checks.TLSInvalid
	}
	return result
}
