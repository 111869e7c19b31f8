package console

import (
	"context"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Bounds of what is read of the journal for one page: stretches in which nobody looked, and failures
// and recoveries of checks. What lies before the newest of them counts as not known.
const (
	maxStretchesRead = 2000
	maxFailuresRead  = 4000
)

// readPast gathers what is known of the system since the beginning of the range. The outages come
// from the agent's own account; the rest is read by subject and kind, which the journal has an index
// for.
func (c *console) readPast(ctx context.Context, p *systemPage, v *pastView) (rules.Past, error) {
	past := rules.Past{Outages: c.outagesOf(p, v)}
	first, err := c.read(ctx, journal.Query{Limit: 1})
	if err != nil || len(first) == 0 {
		return past, err
	}
	past.Began = first[0].At
	if v.Older && len(past.Outages) > 0 {
		past.Began = latestOf(past.Began, past.Outages[len(past.Outages)-1].Start)
	}
	if err := c.readStretches(ctx, p, v, &past); err != nil {
		return past, err
	}
	plans, err := c.read(ctx, journal.Query{
		Subject: p.Situation.Plan.Name, Kinds: []journal.Kind{journal.KindPlanLoaded}, Newest: true, Limit: maxStretchesRead,
	})
	if err != nil {
		return past, err
	}
	past.Unobserved = append(past.Unobserved, unwatched(p, plans, past.Outages)...)
	if p.Entry != nil {
		past.Planned = rules.Windows(p.Written, p.Entry, v.From, v.To)
		past.Failing, err = c.readFailing(ctx, p, v, plans)
	}
	return past, err
}

// outagesOf are those of the system that the agent has at hand.
func (c *console) outagesOf(p *systemPage, v *pastView) []rules.PastOutage {
	var own []rules.PastOutage
	for _, o := range c.agent.Outages() {
		if o.System == p.Name {
			own = append(own, o)
		}
	}
	v.Older = p.Sys != nil && p.Sys.OutagesTotal > len(own)
	return own
}

// readStretches adds the stretches in which nobody looked.
func (c *console) readStretches(ctx context.Context, p *systemPage, v *pastView, past *rules.Past) error {
	events, err := c.read(ctx, journal.Query{
		Subject: p.Agent.Name, Kinds: rules.UnseenKinds[:], From: v.From, Newest: true, Limit: maxStretchesRead,
	})
	if err != nil {
		return err
	}
	if len(events) == maxStretchesRead {
		past.Began = latestOf(past.Began, events[0].At)
	}
	past.Unobserved = rules.Unseen(events)
	if p.Agent.Blind {
		past.Unobserved = append(past.Unobserved, rules.Stretch{From: p.Agent.BlindSince, Why: "blind"})
	}
	return nil
}

// unwatched are the stretches in which this agent did not look at the system at all, by the plans
// that held. Where they do not say that it has ceased, it did so after the newest outage at the
// latest.
func unwatched(p *systemPage, plans []journal.Event, outages []rules.PastOutage) []rules.Stretch {
	stretches := rules.Unwatched(p.Name, plans)
	n := len(stretches)
	ceased := n > 0 && stretches[n-1].To.IsZero()
	if looks := p.Sys != nil && len(p.Sys.Checks) > 0; !looks && !ceased {
		stretches = append(stretches, rules.Stretch{From: lastEnd(outages), Why: rules.NotWatched})
	}
	return stretches
}

// lastEnd is when the newest outage ended; zero: there was none.
func lastEnd(outages []rules.PastOutage) time.Time {
	var last time.Time
	for _, o := range outages {
		last = latestOf(last, o.EndedAt)
	}
	return last
}

// readFailing returns the stretches in which a check failed. A system that is down as soon as any
// check fails is never degraded: nothing is read then.
func (c *console) readFailing(ctx context.Context, p *systemPage, v *pastView, plans []journal.Event) ([]rules.Stretch, error) {
	if p.Sys == nil || p.Entry.UpWhen.Needed(len(p.Sys.Checks)) == len(p.Sys.Checks) {
		return nil, nil
	}
	kinds := rules.FailingKinds
	events, err := c.read(ctx, journal.Query{Subject: p.Name, Kinds: kinds[:2], From: v.From, Newest: true, Limit: maxFailuresRead})
	if err != nil {
		return nil, err
	}
	from := v.From
	if len(events) == maxFailuresRead {
		from = events[0].At
		v.DegradedFrom = from
	}
	for _, e := range plans {
		if !e.At.Before(from) {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b journal.Event) int { return int(a.Seq - b.Seq) })
	failing := rules.Failing(p.Name, events, p.Sys.Checks)
	for i := range failing {
		failing[i].From = latestOf(failing[i].From, v.DegradedFrom)
	}
	return failing, nil
}

// read returns what a query selects, the oldest first.
func (c *console) read(ctx context.Context, q journal.Query) ([]journal.Event, error) {
	var events []journal.Event
	for e, err := range c.agent.Events(ctx, q) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
