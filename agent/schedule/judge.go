package schedule

import (
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// State is the confirmed state of one check.
type State string

// The states of a check.
const (
	Pending State = "pending" // not looked at yet
	Up      State = "up"
	Down    State = "down"
	Unknown State = "unknown" // the agent cannot tell: its own trouble, or it is cut off
)

// Known is what is remembered of a check from before this engine knew it. The zero Known is a
// check never seen. Handing in [Pending] together with LastOKAt makes the first good look a
// transition again, while the bracket still reaches back to before the restart.
type Known struct {
	State State
	// LastOKAt is when it was last known to work, FirstBadAt when the failure it is down with
	// began; either may be zero.
	LastOKAt, FirstBadAt time.Time
}

// Transition is a confirmed change of one check. All times are starts of probes; a zero time is
// one that is not known.
type Transition struct {
	System, Check string
	From, To      State
	// At is the look that decided it.
	At time.Time
	// LastOKAt is the last good look before the change to Down or Unknown.
	LastOKAt time.Time
	// FirstBadAt is the first failure of the row that made it Down.
	FirstBadAt time.Time
	// LastBadAt and FirstOKAt bracket a recovery. LastBadAt is set when From is Down.
	LastBadAt, FirstOKAt time.Time
	// Reason and Text are those of the look that decided it; for a cut-off agent the reason is
	// [checks.NoRoute].
	Reason checks.Reason
	Text   string
}

// judge turns the looks at one check, in their order, into transitions. It knows no clock.
//
// Up and Pending become Down after failAfter failures in a row, Down becomes Up after
// recoverAfter successes in a row. From Pending and Unknown one success is enough: there is no
// outage to end. A look that says nothing of the target breaks either row, and makes Unknown
// what was not Down; a confirmed Down outlasts it, for nothing resolves on silence.
type judge struct {
	failAfter, recoverAfter int

	state                                      State
	bad, good                                  int // lengths of the rows that last; at most one is not zero
	lastOKAt, firstBadAt, lastBadAt, firstOKAt time.Time
	// before is what was known at first: its times are another run's and no shift moves them.
	before Known
}

func newJudge(c *plan.Check, known Known) judge {
	j := judge{
		failAfter:    max(c.FailAfter, 1),
		recoverAfter: max(c.RecoverAfter, 1),
		state:        known.State,
		lastOKAt:     known.LastOKAt,
		before:       known,
	}
	if j.state == "" {
		j.state = Pending
	}
	if j.state == Down {
		j.firstBadAt, j.lastBadAt = known.FirstBadAt, known.FirstBadAt
	}
	return j
}

// under returns a judge that goes on from the confirmed state by the numbers of c.
func (j *judge) under(c *plan.Check) judge {
	next := newJudge(c, Known{State: j.state, LastOKAt: j.lastOKAt, FirstBadAt: j.firstBadAt})
	next.lastBadAt, next.before = j.lastBadAt, j.before
	return next
}

// confirming reports whether a row has begun that would change the state: looks come at the
// retry interval while it does.
func (j *judge) confirming() bool {
	if j.state == Down {
		return j.good > 0
	}
	return j.bad > 0
}

// lastChance reports whether one more failure makes it Down.
func (j *judge) lastChance() bool { return j.state != Down && j.bad+1 >= j.failAfter }

// succeeded takes a good look that began at at.
func (j *judge) succeeded(at time.Time) (Transition, bool) {
	if j.good == 0 {
		j.firstOKAt = at
	}
	j.lastOKAt = at
	j.good++
	j.bad = 0
	if j.state == Up || j.state == Down && j.good < j.recoverAfter {
		return Transition{}, false
	}
	t := Transition{From: j.state, To: Up, At: at, FirstOKAt: j.firstOKAt, Reason: checks.OK}
	if j.state == Down {
		t.LastBadAt = j.lastBadAt
	}
	j.state = Up
	return t, true
}

// failed takes a look that began at at and speaks against the target.
func (j *judge) failed(at time.Time, reason checks.Reason, text string) (Transition, bool) {
	j.good = 0
	j.lastBadAt = at
	if j.state == Down {
		return Transition{}, false
	}
	if j.bad == 0 {
		j.firstBadAt = at
	}
	j.bad++
	if j.bad < j.failAfter {
		return Transition{}, false
	}
	t := Transition{
		From: j.state, To: Down, At: at,
		LastOKAt: j.lastOKAt, FirstBadAt: j.firstBadAt, LastBadAt: at,
		Reason: reason, Text: text,
	}
	j.state, j.bad = Down, 0
	return t, true
}

// unseen takes a look that began at at and says nothing of the target.
func (j *judge) unseen(at time.Time, reason checks.Reason, text string) (Transition, bool) {
	j.forget()
	if j.state == Down || j.state == Unknown {
		return Transition{}, false
	}
	t := Transition{From: j.state, To: Unknown, At: at, LastOKAt: j.lastOKAt, Reason: reason, Text: text}
	j.state = Unknown
	return t, true
}

// forget breaks the rows: what follows is counted anew.
func (j *judge) forget() { j.good, j.bad = 0, 0 }

// shift moves all times noted in this run by by.
func (j *judge) shift(by time.Duration) {
	for _, t := range []*time.Time{&j.lastOKAt, &j.firstBadAt, &j.lastBadAt, &j.firstOKAt} {
		*t = j.moved(*t, by)
	}
}

// shifted returns t with all times noted in this run moved by by.
func (j *judge) shifted(t Transition, by time.Duration) Transition {
	for _, at := range []*time.Time{&t.At, &t.LastOKAt, &t.FirstBadAt, &t.LastBadAt, &t.FirstOKAt} {
		*at = j.moved(*at, by)
	}
	return t
}

func (j *judge) moved(t time.Time, by time.Duration) time.Time {
	if t.IsZero() || t.Equal(j.before.LastOKAt) || t.Equal(j.before.FirstBadAt) {
		return t
	}
	return t.Add(by)
}
