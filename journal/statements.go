package journal

import (
	"context"
	"database/sql"
	"errors"
)

// statements are the prepared statements of the connection that writes.
type statements struct {
	tip, setTip, insert, alive, aliveChecks *sql.Stmt
}

const (
	columns   = "seq, id, agent, run, boot, at, estimated, kind, subject, actor, payload, drill, prev"
	selectTip = "SELECT seq, hash FROM tip"
)

func (s *statements) prepare(ctx context.Context, db *sql.DB) error {
	for stmt, query := range map[**sql.Stmt]string{
		&s.tip:    selectTip,
		&s.setTip: "INSERT OR REPLACE INTO tip (one, seq, hash) VALUES (1,?,?)",
		&s.insert: "INSERT INTO events (" + columns + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
		&s.alive: "INSERT OR REPLACE INTO alive (one, at, estimated, uptime, run, boot, last_ok) " +
			"VALUES (1,?,?,?,?,?,?)",
		&s.aliveChecks: "INSERT INTO alive_checks (one, names) VALUES (1,?) " +
			"ON CONFLICT DO UPDATE SET names = excluded.names WHERE names <> excluded.names",
	} {
		var err error
		if *stmt, err = db.PrepareContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

func (s *statements) close() {
	for _, stmt := range [...]*sql.Stmt{s.tip, s.setTip, s.insert, s.alive, s.aliveChecks} {
		if stmt != nil {
			_ = stmt.Close()
		}
	}
}

// putRecords inserts records and moves the tip to the last of them.
func (s *statements) putRecords(ctx context.Context, tx *sql.Tx, records []record) error {
	if len(records) == 0 {
		return nil
	}
	insert := tx.StmtContext(ctx, s.insert)
	for i := range records {
		if _, err := insert.ExecContext(ctx, records[i].arguments()...); err != nil {
			return err
		}
	}
	end := records[len(records)-1].link()
	_, err := tx.StmtContext(ctx, s.setTip).ExecContext(ctx, end.seq, end.hash)
	return err
}

// putAlive replaces the sign of life, and the names of the checks when they have changed.
func (s *statements) putAlive(ctx context.Context, tx *sql.Tx, r *aliveRow) error {
	if r == nil {
		return nil
	}
	if _, err := tx.StmtContext(ctx, s.alive).ExecContext(ctx,
		r.at, r.estimated, r.uptime, r.run, r.boot, r.lastOK); err != nil {
		return err
	}
	_, err := tx.StmtContext(ctx, s.aliveChecks).ExecContext(ctx, r.names)
	return err
}

// readTip returns the newest event's place as noted with it.
func readTip(ctx context.Context, db *sql.DB) (link, error) {
	return scanTip(db.QueryRowContext(ctx, selectTip))
}

// hasIndexByKind tells whether the file has [indexByKind].
func hasIndexByKind(ctx context.Context, db *sql.DB) bool {
	var n int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = 'events_kind'").Scan(&n)
	return err == nil && n > 0
}

func scanTip(row *sql.Row) (link, error) {
	var tip link
	err := row.Scan(&tip.seq, &tip.hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return tip, err
}

// arguments are the values of the columns.
func (r *record) arguments() []any {
	actor := sql.NullString{String: r.actor, Valid: r.actor != ""}
	return []any{
		r.seq, r.id, r.agent, r.run, r.boot, r.at, r.estimated, r.kind, r.subject, actor,
		r.payload, r.drill, r.prev,
	}
}

// scan reads the columns in their order.
func (r *record) scan(rows *sql.Rows) error {
	var actor sql.NullString
	err := rows.Scan(&r.seq, &r.id, &r.agent, &r.run, &r.boot, &r.at, &r.estimated, &r.kind,
		&r.subject, &actor, &r.payload, &r.drill, &r.prev)
	r.actor = actor.String
	return err
}
