package alertmanager

import (
	"context"
	"errors"
	"sync"
)

// turn lets messages and the list of open alerts go one at a time: a list that overtakes a close
// would open the alert again. Messages go first, for a list is told again within a minute.
type turn struct {
	taken chan struct{} // holds one while somebody has the turn

	mu     sync.Mutex
	giveUp context.CancelCauseFunc // of the list that has, or waits for, the turn
}

var errGaveWay = errors.New("it gave way to a message")

func newTurn() *turn { return &turn{taken: make(chan struct{}, 1), giveUp: func(error) {}} }

// gaveWay reports whether the context of a list ended for a message.
func gaveWay(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errGaveWay) }

// send takes the turn for a message.
func (t *turn) send(ctx context.Context) (release func(), err error) {
	t.mu.Lock()
	t.giveUp(errGaveWay)
	t.mu.Unlock()
	return t.take(ctx)
}

// keep takes the turn for a list, which has to stop when its new context ends.
func (t *turn) keep(ctx context.Context) (own context.Context, release func(), err error) {
	done, err := t.take(ctx)
	if err != nil {
		return ctx, nil, err
	}
	own, giveUp := context.WithCancelCause(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.giveUp = giveUp
	return own, func() { giveUp(nil); done() }, nil
}

func (t *turn) take(ctx context.Context) (release func(), err error) {
	select {
	case t.taken <- struct{}{}:
		return func() { <-t.taken }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
