package heartbeat

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// The errors of [Inbox.Push].
var (
	// ErrUnknown: the plan that runs has no such heartbeat check on this agent.
	ErrUnknown = errors.New("no such heartbeat check on this agent")
	// ErrToken: the check is there, the token is not its own.
	ErrToken = errors.New("the token is not the one of this heartbeat check")
)

// Inbox takes the pushes of one agent, for all its heartbeat checks. It is safe for concurrent
// use. What was pushed outlives a reload of the plan, not the agent.
type Inbox struct {
	mu    sync.Mutex
	boxes map[key]*box
	// excused is when silence began to count anew; see [Inbox.Excuse].
	excused time.Time
}

type key struct{ system, check string }

// box is what the inbox holds for one check. The newest prober of the check owns it; its token
// is the one that counts.
type box struct {
	key     key
	token   [sha256.Size]byte
	allowed time.Duration // from one push to the next
	opened  time.Time
	closed  time.Time // zero while pushes are taken
	past    *past     // shared by all boxes that the check has had
}

// reloadTakes is the longest that a check may be without a prober and count as never gone.
const reloadTakes = time.Minute

// continues reports whether b is for what before was for, so that the time before a reload counts.
func (b *box) continues(before *box) bool {
	gone := !before.closed.IsZero() && b.opened.Sub(before.closed) > reloadTakes
	return b.token == before.token && b.allowed == before.allowed && !gone
}

// past is the last push; nil before the first.
type past struct{ last *Push }

// view is what a prober sees of its box.
type view struct {
	last  Push
	heard bool
	// since is when silence that is not broken by last began to count, and why then.
	since time.Time
	why   string
}

type inboxKey struct{}

// InboxOf returns the inbox of the agent that shared belongs to.
func InboxOf(shared *checks.Shared) *Inbox {
	thing, err := shared.Get(inboxKey{}, func() (io.Closer, error) {
		return newInbox(), nil
	})
	if err != nil { // it cannot be: making an inbox does not fail
		return newInbox()
	}
	return thing.(*Inbox)
}

func newInbox() *Inbox { return &Inbox{boxes: make(map[key]*box)} }

// Close forgets everything; pushes are then unknown.
func (i *Inbox) Close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	clear(i.boxes)
	return nil
}

// Push takes a push for the check named, received now. It returns [ErrUnknown] or [ErrToken],
// and takes as long for one wrong token as for another.
func (i *Inbox) Push(system, check, token string, p Push) error {
	given := sha256.Sum256([]byte(token))
	i.mu.Lock()
	defer i.mu.Unlock()
	b, ok := i.boxes[key{system, check}]
	if !ok || !b.closed.IsZero() {
		return ErrUnknown
	}
	if subtle.ConstantTimeCompare(given[:], b.token[:]) != 1 {
		return ErrToken
	}
	p.At = time.Now()
	b.past.last = &p
	return nil
}

// Excuse makes silence up to now count for nothing, because no push could have come through: the
// agent calls it when it was cut off, or stood still, and does no more.
func (i *Inbox) Excuse() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.excused = time.Now()
}

// open makes a box for a new prober, and keeps what the check heard before a reload of the plan.
// A check with a new token or pace gets the time to be heard again that a new one gets.
func (i *Inbox) open(k key, token plan.Secret, allowed time.Duration) *box {
	i.mu.Lock()
	defer i.mu.Unlock()
	b := &box{key: k, token: sha256.Sum256([]byte(token.Reveal())), allowed: allowed, opened: time.Now(), past: new(past)}
	if before, ok := i.boxes[k]; ok {
		b.past = before.past
		if b.continues(before) {
			b.opened = before.opened
		}
	}
	i.boxes[k] = b
	return b
}

// close stops taking pushes for the box. A newer one that has replaced it goes on.
func (i *Inbox) close(b *box) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if b.closed.IsZero() {
		b.closed = time.Now()
	}
}

func (i *Inbox) look(b *box) view {
	i.mu.Lock()
	defer i.mu.Unlock()
	v := view{since: b.opened, why: "this agent started to listen for it"}
	if i.excused.After(v.since) {
		v.since, v.why = i.excused, "this agent can be reached again"
	}
	if b.past.last != nil {
		v.last, v.heard = *b.past.last, true
	}
	return v
}
