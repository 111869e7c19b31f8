package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// FileName is the journal's file in the state directory. While it is open, and after a crash, the
// newest events are in the file beside it that ends in -wal: the two belong together.
const FileName = "journal.db"

// file is the open database. It has one connection that writes and a few that read.
type file struct {
	path  string
	lock  *lock   // nil: read only
	write *sql.DB // nil: read only
	reads *sql.DB
	stmts statements
	info  os.FileInfo
	// byKind says that the file has the index by kind, which older versions did not make.
	byKind bool
}

// readers bounds the connections that read.
const readers = 4

// openFile locks the state directory and opens the journal in it, making both at first.
func openFile(ctx context.Context, path string, log *slog.Logger) (*file, error) {
	dir := filepath.Dir(path)
	if err := makeDir(dir); err != nil {
		return nil, fmt.Errorf("state directory %s: %w", dir, err)
	}
	l, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, lock: l}
	if err := f.open(ctx, log); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// makeDir makes the directory for its owner alone. One that exists stays as it is.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

func (f *file) open(ctx context.Context, log *slog.Logger) error {
	if err := f.createMissing(ctx, log); err != nil {
		return err
	}
	if err := inspect(f.path); err != nil {
		return err
	}
	var err error
	if f.info, err = os.Stat(f.path); err != nil {
		return err
	}
	if f.write, err = connect(f.path, forWriting, 1); err != nil {
		return err
	}
	if f.reads, err = connect(f.path, forReading, readers); err != nil {
		return err
	}
	if err := f.checkContent(ctx); err != nil {
		return f.explain(err)
	}
	// A copy made by VACUUM INTO has no write-ahead log: who reads it would hold up who writes.
	if _, err := f.write.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return f.explain(err)
	}
	if _, err := f.write.ExecContext(ctx, indexByKind); err != nil { // no room for it: reading is slower, and right
		log.Warn("the journal gets no index by kind of event; a later start makes it", "journal", f.path, "err", err)
	}
	f.byKind = hasIndexByKind(ctx, f.write)
	return f.explain(f.stmts.prepare(ctx, f.write))
}

// openReadOnly opens the journal on a file system that takes no writes. Nothing is locked.
func openReadOnly(ctx context.Context, path string) (*file, error) {
	if err := probeLock(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return openToRead(ctx, path)
}

// openToRead opens a journal without changing anything about it.
func openToRead(ctx context.Context, path string) (*file, error) {
	if err := inspect(path); err != nil {
		return nil, err
	}
	ways := []access{immutable} // reads nothing but the file: wrong as soon as there is a log
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		ways = []access{onReadOnly, alone}
	}
	var errs []error
	for _, how := range ways {
		f, err := openReads(ctx, path, how)
		if err == nil {
			return f, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func openReads(ctx context.Context, path string, how access) (*file, error) {
	connections := readers
	if how == alone {
		connections = 1
	}
	f := &file{path: path}
	var err error
	if f.reads, err = connect(path, how, connections); err != nil {
		return nil, err
	}
	if err := checkVersion(ctx, f.reads, path); err != nil {
		return nil, errors.Join(f.explain(err), f.close())
	}
	if _, err := readTip(ctx, f.reads); err != nil {
		return nil, errors.Join(f.explain(err), f.close())
	}
	f.byKind = hasIndexByKind(ctx, f.reads)
	return f, nil
}

func connect(path string, how access, connections int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, how))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func (f *file) close() error {
	f.stmts.close()
	var errs []error
	if f.reads != nil {
		errs = append(errs, f.reads.Close())
	}
	if f.write != nil {
		errs = append(errs, f.write.Close())
	}
	if f.lock != nil {
		errs = append(errs, f.lock.release())
	}
	return errors.Join(errs...)
}

// createMissing makes a journal where there is none. It is built under another name and renamed
// when complete, so that an empty file under the right name is always damage, never a beginning.
func (f *file) createMissing(ctx context.Context, log *slog.Logger) error {
	if _, err := os.Stat(f.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := f.checkLeftovers(log); err != nil {
		return err
	}
	building := f.path + ".new"
	if err := build(ctx, building); err != nil {
		return fmt.Errorf("make the journal %s: %w", f.path, err)
	}
	if err := os.Rename(building, f.path); err != nil {
		return err
	}
	f.lock.mark(0)
	return syncDir(filepath.Dir(f.path))
}

// checkLeftovers looks for traces of a journal that was here before.
func (f *file) checkLeftovers(log *slog.Logger) error {
	if wal, err := os.Stat(f.path + "-wal"); err == nil && wal.Size() > 0 {
		return fmt.Errorf("journal %s is missing, but its newest events are still in %s-wal: put the two together again, or move that file aside too to begin a new journal",
			f.path, f.path)
	}
	if _, seq, ok := f.lock.read(); ok && seq > 0 {
		log.Warn("the journal that was here is gone: a new one begins",
			"journal", f.path, "events_before", seq)
	}
	return nil
}

func build(ctx context.Context, path string) error {
	for _, suffix := range [...]string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	// SQLite gives the files beside it the mode of this one.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db, err := connect(path, forWriting, 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(
		"PRAGMA journal_mode = WAL; BEGIN; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
		schema, applicationID, schemaVersion))
	return errors.Join(err, db.Close())
}

// unmoved tells whether the file is still the one that was opened. Without this, events would be
// reported as durable that go into a file which somebody has deleted.
func (f *file) unmoved() error {
	info, err := os.Stat(f.path)
	if err == nil && os.SameFile(info, f.info) {
		return nil
	}
	return fmt.Errorf("journal %s was moved, deleted or replaced under the running agent: put the same file back; until then events are kept in memory alone",
		f.path)
}
