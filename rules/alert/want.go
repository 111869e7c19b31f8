package alert

import "time"

// Occasion is why something is told. The values are those of package notify.
type Occasion string

// The occasions, the most urgent first.
const (
	Opened    Occasion = "opened"
	Escalated Occasion = "escalated" // the channel is a further step, and its time has come
	Worsened  Occasion = "worsened"  // a graver severity, or a further share of the allowance
	Closed    Occasion = "closed"
	Reminded  Occasion = "reminded"
)

// Occasions lists every occasion, the most urgent first.
var Occasions = [...]Occasion{Opened, Escalated, Worsened, Closed, Reminded}

// want is what a channel has to be told of an alert, and from when on, as far as is known now; the
// empty occasion: nothing until something happens. Reminders are apart, but for a keeper's, which tell
// that something silences an alert, or no longer does.
func (d *desk) want(c *channel, r *row) (Occasion, time.Time) {
	w := r.entry.word(c.Name)
	open := w != nil && w.Open
	switch {
	case r.alert == nil && open && !r.entry.Gone.IsZero():
		if c.keeper {
			return Closed, d.now()
		}
		return Closed, d.calmAt(c, r.entry)
	case r.alert == nil:
		return "", time.Time{}
	case !open:
		return d.wantOpened(c, r)
	case r.alert.Severity.Above(w.Severity) || r.alert.Level > w.Level:
		if at, ok := d.mayTell(c, r); ok {
			return Worsened, at
		}
	}
	if c.keeper {
		return d.wantResilenced(w, r)
	}
	return "", time.Time{}
}

// wantResilenced is when a keeper hears that something silences an alert that it was told of, or no
// longer does.
func (d *desk) wantResilenced(w *Word, r *row) (Occasion, time.Time) {
	switch now := r.entry.silence(r.alert, d.now()); now {
	case Suspected:
		return "", time.Time{}
	case w.Silence:
		if now == Settling {
			return Reminded, r.entry.Loud
		}
		return "", time.Time{}
	default:
		return Reminded, d.now()
	}
}

func (d *desk) wantOpened(c *channel, r *row) (Occasion, time.Time) {
	at, ok := d.mayTell(c, r)
	if !ok {
		return "", time.Time{}
	}
	if !c.keeper {
		at = later(at, d.freshAt(c, r.entry))
	}
	if c.escalates(r.alert) {
		return Escalated, at
	}
	return Opened, at
}

// mayTell is when what is new of an alert may be told on a channel: its route takes it, nothing
// silences it, no quiet rule holds it back. A keeper is told how it is silenced in its place.
func (d *desk) mayTell(c *channel, r *row) (at time.Time, ok bool) {
	if !c.admits(r.alert, d.Moment) {
		return at, false
	}
	audible, ok := d.audible(c, r)
	if !ok {
		return at, false
	}
	from, ok := c.from(r, d.Moment)
	if !ok {
		return at, false
	}
	quiet, ok := c.quietUntil(r.alert.Severity, d.Moment)
	return later(later(audible, from), quiet), ok
}

// audible is from when on nothing silences the alert on the channel. A root cause silences only
// where it is heard of itself: who is told of one system alone is told of that one. A keeper hears
// of all, but of a suspicion, which it could not tell from an alert that nothing silences.
func (d *desk) audible(c *channel, r *row) (at time.Time, ok bool) {
	switch {
	case c.keeper:
		return d.now(), r.alert.Silence != Suspected
	case r.alert.Silence == "", r.alert.Silence == Dependency && !d.rootHeard(c, r.alert):
		return r.entry.heardFrom(), true
	default:
		return at, false
	}
}

// rootHeard reports whether the channel hears of a root cause; so it is taken to while the root
// has no alert.
func (d *desk) rootHeard(c *channel, a *Alert) bool {
	known := false
	for _, cause := range a.Causes {
		if root := d.downOf(cause); root != nil {
			known = true
			if c.admits(root, d.Moment) {
				return true
			}
		}
	}
	return !known
}

// downOf returns the SystemDown of a system, or nil.
func (d *desk) downOf(system string) *Alert {
	if d.down == nil {
		d.down = make(map[string]*Alert)
		for i := range d.Alerts {
			if a := &d.Alerts[i]; a.Name == SystemDown {
				d.down[a.System] = a
			}
		}
	}
	return d.down[system]
}
