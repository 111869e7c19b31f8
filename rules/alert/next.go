package alert

import (
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// crowdWait is how long what comes within [crowdFor] of a message about many outages gathers.
const (
	crowdWait = 15 * time.Second
	crowdFor  = time.Minute
)

// Next returns what is to be told at the moment, and the ledger that holds once it is queued. It
// is pure: told stays as it is, and the same told and moment give the same dispatches in the same
// order. Both are to be kept in one transaction.
func Next(told Ledger, m *Moment) (Ledger, []Dispatch) {
	d := newDesk(told, m)
	var out []Dispatch
	for _, c := range d.channels {
		out = append(out, d.serve(c)...)
	}
	return d.told, out
}

// serve returns what one channel is to be told.
func (d *desk) serve(c *channel) []Dispatch {
	pending, flushAt := d.pending(c)
	var items []item
	if len(pending) > 0 && !flushAt.After(d.now()) {
		items = d.tellAll(c, pending)
	} else {
		d.letWait(c, pending)
	}
	due, next := d.reminders(c)
	if !next.IsZero() && !next.After(d.now()) {
		for _, r := range due {
			items = append(items, d.tell(c, r, Reminded))
		}
	}
	return d.dispatches(c, items)
}

// wanted is something that may be told now.
type wanted struct {
	*row
	occasion Occasion
}

// pending returns what may be told on a channel now, and when all of it is told.
func (d *desk) pending(c *channel) (all []wanted, flushAt time.Time) {
	d.gatherLines(c)
	var oldest time.Time
	for i := range d.rows {
		r := &d.rows[i]
		occasion, at := d.want(c, r)
		if occasion == "" || at.After(d.now()) {
			d.waitsNot(c, r)
			continue
		}
		all = append(all, wanted{r, occasion})
		oldest = sooner(oldest, d.waits(c, r))
	}
	return all, oldest.Add(d.gathers(c, len(all)))
}

// waits is since when something of the alert waits to be told. A time in the future is from
// before a step of the clock.
func (d *desk) waits(c *channel, r *row) time.Time {
	if w := r.entry.word(c.Name); w != nil && !w.Waits.IsZero() && !w.Waits.After(d.now()) {
		return w.Waits
	}
	return d.now()
}

func (d *desk) waitsNot(c *channel, r *row) {
	if w := r.entry.word(c.Name); w != nil && !w.Waits.IsZero() {
		d.edit(r).begin(c.Name).Waits = time.Time{}
	}
}

func (d *desk) letWait(c *channel, pending []wanted) {
	for _, p := range pending {
		if w := p.entry.word(c.Name); w == nil || w.Waits.IsZero() || w.Waits.After(d.now()) {
			d.edit(p.row).begin(c.Name).Waits = d.now()
		}
	}
}

// gathers is how long the first thing to tell waits for more.
func (d *desk) gathers(c *channel, pending int) time.Duration {
	wait := d.Plan.Alerting.GroupWithin
	switch {
	case c.keeper || pending == 0:
		return 0
	case d.crowded(c):
		return max(wait, crowdWait)
	default:
		return wait
	}
}

// crowded reports whether as much was told within the last minute as makes a message with a
// table: what is still to come is part of the same.
func (d *desk) crowded(c *channel) bool {
	many := d.Plan.Alerting.GroupAt
	if many <= 1 {
		return false
	}
	recent := make(map[bundle]bool, many)
	for i := range d.rows {
		e := d.rows[i].entry
		if w := e.word(c.Name); w != nil && d.now().Sub(w.LastAt) < crowdFor {
			if recent[e.Alert.bundle()] = true; len(recent) >= many {
				return true
			}
		}
	}
	return false
}

func (d *desk) tellAll(c *channel, pending []wanted) []item {
	items := make([]item, len(pending))
	for i, p := range pending {
		items[i] = d.tell(c, p.row, p.occasion)
	}
	return items
}

// tell notes what is told, and returns it.
func (d *desk) tell(c *channel, r *row, o Occasion) item {
	e := d.edit(r)
	w := e.begin(c.Name)
	w.Waits, w.LastAt = time.Time{}, d.now()
	if w.FirstAt.IsZero() {
		w.FirstAt = d.now()
	}
	switch o {
	case Closed:
		w.Closes = c.lines[e.Alert.line()].flaps(e.Gone)
		return newItem(e.Alert.bundle(), d.close(e, w))
	case Opened, Escalated:
		w.Open, w.Severity, w.Level = true, "", 0
		if l := c.lines[e.Alert.line()]; l.flaps(d.now()) > 0 {
			w.Closes, w.ClosedAt = l.closes, l.closedAt
		}
	}
	if r.alert.Severity.Above(w.Severity) {
		w.Severity = r.alert.Severity
	}
	w.Level = max(w.Level, r.alert.Level)
	e.Alert = *r.alert
	t := &Told{Alert: e.named(*r.alert), Occasion: o}
	if c.keeper {
		w.Silence = e.silence(r.alert, d.now())
		t.Alert.Silence, t.Severity = w.Silence, w.Severity // as in [Held]
	}
	return newItem(r.alert.bundle(), t)
}

// close notes and returns the end of an alert.
func (d *desk) close(e *Entry, w *Word) *Told {
	w.Open, w.Closes, w.ClosedAt = false, w.Closes+1, d.now()
	t := &Told{Alert: e.named(e.Alert), Occasion: Closed, EndedAt: e.Gone}
	t.Alert.Severity, t.Alert.Silence = w.Severity, w.Silence
	if e.Ending != nil {
		t.endAs(e.Ending)
	}
	t.EndedAt = later(t.EndedAt, t.Since)
	t.Lasted = rules.SecondsOf(t.EndedAt.Sub(t.Since))
	return t
}

// endAs tells how the outage ended, under the terms that held then: they may have moved since the
// alert was told.
func (t *Told) endAs(end *Ending) {
	t.EndedAt, t.Met, t.Dropped = end.EndedAt, end.Met, end.Dropped
	if t.Name == SystemDown {
		t.Since = end.Start
	}
	if t.Outage == nil || end.Terms == nil {
		return
	}
	o := *t.Outage
	o.Start, o.Threat, o.Allowance = end.Start, end.Terms.Threat, end.Terms.Allowance
	o.Deadline, o.StartRecoveryBy = end.Terms.Deadline, end.Terms.StartRecoveryBy
	o.Elapsed, o.Allowed, o.Left, o.UsedRatio = rules.SecondsOf(end.EndedAt.Sub(end.Start)), nil, nil, nil
	if !o.Deadline.IsZero() {
		allowed, left := rules.SecondsOf(o.Deadline.Sub(o.Start)), rules.SecondsOf(o.Deadline.Sub(end.EndedAt))
		o.Allowed, o.Left = &allowed, &left
		if allowed > 0 {
			used := float64(o.Elapsed / allowed)
			o.UsedRatio = &used
		}
	}
	t.Outage = &o
}

// Wake returns the next instant at which [Next] would tell something although nothing happens:
// a reminder, an escalation, the end of quiet hours, of a wait. Zero: there is none. It is to be
// asked with the ledger that Next returned. When alerts come to hold as time goes by is for
// [Turns] to say.
func Wake(told Ledger, m *Moment) time.Time {
	d := newDesk(told, m)
	var wake time.Time
	for _, c := range d.channels {
		wake = sooner(wake, d.wakeOf(c))
	}
	return wake
}

func (d *desk) wakeOf(c *channel) time.Time {
	pending, wake := d.pending(c)
	if len(pending) == 0 {
		wake = time.Time{}
	}
	for i := range d.rows {
		if o, at := d.want(c, &d.rows[i]); o != "" && at.After(d.now()) {
			wake = sooner(wake, at)
		}
	}
	_, reminder := d.reminders(c)
	return sooner(wake, reminder)
}
