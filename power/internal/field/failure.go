package field

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
)

// Fail makes the result of err, met while talking to peer. reached tells that the peer had
// answered something before, so that an error that is nothing else is an answer it should not
// have given.
func Fail(ctx context.Context, peer string, err error, reached bool, secrets *plan.Redactor) power.Result {
	reason := reasonOf(ctx, err, reached)
	return Failed(reason, text(reason, peer, err), secrets)
}

// reasonOf is [checks.ReasonOf], except that the end of the context decides over what the
// connection said when it was torn down for that.
func reasonOf(ctx context.Context, err error, reached bool) checks.Reason {
	switch ctx.Err() {
	case nil:
		return checks.ReasonOf(err, reached)
	case context.DeadlineExceeded:
		return checks.Timeout
	default:
		return checks.ErrorLocal
	}
}

func text(reason checks.Reason, peer string, err error) string {
	switch {
	case reason == checks.Refused:
		return "connection refused by " + peer
	case reason == checks.Timeout:
		return "no answer in time from " + peer
	case reason == checks.Reset && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return peer + " closed the connection before it had answered"
	case reason == checks.Reset:
		return peer + " broke the connection off"
	case reason == checks.ErrorLocal && errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
		return "stopped by the agent while talking to " + peer
	default:
		return "talking to " + peer + ": " + checks.Wording(err)
	}
}

// Failed makes a failed result whose text is fit for one: known secrets blotted out, one line of
// valid UTF-8 without control characters, at most checks.MaxText bytes.
func Failed(reason checks.Reason, text string, secrets *plan.Redactor) power.Result {
	return power.Failed(reason, Clean(secrets.Redact(text), checks.MaxText))
}

// Clean makes text that came from elsewhere one line without spaces around, as [checks.Clean]
// does, of at most limit bytes.
func Clean(text string, limit int) string {
	return checks.Cut(strings.TrimSpace(checks.Clean(text)), limit)
}
