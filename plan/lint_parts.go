package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// system looks at one system by itself. An alternative is asked of every system, not of the
// priority ones alone: what staff do without it is the first question in any outage, and
// "none" is an answer that belongs into the plan too.
func (l *linter) system(s *System) {
	name := "System " + strconv.Quote(s.Name)
	if len(s.Checks) == 0 {
		l.warn(s.Block, RuleNoCheck, "System without a check",
			name+" is never looked at, so no outage of it will be noticed. Add a check block.")
	}
	if s.Owner == "" {
		l.warn(s.Block, RuleNoOwner, "System without an owner",
			name+" has no owner, so nobody is known to decide about it. Set owner to a division.")
	}
	if s.Alternative == nil {
		l.warn(s.Block, RuleNoAlternative, "System without an alternative",
			name+" does not say how work goes on without it (代替手段). Add an alternative block.")
	}
	missing := l.threatsWhere(func(threat string) bool { return l.missing(s, threat) })
	if len(missing) > 0 {
		l.warn(s.At("allowable_downtime"), RuleNoAllowance, "Priority system without an allowable downtime",
			name+" has a priority but no allowable_downtime under "+list(missing)+", so it never has a deadline there.")
	}
	l.slowRecovery(s, name)
}

func (l *linter) slowRecovery(s *System, name string) {
	end := l.noon.Add(s.TypicalRecovery)
	missed := l.threatsWhere(func(threat string) bool {
		deadline := s.Allowance(threat).Deadline(l.noon)
		return !deadline.IsZero() && end.After(deadline)
	})
	if s.TypicalRecovery > 0 && len(missed) > 0 {
		l.warn(s.At("typical_recovery"), RuleRecoverySlow, "Recovery takes longer than the system may be down",
			name+" takes "+FormatDuration(s.TypicalRecovery)+" to recover, more than its allowable_downtime under "+
				list(missed)+": it would miss its deadline even if recovery began at once.")
	}
}

// samePriority compares a system with those that the plan defines before it.
func (l *linter) samePriority(s *System, before []*System) {
	if s.Priority == 0 {
		return
	}
	for _, other := range before {
		if other.Priority == s.Priority {
			l.warn(s.At("priority"), RuleSamePriority, "Two systems of one priority",
				"System "+strconv.Quote(s.Name)+" has priority "+strconv.Itoa(s.Priority)+", as has "+
					strconv.Quote(other.Name)+". Rank them: only one can be recovered first.")
			return
		}
	}
}

func (l *linter) business(b *Business) {
	name := "Business " + strconv.Quote(b.Name)
	if len(b.Needs) == 0 {
		l.warn(b.At("needs"), RuleNoNeeds, "Business that needs no system",
			name+" names no system, so no outage will be told to concern it. Name what it needs.")
	}
	missing := l.threatsWhere(func(threat string) bool { return b.RecoverWithin[threat].IsZero() })
	if len(missing) > 0 {
		l.warn(b.At("recover_within"), RuleNoTarget, "Business without a recovery target",
			name+" has no recover_within under "+list(missing)+", so it counts as a priority business under none of them.")
	}
	l.unranked(b, name)
}

// unranked finds priority businesses that need systems without a priority: an outage of those
// would never count in a decision.
func (l *linter) unranked(b *Business, name string) {
	var systems []string
	for _, need := range b.Needs {
		if s := l.plan.System(need); s != nil && s.Priority == 0 {
			systems = append(systems, need)
		}
	}
	threats := l.threatsWhere(func(threat string) bool { return slices.Contains(l.priority[threat], b) })
	if len(systems) > 0 && len(threats) > 0 {
		l.warn(b.At("needs"), RuleNoPriority, "Priority business needs a system without a priority",
			name+" is a priority business under "+list(threats)+", but of what it needs "+list(systems)+
				" carries no priority, so outages there do not count for decisions. Set priority.")
	}
}

func (l *linter) calendar(c *Calendar) {
	name := "Calendar " + strconv.Quote(c.Name)
	if c.NextOpening(l.now).IsZero() {
		l.warn(c.Block, RuleNeverOpens, "Calendar that never opens",
			name+" has no opening in the next ten years, so what counts by it never has a deadline. Check days, opens, closes and closed.")
		return
	}
	open := c.yearEndOpen(l.now)
	if len(c.Holidays) > 0 && len(open) > 0 {
		l.warn(c.yearEndRange(), RuleYearEndOpen, "Calendar is open over the year end",
			name+" knows national holidays, but these do not cover the closure over the year end (年末年始): it is open on "+
				strings.Join(open, ", ")+". Add the closure to closed, or the days to open if staff do work.")
	}
}

// yearEndOpen returns the days of the year end that now is in, or the next one (12-29 to 01-03),
// that are open without the calendar's open saying so.
func (c *Calendar) yearEndOpen(now time.Time) []string {
	today := DateOf(now.In(c.zone()))
	first := Date{today.Year, time.December, 29}
	if inLast := (Date{today.Year, time.January, 3}); today.Compare(inLast) <= 0 {
		first.Year--
	}
	var open []string
	for n := range 6 {
		day := first.AddDays(n)
		t := noon(day.Year, day.Month, day.Day)
		if c.openDaysOf(day.Year).has(t.YearDay()) && !anyContains(c.Open, day) {
			open = append(open, day.String())
		}
	}
	return open
}

func (c *Calendar) yearEndRange() Range {
	if _, written := c.Attrs["closed"]; written {
		return c.At("closed")
	}
	return c.At("holidays")
}

// maintenance finds recurrences that never come about.
func (l *linter) maintenance(all []*Maintenance) {
	for _, m := range all {
		_, _, next := m.NextWindow(l.now)
		_, _, current := m.WindowAt(l.now)
		if m.Starts.IsZero() && !next && !current {
			l.warn(m.Block, RuleNeverMaintained, "Maintenance that never takes place",
				"Maintenance "+strconv.Quote(m.Name)+" has no window in the next ten years. Its days, places in the month and calendar leave none.")
		}
	}
}
