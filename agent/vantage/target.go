package vantage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// patience is how long a look waits for a target, attemptFor how long each of its two attempts
// may take: one lost packet is no cut-off, and a target this near answers in milliseconds.
const (
	patience   = time.Second
	attemptFor = 450 * time.Millisecond
	pause      = 50 * time.Millisecond
)

// Asker asks a host or a socket for a sign of life. It returns nil when there was one, and soon
// after ctx ends.
type Asker func(ctx context.Context, target string) error

// Dial is the Asker for sockets ("10.1.0.2:53"): any answer will do, also that nothing listens.
func Dial(ctx context.Context, target string) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", target)
	switch {
	case err == nil:
		return c.Close()
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET):
		return nil
	default:
		return err
	}
}

// target is one vantage target and the way to ask it.
type target struct {
	name string
	ask  Asker
}

// newTarget tells hosts, which are pinged, from sockets, which are connected to.
func newTarget(name string, ping, dial Asker) target {
	if _, _, err := net.SplitHostPort(name); err == nil {
		return target{name, dial}
	}
	return target{name, ping}
}

// cannotPing is the Asker for hosts of an agent that has no way to ping.
func cannotPing(context.Context, string) error {
	return fmt.Errorf("this agent cannot ping; name a TCP port there: %w", syscall.EPERM)
}

// answer is what a look at one target found.
type answer int

const (
	silent   answer = iota // nothing came back
	answered               // a sign of life
	unasked                // the agent could not even ask: no permission, no descriptors
)

// look asks the target, twice if need be.
func (t target) look(ctx context.Context) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := t.attempt(ctx)
	if err != nil && ctx.Err() == nil {
		wait(ctx, pause)
		err = t.attempt(ctx)
	}
	return classify(err), err
}

func (t target) attempt(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptFor)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("asking panicked: %v: %w", p, syscall.EPERM)
		}
	}()
	return t.ask(ctx, t.name)
}

// classify tells an answer that did not come from a question that could not be asked. No route
// is the former: it is what being cut off looks like from inside.
func classify(err error) answer {
	switch {
	case err == nil:
		return answered
	case errors.Is(err, context.Canceled), checks.ReasonOf(err, false) != checks.ErrorLocal:
		return silent
	default:
		return unasked
	}
}

// explain says why a target did not answer.
func explain(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer"
	}
	return err.Error()
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
