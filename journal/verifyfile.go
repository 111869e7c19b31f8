package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// VerifyFile is [Store.Verify] for a journal that lies at path, whether an agent writes to it or
// not; it changes nothing. It also tells of events that are noted beside the journal as written
// and are no longer in it. It must not be called in a process that has the journal open.
func VerifyFile(ctx context.Context, path string) (VerifyReport, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return VerifyReport{}, err
	}
	marked := markBeside(path) // before the journal is read: it only grows
	f, err := openToRead(ctx, path)
	if err != nil {
		return VerifyReport{}, unreadable(path, err)
	}
	s := &Store{path: path, file: f}
	report, err := s.Verify(ctx)
	if err == nil {
		report.lost(marked)
	}
	return report, errors.Join(err, f.close())
}

// unreadable says what to do about a journal that cannot be opened.
func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no journal at %s: name the state directory of an agent, or the file itself", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("journal %s is closed to this user, read it as the user that the agent runs as (sudo): %w", path, err)
	}
	return err
}

// markBeside returns the number of the newest event that an agent noted as written, see [lock];
// zero when nothing is noted. A copy under another name has no note of its own.
func markBeside(path string) int64 {
	if filepath.Base(path) != FileName {
		return 0
	}
	f, err := os.Open(filepath.Join(filepath.Dir(path), lockName))
	if err != nil {
		return 0
	}
	defer f.Close()
	_, seq, _ := (&lock{f}).read()
	return seq
}

// lost adds what is missing up to the event that was noted as written.
func (r *VerifyReport) lost(marked int64) {
	known := r.LastSeq
	if n := len(r.Breaks); n > 0 {
		known = max(known, r.Breaks[n-1].To)
	}
	if marked > known {
		b := Break{From: known + 1, To: marked, What: Gap}
		b.Text = b.describe()
		r.Breaks = append(r.Breaks, b)
	}
}
