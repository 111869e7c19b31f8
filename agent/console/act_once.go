package console

import (
	"sync"
	"time"
)

// Bounds of what is remembered of confirmations: for how long, and how many.
const (
	confirmedFor = 30 * time.Minute
	maxConfirmed = 1000
)

// confirmations remembers what was carried out, so that a double click or the browser's way back
// records nothing twice. A restart forgets it. It is safe for concurrent use.
type confirmations struct {
	mu  sync.Mutex
	all map[string]*confirmation
}

// confirmation is one of them. Its lock is held while it is carried out, so that the second click
// waits for what comes of the first.
type confirmation struct {
	at time.Time // when it came first; guarded by the lock of all

	mu   sync.Mutex
	done string // the ID of the event; empty: it was not carried out
}

func newConfirmations() *confirmations { return &confirmations{all: map[string]*confirmation{}} }

// once does what carry does, unless that was done under this key before: then it returns what that
// returned. What failed may be tried again. Under an empty key everything is done.
func (c *confirmations) once(key string, now func() time.Time, carry func() (string, error)) (string, error) {
	if key == "" {
		return carry()
	}
	one := c.of(key, now())
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.done != "" {
		return one.done, nil
	}
	done, err := carry()
	if err == nil {
		one.done = done
	}
	return done, err
}

func (c *confirmations) of(key string, now time.Time) *confirmation {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.all[key]; one != nil && now.Sub(one.at) < confirmedFor {
		return one
	}
	c.makeRoom(now)
	one := &confirmation{at: now}
	c.all[key] = one
	return one
}

// makeRoom drops what is too old, and the oldest when there are too many.
func (c *confirmations) makeRoom(now time.Time) {
	oldest, first := "", time.Time{}
	for key, one := range c.all {
		switch {
		case now.Sub(one.at) >= confirmedFor:
			delete(c.all, key)
		case first.IsZero() || one.at.Before(first):
			oldest, first = key, one.at
		}
	}
	if len(c.all) >= maxConfirmed {
		delete(c.all, oldest)
	}
}
