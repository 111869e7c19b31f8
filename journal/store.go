package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"
)

// Options tell [Open] where the journal lies and who writes.
type Options struct {
	// Dir is the state directory; it is made, for its owner alone, when missing.
	Dir string
	// Agent is the name that each event bears.
	Agent string
	// Run is the ULID of this run of the agent; empty: a fresh one. Boot identifies the machine's
	// boot; empty when not known.
	Run, Boot string
	// Log tells of a failing disk; nil: the default logger.
	Log *slog.Logger

	pace pace
}

// pace holds what tests must not wait for.
type pace struct {
	// patience is how long an Append waits for a disk that does not answer at all.
	patience time.Duration
	// retryMin and retryMax bound the back-off of a failing disk.
	retryMin, retryMax time.Duration
	// maxKept bounds the events that wait in memory for a failing disk.
	maxKept int
}

// usualPace holds for every agent. An event takes some two kilobytes of memory.
var usualPace = pace{
	patience: 10 * time.Second, retryMin: time.Second, retryMax: 30 * time.Second, maxKept: 100_000,
}

// Store is the journal of one agent. All methods may be called concurrently.
//
//	Append ─▶ queue (numbered, chained) ─▶ writer ─▶ SQLite ─▶ the Append returns, watchers wake
//	                                         │ disk refuses
//	                                         └▶ failing: the queue is kept in memory and counts as
//	                                            written for everyone but the disk; retried
//
// An event has its number, and its link to the one before, from the moment it is queued, so that
// what a failing disk takes late is in the same order as what people were told.
type Store struct {
	o      Options
	path   string
	before Alive

	wake          chan struct{} // for the writer, capacity 1
	closing, done chan struct{}
	closeErr      error // of the file; read after done

	// fileMu is held by those who read from the file, and by the writer while it replaces it.
	fileMu sync.RWMutex
	file   *file

	mu      sync.Mutex // guards what follows
	ids     io.Reader
	end     link      // the newest event that was given a place
	endAt   time.Time // its time
	queue   []record  // not on disk, in order; elements never change, so slices of it may be read
	kept    int       // how many of the queue's first count as written because the disk fails
	tip     link      // the newest event on disk, as the table tip says
	stored  stored
	waiting []waiter
	alive   *aliveRow // not on disk
	closed  bool

	failing      error
	failingSince time.Time
	failingTold  time.Time // when the log was last told
	lastTry      time.Time // end of the last attempt that failed
	lastCommit   time.Time
	commits      int64
	watchers     map[chan struct{}]struct{}
}

// stored tells what is on disk.
type stored struct {
	events  int64
	lastSeq int64 // zero without events
}

// Open opens the journal in the state directory, which only one agent may use at a time, and makes
// it at first.
//
// A file that is damaged, newer than this version or in use is refused, with an error that says
// what to do; it is never replaced. A disk that takes no writes is no reason to stay blind: a
// journal that can be read is opened, [Store.Status] tells that it fails, and new events are
// kept in memory until they can be written.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	s := &Store{
		o: o, path: filepath.Join(o.Dir, FileName), ids: newIDSource(),
		wake: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{}),
		watchers: map[chan struct{}]struct{}{},
	}
	if err := s.openFile(ctx); err != nil {
		return nil, err
	}
	if err := s.load(ctx); err != nil {
		return nil, errors.Join(s.file.explain(err), s.file.close())
	}
	go s.writeLoop()
	return s, nil
}

func (o Options) complete() (Options, error) {
	if o.Dir == "" || o.Agent == "" {
		return o, errors.New("journal: a state directory and the agent's name are needed")
	}
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return o, err
	}
	if o.Run == "" {
		o.Run = NewID(time.Now())
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.pace == (pace{}) {
		o.pace = usualPace
	}
	return o, nil
}

func (s *Store) openFile(ctx context.Context) error {
	f, err := openFile(ctx, s.path, s.o.Log)
	if err == nil {
		s.file = f
		return nil
	}
	if !unwritable(err) {
		return err
	}
	var roErr error
	if s.file, roErr = openReadOnly(ctx, s.path); roErr != nil {
		return fmt.Errorf("journal %s can be neither written (%w) nor read (%w): make room on its disk, or choose another state directory (--state-dir)", s.path, err, roErr)
	}
	s.fail(err)
	return nil
}

// load reads where the journal ends.
func (s *Store) load(ctx context.Context) error {
	db := s.file.reads
	var err error
	if s.tip, err = readTip(ctx, db); err != nil {
		return err
	}
	// Numbers have no gaps, and to count the rows takes seconds after some years.
	const count = "SELECT coalesce(max(seq) - (SELECT min(seq) FROM events) + 1, 0) FROM events"
	if err := db.QueryRowContext(ctx, count).Scan(&s.stored.events); err != nil {
		return err
	}
	if err := s.loadEnd(ctx, db); err != nil {
		return err
	}
	if s.before, err = readAlive(ctx, db); err != nil {
		s.o.Log.Warn("the last sign of life cannot be read in full", "journal", s.path, "err", err)
	}
	return nil
}

// loadEnd finds the end that the next event is tied to. When the last row and the tip differ,
// somebody changed the table; the journal goes on so that [Store.Verify] keeps showing it.
func (s *Store) loadEnd(ctx context.Context, db *sql.DB) error {
	last, err := queryRecords(ctx, db, "SELECT "+columns+" FROM events ORDER BY seq DESC LIMIT 1")
	if err != nil {
		return err
	}
	s.end = s.tip
	if len(last) == 1 {
		r := &last[0]
		r.hash = r.sum()
		if err := r.decode(); err != nil {
			s.o.Log.Error("the newest event is damaged", "journal", s.path, "err", err)
		}
		s.stored.lastSeq, s.endAt = r.seq, r.event.At
		if r.seq > s.end.seq {
			s.end = r.link()
		}
		if s.tip == r.link() {
			return nil
		}
	}
	if s.tip.seq != 0 || len(last) != 0 {
		s.o.Log.Error("the end of the journal was changed by someone else; verify it",
			"journal", s.path, "expected_seq", s.tip.seq)
	}
	return nil
}

// Close writes what waits and closes the file. Its error tells how many events are lost, if the
// disk does not take them now either.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	close(s.closing)
	select {
	case <-s.done:
	case <-time.After(s.o.pace.patience):
		return fmt.Errorf("journal %s: the disk does not answer, %d events are not written", s.path, s.pending())
	}
	if n := s.pending(); n > 0 {
		return errors.Join(fmt.Errorf("journal %s: %d events are lost: %w", s.path, n, s.Status().Failing), s.closeErr)
	}
	return s.closeErr
}

func (s *Store) pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}
