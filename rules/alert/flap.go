package alert

import "time"

// The waits of closes that are not the first of their cause.
const (
	firstCalm   = 5 * time.Minute
	longestCalm = time.Hour
)

// calmFor is how long a cause must have been calm for its close to be told when so many closes of
// it were told before.
func calmFor(closes int) time.Duration {
	if closes <= 0 {
		return 0
	}
	return min(firstCalm<<min(closes-1, 10), longestCalm)
}

// lineState is what a channel was told of a cause that has come and gone.
type lineState struct {
	closes   int
	closedAt time.Time
	back     time.Time // when it came back last
	// believed says that an alert of it is gone whose close was not told, lastTold when the
	// newest of these was heard of, gone when the newest went; open that one of it holds.
	believed, open bool
	lastTold, gone time.Time
}

// flaps is how many closes count at the instant: none once it has neither come nor gone for long.
func (l *lineState) flaps(at time.Time) int {
	if l == nil || at.Sub(later(l.closedAt, l.back)) >= memory {
		return 0
	}
	return l.closes
}

// gatherLines looks for causes that have come and gone on the channel.
func (d *desk) gatherLines(c *channel) {
	c.lines = make(map[line]*lineState)
	for i := range d.rows {
		r := &d.rows[i]
		if w := r.entry.word(c.Name); w != nil && (r.alert == nil || w.Closes > 0) {
			c.stateOf(r.entry.Alert.line()).note(w, r.entry)
		}
	}
	if len(c.lines) == 0 {
		return
	}
	for i := range d.rows {
		if r := &d.rows[i]; r.entry.Gone.IsZero() {
			if l := c.lines[r.entry.Alert.line()]; l != nil {
				l.open = true
			}
		}
	}
}

func (c *channel) stateOf(of line) *lineState {
	if c.lines[of] == nil {
		c.lines[of] = new(lineState)
	}
	return c.lines[of]
}

func (l *lineState) note(w *Word, e *Entry) {
	l.back = later(l.back, e.Back)
	if w.ClosedAt.After(l.closedAt) || w.ClosedAt.Equal(l.closedAt) && w.Closes > l.closes {
		l.closes, l.closedAt = w.Closes, w.ClosedAt
	}
	if !e.Gone.IsZero() && w.Open {
		l.believed, l.lastTold, l.gone = true, later(l.lastTold, w.LastAt), later(l.gone, e.Gone)
	}
}

// calmAt is when the close of what holds no more may be told. What ended with its outage waits
// for the close of that.
func (d *desk) calmAt(c *channel, e *Entry) time.Time {
	if followsOutage(e.Alert.Name) {
		lead := d.told[keyOf(SystemDown, e.Alert.Subject, e.Alert.ID)]
		if lead != nil && !lead.Gone.IsZero() && lead.believedBy(c.Name) {
			return d.calmAt(c, lead)
		}
	}
	l := c.lines[e.Alert.line()]
	wait := calmFor(l.flaps(e.Gone))
	if wait > 0 && l.open {
		return l.lastTold.Add(wait)
	}
	return e.Gone.Add(wait)
}

// freshAt is when a new alert of a cause may be told whose last close still waits: together with it.
func (d *desk) freshAt(c *channel, e *Entry) time.Time {
	l := c.lines[e.Alert.line()]
	if l == nil || !l.believed {
		return d.now()
	}
	return l.lastTold.Add(calmFor(l.flaps(l.gone)))
}
