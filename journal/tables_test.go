package journal

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const errand = "CREATE TABLE IF NOT EXISTS errands (name TEXT PRIMARY KEY) STRICT"

func run(t *testing.T, tables *Tables, name string) error {
	t.Helper()
	return tables.Update(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), "INSERT INTO errands VALUES (?)", name)
		return err
	})
}

func errands(t *testing.T, tables *Tables) (n int) {
	t.Helper()
	err := tables.View(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRowContext(t.Context(), "SELECT count(*) FROM errands").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTablesBesideTheEvents(t *testing.T) {
	o := testOptions(t.TempDir())
	s := open(t, o)
	tables := s.Tables(errand)
	for _, name := range []string{"a", "b"} {
		if err := run(t, tables, name); err != nil {
			t.Fatal(err)
		}
		add(t, s, note(name, noon))
	}
	refusal := errors.New("changed my mind")
	err := tables.Update(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(t.Context(), "DELETE FROM errands"); err != nil {
			return err
		}
		return refusal
	})
	if !errors.Is(err, refusal) || errands(t, tables) != 2 {
		t.Errorf("Update = %v, and %d errands", err, errands(t, tables))
	}
	if err := tables.View(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), "DELETE FROM errands")
		return err
	}); err == nil {
		t.Error("View has written")
	}
	shut(t, s)
	if err := run(t, tables, "c"); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}

	s = open(t, o)
	if got := errands(t, s.Tables(errand)); got != 2 {
		t.Errorf("%d errands", got)
	}
	wantIntact(t, s, 2)
}

// Somebody who writes events and somebody who writes tables share a connection: neither finds the
// file locked by the other.
func TestTablesAndEventsAtOnce(t *testing.T) {
	s := open(t, testOptions(t.TempDir()))
	tables := s.Tables(errand)
	done := make(chan error)
	go func() {
		for range 100 {
			if err := run(t, tables, NewID(noon)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range 100 {
		add(t, s, note("x", noon))
	}
	if err := <-done; err != nil || errands(t, tables) != 100 {
		t.Errorf("%v, %d errands", err, errands(t, tables))
	}
	if st := s.Status(); st.Failing != nil {
		t.Error(st.Failing)
	}
	wantIntact(t, s, 100)
}

func TestTablesOfAFileThatIsGone(t *testing.T) {
	o := swiftOptions(t.TempDir())
	s := open(t, o)
	tables := s.Tables(errand)
	path := filepath.Join(o.Dir, FileName)
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if err := run(t, tables, "a"); err == nil || !strings.Contains(err.Error(), "moved") {
		t.Errorf("written to a file that nobody will find: %v", err)
	}
	if err := os.Rename(path+".old", path); err != nil {
		t.Fatal(err)
	}
	if err := run(t, tables, "a"); err != nil {
		t.Error(err)
	}
}

func TestTablesOnAFullDisk(t *testing.T) {
	o := swiftOptions(t.TempDir())
	s := open(t, o)
	tables := s.Tables(errand)
	limitPages(t, s, 1)
	if err := run(t, tables, strings.Repeat("x", 1<<20)); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("on a full disk: %v", err)
	}
	limitPages(t, s, 0)
	if err := run(t, tables, "a"); err != nil || errands(t, tables) != 1 {
		t.Errorf("with room again: %v, %d errands", err, errands(t, tables))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tables.Update(ctx, func(*sql.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done: %v", err)
	}
}
