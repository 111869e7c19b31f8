package alert

import (
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Moment is one instant, that of the Situation, and what holds at it.
type Moment struct {
	Plan       *plan.Plan
	Situation  *rules.Situation
	Conditions Conditions
	// Alerts are those that [Derive] found.
	Alerts []Alert
	// Keepers names the channels whose receivers keep the account of open alerts themselves.
	Keepers map[string]bool
}

func (m *Moment) now() time.Time { return m.Situation.At }

// memory is how long after its close an alert is remembered: what opens within it goes on
// flapping, what opens later begins anew.
const memory = 2 * time.Hour

// desk is one call of Next or Wake under way.
type desk struct {
	*Moment
	before   Ledger
	told     Ledger
	rows     []row
	down     map[string]*Alert // SystemDown by system; filled when first needed
	channels []*channel
}

// row is an alert on the desk: one that holds, or one in the ledger that holds no more.
type row struct {
	key   string
	entry *Entry
	alert *Alert // nil: it holds no more
}

func newDesk(told Ledger, m *Moment) *desk {
	d := &desk{Moment: m, before: told, told: maps.Clone(told)}
	if len(told) == 0 {
		d.told = make(Ledger, len(m.Alerts))
	}
	for _, c := range m.Plan.Channels {
		if len(c.From) == 0 || slices.Contains(c.From, m.Situation.Agent.Name) {
			d.channels = append(d.channels, &channel{Channel: c, keeper: m.Keepers[c.Name]})
		}
	}
	d.takeIn()
	return d
}

// takeIn brings the ledger up to date with what holds.
func (d *desk) takeIn() {
	d.rows = make([]row, 0, max(len(d.Alerts), len(d.told)))
	held := make(map[string]bool, len(d.Alerts))
	for i := range d.Alerts {
		a := &d.Alerts[i]
		held[a.Key] = true
		d.arrive(a)
		d.rows = append(d.rows, row{a.Key, d.told[a.Key], d.Conditions.taken(d.told[a.Key], a)})
	}
	d.takeOut(held)
	d.markChannels()
}

// takeOut notes what holds no more.
func (d *desk) takeOut(held map[string]bool) {
	again := map[line]bool{} // causes of what came and went untold
	for key, e := range d.before {
		switch {
		case held[key]:
		case d.forgotten(e) && !e.believed():
			delete(d.told, key)
		default:
			d.depart(key, e, again)
		}
	}
	for key, e := range d.told {
		if held[key] {
			continue
		}
		if again[e.Alert.line()] && e.believed() && !e.Gone.IsZero() {
			e = d.own(key)
			e.Gone, e.Back = d.now(), d.now()
		}
		d.rows = append(d.rows, row{key, e, nil})
	}
}

// arrive notes an alert that holds.
func (d *desk) arrive(a *Alert) {
	old := d.told[a.Key]
	switch {
	case old == nil, d.forgotten(old):
		e := &Entry{Alert: *a, Opened: d.now(), Since: d.now(), Told: make([]Word, 0, len(d.channels))}
		if old != nil { // whoever comes back has not heard of its end
			for _, w := range old.Told {
				if w.Open {
					e.Told = append(e.Told, w)
				}
			}
		}
		d.told[a.Key] = e
		d.hush(e, a)
	case !old.Gone.IsZero():
		e := d.own(a.Key)
		e.Gone, e.Ending, e.Back = time.Time{}, nil, d.now()
		if !e.believedHere() {
			e.Since = d.now()
		}
		d.hush(e, a)
	case old.Silence != a.Silence:
		d.hush(d.own(a.Key), a)
	}
}

// hush notes whether the alert is silenced. After a dependency it is let speak only when there was
// time to see that the system is up again as well.
func (d *desk) hush(e *Entry, a *Alert) {
	before := e.Silence
	e.Silence = a.Silence
	switch {
	case a.Silence != "":
		e.Loud = time.Time{}
	case before == Dependency:
		e.Loud = d.now().Add(d.settle(a.System))
	default:
		e.Loud = d.now()
	}
}

// maxSettle bounds how long an alert waits after its root cause is gone.
const maxSettle = 5 * time.Minute

// settle is how long it takes to see that a system is up: its slowest check's next probe, and the
// confirmation of a recovery.
func (d *desk) settle(system string) time.Duration {
	var longest time.Duration
	if sys := d.Plan.System(system); sys != nil {
		for _, c := range sys.Checks {
			longest = max(longest, c.Interval+c.Timeout+time.Duration(c.RecoverAfter)*c.RetryInterval)
		}
	}
	return min(longest, maxSettle)
}

// depart notes an alert that holds no more. One that nobody was told of is forgotten, but for
// this: its cause was not calm until now.
func (d *desk) depart(key string, e *Entry, again map[line]bool) {
	if e.Gone.IsZero() && keepsOpen(&e.Alert, d.Situation, &d.Conditions) {
		return
	}
	if e.Gone.IsZero() {
		e = d.own(key)
		e.Gone = d.now()
		if d.dropped(&e.Alert) {
			e.Ending = &Ending{Start: e.Since, EndedAt: d.now(), Dropped: true}
		}
	}
	if !e.everTold() {
		again[e.Alert.line()] = true
		delete(d.told, key)
		return
	}
	if ending, ok := d.Conditions.Ended[e.Alert.ID]; ok && e.Ending == nil {
		d.own(key).Ending = &ending
	}
}

// dropped reports whether an alert is over because the plan has lost the supply or the channel that it
// is about: whether that works again, nobody knows. Outages tell it themselves.
func (d *desk) dropped(a *Alert) bool {
	switch {
	case a.Name == DeliveryFailing:
		return !slices.ContainsFunc(d.channels, func(c *channel) bool { return c.Name == a.Subject })
	case topicOf(a.Name) == OfPower && a.Subject != "" && a.Subject != journal.Utility:
		return d.Plan.Generator(a.Subject) == nil && d.Plan.UPS(a.Subject) == nil
	default:
		return false
	}
}

// channelMemory is for how long it is remembered what a channel believes open that is gone from the
// plan. What waits for it goes out if it comes back within a week, and must have its close; a day more
// than that costs nothing.
const channelMemory = 8 * 24 * time.Hour

// markChannels notes which channels are gone from the plan, and which are back, and forgets what
// those were told that are gone for long or believe nothing open.
func (d *desk) markChannels() {
	names := make(map[string]bool, len(d.channels))
	for _, c := range d.channels {
		names[c.Name] = true
	}
	stale := func(w Word) bool { return names[w.Channel] != w.Gone.IsZero() || d.forgets(w) }
	for i := range d.rows {
		r := &d.rows[i]
		if !slices.ContainsFunc(r.entry.Told, stale) {
			continue
		}
		e := d.edit(r)
		for j := range e.Told {
			switch w := &e.Told[j]; {
			case names[w.Channel]:
				w.Gone = time.Time{}
			case w.Gone.IsZero():
				w.Gone = d.now()
			}
		}
		e.Told = slices.DeleteFunc(e.Told, d.forgets)
	}
}

// forgets reports whether nobody needs to know any more what a channel was told that is gone.
func (d *desk) forgets(w Word) bool {
	return !w.Gone.IsZero() && (!w.Open || d.now().Sub(w.Gone) >= channelMemory)
}

// own returns the entry to write to: a copy of what the caller of Next gave, made once.
func (d *desk) own(key string) *Entry {
	e := d.told[key]
	if e == d.before[key] {
		e = e.clone()
		d.told[key] = e
	}
	return e
}

func (d *desk) edit(r *row) *Entry {
	r.entry = d.own(r.key)
	return r.entry
}

// forgotten reports whether the entry was closed everywhere, but where nobody can be told, and has
// been calm for long enough.
func (d *desk) forgotten(e *Entry) bool {
	return !e.Gone.IsZero() && !e.believedHere() && d.now().Sub(e.Gone) >= memory
}
