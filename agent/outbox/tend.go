package outbox

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// Of messages that were delivered or given up, their receipts remain for a month, and of the
// newest maxEnded at most.
const (
	keptFor  = 30 * 24 * time.Hour
	maxEnded = 20_000
	// beatsFor is how long it is kept that a heartbeat arrived: there are a thousand a day, and
	// they would push the receipts of others out.
	beatsFor = 10 * time.Minute
	// sweep bounds what one transaction removes: the events wait for it.
	sweep = 1000
)

// tend drops what waits for channels that are gone for long, and removes old receipts.
func (b *Outbox) tend() {
	b.dropGone()
	if err := b.prune(); err != nil {
		b.o.Log.Debug("old receipts cannot be removed from the outbox for now", "err", err)
	}
}

func (b *Outbox) dropGone() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.elapsed()
	for _, l := range b.lanes {
		if !l.gone || now-l.goneFrom <= goneFor || len(l.items) == 0 {
			continue
		}
		b.o.Log.Warn("messages are given up: the plan has no such channel for a week", "channel", l.name, "messages", len(l.items))
		for _, it := range slices.Clone(l.items) {
			if it != l.flying {
				b.end(l, it, Dropped, errors.New("its channel was gone from the plan for a week"))
			}
		}
	}
}

// What of the receipts goes: those that are old, those of heartbeats, and of the others the surplus.
const (
	deleteOld     = "DELETE FROM messages WHERE seq IN (SELECT seq FROM messages WHERE state <> 'pending' AND ended_at < ? LIMIT ?)"
	deleteBeats   = "DELETE FROM messages WHERE seq IN (SELECT seq FROM messages WHERE state <> 'pending' AND occasion = 'alive' AND ended_at < ? LIMIT ?)"
	deleteSurplus = "DELETE FROM messages WHERE seq IN (SELECT seq FROM messages WHERE state <> 'pending' ORDER BY ended_at DESC LIMIT ? OFFSET ?)"
)

// prune removes old receipts.
func (b *Outbox) prune() error {
	return errors.Join(
		b.inPortions(deleteOld, stamp(b.o.Now().Add(-keptFor)), sweep),
		b.inPortions(deleteBeats, stamp(b.o.Now().Add(-beatsFor)), sweep),
		b.inPortions(deleteSurplus, sweep, maxEnded),
	)
}

// inPortions executes a statement until it finds less than a portion.
func (b *Outbox) inPortions(query string, args ...any) error {
	for removed := int64(sweep); removed == sweep; {
		err := b.disk.tables.Update(context.Background(), func(tx *sql.Tx) error {
			result, err := tx.ExecContext(context.Background(), query, args...)
			if err != nil {
				return err
			}
			removed, err = result.RowsAffected()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
