package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// pastRange is how far back a system's page looks.
type pastRange struct {
	Name string // as ?range= has it
	span time.Duration
	// hours is how far apart the marks of the time axis are.
	hours int
}

// pastRanges are the ranges that can be chosen; the first is the usual one.
var pastRanges = [...]pastRange{
	{"24h", 24 * time.Hour, 3},
	{"7d", 7 * 24 * time.Hour, 24},
	{"90d", 90 * 24 * time.Hour, 24},
}

// pastView is what a system's page shows of its past.
type pastView struct {
	pastRange
	From, To time.Time
	Strip    *draw.Strip
	Sums     rules.HistorySums
	// Estimated says that the strip shows an outage whose beginning was noted on a clock that could
	// not be trusted, DegradedFrom from when on it shows failures of single checks; zero: all of it.
	Estimated    bool
	DegradedFrom time.Time
	// Unread says that the journal could not be read: the strip would tell too little.
	Unread  bool
	Outages []rules.PastOutage // one page of them, the newest first
	Total   int
	// Older says that there were more than the agent has at hand. Prev and Next are the pages; 0: none.
	Older            bool
	Number           int
	Prev, Next, Last int
}

// outagesShown is how many outages a page lists.
const outagesShown = 10

func (c *console) pastOf(r *http.Request, p *systemPage) *pastView {
	v := &pastView{pastRange: pastRanges[0], To: p.At}
	for _, choice := range pastRanges {
		if choice.Name == r.URL.Query().Get("range") {
			v.pastRange = choice
		}
	}
	v.From = p.At.Add(-v.span)
	past, err := c.readPast(r.Context(), p, v)
	if err != nil {
		c.log.Error("the past of a system could not be read", "system", p.Name, "err", err)
		v.Unread = true
	}
	v.turn(past.Outages, r.URL.Query().Get("page"))
	if !v.Unread {
		v.lay(p, past)
	}
	return v
}

// lay computes strip and sums.
func (v *pastView) lay(p *systemPage, past rules.Past) {
	periods := rules.History(past, v.From, v.To)
	v.Sums = rules.SumsOf(periods, past.Outages, v.To)
	spans := make([]draw.Span, len(periods))
	for i, period := range periods {
		spans[i] = draw.Span{From: period.From, To: period.To, Class: bandClass(period)}
		v.Estimated = v.Estimated || period.Estimated
	}
	v.Strip = draw.NewStrip(spans, v.From, v.To, bandClasses)
	v.Strip.AddTicks(draw.Clocks(v.From, v.To, v.hours, p.Written.Location), func(t time.Time) string { return p.tickLabel(v, t) })
}

// unseenOpen is the class of a stretch within an outage in which nobody looked.
const unseenOpen = "unknown_open"

// bandClasses are the classes of a strip, the gravest first.
var bandClasses = []string{
	string(rules.Down), string(rules.Planned), string(rules.Degraded), unseenOpen, string(rules.Unknown), string(rules.Up),
}

func bandClass(p rules.Period) string {
	if p.State == rules.Unknown && p.Open {
		return unseenOpen
	}
	return string(p.State)
}

// tickLabel labels a mark of the time axis: the time of day, or the date at midnight; over ninety
// days the first of a month and its middle.
func (p *systemPage) tickLabel(v *pastView, t time.Time) string {
	local := t.In(p.Written.Location)
	date := local.Format(p.Words.Word("console_system_date"))
	switch {
	case v.span <= 24*time.Hour && local.Hour() != 0:
		return local.Format("15:04")
	case v.span > 7*24*time.Hour && local.Day() != 1 && local.Day() != 16:
		return ""
	default:
		return date
	}
}

// turn keeps one page of the outages.
func (v *pastView) turn(all []rules.PastOutage, page string) {
	v.Total = len(all)
	v.Last = max(1, (len(all)+outagesShown-1)/outagesShown)
	number, _ := strconv.Atoi(page) // what is no number is the first page
	v.Number = min(max(number, 1), v.Last)
	v.Outages = all[(v.Number-1)*outagesShown : min(len(all), v.Number*outagesShown)]
	v.Prev = v.Number - 1
	if v.Number < v.Last {
		v.Next = v.Number + 1
	}
}

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
	if p.Entry != nil {
		past.Planned = rules.Windows(p.Written, p.Entry, v.From, v.To)
		past.Failing, err = c.readFailing(ctx, p, v)
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
	if p.Sys == nil || len(p.Sys.Checks) == 0 { // this agent looks at it no more, or never did
		past.Unobserved = append(past.Unobserved, rules.Stretch{From: lastEnd(past.Outages), Why: "not_watched"})
	}
	return nil
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
func (c *console) readFailing(ctx context.Context, p *systemPage, v *pastView) ([]rules.Stretch, error) {
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
	loaded, err := c.read(ctx, journal.Query{Subject: p.Situation.Plan.Name, Kinds: kinds[2:], From: from, Newest: true, Limit: maxStretchesRead})
	if err != nil {
		return nil, err
	}
	events = append(events, loaded...)
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
