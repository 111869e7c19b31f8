package rules

import (
	"maps"
	"slices"

	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Clone returns a state of its own: what happens to either leaves the other as it is. Ended
// outages and the texts of checklists are shared, for nothing changes them.
func (s *State) Clone() *State {
	c := *s
	c.Threat, c.Blind = copied(s.Threat), copied(s.Blind)
	c.Checks, c.Power, c.Inspections = maps.Clone(s.Checks), maps.Clone(s.Power), maps.Clone(s.Inspections)
	c.Taken = maps.Clone(s.Taken)
	c.Watched, c.Open = maps.Clone(s.Watched), maps.Clone(s.Open)
	for name, o := range c.Open {
		c.Open[name] = copied(o)
	}
	c.Totals = maps.Clone(s.Totals)
	for name, t := range c.Totals {
		t.Last = copied(t.Last)
		c.Totals[name] = t
	}
	c.Closed, c.Unobserved = slices.Clone(s.Closed), slices.Clone(s.Unobserved)
	c.Judged.Held = slices.Clone(s.Judged.Held)
	c.Response = s.Response.clone()
	c.Live = s.Live.clone()
	return &c
}

func (r *Response) clone() Response {
	c := *r
	c.Moves, c.Calls, c.Answers = slices.Clone(r.Moves), slices.Clone(r.Calls), maps.Clone(r.Answers)
	c.Choice = copied(r.Choice)
	for i := range c.Moves {
		c.Moves[i].Choice = copied(c.Moves[i].Choice)
	}
	c.Checklists = slices.Clone(r.Checklists)
	for i, list := range c.Checklists {
		c.Checklists[i] = list.clone()
	}
	if r.Before != nil {
		before := r.Before.clone()
		c.Before = &before
	}
	return c
}

func (c *Checklist) clone() *Checklist {
	list := *c
	list.Marks, list.Spells = maps.Clone(c.Marks), maps.Clone(c.Spells)
	for id, m := range list.Marks {
		mark := *m
		mark.Notes = slices.Clone(m.Notes)
		list.Marks[id] = &mark
	}
	return &list
}

func (l *Live) clone() Live {
	c := *l
	c.Looks, c.Checks, c.Channels = maps.Clone(l.Looks), maps.Clone(l.Checks), slices.Clone(l.Channels)
	c.Readings, c.Idle = maps.Clone(l.Readings), maps.Clone(l.Idle)
	c.Lapsed, c.Spells = maps.Clone(l.Lapsed), maps.Clone(l.Spells)
	c.Drains = make(map[string][]supply.Charge, len(l.Drains))
	for name, drain := range l.Drains {
		c.Drains[name] = slices.Clone(drain)
	}
	return c
}

// copied is a copy of what p points to; nil for nil.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
