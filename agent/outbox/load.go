package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/keizoku-bcp/keizoku/notify"
)

// load reads what the run before has left. Of messages that wait, it reads all but their texts.
func (b *Outbox) load(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.disk.tables.View(ctx, func(tx *sql.Tx) error {
		if made, err := tablesMade(ctx, tx); err != nil || !made {
			return err
		}
		for _, read := range [...]func(context.Context, *sql.Tx) error{b.loadAlerts, b.loadSeq, b.loadPending, b.loadGone} {
			if err := read(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("what waits in the outbox cannot be read: %w", err)
	}
	return nil
}

// tablesMade tells whether there is an outbox; on a disk that takes no writes there may be none.
func tablesMade(ctx context.Context, tx *sql.Tx) (made bool, err error) {
	err = tx.QueryRowContext(ctx, "SELECT count(*) = 5 FROM sqlite_schema WHERE type = 'table' AND name IN "+
		"('alerts', 'messages', 'message_texts', 'gone_channels', 'events')").Scan(&made)
	return made, err
}

// forRows calls do for each row of a query.
func forRows(ctx context.Context, tx *sql.Tx, do func(*sql.Rows) error, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (b *Outbox) loadAlerts(ctx context.Context, tx *sql.Tx) error {
	return forRows(ctx, tx, func(rows *sql.Rows) error {
		var name, payload string
		var opened, updated sql.NullString
		if err := rows.Scan(&name, &payload, &opened, &updated); err != nil {
			return err
		}
		b.alerts[name] = alert{json.RawMessage(payload), moment(opened), moment(updated)}
		return nil
	}, "SELECT key, payload, opened_at, updated_at FROM alerts")
}

func (b *Outbox) loadSeq(ctx context.Context, tx *sql.Tx) error {
	return tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM messages").Scan(&b.seq)
}

func (b *Outbox) loadPending(ctx context.Context, tx *sql.Tx) error {
	return forRows(ctx, tx, b.loadItem,
		"SELECT seq, body, channel, keys, occasion, once, created_at, tries, failed_at, last_error FROM messages WHERE state = 'pending' ORDER BY seq")
}

func (b *Outbox) loadItem(rows *sql.Rows) error {
	it := &item{state: Pending, ready: true}
	var channel, keys, occasion string
	var created, failed, said sql.NullString
	var tries int
	if err := rows.Scan(&it.seq, &it.body, &channel, &keys, &occasion, &it.once, &created, &tries, &failed, &said); err != nil {
		return err
	}
	var names []string
	if err := json.Unmarshal([]byte(keys), &names); err != nil {
		b.o.Log.Error("a message in the journal's file was damaged, and may go out too early", "seq", it.seq, "err", err)
	}
	it.keys, it.born = keysOf(names), b.since(moment(created))
	it.closes, it.reminds = occasion == string(notify.Closed), occasion == string(notify.Reminded)
	it.heartbeat = occasion == string(notify.Alive)
	if tries > 0 {
		*it.progress() = fate{tries: tries, failedAt: moment(failed), lastError: said.String, ups: -1}
	}
	b.takeUp(b.lane(channel), it)
	return nil
}

// takeUp gives an item of an earlier run its place.
func (b *Outbox) takeUp(l *lane, it *item) {
	for _, old := range l.add(it) {
		b.end(l, old, Superseded, nil)
	}
	if it.once { // who waited for it is gone
		b.end(l, it, Dropped, errors.New("the agent ended before it was tried"))
	}
}

func (b *Outbox) loadGone(ctx context.Context, tx *sql.Tx) error {
	return forRows(ctx, tx, func(rows *sql.Rows) error {
		var name string
		var since sql.NullString
		if err := rows.Scan(&name, &since); err != nil {
			return err
		}
		l := b.lane(name)
		l.gone, l.goneAt = true, moment(since)
		l.goneFrom = b.since(l.goneAt)
		return nil
	}, "SELECT channel, since FROM gone_channels")
}
