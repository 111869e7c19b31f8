package rules

import (
	"cmp"
	"slices"
	"time"
)

// Period is a stretch of the past in which a system stood in one state, as far as is known.
type Period struct {
	From, To time.Time
	// State is Up, Degraded, Down or Planned. Unknown: nobody looked, whatever the state was before
	// and after; Why says why.
	State SystemState
	// Open says that an outage was open, by its account: always in Down and Planned, and in Unknown
	// where the length of the outage counts the stretch.
	Open bool
	// Estimated says that the outage began while the clock could not be trusted.
	Estimated bool
	// Why is that of the Stretch in which nobody looked, or [BeforeRecord].
	Why string
}

// BeforeRecord is the Why of a Period from which there is no record.
const BeforeRecord = "before_record"

// Past is what is known of a system's past.
type Past struct {
	// Began is when the record of it begins: what lies before is not known. Zero: there is none.
	Began time.Time
	// Outages are those of the system, in any order.
	Outages []PastOutage
	// Unobserved are the stretches in which nobody looked; a zero To means that it lasts.
	Unobserved []Stretch
	// Failing are the stretches in which a check failed, see [Failing]; they may overlap.
	Failing []Stretch
	// Planned are the windows of maintenance, see [Windows]; they may overlap.
	Planned []Window
}

// History tells how a system stood from one instant to another: periods in order that fill the time
// without a gap, each of another state than the one before. A stretch in which nobody looked is
// Unknown even within an outage: nothing is taken over from its sides. Up says no more than that
// somebody looked and confirmed no failure.
func History(past Past, from, to time.Time) []Period {
	if !from.Before(to) {
		return nil
	}
	h := history{from: from, to: to}
	h.add(time.Time{}, past.beginning(to), mark{unseen: 1, why: BeforeRecord})
	for _, st := range past.Unobserved {
		h.add(st.From, orEnd(st.To, to), mark{unseen: 1, why: st.Why})
	}
	for _, o := range past.Outages {
		h.add(o.Start, orEnd(o.EndedAt, to), mark{open: 1, estimated: truth(o.Estimated)})
	}
	for _, w := range past.Planned {
		h.add(w.From, w.To, mark{planned: 1})
	}
	for _, st := range past.Failing {
		h.add(st.From, orEnd(st.To, to), mark{failing: 1})
	}
	return h.periods()
}

func (p *Past) beginning(to time.Time) time.Time { return orEnd(p.Began, to) }

// orEnd is t, or the end for what has none yet.
func orEnd(t, end time.Time) time.Time {
	if t.IsZero() {
		return end
	}
	return t
}

// history is one account under way: what begins and ends at which instant.
type history struct {
	from, to time.Time
	edges    []edge
}

// edge changes what holds from an instant on.
type edge struct {
	at time.Time
	mark
	ends bool
}

// mark counts what holds.
type mark struct {
	unseen, open, estimated, planned, failing int
	why                                       string // of what is unseen
}

func (h *history) add(from, to time.Time, m mark) {
	from, to = latest(from, h.from), earlier(to, h.to)
	if from.Before(to) {
		h.edges = append(h.edges, edge{from, m, false}, edge{to, m, true})
	}
}

func (h *history) periods() []Period {
	slices.SortStableFunc(h.edges, func(a, b edge) int {
		return cmp.Or(a.at.Compare(b.at), -cmp.Compare(truth(a.ends), truth(b.ends)))
	})
	var (
		all   []Period
		holds mark
		at    = h.from
	)
	for _, e := range h.edges {
		all = extend(all, holds.period(at, e.at))
		at = e.at
		holds.change(e)
	}
	return extend(all, holds.period(at, h.to))
}

// change takes an edge in. Of several reasons why nobody looked the newest stands.
func (m *mark) change(e edge) {
	by := 1 - 2*truth(e.ends)
	m.unseen += by * e.unseen
	m.open += by * e.open
	m.estimated += by * e.estimated
	m.planned += by * e.planned
	m.failing += by * e.failing
	if !e.ends && e.unseen > 0 {
		m.why = e.why
	}
}

func (m *mark) period(from, to time.Time) Period {
	p := Period{From: from, To: to, State: Up, Open: m.open > 0, Estimated: m.estimated > 0}
	switch {
	case m.unseen > 0:
		p.State, p.Why = Unknown, m.why
	case m.open > 0 && m.planned > 0:
		p.State = Planned
	case m.open > 0:
		p.State = Down
	case m.failing > 0:
		p.State = Degraded
	}
	return p
}

// extend adds a period, or makes the last one longer that is alike.
func extend(all []Period, p Period) []Period {
	if !p.From.Before(p.To) {
		return all
	}
	if n := len(all); n > 0 {
		last := all[n-1]
		last.From, last.To = p.From, p.To
		if last == p {
			all[n-1].To = p.To
			return all
		}
	}
	return append(all, p)
}
