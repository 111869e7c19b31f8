package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// schema is made for people with the sqlite3 tool as well: times and payloads are text. Texts of
// messages lie apart, so that a failed try does not write them again and several channels share
// one; they go when the last of their messages is settled. A message to no alert has the keys [].
const schema = `
CREATE TABLE IF NOT EXISTS alerts (
	key        TEXT PRIMARY KEY,
	payload    TEXT NOT NULL,
	opened_at  TEXT NOT NULL,
	updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
	seq         INTEGER PRIMARY KEY,
	id          TEXT    NOT NULL,
	channel     TEXT    NOT NULL,
	keys        TEXT    NOT NULL,
	occasion    TEXT    NOT NULL,
	subject     TEXT    NOT NULL,
	created_at  TEXT    NOT NULL,
	once        INTEGER NOT NULL,
	body        INTEGER NOT NULL,
	state       TEXT    NOT NULL,
	tries       INTEGER NOT NULL,
	failed_at   TEXT,
	next_try_at TEXT,
	last_error  TEXT,
	receipt     TEXT,
	ended_at    TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS messages_pending ON messages (seq)      WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS messages_body    ON messages (body)     WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS messages_ended   ON messages (ended_at) WHERE state <> 'pending';
CREATE TABLE IF NOT EXISTS message_texts (
	body    INTEGER PRIMARY KEY,
	payload TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS gone_channels (
	channel TEXT PRIMARY KEY,
	since   TEXT NOT NULL
) STRICT;
`

// timeLayout sorts as text; in UTC.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// stamp is a time as it is written; zero: NULL.
func stamp(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(timeLayout)
}

// moment reads what stamp has written; what is NULL, or was changed by somebody, is zero.
func moment(text sql.NullString) time.Time {
	at, _ := time.Parse(timeLayout, text.String)
	return at
}

// makeNothing is a transaction that makes the tables, if there are none.
func (b *Outbox) makeNothing(*sql.Tx) error { return nil }

// write carries out the transaction.
func (w *write) write(tx *sql.Tx) error {
	for _, step := range [...]func(*sql.Tx) error{w.putAlerts, w.putTexts, w.insertRows, w.updateRows, w.putGone} {
		if err := step(tx); err != nil {
			return err
		}
	}
	return nil
}

// each prepares a statement and executes it for each of n arguments that are not nil.
func each(tx *sql.Tx, query string, n int, arguments func(int) []any) error {
	var stmt *sql.Stmt
	for i := range n {
		args := arguments(i)
		if args == nil {
			continue
		}
		if stmt == nil {
			var err error
			if stmt, err = tx.PrepareContext(context.Background(), query); err != nil {
				return err
			}
			defer func() { _ = stmt.Close() }() // the transaction ends it in any case
		}
		if _, err := stmt.ExecContext(context.Background(), args...); err != nil {
			return err
		}
	}
	return nil
}

func (w *write) putAlerts(tx *sql.Tx) error {
	names := make([]string, 0, len(w.alerts))
	for name := range w.alerts {
		names = append(names, name)
	}
	err := each(tx, "DELETE FROM alerts WHERE key = ?", len(names), func(i int) []any {
		if w.alerts[names[i]].payload == nil {
			return []any{names[i]}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(tx, "INSERT OR REPLACE INTO alerts (key, payload, opened_at, updated_at) VALUES (?,?,?,?)", len(names), func(i int) []any {
		a := w.alerts[names[i]]
		if a.payload == nil {
			return nil
		}
		return []any{names[i], string(a.payload), stamp(a.openedAt), stamp(a.updatedAt)}
	})
}

func (w *write) putTexts(tx *sql.Tx) error {
	return each(tx, "INSERT OR REPLACE INTO message_texts (body, payload) VALUES (?,?)", len(w.rows), func(i int) []any {
		if r := &w.rows[i]; r.json != nil {
			return []any{r.body, string(r.json)}
		}
		return nil
	})
}

// insertRows replaces what is there: a commit that was reported as failed may have reached the
// disk.
func (w *write) insertRows(tx *sql.Tx) error {
	return each(tx, "INSERT OR REPLACE INTO messages (seq, id, channel, keys, occasion, subject, created_at, once, body, state, tries) "+
		"VALUES (?,?,?,?,?,?,?,?,?,'pending',0)", len(w.rows), func(i int) []any {
		r := &w.rows[i]
		if !r.insert {
			return nil
		}
		keys, _ := json.Marshal(namesOf(r.keys)) // strings can be marshalled
		return []any{r.seq, r.id, r.channel, string(keys), string(r.occasion), r.subject, stamp(r.createdAt), r.once, r.body}
	})
}

func (w *write) updateRows(tx *sql.Tx) error {
	err := each(tx, "UPDATE messages SET state = ?, tries = ?, failed_at = ?, next_try_at = ?, last_error = ?, receipt = ?, ended_at = ? "+
		"WHERE seq = ?", len(w.rows), func(i int) []any {
		r := &w.rows[i]
		if !r.tried {
			return nil
		}
		f := &r.fate
		return []any{
			string(r.state), f.tries, stamp(f.failedAt), stamp(f.nextTry), words(f.lastError), words(string(f.receipt)),
			stamp(f.endedAt), r.seq,
		}
	})
	if err != nil {
		return err
	}
	return each(tx, "DELETE FROM message_texts WHERE body = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE body = ?1 AND state = 'pending')",
		len(w.rows), func(i int) []any {
			if r := &w.rows[i]; r.state != Pending {
				return []any{r.body}
			}
			return nil
		})
}

// words are NULL when empty.
func words(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

func (w *write) putGone(tx *sql.Tx) error {
	if !w.isGone {
		return nil
	}
	if _, err := tx.ExecContext(context.Background(), "DELETE FROM gone_channels"); err != nil {
		return err
	}
	names := make([]string, 0, len(w.gone))
	for name := range w.gone {
		names = append(names, name)
	}
	return each(tx, "INSERT INTO gone_channels (channel, since) VALUES (?,?)", len(names), func(i int) []any {
		return []any{names[i], stamp(w.gone[names[i]])}
	})
}

// readTimeout bounds the reading of one text from a disk that is slow.
const readTimeout = 5 * time.Second

// readText reads the text of a message. One that is not there is lost for good.
func (b *Outbox) readText(it *item) (data []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	err = b.disk.tables.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT payload FROM message_texts WHERE body = ?", it.body).Scan(&data)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &notify.Refused{Err: errors.New("its text is missing in the journal's file: another program has changed it")}
	}
	return data, err
}
