package journal

import (
	"errors"
	"fmt"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What [Open] refuses. The texts around them name the file and say what to do.
var (
	// ErrInUse tells that another agent works on the state directory.
	ErrInUse = errors.New("in use by another agent")
	// ErrDamaged tells that the file is not, or no longer, a journal that can be read in full.
	ErrDamaged = errors.New("damaged")
	// ErrNewer tells that a newer version of Keizoku wrote the file.
	ErrNewer = errors.New("written by a newer version of keizoku")
)

// What [Store.Append] refuses.
var (
	// ErrClosed is returned by a store that was closed.
	ErrClosed = errors.New("journal is closed")
	// ErrBacklog tells that the disk has refused events for so long that memory must not hold
	// more. What is kept stays kept; the new events are refused.
	ErrBacklog = errors.New("too many events wait for the disk")
)

// explain says of an SQLite error what is the matter with which file, and what to do.
func (f *file) explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	path, dir := f.path, filepath.Dir(f.path)
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged(path, err.Error())
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk of %s is full, make room on it: %w", dir, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written, mount it writable and let the agent's user write there: %w", dir, err)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("the disk of %s fails or is full, look at the system log: %w", dir, err)
	case sqlite3.SQLITE_CONSTRAINT:
		return fmt.Errorf("another program has written to %s, end it and put the right file back: %w", path, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("another program keeps %s locked, end it: %w", path, err)
	}
	return fmt.Errorf("journal %s: %w", path, err)
}

// unwritable tells whether an error means that the disk takes nothing now, in contrast to a
// journal that must not be touched before a person has looked.
func unwritable(err error) bool {
	if RefusesWrites(err) {
		return true
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}
