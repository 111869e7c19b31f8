package alert

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// channel is a channel of the plan while it is served.
type channel struct {
	*plan.Channel
	keeper bool
	lines  map[line]*lineState
	quiet  map[plan.AlertSeverity]time.Time // until when; memo
}

// admits reports whether the channel's route takes the alert, whatever the time and however far
// an escalation has got. A channel is not told of its own trouble.
func (c *channel) admits(a *Alert, m *Moment) bool {
	r := &c.Route
	if r.NoAlerts || a.Name == DeliveryFailing && a.Subject == c.Name || r.AtLeast.Above(a.Severity) {
		return false
	}
	return anyOf(r.Alerts, a.Name) && anyOf(r.Systems, a.System) && anyOf(r.Sites, a.Site) &&
		(r.Priority == 0 || a.System == "" || a.TopPriority > 0 && a.TopPriority <= r.Priority) &&
		(len(r.Roles) == 0 || slices.ContainsFunc(a.Roles, func(role string) bool { return slices.Contains(r.Roles, role) })) &&
		anyOf(r.Threats, m.Situation.Threat.Name) && anyOf(r.Stages, m.Situation.Stage)
}

// anyOf reports whether the list is empty or has the value.
func anyOf[T comparable](list []T, value T) bool {
	return len(list) == 0 || slices.Contains(list, value)
}

// from is from when on the channel takes an alert that it admits; ok is false when it does not
// until something happens.
func (c *channel) from(r *row, m *Moment) (at time.Time, ok bool) {
	at = m.now()
	if d := c.Route.Unacknowledged; d > 0 && !r.entry.believedBy(c.Name) { // who was told hears of a worsening
		if r.alert.Acknowledged {
			return at, false
		}
		at = later(at, r.entry.heardFrom().Add(d))
	}
	if share := c.Route.UsedFrom; share > 0 && r.alert.Outage != nil {
		o := r.alert.Outage
		if o.UsedRatio == nil {
			return at, false
		}
		if *o.UsedRatio < share {
			at = later(at, reached(o, share))
		}
	}
	opens, ok := c.opens(m)
	return later(at, opens), ok
}

// opens is from when on the clock admits anything. A calendar that the plan does not have admits
// all: rather alert too often than never.
func (c *channel) opens(m *Moment) (at time.Time, ok bool) {
	calendar := m.Plan.Calendar(c.Route.Calendar)
	now := m.now()
	if calendar == nil || calendar.IsOpen(now) != c.Route.Outside {
		return now, true
	}
	if c.Route.Outside {
		return clockOn(now.In(zoneOf(calendar)), 0, calendar.Closes), true
	}
	at = calendar.NextOpening(now)
	return at, !at.IsZero()
}

// escalates reports whether the channel is a further step of an escalation for the alert.
func (c *channel) escalates(a *Alert) bool {
	return c.Route.Unacknowledged > 0 || c.Route.UsedFrom > 0 && a.Outage != nil
}

// quietUntil is when an alert of the severity may be told; now where no rule holds. ok is false
// when a rule's calendar never opens again.
func (c *channel) quietUntil(s plan.AlertSeverity, m *Moment) (at time.Time, ok bool) {
	if c.keeper {
		return m.now(), true
	}
	if c.quiet == nil {
		c.quiet = make(map[plan.AlertSeverity]time.Time)
	}
	at, known := c.quiet[s]
	if !known {
		at = quietUntil(m.Plan, s, m.now())
		c.quiet[s] = at
	}
	return at, !at.IsZero()
}

// quietUntil looks for an instant at which no rule holds: where one ends another may begin. Rules
// that leave no gap in a fortnight leave none at all, which the zero time says.
func quietUntil(p *plan.Plan, s plan.AlertSeverity, t time.Time) time.Time {
	for limit := t.AddDate(0, 0, 14); t.Before(limit); {
		held := false
		for _, rule := range p.Alerting.Quiet {
			if end, holds := quietEnd(p, rule, s, t); holds {
				if end.IsZero() {
					return end
				}
				t, held = end, true
			}
		}
		if !held {
			return t
		}
	}
	return time.Time{}
}

// quietEnd is when a rule ends that holds at t for the severity. A calendar that the plan does not
// have is not quiet.
func quietEnd(p *plan.Plan, rule *plan.QuietRule, s plan.AlertSeverity, t time.Time) (end time.Time, holds bool) {
	if !rule.Below.Above(s) {
		return t, false
	}
	if rule.Calendar != "" {
		calendar := p.Calendar(rule.Calendar)
		if calendar == nil || calendar.IsOpen(t) {
			return t, false
		}
		return calendar.NextOpening(t), true
	}
	return clockEnd(rule, t.In(p.Location))
}

// clockEnd is when a rule of clock times ends that holds at t; From after To goes over midnight.
func clockEnd(rule *plan.QuietRule, t time.Time) (end time.Time, holds bool) {
	reads := plan.ClockTime(t.Hour()*60 + t.Minute())
	if rule.From <= rule.To {
		return clockOn(t, 0, rule.To), reads >= rule.From && reads < rule.To
	}
	if reads >= rule.From {
		return clockOn(t, 1, rule.To), true
	}
	return clockOn(t, 0, rule.To), reads < rule.To
}

// clockOn is a clock time so many days after the day of t, in the zone of t. Where the clocks change
// it may be an hour off, which is no harm: the rule is asked again then.
func clockOn(t time.Time, days int, c plan.ClockTime) time.Time {
	at := time.Date(t.Year(), t.Month(), t.Day()+days, 0, int(c), 0, 0, t.Location())
	if !at.After(t) {
		return t.Add(time.Minute) // the clock reads an hour twice
	}
	return at
}

func zoneOf(c *plan.Calendar) *time.Location {
	if c.Location == nil {
		return time.UTC
	}
	return c.Location
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
