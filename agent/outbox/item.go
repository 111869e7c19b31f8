package outbox

import (
	"time"
	"unique"

	"github.com/keizoku-bcp/keizoku/notify"
)

// State is where a message stands on its way to one channel.
type State string

// The states. Failed is none in which a message stays: it is how [Standing] counts tries in vain.
const (
	Pending    State = "pending"
	Delivered  State = "delivered"
	Refused    State = "refused"    // the receiver does not want it; final
	Superseded State = "superseded" // something newer goes out instead; see the package
	Dropped    State = "dropped"    // a test that failed, or its channel was gone from the plan for a week
	Failed     State = "failed"
)

// key is the key of an alert, eight bytes wherever it is mentioned.
type key = unique.Handle[string]

// item is a message on its way to one channel, some hundred bytes: its text is on disk, so that a
// week of dead link takes no memory to speak of. It is guarded by Outbox.mu.
type item struct {
	seq  int64
	body int64         // number of its text in the table
	born time.Duration // when it was queued; negative in an earlier run
	keys []key

	closes    bool // it tells the end of all its alerts
	reminds   bool // it tells nothing new
	heartbeat bool
	once      bool // it is tried once, while somebody waits for the receipt
	ready     bool // it is durable, or cannot be for now
	dirty     bool // what follows is not on disk

	state State
	fate  *fate  // nil: not tried yet
	fresh *fresh // nil: it is on disk

	settled chan struct{} // closed with the end; nil unless once
}

// fate is what has become of a message so far.
type fate struct {
	tries     int // of all runs
	failedAt  time.Time
	nextTry   time.Time
	lastError string
	err       error // the last one as it was
	receipt   notify.Receipt
	endedAt   time.Time

	// fails counts the failures of this run by which the next wait is measured, due is its end.
	fails int
	due   time.Duration
	// ups is how many successes its channel had counted at the last failure; -1: none failed in
	// this run.
	ups int
	// suspect: it failed, another message got through, it failed again. It is the message then
	// that is bad, not the link.
	suspect bool
}

// fresh is what the disk does not know yet.
type fresh struct {
	channel   string
	id        string
	occasion  notify.Occasion
	subject   string
	createdAt time.Time
	text      *text
}

// text is a message as JSON, shared by all channels that it goes to.
type text struct {
	number int64
	json   []byte // nil when it is on disk or nobody needs it any more
	users  int    // items that still may be sent
}

// progress returns the item's fate, which begins with the first try.
func (it *item) progress() *fate {
	if it.fate == nil {
		it.fate = &fate{ups: -1}
	}
	return it.fate
}

func (it *item) due() time.Duration {
	if it.fate == nil {
		return 0
	}
	return it.fate.due
}

func (it *item) suspect() bool { return it.fate != nil && it.fate.suspect }

func (it *item) troubled() bool { return it.fate != nil && it.fate.tries > 0 }

func keysOf(names []string) []key {
	keys := make([]key, len(names))
	for i, name := range names {
		keys[i] = unique.Make(name)
	}
	return keys
}

func namesOf(keys []key) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Value()
	}
	return names
}
