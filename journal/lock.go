package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lockName is the file that an agent holds a lock of the operating system on while it runs. The
// lock ends with the process, however that ends. SQLite's own locks are not used for this, so
// that other programs can read the journal meanwhile.
const lockName = "journal.lock"

// lock is the held lock file. It also bears the mark: the number of the newest event known to be
// on disk, put there after each commit (not synced: it may be old after a power cut, never ahead).
// A journal that ends before the mark has lost events.
type lock struct{ file *os.File }

// takeLock locks the state directory or says who holds it.
func takeLock(dir string) (*lock, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("state directory %s must belong to the user that the agent runs as: %w", dir, err)
	}
	if err != nil && RefusesWrites(err) {
		return nil, fmt.Errorf("state directory %s takes no writes, make room on its disk or mount it writable: %w", dir, err)
	}
	if err != nil {
		return nil, err
	}
	l := &lock{f}
	if err := lockFile(f); err != nil {
		defer f.Close()
		return nil, l.refusal(dir, err)
	}
	return l, nil
}

// probeLock tells whether another agent holds the lock of a directory that cannot be written.
func probeLock(dir string) error {
	f, err := os.Open(filepath.Join(dir, lockName))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := lockFile(f); err != nil {
		return (&lock{f}).refusal(dir, err)
	}
	return nil
}

func (l *lock) refusal(dir string, err error) error {
	if !errors.Is(err, errLocked) {
		return fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	pid, _, _ := l.read()
	return fmt.Errorf("state directory %s is %w (process %d): stop that one, or give this one a state directory of its own (--state-dir)",
		dir, ErrInUse, pid)
}

const lockFormat = "process %10d last event %20d\n"

// mark notes the newest event on disk. That it cannot be noted is no reason to stop.
func (l *lock) mark(seq int64) {
	_, _ = fmt.Fprintf(&writerAt{l.file}, lockFormat, os.Getpid(), seq)
}

// read returns what the last holder noted; false when there is nothing legible.
func (l *lock) read() (pid int, seq int64, ok bool) {
	b := make([]byte, 64)
	n, _ := l.file.ReadAt(b, 0)
	_, err := fmt.Sscanf(string(b[:n]), lockFormat, &pid, &seq)
	return pid, seq, err == nil
}

func (l *lock) release() error { return l.file.Close() }

// writerAt writes at the beginning of the file, over what was there.
type writerAt struct{ file *os.File }

func (w *writerAt) Write(b []byte) (int, error) { return w.file.WriteAt(b, 0) }
