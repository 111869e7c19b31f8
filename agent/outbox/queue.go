package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// Entry is a message as the queue lists it.
type Entry struct {
	Seq      int64           `json:"seq"` // the order in which messages were queued
	ID       string          `json:"id"`  // of the message; several channels share it
	Channel  string          `json:"channel"`
	Keys     []string        `json:"keys"`
	Occasion notify.Occasion `json:"occasion"`
	Subject  string          `json:"subject"`
	// Times are those of the agent's clock, in UTC.
	CreatedAt time.Time `json:"created_at"`
	State     State     `json:"state"`
	Tries     int       `json:"tries"`
	// FailedAt is the first failure, NextTryAt about when the next try is due.
	FailedAt  time.Time      `json:"failed_at,omitzero"`
	NextTryAt time.Time      `json:"next_try_at,omitzero"`
	LastError string         `json:"last_error,omitempty"`
	Receipt   notify.Receipt `json:"receipt,omitempty"`
	EndedAt   time.Time      `json:"ended_at,omitzero"` // delivered, or given up
	// ChannelGone tells that the plan has no such channel for this agent.
	ChannelGone bool `json:"channel_gone,omitempty"`
}

// Queue lists the oldest messages that wait, in order, and after them the newest of the others,
// the newest first; at most limit of each.
func (b *Outbox) Queue(ctx context.Context, limit int) ([]Entry, error) {
	fresh := b.unwrittenEntries() // first: what is written meanwhile is seen below
	var list []Entry
	err := b.disk.tables.View(ctx, func(tx *sql.Tx) error {
		if made, err := tablesMade(ctx, tx); err != nil || !made {
			return err
		}
		for _, which := range [...]string{"state = 'pending' ORDER BY seq", "state <> 'pending' ORDER BY ended_at DESC, seq DESC"} {
			if err := forRows(ctx, tx, appendEntry(&list), entries+which+" LIMIT ?", limit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return arrange(b.markGone(merge(list, fresh)), limit), nil
}

const entries = "SELECT seq, id, channel, keys, occasion, subject, created_at, state, tries, failed_at, next_try_at, last_error, receipt, ended_at FROM messages WHERE "

func appendEntry(list *[]Entry) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var e Entry
		var keys string
		var created, failed, next, said, receipt, ended sql.NullString
		err := rows.Scan(&e.Seq, &e.ID, &e.Channel, &keys, &e.Occasion, &e.Subject, &created, &e.State, &e.Tries,
			&failed, &next, &said, &receipt, &ended)
		if err != nil {
			return err
		}
		_ = json.Unmarshal([]byte(keys), &e.Keys) // damaged by somebody: the rest is worth showing
		e.CreatedAt, e.FailedAt, e.NextTryAt, e.EndedAt = moment(created), moment(failed), moment(next), moment(ended)
		e.LastError, e.Receipt = said.String, notify.Receipt(receipt.String)
		*list = append(*list, e)
		return nil
	}
}

// unwrittenEntries returns what may not be on disk yet. Of what is there in part, it has only what
// changes.
func (b *Outbox) unwrittenEntries() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Entry
	for _, it := range slices.Concat(b.disk.taken, b.disk.items) {
		list = append(list, it.entry())
	}
	return list
}

func (it *item) entry() Entry {
	e := Entry{Seq: it.seq, Keys: namesOf(it.keys), State: it.state}
	if f := it.fresh; f != nil {
		e.ID, e.Channel, e.Occasion, e.Subject, e.CreatedAt = f.id, f.channel, f.occasion, f.subject, f.createdAt.UTC()
	}
	if f := it.fate; f != nil {
		e.Tries, e.FailedAt, e.NextTryAt = f.tries, f.failedAt.UTC(), f.nextTry.UTC()
		e.LastError, e.Receipt, e.EndedAt = f.lastError, f.receipt, f.endedAt.UTC()
	}
	return e
}

// merge brings what was read from the disk up to date.
func merge(list, fresh []Entry) []Entry {
	places := make(map[int64]int, len(list))
	for i := range list {
		places[list[i].Seq] = i
	}
	for _, e := range fresh {
		i, known := places[e.Seq]
		switch {
		case !known && e.ID != "":
			places[e.Seq] = len(list)
			list = append(list, e)
		case known && list[i].State == Pending && e.Tries >= list[i].Tries:
			old := list[i]
			list[i] = e
			list[i].ID, list[i].Channel, list[i].Occasion = old.ID, old.Channel, old.Occasion
			list[i].Subject, list[i].CreatedAt = old.Subject, old.CreatedAt
		}
	}
	return list
}

func (b *Outbox) markGone(list []Entry) []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range list {
		l := b.lanes[list[i].Channel]
		list[i].ChannelGone = l == nil || l.gone || l.channel.Carrier == nil
	}
	return list
}

// arrange puts the list in its order and cuts it.
func arrange(list []Entry, limit int) []Entry {
	slices.SortStableFunc(list, func(a, b Entry) int {
		switch {
		case (a.State == Pending) != (b.State == Pending):
			if a.State == Pending {
				return -1
			}
			return 1
		case a.State == Pending:
			return cmp.Compare(a.Seq, b.Seq)
		case !a.EndedAt.Equal(b.EndedAt):
			return b.EndedAt.Compare(a.EndedAt)
		}
		return cmp.Compare(b.Seq, a.Seq)
	})
	waiting := slices.IndexFunc(list, func(e Entry) bool { return e.State != Pending })
	if waiting < 0 {
		waiting = len(list)
	}
	others := list[waiting:]
	return slices.Concat(list[:min(waiting, limit)], others[:min(len(others), limit)])
}
