package checks

import (
	"errors"
	"io"
	"sync"
)

// Shared holds the things that a kind opens once per agent, such as one ICMP socket per address
// family, and closes them with the agent. It is safe for concurrent use; the zero value is ready.
type Shared struct {
	mu     sync.Mutex
	things map[any]io.Closer
	order  []io.Closer
}

// Get returns the thing kept under key, made by open on first use. Keys follow the rule of
// context keys: an unexported type of the kind's package.
func (s *Shared) Get(key any, open func() (io.Closer, error)) (io.Closer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if thing, ok := s.things[key]; ok {
		return thing, nil
	}
	thing, err := open()
	if err != nil {
		return nil, err
	}
	if s.things == nil {
		s.things = make(map[any]io.Closer)
	}
	s.things[key] = thing
	s.order = append(s.order, thing)
	return thing, nil
}

// Close closes everything, the newest first.
func (s *Shared) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for i := len(s.order) - 1; i >= 0; i-- {
		errs = append(errs, s.order[i].Close())
	}
	s.things, s.order = nil, nil
	return errors.Join(errs...)
}
