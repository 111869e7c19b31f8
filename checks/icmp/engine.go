package icmp

import (
	"errors"
	"io"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// renewEvery is the shortest time between two identifiers of a socket: one change serves all
// targets, and a wave of recoveries asks for many.
const renewEvery = time.Minute

// engineKey is the key of a family's engine in [checks.Shared].
type engineKey struct{ family family }

// engine keeps the one socket that an agent's probers of a family share.
//
// The socket in use is replaced by [engine.renew]; the one before stays open until the flights
// that began on it are over.
type engine struct {
	family family
	dial   func() (transport, error)

	mu      sync.Mutex
	current *socket
	old     []*socket // retired, with flights still
	renewed time.Time
	closed  bool
}

var errClosed = errors.New("the agent's ICMP socket is closed")

// sharedEngine returns the agent's engine for a family.
func sharedEngine(shared *checks.Shared, f family) (*engine, error) {
	thing, err := shared.Get(engineKey{f}, func() (io.Closer, error) {
		return newEngine(f, func() (transport, error) { return open(f) })
	})
	if err != nil {
		return nil, err
	}
	return thing.(*engine), nil
}

// newEngine opens the socket at once, so that a missing right is told and tried again.
func newEngine(f family, dial func() (transport, error)) (*engine, error) {
	t, err := dial()
	if err != nil {
		return nil, err
	}
	return &engine{family: f, dial: dial, current: newSocket(f, t)}, nil
}

// acquire lends the socket in use; every acquire needs a release.
func (e *engine) acquire() (*socket, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errClosed
	}
	e.current.users++
	return e.current, nil
}

// usesRaw reports whether a raw socket is in use, and so what this process may open.
func (e *engine) usesRaw() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current.raw()
}

func (e *engine) release(s *socket) {
	e.mu.Lock()
	s.users--
	last := s.retired && s.users == 0 && e.drop(s)
	e.mu.Unlock()
	if last {
		_ = s.close() // nothing was waiting on it
	}
}

// drop takes s off the retired sockets and reports whether it was there; whoever dropped a
// socket closes it. The caller holds the lock.
func (e *engine) drop(s *socket) bool {
	for i, o := range e.old {
		if o == s {
			e.old = append(e.old[:i], e.old[i+1:]...)
			return true
		}
	}
	return false
}

// renew changes to a fresh socket with a fresh identifier, at most once in [renewEvery]. A
// stateful firewall may hold the session of the old identifier dead for as long as we use it.
// When no socket can be opened, the old one stays.
func (e *engine) renew() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	if e.closed || (!e.renewed.IsZero() && now.Sub(e.renewed) < renewEvery) {
		return nil
	}
	t, err := e.dial()
	if err != nil {
		return err
	}
	before := e.current
	e.current, e.renewed = newSocket(e.family, t), now
	before.retired = true
	if before.users > 0 {
		e.old = append(e.old, before)
		return nil
	}
	return before.close()
}

// Close closes the sockets and waits for their readers; flights under way end at once. Further
// calls do nothing.
func (e *engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	sockets := append(e.old, e.current)
	e.old, e.closed = nil, true
	e.mu.Unlock()
	var errs []error
	for _, s := range sockets {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}
