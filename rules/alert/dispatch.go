package alert

import (
	"cmp"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Dispatch is one message to be written and queued.
type Dispatch struct {
	Channel string `json:"channel"`
	// Occasion is that of the first of Told, which is the most urgent.
	Occasion Occasion  `json:"occasion"`
	At       time.Time `json:"at"`
	// Told is what it is about: one alert, those of one outage or of emergency power, or, in a
	// message with a table, those of many. Each has an occasion of its own: when a deadline is
	// missed, DeadlineMissed opens and DeadlineNear closes.
	Told []*Told `json:"told"`
	// Table says that it tells of many.
	Table bool `json:"table,omitempty"`
}

// Told is one alert as it is told.
type Told struct {
	Alert
	Occasion Occasion `json:"occasion"`
	// EndedAt, Lasted, Met and Dropped tell of a close. An outage's are those of the journal, the
	// end being the first good look; of others it is when the end was noticed.
	EndedAt time.Time     `json:"ended_at,omitzero"`
	Lasted  rules.Seconds `json:"lasted_seconds,omitzero"`
	// Met tells whether an outage ended by its deadline; nil when there was none, or not known.
	Met *bool `json:"met,omitempty"`
	// Dropped says that the plan lost the system: whether it works again, nobody knows.
	Dropped bool `json:"dropped,omitempty"`
}

// Roles are those whose people it is for, each once, sorted; empty when it says none.
func (d *Dispatch) Roles() []string {
	var all []string
	for _, t := range d.Told {
		all = append(all, t.Roles...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// item is something told, on its way to its dispatch.
type item struct {
	bundle bundle
	head   int // its place by name
	told   *Told
}

func newItem(b bundle, t *Told) item { return item{b, headRank(t), t} }

// dispatches makes messages of what a channel is told at one moment: one of each bundle, or one of
// all bundles of an occasion when they are many. A keeper gets one of all.
func (d *desk) dispatches(c *channel, items []item) []Dispatch {
	if len(items) == 0 {
		return nil
	}
	slices.SortFunc(items, compareItems)
	if c.keeper {
		return []Dispatch{d.dispatch(c, items, false)}
	}
	bundles := inBundles(items)
	var out []Dispatch
	for _, occasion := range Occasions {
		var of [][]item
		for _, b := range bundles {
			if b[0].told.Occasion == occasion {
				of = append(of, b)
			}
		}
		out = append(out, d.ofOccasion(c, of)...)
	}
	return out
}

func (d *desk) ofOccasion(c *channel, bundles [][]item) []Dispatch {
	if many := d.Plan.Alerting.GroupAt; many > 0 && len(bundles) >= many {
		return []Dispatch{d.dispatch(c, slices.Concat(bundles...), len(bundles) > 1)}
	}
	out := make([]Dispatch, len(bundles))
	for i, b := range bundles {
		out[i] = d.dispatch(c, b, false)
	}
	return out
}

// inBundles sorts items that are in order into their bundles, those in the order of their first.
func inBundles(items []item) [][]item {
	at := make(map[bundle]int)
	var all [][]item
	for _, it := range items {
		i, known := at[it.bundle]
		if !known {
			i = len(all)
			at[it.bundle] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], it)
	}
	return all
}

func (d *desk) dispatch(c *channel, items []item, table bool) Dispatch {
	told := make([]*Told, len(items))
	for i := range items {
		told[i] = items[i].told
	}
	return Dispatch{Channel: c.Name, Occasion: told[0].Occasion, At: d.now(), Told: told, Table: table}
}

// compareItems puts what is most urgent first: by occasion, severity, name, priority.
func compareItems(a, b item) int {
	x, y := a.told, b.told
	return cmp.Or(
		cmp.Compare(slices.Index(Occasions[:], x.Occasion), slices.Index(Occasions[:], y.Occasion)),
		cmp.Compare(severityRank(y.Severity), severityRank(x.Severity)),
		cmp.Compare(a.head, b.head),
		cmp.Compare(rankOf(x.TopPriority), rankOf(y.TopPriority)),
		cmp.Compare(x.Subject, y.Subject),
		cmp.Compare(x.Key, y.Key),
	)
}

// headRank is the place of a name in a message: of an open outage what its deadline says comes
// first, of one that ended its end.
func headRank(t *Told) int {
	order := orderOf(t.Name)
	if topicOf(t.Name) == OfOutage && t.Occasion != Closed {
		return -order
	}
	return order
}

// Held returns the alerts that the channel named believes open, as they are at the moment: what a
// keeper is to be told again so that it does not forget them. Their severity is the gravest told,
// their silence the one told last.
func Held(told Ledger, m *Moment, channel string) []Alert {
	var all []Alert
	for key, a := range openOf(told, m) {
		e := told[key]
		w := e.word(channel)
		if w == nil || !w.Open {
			continue
		}
		held := e.named(a)
		held.Severity, held.Silence = worst(held.Severity, w.Severity), w.Silence
		all = append(all, held)
	}
	slices.SortFunc(all, func(a, b Alert) int { return cmp.Compare(a.Key, b.Key) })
	return all
}

// openOf are the alerts of the ledger that are open: those that hold, and those that are kept
// open because nobody can see.
func openOf(told Ledger, m *Moment) map[string]Alert {
	open := make(map[string]Alert, len(told))
	for key, e := range told {
		if e.Gone.IsZero() {
			open[key] = e.Alert
		}
	}
	for _, a := range m.Alerts {
		if told[a.Key] != nil {
			open[a.Key] = a
		}
	}
	for key, a := range open {
		open[key] = *m.Conditions.taken(told[key], &a)
	}
	return open
}

// Open returns every alert that is open, told or not, as the ledger names it, the gravest first.
func Open(told Ledger, m *Moment) []Alert {
	open := openOf(told, m)
	all := make([]Alert, 0, len(open))
	for key, a := range open {
		named := told[key].named(a)
		named.Silence = told[key].silence(&a, m.now())
		all = append(all, named)
	}
	slices.SortFunc(all, func(a, b Alert) int {
		return cmp.Or(
			cmp.Compare(severityRank(b.Severity), severityRank(a.Severity)),
			cmp.Compare(rankOf(a.TopPriority), rankOf(b.TopPriority)),
			cmp.Compare(a.Key, b.Key),
		)
	})
	return all
}
