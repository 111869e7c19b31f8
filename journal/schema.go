package journal

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// schemaVersion is the user_version of files that this code writes.
	schemaVersion = 1
	// applicationID marks the file as a Keizoku journal ("KZKU").
	applicationID = 0x4B5A4B55
)

// schema is made for people with the sqlite3 tool as well: times and payloads are text. The
// triggers keep a hand that slips from changing what happened; the chain of hashes shows a hand
// that means to.
//
// tip is the newest event's seq and hash, written with it: it shows when the end of the table was
// cut off or changed, which the chain alone cannot.
const schema = `
CREATE TABLE events (
	seq       INTEGER PRIMARY KEY,
	id        TEXT    NOT NULL,
	agent     TEXT    NOT NULL,
	run       TEXT    NOT NULL,
	boot      TEXT    NOT NULL,
	at        TEXT    NOT NULL,
	estimated INTEGER NOT NULL,
	kind      TEXT    NOT NULL,
	subject   TEXT    NOT NULL,
	actor     TEXT,
	payload   TEXT    NOT NULL,
	drill     INTEGER NOT NULL,
	prev      TEXT    NOT NULL
) STRICT;
CREATE INDEX events_id      ON events (id);
CREATE INDEX events_at      ON events (at);
CREATE INDEX events_subject ON events (subject, seq);
CREATE TRIGGER events_keep BEFORE DELETE ON events
	BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_hold BEFORE UPDATE ON events
	BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE tip (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	seq  INTEGER NOT NULL,
	hash TEXT    NOT NULL
) STRICT;
INSERT INTO tip VALUES (1, 0, '');

CREATE TABLE alive (
	one       INTEGER PRIMARY KEY CHECK (one = 1),
	at        TEXT    NOT NULL,
	estimated INTEGER NOT NULL,
	uptime    INTEGER NOT NULL,
	run       TEXT    NOT NULL,
	boot      TEXT    NOT NULL,
	last_ok   BLOB    NOT NULL
) STRICT;
CREATE TABLE alive_checks (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	names TEXT    NOT NULL
) STRICT;
`

// indexByKind is for what happens seldom, among years of what happens often. It came after the rest
// of the schema, and is made at the first start that does not find it; whoever does not know it is not
// hindered by it.
const indexByKind = "CREATE INDEX IF NOT EXISTS events_kind ON events (kind)"

// The limits of the write-ahead log: it is copied into the database at walPages, and cut back to
// walBytes when that is done.
const (
	walPages = 1000
	walBytes = 4 << 20
)

// synchronousFull syncs the write-ahead log at each commit.
const synchronousFull = 2

// busyTimeout is how long a statement waits for another program that has the file locked.
const busyTimeout = time.Second

// access is how a connection is opened.
type access int

const (
	forWriting access = iota
	forReading        // reads only, but may tend the shared index of the write-ahead log
	onReadOnly        // on a file system that takes no writes
	immutable         // the same, without a write-ahead log to read
	alone             // without the shared index, for which a full disk has no room
)

// dsn is the address of the file with the settings that each connection needs. The file must
// exist.
func dsn(path string, a access) string {
	q := url.Values{"mode": {"rw"}}
	pragma := func(name string, value int) { q.Add("_pragma", name+"("+strconv.Itoa(value)+")") }
	pragma("busy_timeout", int(busyTimeout.Milliseconds()))
	pragma("cell_size_check", 1)
	pragma("trusted_schema", 0)
	if a == forWriting {
		pragma("synchronous", synchronousFull)
		pragma("fullfsync", 1) // on macOS fsync alone does not reach the disk; no effect elsewhere
		pragma("wal_autocheckpoint", walPages)
		pragma("journal_size_limit", walBytes)
		q.Set("_txlock", "immediate")
	} else {
		pragma("query_only", 1)
	}
	if a == onReadOnly || a == immutable {
		q.Set("mode", "ro")
	}
	if a == immutable {
		q.Set("immutable", "1")
	}
	if a == alone {
		q.Add("_pragma", "locking_mode(EXCLUSIVE)")
	}
	return fileURI(path) + "?" + q.Encode()
}

// fileURI writes an absolute path as SQLite wants it, on Windows with a slash before the drive.
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
