package netdial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Step is where in a probe something went wrong.
type Step int

// The steps, in order. From Handshaking on the peer has been reached.
const (
	Resolving Step = iota
	Connecting
	Handshaking
	Talking
)

// doing words the step; a peer follows.
func (s Step) doing() string {
	return [...]string{"resolving", "connecting to", "in the TLS handshake with", "talking to"}[s]
}

// cutShort words the step for a peer that ended it.
func (s Step) cutShort() string {
	return [...]string{"", " while connecting", " in the TLS handshake", " before it had answered"}[s]
}

// Failure is an error with the reason and text that a [checks.Result] needs. Its text may hold
// what a stranger said, secrets among it, until [Failure.Put] has cleaned it.
type Failure struct {
	Reason checks.Reason
	Text   string
	cause  error
}

func (f *Failure) Error() string { return f.Text }
func (f *Failure) Unwrap() error { return f.cause }

// Put makes the failure the result of a probe, with known secrets blotted out. A nil Failure
// leaves the result as it is.
func (f *Failure) Put(result *checks.Result, secrets *plan.Redactor) {
	if f != nil {
		result.Reason, result.Text = f.Reason, Tell(f.Text, secrets)
	}
}

// Fail classifies err, met during step with the peer named. A Failure in err's chain is
// returned as it is.
func Fail(ctx context.Context, step Step, peer string, err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return fail(ctx, step, peer, err)
}

func fail(ctx context.Context, step Step, peer string, err error) *Failure {
	reason := reasonOf(ctx, step, err)
	return &Failure{Reason: reason, Text: text(reason, step, peer, err), cause: err}
}

// reasonOf is [checks.ReasonOf], except that the end of the context decides over what the
// connection said when it was torn down for that.
func reasonOf(ctx context.Context, step Step, err error) checks.Reason {
	switch ctxErr := ctx.Err(); {
	case ctxErr == context.Canceled:
		return checks.ErrorLocal
	case ctxErr != nil && step != Resolving:
		return checks.Timeout
	}
	reason := checks.ReasonOf(err, step >= Handshaking)
	if reason == checks.WrongAnswer && (step == Handshaking || isAlert(err)) {
		return checks.TLSInvalid
	}
	return reason
}

// isAlert reports whether err is an alert of TLS, sent or received: under TLS 1.3 a server
// refuses a client's certificate only after the handshake.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error")
}

func text(reason checks.Reason, step Step, peer string, err error) string {
	switch {
	case reason == checks.Refused:
		return "connection refused by " + peer
	case reason == checks.Timeout:
		return "no answer in time while " + step.doing() + " " + peer
	case reason == checks.Reset && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return peer + " closed the connection" + step.cutShort()
	case reason == checks.Reset:
		return peer + " broke the connection off" + step.cutShort()
	case reason == checks.ErrorLocal && isCanceled(err):
		return "stopped by the agent while " + step.doing() + " " + peer
	default:
		return step.doing() + " " + peer + ": " + checks.Wording(err)
	}
}

// isCanceled reports whether err comes of our own tearing down.
func isCanceled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "operation was canceled")
}

// Tell makes text fit for a Result: known secrets are blotted out, then it is cleaned.
func Tell(text string, secrets *plan.Redactor) string { return Clean(secrets.Redact(text)) }

// Clean makes text that came from elsewhere fit for a Result: [checks.Clean], at most
// checks.MaxText bytes.
func Clean(text string) string { return checks.Cut(checks.Clean(text), checks.MaxText) }

// Failf makes a Failure of the kind's own judgement.
func Failf(reason checks.Reason, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Text: fmt.Sprintf(format, args...)}
}
