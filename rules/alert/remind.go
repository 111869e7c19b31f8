package alert

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// calmRepeat is the least time between reminders of alerts that are only info.
const calmRepeat = 24 * time.Hour

// repeatOf is how often an alert is told again; zero: never.
func (d *desk) repeatOf(a *Alert) time.Duration {
	every := d.Plan.Alerting.Repeat
	if every <= 0 {
		return 0
	}
	if a.Severity == plan.Info {
		every = max(every, calmRepeat)
	}
	return max(every, repeatAtLeast(a.Name))
}

// remindable reports whether the channel's people may be reminded of the alert, and from when on
// as far as that does not depend on the last word.
func (d *desk) remindable(c *channel, r *row) (at time.Time, ok bool) {
	if c.keeper || r.alert == nil || r.alert.Acknowledged || d.repeatOf(r.alert) == 0 {
		return at, false
	}
	if !r.entry.believedBy(c.Name) {
		return at, false
	}
	return d.mayTell(c, r)
}

// memo is what is remembered of one bundle: the last word of any of its alerts, how often it is
// repeated, and from when on it may be.
type memo struct {
	last, from time.Time
	every      time.Duration
	rows       []*row
}

func (m *memo) due() time.Time { return later(m.last.Add(m.every), m.from) }

// reminders returns what is to be told again now, and when the next will be, as far as is known;
// zero: none will. What belongs together is repeated together, counted from the last word of any
// of it; one reminder takes along what is due within a tenth of the time.
func (d *desk) reminders(c *channel) (due []*row, next time.Time) {
	if d.Plan.Alerting.Repeat <= 0 || c.keeper {
		return nil, time.Time{}
	}
	if earliest := d.earliestReminder(c); earliest.IsZero() || earliest.After(d.now()) {
		return nil, earliest
	}
	memos := d.memos(c)
	for _, m := range memos {
		next = sooner(next, m.due())
	}
	if next.IsZero() || next.After(d.now()) {
		return nil, next
	}
	with := d.now().Add(d.Plan.Alerting.Repeat / 10)
	for _, m := range memos {
		if !m.due().After(with) && !m.from.After(d.now()) {
			due = append(due, m.rows...)
		}
	}
	return due, next
}

// earliestReminder is a time before which no reminder is due. It spares the memos, which cost
// more, in nearly all calls.
func (d *desk) earliestReminder(c *channel) (earliest time.Time) {
	for i := range d.rows {
		r := &d.rows[i]
		if w := r.entry.word(c.Name); r.alert != nil && w != nil && w.Open && !r.alert.Acknowledged {
			earliest = sooner(earliest, w.LastAt.Add(d.repeatOf(r.alert)))
		}
	}
	return earliest
}

func (d *desk) memos(c *channel) map[bundle]*memo {
	memos := make(map[bundle]*memo)
	for i := range d.rows {
		r := &d.rows[i]
		from, ok := d.remindable(c, r)
		if !ok {
			continue
		}
		m := memos[r.alert.bundle()]
		if m == nil {
			m = &memo{from: from, every: d.repeatOf(r.alert)}
			memos[r.alert.bundle()] = m
		}
		m.last, m.from = later(m.last, r.entry.word(c.Name).LastAt), later(m.from, from)
		m.every = min(m.every, d.repeatOf(r.alert))
		m.rows = append(m.rows, r)
	}
	return memos
}

// sooner is the earlier of two times, of which zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
