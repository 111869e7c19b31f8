package journal

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// Tables are tables that another room keeps in the journal's file, beside the events: what must
// be as durable as these, lie with them in a backup, and yet is no event, because it changes. The
// journal knows nothing of what is in them. All methods may be called concurrently.
//
// They are written on the one connection that writes the events, so that the two never meet as
// strangers who wait for each other's lock. A transaction therefore holds up the events: it must
// be short, and wait for nothing else.
type Tables struct {
	store  *Store
	schema string

	mu   sync.Mutex
	made *file // where the schema is known to be
}

// Tables returns the tables that the schema describes. It touches nothing yet: the schema is
// carried out with the first [Tables.Update], and again when the file was opened anew, so each of
// its statements must say IF NOT EXISTS.
func (s *Store) Tables(schema string) *Tables { return &Tables{store: s, schema: schema} }

// Update carries out do in a transaction that is durable when Update returns nil, and without
// effect when do returns an error. Nothing is kept in memory for a disk that refuses it: the
// error says so, and the caller may come again. A disk that does not answer at all is waited for
// even after ctx is done.
func (t *Tables) Update(ctx context.Context, do func(*sql.Tx) error) error {
	t.store.fileMu.RLock()
	defer t.store.fileMu.RUnlock()
	f := t.store.file
	if err := t.store.takesTables(f); err != nil {
		return err
	}
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return f.explain(err)
	}
	defer tx.Rollback() // without effect after a commit
	if err := t.make(ctx, tx, f); err != nil {
		return f.explain(err)
	}
	if err := do(tx); err != nil {
		return f.explain(err)
	}
	if err := tx.Commit(); err != nil {
		return f.explain(err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made = f
	return nil
}

// takesTables tells whether f can be written now.
func (s *Store) takesTables(f *file) error {
	s.mu.Lock()
	closed, failing := s.closed, s.failing
	s.mu.Unlock()
	switch {
	case closed:
		return ErrClosed
	case f.write == nil:
		return fmt.Errorf("journal %s could be opened for reading alone: %w", s.path, failing)
	}
	return f.unmoved()
}

func (t *Tables) make(ctx context.Context, tx *sql.Tx, f *file) error {
	t.mu.Lock()
	made := t.made == f
	t.mu.Unlock()
	if made {
		return nil
	}
	_, err := tx.ExecContext(ctx, t.schema)
	return err
}

// View carries out do in a transaction that only reads, and sees all tables as of one instant. In
// a journal that was never written by [Tables.Update] the tables are missing.
func (t *Tables) View(ctx context.Context, do func(*sql.Tx) error) error {
	t.store.fileMu.RLock()
	defer t.store.fileMu.RUnlock()
	f := t.store.file
	tx, err := f.reads.BeginTx(ctx, nil)
	if err != nil {
		return f.explain(err)
	}
	defer tx.Rollback()
	return f.explain(do(tx))
}
