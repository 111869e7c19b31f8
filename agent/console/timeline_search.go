package console

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"github.com/keizoku-bcp/keizoku/journal"
)

// stretch is what was found of the chronology, the oldest event first.
type stretch struct {
	events []journal.Event
	// older and newer are the places from which one can go on; zero: there is nothing more.
	older, newer int64
	// unfinished says that the search was broken off before the page was full.
	unfinished bool
}

// find reads up to most events that the filter lets through, and looks at no more than about
// bound of them.
func (c *console) find(ctx context.Context, v *view, f filter, most, bound int) (stretch, error) {
	s := &search{console: c, view: v, filter: f, most: most, left: bound, words: strings.Fields(folded(f.Text))}
	if f.after > 0 || f.Oldest && f.before == 0 {
		return s.forwards(ctx)
	}
	return s.backwards(ctx)
}

// search goes through the journal by its numbers, a batch at a time.
type search struct {
	console *console
	view    *view
	filter  filter
	most    int
	left    int      // how many more events may be looked at
	words   []string // that a line must hold, folded
}

// maxBatch is how many events are read at a time.
const maxBatch = 500

// batch reads the next events from a place on, the oldest first; last says that there are no more.
func (s *search) batch(ctx context.Context, before, after int64) (events []journal.Event, last bool, err error) {
	limit := maxBatch
	if len(s.words) == 0 {
		limit = min(limit, s.most+1)
	}
	q := journal.Query{
		BeforeSeq: before, AfterSeq: after, From: s.filter.From, To: s.filter.To, Subject: s.filter.About, Kinds: s.filter.kinds(),
		Newest: after == 0 && (!s.filter.Oldest || before != 0), Limit: limit,
	}
	for e, err := range s.console.agent.Events(ctx, q) {
		if err != nil {
			return nil, false, err
		}
		e.Payload = journal.Brief(e.Payload)
		events = append(events, e)
	}
	s.left -= len(events)
	return events, len(events) < limit, nil
}

// backwards finds the newest events before a place.
func (s *search) backwards(ctx context.Context) (found stretch, err error) {
	defer func() {
		slices.Reverse(found.events)
		if s.filter.before > 0 {
			found.newer = s.filter.before - 1
			if n := len(found.events); n > 0 {
				found.newer = found.events[n-1].Seq
			}
		}
	}()
	for before := s.filter.before; ; {
		batch, last, err := s.batch(ctx, before, 0)
		if err != nil {
			return found, err
		}
		for _, e := range slices.Backward(batch) {
			if s.takes(&found, e) {
				found.older = found.events[s.most-1].Seq
				return found, nil
			}
		}
		if last {
			return found, nil
		}
		before = batch[0].Seq
		if s.left <= 0 {
			found.older, found.unfinished = before, true
			return found, nil
		}
	}
}

// forwards finds the oldest events after a place.
func (s *search) forwards(ctx context.Context) (found stretch, err error) {
	defer func() {
		if s.filter.after > 0 {
			found.older = s.filter.after + 1
			if len(found.events) > 0 {
				found.older = found.events[0].Seq
			}
		}
	}()
	for after := s.filter.after; ; {
		batch, last, err := s.batch(ctx, 0, after)
		if err != nil {
			return found, err
		}
		for _, e := range batch {
			if s.takes(&found, e) {
				found.newer = found.events[s.most-1].Seq
				return found, nil
			}
		}
		if last {
			return found, nil
		}
		after = batch[len(batch)-1].Seq
		if s.left <= 0 {
			found.newer, found.unfinished = after, true
			return found, nil
		}
	}
}

// takes adds an event that the filter lets through; full says that it would be one too many.
func (s *search) takes(found *stretch, e journal.Event) (full bool) {
	switch {
	case !s.matches(e):
		return false
	case len(found.events) == s.most:
		return true
	}
	found.events = append(found.events, e)
	return false
}

// matches reports whether the line of an event holds all words that are searched for.
func (s *search) matches(e journal.Event) bool {
	if len(s.words) == 0 {
		return true
	}
	line := s.view.lineOf(e)
	text := folded(strings.Join([]string{line.Text, line.Title, line.Subject, line.By, line.User}, " "))
	return !slices.ContainsFunc(s.words, func(word string) bool { return !strings.Contains(text, word) })
}

// folded makes alike what people take for the same: capitals and small letters, wide and narrow
// forms.
func folded(text string) string { return strings.ToLower(width.Fold.String(text)) }
