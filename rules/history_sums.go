package rules

import "time"

// HistorySums are the numbers of a history.
type HistorySums struct {
	// Whole is all of the time, Observed that in which somebody looked.
	Whole, Observed time.Duration
	// Down, Planned and Degraded are observed. Unseen is the time within an open outage in which
	// nobody looked: it belongs to the length of the outage, and not to Down.
	Down, Planned, Degraded, Unseen time.Duration
	// Outages counts those that lay in the time in whole or in part. Met and Missed count those of
	// them that had a deadline and came back by it, or did not. The rest is open and not late, had
	// none, or was dropped from the plan.
	Outages, Met, Missed int
}

// SumsOf adds a history up, and the outages that lay in it. An open one counts as missed once now is
// after its deadline.
func SumsOf(periods []Period, outages []PastOutage, now time.Time) HistorySums {
	var s HistorySums
	for _, p := range periods {
		s.add(p)
	}
	if len(periods) == 0 {
		return s
	}
	from, to := periods[0].From, periods[len(periods)-1].To
	for _, o := range outages {
		if o.Start.Before(to) && orEnd(o.EndedAt, to).After(from) {
			s.count(&o, now)
		}
	}
	return s
}

func (s *HistorySums) add(p Period) {
	d := p.To.Sub(p.From)
	s.Whole += d
	if p.State != Unknown {
		s.Observed += d
	}
	switch {
	case p.State == Down:
		s.Down += d
	case p.State == Planned:
		s.Planned += d
	case p.State == Degraded:
		s.Degraded += d
	case p.Open:
		s.Unseen += d
	}
}

func (s *HistorySums) count(o *PastOutage, now time.Time) {
	s.Outages++
	switch {
	case o.Deadline.IsZero() || o.Dropped:
	case o.Met != nil && *o.Met:
		s.Met++
	case o.Met != nil, now.After(o.Deadline):
		s.Missed++
	}
}

// ObservedRatio is the observed part of the time, 0 to 1.
func (s *HistorySums) ObservedRatio() float64 {
	if s.Whole == 0 {
		return 0
	}
	return float64(s.Observed) / float64(s.Whole)
}

// Availability is the part of the observed time outside of planned outages in which the system was
// not down, 0 to 1; ok is false when there is no such time.
func (s *HistorySums) Availability() (ratio float64, ok bool) {
	whole := s.Observed - s.Planned
	if whole <= 0 {
		return 0, false
	}
	return 1 - float64(s.Down)/float64(whole), true
}
