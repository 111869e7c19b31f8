package rules

import "time"

// shift moves the times that the run noted on the old clock and that still count, so that what
// has elapsed stays true. Times from before the run stand: they were noted on another clock. So
// do ended outages and what people say of the future, which they read off their own watch.
func (s *State) shift(run string, by time.Duration) {
	if s.Run != run {
		return
	}
	step := clockStep{run: run, from: s.StartedAt, by: by}
	for key, c := range s.Checks {
		c.shift(step)
		s.Checks[key] = c
	}
	for _, o := range s.Open {
		o.shift(step)
	}
	for name, t := range s.Totals {
		if t.Last != nil {
			t.Last.shift(step)
		}
		step.move(&t.UpSince)
		s.Totals[name] = t
	}
	if s.Blind != nil {
		step.move(&s.Blind.Since)
	}
	if s.Judged.Run == step.run {
		step.move(&s.Judged.Since)
	}
	for key, account := range s.Power {
		if account.Run == step.run {
			step.move(&account.LastNotAt, &account.FirstAt)
			s.Power[key] = account
		}
	}
	for key, t := range s.Taken {
		step.move(&t.At)
		s.Taken[key] = t
	}
	s.Response.shift(step)
	s.Live.shift(step)
	s.StartedAt = s.StartedAt.Add(by)
}

// clockStep is a step of the clock in a run that began at from, on the clock before the step.
type clockStep struct {
	run  string
	from time.Time
	by   time.Duration
}

// move moves those of the times that were noted in the run.
func (c clockStep) move(times ...*time.Time) {
	for _, t := range times {
		if !t.IsZero() && !t.Before(c.from) {
			*t = t.Add(c.by)
		}
	}
}

// shift leaves the bracket of an outage of an earlier run alone: after a step back its times may
// be later than the beginning of this run.
func (o *Outage) shift(step clockStep) {
	if o.Run == step.run {
		step.move(&o.LastOKAt, &o.FirstBadAt)
	}
	step.move(&o.CorrectedStart, &o.AcknowledgedAt, &o.LastBadAt, &o.LastsUntil, &o.EndedAt)
}

func (c *CheckAccount) shift(step clockStep) {
	if c.Run == step.run {
		step.move(&c.LastOKAt, &c.FirstBadAt)
	}
	step.move(&c.LastBadAt, &c.FirstOKAt)
}

// shift moves since when the states and conditions hold and criteria do not; the looks are moved by
// [Live.ShiftLooks]. A condition may hold since an earlier run.
func (l *Live) shift(noted clockStep) {
	step := clockStep{by: noted.by}
	for key, c := range l.Checks {
		step.move(&c.Since)
		l.Checks[key] = c
	}
	for name, since := range l.Lapsed {
		step.move(&since)
		l.Lapsed[name] = since
	}
	for id, spell := range l.Spells {
		noted.move(&spell.Since, &spell.Until)
		l.Spells[id] = spell
	}
}

// ShiftLooks moves the newest looks with the clock. Looks come in beside the journal, so whoever
// steps the clock calls it in the same breath: when the event is applied, the first looks by the
// new clock may be among them.
func (l *Live) ShiftLooks(by time.Duration) {
	step := clockStep{by: by}
	for key, look := range l.Looks {
		step.move(&look.At, &look.LastOKAt, &look.LastBadAt)
		l.Looks[key] = look
	}
	for name, r := range l.Readings {
		step.move(&r.At)
		l.Readings[name] = r
	}
	for name, since := range l.Idle {
		l.Idle[name] = since.Add(by)
	}
	for _, drain := range l.Drains {
		for i := range drain {
			step.move(&drain[i].At)
		}
	}
}
