package journal

import (
	"context"
	"database/sql"
	"iter"
	"math"
	"slices"
	"time"
)

// Query selects events. The zero Query selects all, in order.
type Query struct {
	// AfterSeq and BeforeSeq exclude the events up to, or from, a Seq; zero: no bound.
	AfterSeq, BeforeSeq int64
	// From and To bound At: from From on, before To. Zero: no bound.
	From, To time.Time
	Subject  string // empty: any
	Kinds    []Kind // empty: any
	// Newest begins with the newest event and goes backwards.
	Newest bool
	Limit  int // zero: all
}

// pageSize is how many events are read at a time. Nothing is held open between pages: a slow
// reader does not keep the write-ahead log from being cleared.
const pageSize = 1000

// Read returns the events that the query selects, those kept in memory included, as they stand
// when iteration begins. An event that cannot be read in full is returned as far as it goes
// together with its error, and iteration can go on after it; any other error ends it, with a zero
// Event.
func (s *Store) Read(ctx context.Context, q Query) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for r, err := range s.records(ctx, q) {
			if err != nil {
				yield(Event{}, err)
				return
			}
			if r.event.ID == "" { // those kept in memory are decoded already
				err = r.decode()
			}
			if !yield(r.event, err) {
				return
			}
		}
	}
}

// records returns what the query selects as it was written.
func (s *Store) records(ctx context.Context, q Query) iter.Seq2[*record, error] {
	upTo, kept := s.snapshot()
	return s.recordsOf(ctx, q, upTo, kept)
}

// recordsOf selects among the events on disk up to a seq, and those kept in memory after it.
func (s *Store) recordsOf(ctx context.Context, q Query, upTo int64, kept []record) iter.Seq2[*record, error] {
	return func(yield func(*record, error) bool) {
		left := q.Limit
		if left <= 0 {
			left = math.MaxInt
		}
		pass := func(r *record, err error) bool {
			left--
			return yield(r, err) && left > 0
		}
		if q.Newest {
			_ = passKept(&q, kept, pass) && s.passStored(ctx, &q, upTo, pass)
			return
		}
		_ = s.passStored(ctx, &q, upTo, pass) && passKept(&q, kept, pass)
	}
}

// snapshot returns the newest seq on disk and what is kept after it.
func (s *Store) snapshot() (int64, []record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stored.lastSeq, s.queue[:s.kept:s.kept]
}

func passKept(q *Query, kept []record, pass func(*record, error) bool) bool {
	order := slices.All(kept)
	if q.Newest {
		order = slices.Backward(kept)
	}
	for i := range order {
		if r := &kept[i]; q.selects(&r.event) && !pass(r, nil) {
			return false
		}
	}
	return true
}

func (q *Query) selects(e *Event) bool {
	return e.Seq > q.AfterSeq && (q.BeforeSeq == 0 || e.Seq < q.BeforeSeq) &&
		(q.From.IsZero() || !e.At.Before(q.From)) && (q.To.IsZero() || e.At.Before(q.To)) &&
		(q.Subject == "" || e.Subject == q.Subject) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind))
}

// passStored goes through the events on disk, page by page.
func (s *Store) passStored(ctx context.Context, q *Query, upTo int64, pass func(*record, error) bool) bool {
	low, high, err := s.bounds(ctx, q, upTo)
	if err != nil {
		return pass(nil, err)
	}
	for low+1 < high {
		page, err := s.page(ctx, q, low, high)
		if err != nil {
			return pass(nil, err)
		}
		for i := range page {
			if !pass(&page[i], nil) {
				return false
			}
		}
		if len(page) < q.page() {
			return true
		}
		if end := page[len(page)-1].seq; q.Newest {
			high = end
		} else {
			low = end
		}
	}
	return true
}

func (q *Query) page() int {
	if q.Limit > 0 {
		return min(q.Limit, pageSize)
	}
	return pageSize
}

// page reads events between two seqs, both exclusive.
func (s *Store) page(ctx context.Context, q *Query, low, high int64) ([]record, error) {
	s.fileMu.RLock()
	defer s.fileMu.RUnlock()
	text, args := q.sql(low, high, s.file.byKind)
	records, err := queryRecords(ctx, s.file.reads, text, args...)
	return records, s.file.explain(err)
}

func queryRecords(ctx context.Context, db *sql.DB, text string, args ...any) ([]record, error) {
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []record
	for rows.Next() {
		var r record
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, rows.Err()
}
