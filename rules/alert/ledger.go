package alert

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Ledger is what each channel was told, by the key that [Derive] gives. Keys and entries are JSON,
// a row each. Entries are immutable: [Next] returns a new ledger that shares those that are as
// they were.
type Ledger map[string]*Entry

// Entry is the account of one alert, kept for two hours after it was gone and its close was told
// everywhere. One that nobody was told of is forgotten as soon as it is gone.
type Entry struct {
	// Alert is the alert as it was told last, on whatever channel; before that as it opened. A
	// close is told with it.
	Alert Alert `json:"alert"`
	// Opened is when it was first known under its key, Since when it was last known to open.
	Opened time.Time `json:"opened"`
	Since  time.Time `json:"since"`
	// Silence is that of the newest look, Loud from when on nothing silences it; zero while
	// something does.
	Silence Silence   `json:"silence,omitempty"`
	Loud    time.Time `json:"loud,omitzero"`
	// Gone is since when neither it nor another alert of its cause holds; zero: it holds.
	Gone time.Time `json:"gone,omitzero"`
	// Back is when it, or another alert of its cause, came back last.
	Back   time.Time `json:"back,omitzero"`
	Ending *Ending   `json:"ending,omitempty"` // of its outage, if that has ended
	Told   []Word    `json:"told,omitempty"`   // by channel, in the order of the first word
}

// Word is what one channel was told of an alert.
type Word struct {
	Channel string `json:"channel"`
	// Open says that its people believe that the alert holds.
	Open    bool      `json:"open,omitempty"`
	FirstAt time.Time `json:"first_at,omitzero"` // zero: nothing was told yet
	LastAt  time.Time `json:"last_at,omitzero"`
	// Severity and Level are the gravest told since it opened.
	Severity plan.AlertSeverity `json:"severity,omitempty"`
	Level    int                `json:"level,omitempty"`
	// Silence is the label under which a keeper believes it open; empty for others.
	Silence Silence `json:"silence,omitempty"`
	// Waits is since when something waits to be told together with what else comes.
	Waits time.Time `json:"waits,omitzero"`
	// Closes counts the closes of its cause that were told in a row, until it has neither come nor
	// gone for two hours; ClosedAt is the newest.
	Closes   int       `json:"closes,omitempty"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
	// Gone is since when the plan has no such channel for this agent; zero: it has.
	Gone time.Time `json:"gone,omitzero"`
}

// Changes returns the keys whose entries are not those of before, to be written, and those that
// are gone, to be deleted; both sorted.
func (l Ledger) Changes(before Ledger) (written, deleted []string) {
	for key, e := range l {
		if before[key] != e {
			written = append(written, key)
		}
	}
	for key := range before {
		if l[key] == nil {
			deleted = append(deleted, key)
		}
	}
	slices.Sort(written)
	slices.Sort(deleted)
	return written, deleted
}

// Shift returns the ledger after a step of the clock, so that what has waited so far goes on to
// count. Alerts keep the times that they tell.
func (l Ledger) Shift(by time.Duration) Ledger {
	shifted := make(Ledger, len(l))
	for key, e := range l {
		c := e.clone()
		move(by, &c.Since, &c.Loud, &c.Gone, &c.Back)
		for i := range c.Told {
			w := &c.Told[i]
			move(by, &w.FirstAt, &w.LastAt, &w.Waits, &w.ClosedAt, &w.Gone)
		}
		shifted[key] = c
	}
	return shifted
}

func move(by time.Duration, times ...*time.Time) {
	for _, t := range times {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
}

func (e *Entry) clone() *Entry {
	c := *e
	c.Told = slices.Clone(e.Told)
	return &c
}

// word returns what the channel was told, or nil. It is for reading.
func (e *Entry) word(channel string) *Word {
	for i := range e.Told {
		if e.Told[i].Channel == channel {
			return &e.Told[i]
		}
	}
	return nil
}

// heardFrom is from when on it could be told; of one that is silenced, since when it is known.
func (e *Entry) heardFrom() time.Time {
	if e.Loud.IsZero() {
		return e.Since
	}
	return e.Loud
}

// silence is why the alert, which is of this entry, is not told at an instant.
func (e *Entry) silence(a *Alert, at time.Time) Silence {
	if a.Silence == "" && e.Loud.After(at) {
		return Settling
	}
	return a.Silence
}

// begin returns the channel's word to write to, a new one if need be. The entry must be the
// caller's own.
func (e *Entry) begin(channel string) *Word {
	if w := e.word(channel); w != nil {
		return w
	}
	e.Told = append(e.Told, Word{Channel: channel})
	return &e.Told[len(e.Told)-1]
}

// believed reports whether a channel's people believe that it holds.
func (e *Entry) believed() bool {
	return slices.ContainsFunc(e.Told, func(w Word) bool { return w.Open })
}

// believedHere is believed, but for channels that are gone from the plan.
func (e *Entry) believedHere() bool {
	return slices.ContainsFunc(e.Told, func(w Word) bool { return w.Open && w.Gone.IsZero() })
}

// believedBy reports whether the people of one channel believe that it holds.
func (e *Entry) believedBy(channel string) bool {
	w := e.word(channel)
	return w != nil && w.Open
}

// everTold reports whether anything was told.
func (e *Entry) everTold() bool {
	return slices.ContainsFunc(e.Told, func(w Word) bool { return !w.FirstAt.IsZero() })
}

// named is the alert with what only the ledger knows: the key of what has no ID, and the beginning
// of what tells none.
func (e *Entry) named(a Alert) Alert {
	a.Key = e.key(&a)
	if a.Since.IsZero() {
		a.Since = e.Since
	}
	return a
}

// key is the one by which people know the alert, which is of this entry.
func (e *Entry) key(a *Alert) string {
	if a.ID != "" {
		return a.Key
	}
	return a.Key + "/" + e.Opened.UTC().Format("20060102T150405.000Z")
}
