package journal

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Alive is the agent's sign of life. There is one, replaced every few seconds: after a crash it
// tells since when nobody looked, and when each check was last known to succeed.
type Alive struct {
	At        time.Time
	Estimated bool // the wall clock could not be trusted
	// Uptime is the machine's monotonic time since its boot; it does not jump with the wall clock.
	Uptime time.Duration
	// Run and Boot are filled in by the store.
	Run, Boot string
	// LastOK is the last success by check, as "system/check"; absent: never.
	LastOK map[string]time.Time
}

// Alive replaces the sign of life. It returns at once and is not durable yet: when the disk is
// slow or refuses it, only the newest is kept. A failure to write it shows in [Store.Status], so
// that a full disk is known before the first event needs it.
func (s *Store) Alive(ctx context.Context, a Alive) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	row := s.newAliveRow(a)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	s.alive = row
	if s.failing == nil {
		s.wakeWriter() // else the next retry takes it along
	}
	return nil
}

// LastAlive returns the sign of life that was found at [Open]: the one of the run before.
func (s *Store) LastAlive() (Alive, bool) { return s.before, !s.before.At.IsZero() }

// aliveRow is a sign of life as it lies in the table. The names of the checks change with the plan
// alone and are kept apart, so that a thousand checks cost a few kilobytes per update.
type aliveRow struct {
	at        string
	estimated bool
	uptime    int64
	run, boot string
	lastOK    []byte // per name in order: At less LastOK in nanoseconds, as a varint
	names     string // JSON array, sorted
}

func (s *Store) newAliveRow(a Alive) *aliveRow {
	a.LastOK = maps.Clone(a.LastOK)
	maps.DeleteFunc(a.LastOK, func(_ string, at time.Time) bool { return at.IsZero() })
	names := slices.Sorted(maps.Keys(a.LastOK))
	deltas := make([]byte, 0, 6*len(names))
	for _, name := range names {
		deltas = binary.AppendVarint(deltas, int64(a.At.Round(0).Sub(a.LastOK[name].Round(0))))
	}
	list, _ := json.Marshal(names) // strings always marshal
	return &aliveRow{
		at: a.At.UTC().Format(timeLayout), estimated: a.Estimated, uptime: int64(a.Uptime),
		run: s.o.Run, boot: s.o.Boot, lastOK: deltas, names: string(list),
	}
}

func (r *aliveRow) decode() (Alive, error) {
	at, err := time.Parse(time.RFC3339Nano, r.at)
	if err != nil {
		return Alive{}, err
	}
	a := Alive{
		At: at, Estimated: r.estimated, Uptime: time.Duration(r.uptime), Run: r.run, Boot: r.boot,
		LastOK: map[string]time.Time{},
	}
	var names []string
	if err := json.Unmarshal([]byte(r.names), &names); err != nil {
		return a, err
	}
	rest := r.lastOK
	for _, name := range names {
		delta, n := binary.Varint(rest)
		if n <= 0 {
			return a, fmt.Errorf("times of %d checks are cut off", len(names))
		}
		a.LastOK[name] = at.Add(-time.Duration(delta))
		rest = rest[n:]
	}
	return a, nil
}

// readAlive returns the sign of life in the database; zero when there is none. With an error it
// holds what could be read.
func readAlive(ctx context.Context, db *sql.DB) (Alive, error) {
	var r aliveRow
	err := db.QueryRowContext(ctx, `SELECT at, estimated, uptime, run, boot, last_ok, names
		FROM alive JOIN alive_checks USING (one)`).
		Scan(&r.at, &r.estimated, &r.uptime, &r.run, &r.boot, &r.lastOK, &r.names)
	if errors.Is(err, sql.ErrNoRows) {
		return Alive{}, nil
	}
	if err != nil {
		return Alive{}, err
	}
	return r.decode()
}
