package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxGroup bounds the events of one transaction, so that a long backlog is tried with a small
// part of it. An Append is never split.
const maxGroup = 1000

// job is what the writer commits at once.
type job struct {
	records []record
	tip     link // what the records are tied to
	alive   *aliveRow
}

// writeLoop is the one goroutine that writes. What is queued while it commits goes into the next
// commit as a group.
func (s *Store) writeLoop() {
	defer close(s.done)
	defer func() { s.closeErr = s.file.close() }()
	retry := time.NewTimer(s.o.pace.retryMin) // finds nothing to do unless the disk fails
	defer retry.Stop()
	wait := s.o.pace.retryMin
	for {
		select {
		case <-s.wake:
		case <-retry.C:
		case <-s.closing:
			_ = s.flush()
			return
		}
		if s.flush() == nil {
			wait = s.o.pace.retryMin
			continue
		}
		retry.Reset(wait)
		wait = min(2*wait, s.o.pace.retryMax)
	}
}

// flush writes all that waits. After a failure it tries the file even when nothing waits, so that
// a disk that is well again is told of.
func (s *Store) flush() error {
	for {
		j, ok := s.next()
		if !ok {
			return nil
		}
		if err := s.commit(j); err != nil {
			s.fail(err)
			return err
		}
		s.settle(j)
	}
}

func (s *Store) next() (job, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.queue), maxGroup)
	for n > 0 && s.queue[n-1].more {
		n++
	}
	j := job{s.queue[:n:n], s.tip, s.alive}
	return j, n > 0 || j.alive != nil || s.failing != nil
}

// commit makes the job durable.
func (s *Store) commit(j job) error {
	ctx := context.Background() // whoever asked for it may be gone, the events are not
	if s.file.write == nil {
		if err := s.reopen(ctx); err != nil {
			return err
		}
	}
	if err := s.file.unmoved(); err != nil {
		return err
	}
	if err := s.file.commit(ctx, j); err != nil {
		return s.file.explain(err)
	}
	if n := len(j.records); n > 0 {
		s.file.lock.mark(j.records[n-1].seq)
	}
	return nil
}

// reopen replaces the file that was opened for reading alone. Both must not be open at a time:
// SQLite shares the index of the write-ahead log within the process.
func (s *Store) reopen(ctx context.Context) error {
	l, err := takeLock(s.o.Dir)
	if err != nil {
		return err
	}
	if err := l.release(); err != nil {
		return err
	}
	s.fileMu.Lock()
	defer s.fileMu.Unlock()
	_ = s.file.close()
	f, err := openFile(ctx, s.path, s.o.Log)
	if err == nil {
		s.file = f
		return nil
	}
	f, roErr := openReadOnly(ctx, s.path)
	if roErr != nil {
		return errors.Join(err, roErr) // reading fails too until an attempt succeeds
	}
	s.file = f
	return err
}

func (f *file) commit(ctx context.Context, j job) error {
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // without effect after a commit
	tip, err := scanTip(tx.StmtContext(ctx, f.stmts.tip).QueryRowContext(ctx))
	if err != nil {
		return err
	}
	rest, err := j.after(tip)
	if err != nil {
		return fmt.Errorf("journal %s: %w", f.path, err)
	}
	if err := f.stmts.putRecords(ctx, tx, rest); err != nil {
		return err
	}
	if err := f.stmts.putAlive(ctx, tx, j.alive); err != nil {
		return err
	}
	return tx.Commit()
}

// after returns the records that the file does not hold yet. A commit that was reported as failed
// may have reached the disk; a file that has gone on without us has another writer.
func (j job) after(tip link) ([]record, error) {
	if tip == j.tip {
		return j.records, nil
	}
	for i := range j.records {
		if j.records[i].link() == tip {
			return j.records[i+1:], nil
		}
	}
	return nil, fmt.Errorf("another program has written to it: it should end with event %d, but ends with %d; end that program and put the right file back",
		j.tip.seq, tip.seq)
}

// settle notes what is on disk now, and tells those who wait for it.
func (s *Store) settle(j job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(j.records); n > 0 {
		s.tip, s.stored.lastSeq = j.records[n-1].link(), j.records[n-1].seq
		s.stored.events += int64(n)
		s.queue, s.kept = s.queue[n:], max(0, s.kept-n)
	}
	if len(s.queue) == 0 {
		s.queue = nil // lets go of what was written
	}
	if s.alive == j.alive {
		s.alive = nil
	}
	s.lastCommit = time.Now()
	s.commits++
	if s.failing != nil && s.kept == 0 {
		s.o.Log.Warn("the journal is written again", "journal", s.path,
			"last_seq", s.tip.seq, "failed_for", time.Since(s.failingSince).Round(time.Second))
		s.failing = nil
	}
	s.notify() // before anybody's Append returns, who then need not wait for it
	s.release(s.tip.seq)
}

// failingAgain is how often a failure that lasts is logged. It is tried each second while things happen,
// and the log may be on the same full disk.
const failingAgain = time.Minute

// fail establishes, or renews, that the disk takes nothing: all that is queued is kept and counts
// as written.
func (s *Store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failLocked(err)
}

// hang establishes that the disk does not answer, unless that it fails is known already.
func (s *Store) hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing == nil {
		s.failLocked(fmt.Errorf("the disk of %s has not answered for %v", s.o.Dir, s.o.pace.patience))
	}
}

func (s *Store) failLocked(err error) {
	now := time.Now()
	news := s.failing == nil || s.failing.Error() != err.Error() || now.Sub(s.failingTold) >= failingAgain
	if s.failing == nil {
		s.failingSince = now
	}
	s.failing, s.lastTry = err, now
	s.keep()
	if !news {
		return
	}
	s.failingTold = now
	s.o.Log.Error("THE JOURNAL IS NOT WRITTEN: events are kept in memory and are lost if the agent ends",
		"journal", s.path, "unwritten", s.kept, "since", s.failingSince, "err", err)
}

// keep counts what is queued as written. Callers hold s.mu.
func (s *Store) keep() {
	s.kept = len(s.queue)
	s.notify()
	s.release(s.end.seq)
}

// release lets those go who wait for events up to seq. Callers hold s.mu.
func (s *Store) release(seq int64) {
	n := 0
	for n < len(s.waiting) && s.waiting[n].seq <= seq {
		close(s.waiting[n].done)
		n++
	}
	s.waiting = s.waiting[n:]
}
