package journal

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// Damage is how the chain of events is broken.
type Damage string

// The kinds of damage.
const (
	// Gap: events are missing.
	Gap Damage = "gap"
	// Changed: an event is not what it was when the next one was written.
	Changed Damage = "changed"
	// Reordered: events have changed places.
	Reordered Damage = "reordered"
	// Added: there are events at the end that no agent wrote.
	Added Damage = "added"
)

// Break is a place where the chain is broken.
type Break struct {
	// From and To are the first and last Seq that may be meant; of a gap, the missing ones.
	From, To int64
	// ID is that of the event From; empty for a gap.
	ID   string
	What Damage
	Text string
}

// VerifyReport is what [Store.Verify] found.
type VerifyReport struct {
	// Events counts those looked at, LastSeq is the newest of them.
	Events, LastSeq int64
	// FirstAt and LastAt are the times of the first and the last of them; zero without events.
	FirstAt, LastAt time.Time
	// Hash is that of the last of them, in hexadecimal.
	Hash string
	// Breaks are in order of Seq, at most a hundred of them.
	Breaks []Break
}

// OK tells that the journal is as it was written.
func (r VerifyReport) OK() bool { return len(r.Breaks) == 0 }

const maxBreaks = 100

// Verify walks the whole journal and compares each event's hash with what the next one, or at the
// end the table tip, says of it. It shows that a file was changed, not that nobody could have
// calculated all of it anew: for that, keep a copy of a hash elsewhere. An event that was changed
// no longer proves those before it.
func (s *Store) Verify(ctx context.Context) (VerifyReport, error) {
	upTo, kept := s.snapshot()
	var end link
	if len(kept) > 0 {
		end = kept[len(kept)-1].link()
	} else {
		var err error
		if end, upTo, err = s.readEnd(ctx); err != nil {
			return VerifyReport{}, err
		}
	}
	w := walk{end: end, seen: map[string]bool{}}
	for r, err := range s.recordsOf(ctx, Query{}, upTo, kept) {
		if err != nil {
			return w.report, err
		}
		w.step(r)
	}
	w.finish()
	return w.report, nil
}

// readEnd returns the end of the journal as noted with it, and the newest seq that there is. Both
// come from the disk, since it is the disk that is doubted, and at one instant.
func (s *Store) readEnd(ctx context.Context) (link, int64, error) {
	s.fileMu.RLock()
	defer s.fileMu.RUnlock()
	var tip link
	var newest int64
	err := s.file.reads.QueryRowContext(ctx, `SELECT coalesce(max(tip.seq), 0), coalesce(max(tip.hash), ''),
		(SELECT coalesce(max(seq), 0) FROM events) FROM tip`).Scan(&tip.seq, &tip.hash, &newest)
	return tip, newest, s.file.explain(err)
}

// walk is the state of a verification.
type walk struct {
	report VerifyReport
	end    link // where it must arrive
	prev   link
	prevID string
	at     string
	seen   map[string]bool // hashes of those at the time of the last one, and of the one before them
}

func (w *walk) step(r *record) {
	w.count(r)
	switch {
	case r.seq > w.end.seq:
		w.add(Break{From: r.seq, To: r.seq, ID: r.id, What: Added})
	case r.seq != w.prev.seq+1:
		w.add(Break{From: w.prev.seq + 1, To: r.seq - 1, What: Gap})
	case r.prev != w.prev.hash:
		w.add(Break{From: max(w.prev.seq, 1), To: r.seq, ID: cmp.Or(w.prevID, r.id), What: w.judge(r)})
	}
	w.remember(r.at)
	w.prev, w.prevID, w.at = link{r.seq, r.sum()}, r.id, r.at // r is not ours to change: others read it as well
	w.seen[w.prev.hash] = true
}

// remember forgets the hashes of what was before the time given, but for the last: where events of
// different times have changed places, their times show it. Years of hashes would fill the memory.
func (w *walk) remember(at string) {
	if at != w.at {
		clear(w.seen)
		w.seen[w.prev.hash] = true
	}
}

func (w *walk) count(r *record) {
	w.report.Events++
	w.report.LastSeq = r.seq
	at, err := time.Parse(time.RFC3339Nano, r.at)
	if err != nil {
		return // the chain tells whether it was so from the beginning
	}
	w.report.LastAt = at
	if w.report.FirstAt.IsZero() {
		w.report.FirstAt = at
	}
}

// judge tells events that have changed places from one that was changed: they are tied to another
// event than their neighbour, or go back in time.
func (w *walk) judge(r *record) Damage {
	if w.seen[r.prev] || r.prev == "" || r.at < w.at {
		return Reordered
	}
	return Changed
}

// finish compares the end with what was noted of it.
func (w *walk) finish() {
	last, broken := w.prev, false
	w.report.Hash = last.hash
	switch {
	case last.seq < w.end.seq:
		w.add(Break{From: last.seq + 1, To: w.end.seq, What: Gap})
	case last.seq == w.end.seq && last.hash != w.end.hash:
		broken = true
		w.add(Break{From: last.seq, To: last.seq, ID: w.prevID, What: Changed})
	}
	for i := range w.report.Breaks {
		b := &w.report.Breaks[i]
		if !broken || b.To != last.seq {
			b.narrow()
		}
		b.Text = b.describe()
	}
}

// narrow leaves out the last event of a change when what comes after it says that it is as it was
// written: it is only the one that says that those before it are not.
func (b *Break) narrow() {
	if b.What == Changed && b.To > b.From {
		b.To--
	}
}

// add notes a break. Breaks that touch are one: a swap of two events breaks three links.
func (w *walk) add(b Break) {
	n := len(w.report.Breaks)
	if n > 0 && b.From <= w.report.Breaks[n-1].To && b.What != Gap && b.What != Added {
		last := &w.report.Breaks[n-1]
		last.To = b.To
		if b.What == Reordered {
			last.What = Reordered
		}
		return
	}
	if n < maxBreaks {
		w.report.Breaks = append(w.report.Breaks, b)
	}
}

func (b Break) describe() string {
	span := fmt.Sprintf("events %d to %d", b.From, b.To)
	if b.From == b.To {
		span = fmt.Sprintf("event %d", b.From)
	}
	switch b.What {
	case Gap:
		return span + " missing"
	case Reordered:
		return "among " + span + " some have changed places"
	case Added:
		return span + " added by another program"
	}
	if b.From == b.To {
		return span + " was changed"
	}
	return "of " + span + " one or more were changed"
}
