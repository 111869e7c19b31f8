package console

import (
	"net/http"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
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
