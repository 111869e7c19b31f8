package journal

import "time"

// Status tells whether what happened is safe on disk.
type Status struct {
	// LastCommitAt is when this run last wrote anything, signs of life included; zero: not yet. It
	// is the machine's wall clock, trusted or not.
	LastCommitAt time.Time
	// Commits counts the transactions of this run; many events may share one.
	Commits int64
	// Events and LastSeq count the unwritten ones too.
	Events  int64
	LastSeq int64
	// Unwritten counts events kept in memory alone, because the disk refuses them.
	Unwritten int
	// Failing says why, and what to do; nil while the disk takes events.
	Failing error
}

// Status returns how the journal stands.
func (s *Store) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Status{
		LastCommitAt: s.lastCommit, Commits: s.commits, Events: s.stored.events + int64(s.kept),
		LastSeq: s.stored.lastSeq, Unwritten: s.kept, Failing: s.failing,
	}
	if s.kept > 0 {
		st.LastSeq = s.queue[s.kept-1].seq
	}
	return st
}

// Subscribe returns a channel that gets a signal after events were added, and when writing begins
// or ceases to fail. Signals that are not taken up coalesce, so nobody slow holds up the writer:
// read from the last Seq seen. The function returned ends the subscription; it leaves the channel
// open.
func (s *Store) Subscribe() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[c] = struct{}{}
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, c)
	}
}

// notify signals all who watch. Callers hold s.mu.
func (s *Store) notify() {
	for c := range s.watchers {
		select {
		case c <- struct{}{}:
		default: // not taken up yet: one signal is enough
		}
	}
}
