package journal

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bounds returns the seqs, both exclusive, between which the events lie that the query selects. Times
// never go backwards in a journal, so those become seqs too: a month of years is found at once.
func (s *Store) bounds(ctx context.Context, q *Query, upTo int64) (low, high int64, err error) {
	low, high = q.AfterSeq, upTo+1
	if q.BeforeSeq != 0 {
		high = min(high, q.BeforeSeq)
	}
	if !q.From.IsZero() && low+1 < high {
		first, err := s.firstAt(ctx, q.From, high)
		if err != nil {
			return 0, 0, err
		}
		low = max(low, first-1)
	}
	if !q.To.IsZero() && low+1 < high {
		if high, err = s.firstAt(ctx, q.To, high); err != nil {
			return 0, 0, err
		}
	}
	return low, high, nil
}

// firstAt returns the seq of the first event at an instant or after it; before is what it returns when
// there is none that comes before that seq.
func (s *Store) firstAt(ctx context.Context, at time.Time, before int64) (int64, error) {
	s.fileMu.RLock()
	defer s.fileMu.RUnlock()
	var seq int64
	err := s.file.reads.QueryRowContext(ctx, "SELECT seq FROM events WHERE at >= ? ORDER BY at, seq LIMIT 1",
		at.UTC().Format(timeLayout)).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return before, nil
	}
	return min(seq, before), s.file.explain(err)
}

// maxByKind is for how many kinds of events a look at each is worth it.
const maxByKind = 40

// sql is the statement for one page. Where the file has the index for it, each kind is looked up by
// itself: of kinds that are rare, a page would else cost a look at all the years. The plus signs keep
// SQLite from an index that does not give the order.
func (q *Query) sql(low, high int64, byKind bool) (string, []any) {
	where, args := q.conditions(low, high)
	order := " ORDER BY seq"
	if q.Newest {
		order += " DESC"
	}
	order += " LIMIT " + strconv.Itoa(q.page())
	kinds := slices.Compact(slices.Sorted(slices.Values(q.Kinds)))
	if byKind && q.Subject == "" && len(kinds) > 0 && len(kinds) <= maxByKind {
		return sqlByKind(kinds, where, args, order)
	}
	if len(kinds) > 0 {
		where += " AND +kind IN (?" + strings.Repeat(",?", len(kinds)-1) + ")"
		args = append(args, kindArgs(kinds)...)
	}
	return "SELECT " + columns + " FROM events WHERE " + where + order, args
}

// conditions are those of the query but for its kinds.
func (q *Query) conditions(low, high int64) (string, []any) {
	where, args := "seq > ? AND seq < ?", []any{low, high}
	add := func(condition, value string) { where, args = where+" AND "+condition, append(args, value) }
	if !q.From.IsZero() {
		add("+at >= ?", q.From.UTC().Format(timeLayout))
	}
	if !q.To.IsZero() {
		add("+at < ?", q.To.UTC().Format(timeLayout))
	}
	if q.Subject != "" {
		add("subject = ?", q.Subject)
	}
	return where, args
}

// sqlByKind takes from the first of each kind those that come first of all.
func sqlByKind(kinds []Kind, where string, args []any, order string) (string, []any) {
	one := "SELECT seq FROM (SELECT seq FROM events WHERE kind = ? AND " + where + order + ")"
	var all []any
	for _, arg := range kindArgs(kinds) {
		all = append(append(all, arg), args...)
	}
	each := one + strings.Repeat(" UNION ALL "+one, len(kinds)-1)
	return "SELECT " + columns + " FROM events WHERE seq IN (" + each + ")" + order, all
}

func kindArgs(kinds []Kind) []any {
	args := make([]any, len(kinds))
	for i, kind := range kinds {
		args[i] = string(kind)
	}
	return args
}
