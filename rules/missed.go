package rules

import (
	"github.com/keizoku-bcp/keizoku/journal"
)

// newlyMissed returns the events for open outages that have run past their deadline since it was
// last looked: whoever reads the chronology must not have to work out when that was.
func (s *State) newlyMissed(sit *Situation) (events []journal.Event) {
	for _, sys := range sit.Systems {
		o := s.Open[sys.Name]
		if o == nil || o.Missed || sys.Outage == nil || sys.Outage.Verdict != Missed {
			continue
		}
		p := journal.DeadlineMissed{Outage: o.ID, System: sys.Name, Deadline: o.Terms.Deadline}
		events = append(events, journal.Event{Kind: p.Kind(), Subject: sys.Name, At: sit.At, Payload: p})
	}
	return events
}

// setTerms gives an outage other terms by an event. A deadline that is ahead again can be missed
// again.
func (o *Outage) setTerms(e journal.Event, terms journal.Terms) {
	o.Terms = terms
	o.Missed = o.Missed && !terms.Deadline.IsZero() && !terms.Deadline.After(e.At)
}
