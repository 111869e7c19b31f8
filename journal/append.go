package journal

import (
	"context"
	"fmt"
	"time"
)

// waiter is an Append that waits until its last event is on disk.
type waiter struct {
	seq  int64
	done chan struct{}
}

// Append writes events that happened together: all of them are in the journal afterwards, or none.
// It returns them completed, as a later [Store.Read] will, once they are durable. Calls that come
// at the same time share a commit.
//
// Of a draft, Kind (may be empty), Subject, Actor, Payload, At, Estimated and Drill count, and ID
// when it is preset, so that other events of the call can name it; else it is drawn from At.
// An At before the one of the event before is raised to that, and marked as Estimated: the
// journal never goes backwards.
//
// When the disk refuses the events, or does not answer for ten seconds, they are kept in memory,
// are returned with a nil error all the same, and [Store.Status] says so: the agent must go on
// measuring. They are lost if the process ends before the disk takes them. An error means that
// nothing was appended: a draft that makes no sense, a context done before it was queued,
// [ErrClosed], or [ErrBacklog].
func (s *Store) Append(ctx context.Context, drafts ...Event) ([]Event, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	records := make([]record, len(drafts))
	for i, draft := range drafts {
		var err error
		if records[i], err = newRecord(draft); err != nil {
			return nil, err
		}
		records[i].more = i < len(drafts)-1
	}
	if len(records) == 0 {
		return nil, nil
	}
	done, err := s.enqueue(records)
	if err != nil {
		return nil, err
	}
	s.await(done)
	return eventsOf(records), nil
}

func eventsOf(records []record) []Event {
	events := make([]Event, len(records))
	for i := range records {
		events[i] = records[i].event
	}
	return events
}

// enqueue gives the records their place and hands them to the writer. The channel is closed when
// they are durable, or kept because the disk fails.
func (s *Store) enqueue(records []record) (<-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if s.failing != nil && len(s.queue)+len(records) > s.o.pace.maxKept {
		return nil, s.refuse(len(records))
	}
	for i := range records {
		s.place(&records[i])
	}
	s.queue = append(s.queue, records...)
	w := waiter{s.end.seq, make(chan struct{})}
	s.waiting = append(s.waiting, w)
	if s.failing != nil {
		s.keep()
	}
	if s.failing == nil || time.Since(s.lastTry) >= s.o.pace.retryMin {
		s.wakeWriter()
	}
	return w.done, nil
}

// refuse tells that memory is full too. Callers hold s.mu.
func (s *Store) refuse(events int) error {
	s.o.Log.Error("events are LOST: memory holds as many unwritten events as it may",
		"journal", s.path, "kept", len(s.queue), "refused", events, "err", s.failing)
	return fmt.Errorf("%w: %d are kept in memory (%w)", ErrBacklog, len(s.queue), s.failing)
}

// place puts a record at the end of the chain. Callers hold s.mu.
func (s *Store) place(r *record) {
	at := r.event.At
	if at.Before(s.endAt) {
		at, r.estimated = s.endAt, true
	}
	if r.id == "" {
		r.id = newID(at, s.ids)
	}
	r.seal(s.end, at, &s.o)
	s.end, s.endAt = r.link(), r.event.At
}

// await returns when the writer is done with the events. A disk that hangs is one that fails.
func (s *Store) await(done <-chan struct{}) {
	patience := time.NewTimer(s.o.pace.patience)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
		s.hang()
		<-done // closed by now, by whoever was first to see that it hangs, or by the writer
	}
}

func (s *Store) wakeWriter() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake already, and will look again
	}
}
