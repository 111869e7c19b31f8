package journal

import (
	"context"
	"errors"
	"fmt"
)

// ErrNoEvent tells that the journal holds no event of the ID that was asked for.
var ErrNoEvent = errors.New("the journal holds no such event")

// Get returns the event with the ID, one kept in memory included, or [ErrNoEvent]. An event that
// cannot be read in full is returned as far as it goes, together with its error.
func (s *Store) Get(ctx context.Context, id string) (Event, error) {
	_, kept := s.snapshot()
	for i := range kept {
		if kept[i].event.ID == id {
			return kept[i].event, nil
		}
	}
	found, err := s.byID(ctx, id)
	switch {
	case err != nil:
		return Event{}, err
	case len(found) == 0:
		return Event{}, fmt.Errorf("%w: %q", ErrNoEvent, id)
	}
	err = found[0].decode()
	return found[0].event, err
}

// byID finds an event on disk.
func (s *Store) byID(ctx context.Context, id string) ([]record, error) {
	s.fileMu.RLock()
	defer s.fileMu.RUnlock()
	found, err := queryRecords(ctx, s.file.reads, "SELECT "+columns+" FROM events WHERE id = ? ORDER BY seq LIMIT 1", id)
	return found, s.file.explain(err)
}
