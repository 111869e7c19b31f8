package journal

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// damaged is the error for a file that a person must look at. It never gets overwritten.
func damaged(path, what string) error {
	return fmt.Errorf("journal %s is %w (%s): move %s and the files beside it whose names begin like it to a safe place, then start again to begin a new journal; what is in the old one may be got back with: sqlite3 %s .recover",
		path, ErrDamaged, what, path, path)
}

// inspect looks at the files before SQLite does, which would take an empty file for a new
// database and pass over a write-ahead log that it cannot read. SQLite must not have the files
// open in this process: closing them here would drop its locks.
func inspect(path string) error {
	head, err := firstBytes(path, 16)
	if err != nil {
		return err
	}
	if string(head) != "SQLite format 3\x00" {
		what := "it is not an SQLite database"
		if len(head) < 16 {
			what = "it was cut off"
		}
		return damaged(path, what)
	}
	return inspectWAL(path)
}

// inspectWAL refuses a write-ahead log that does not begin like one. One that is short or begins
// with zeros is what a power cut leaves of a log in which nothing was acknowledged yet.
func inspectWAL(path string) error {
	head, err := firstBytes(path+"-wal", 4)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(head) < 4 {
		return nil
	}
	if err != nil {
		return err
	}
	// The two magic numbers differ in the byte order of the checksums (SQLite file format, §4.1).
	switch binary.BigEndian.Uint32(head) {
	case 0, 0x377f0682, 0x377f0683:
		return nil
	}
	return damaged(path, path+"-wal holds something else than its newest events")
}

func firstBytes(path string, n int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, n)
	n, err = io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}

// checkContent looks at what SQLite makes of the file.
func (f *file) checkContent(ctx context.Context) error {
	if err := checkVersion(ctx, f.write, f.path); err != nil {
		return err
	}
	var verdict string
	if err := f.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return damaged(f.path, strings.ReplaceAll(verdict, "\n", " "))
	}
	return f.checkMark(ctx)
}

func checkVersion(ctx context.Context, db *sql.DB, path string) error {
	var app, version int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch {
	case app != applicationID:
		return damaged(path, "it is a database of another program")
	case version > schemaVersion:
		return fmt.Errorf("journal %s was %w (schema %d, this one knows %d): run the newer version, or give this one another state directory (--state-dir)",
			path, ErrNewer, version, schemaVersion)
	case version < schemaVersion:
		return damaged(path, fmt.Sprintf("its schema has the unknown version %d", version))
	}
	return nil
}

// checkMark compares the end of the journal with what was noted beside it after the last commit.
func (f *file) checkMark(ctx context.Context) error {
	_, marked, ok := f.lock.read()
	if !ok {
		return nil
	}
	tip, err := readTip(ctx, f.write)
	if err != nil || tip.seq >= marked {
		return err
	}
	return fmt.Errorf("journal %s is %w (it ends with event %d, but event %d had been written: %s-wal was removed or damaged, or this is an older copy): put the right files back; to go on with what is here, remove %s",
		f.path, ErrDamaged, tip.seq, marked, f.path, f.lock.file.Name())
}
