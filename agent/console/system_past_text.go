package console

import (
	"math"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
	"github.com/keizoku-bcp/keizoku/rules"
)

// RangeChoice is a range that can be chosen.
type RangeChoice struct {
	Href, Text string
	Here       bool
}

// Ranges are the ranges of the strip.
func (p *systemPage) Ranges() []RangeChoice {
	choices := make([]RangeChoice, len(pastRanges))
	for i, c := range pastRanges {
		choices[i] = RangeChoice{p.With("range", c.Name) + "#past", p.Words.Word("console_system_range_" + c.Name), c.Name == p.Past.Name}
	}
	return choices
}

// PageHref leads to a page of the outages.
func (p *systemPage) PageHref(number int) string {
	return p.With("page", strconv.Itoa(number)) + "#outages"
}

// BandText says what a band of the strip stands for.
func (p *systemPage) BandText(b draw.Band) string {
	return p.Say("console_system_band", "From", p.When(b.From), "To", p.When(b.To), "State", p.BandWord(b.Class))
}

// BandWord names a class of the strip.
func (p *systemPage) BandWord(class string) string {
	return p.Words.Word("console_system_band_" + class)
}

// Classes are those that the strip shows, the gravest first, for its legend.
func (p *systemPage) Classes() []string {
	var shown []string
	for _, class := range bandClasses {
		for _, b := range p.Past.Strip.Bands {
			if b.Class == class {
				shown = append(shown, class)
				break
			}
		}
	}
	return shown
}

// sumRow is a line of the numbers beside the strip.
type sumRow struct{ Name, Value string }

// SumRows are the numbers beside the strip.
func (p *systemPage) SumRows() []sumRow {
	s := &p.Past.Sums
	row := func(key, value string) sumRow { return sumRow{p.Words.Word(key), value} }
	availability := "–"
	if ratio, ok := s.Availability(); ok {
		availability = percentText(ratio)
	}
	rows := []sumRow{
		row("console_system_observed", percentText(s.ObservedRatio())+" ("+p.Words.Span(s.Observed)+")"),
		row("console_system_availability", availability),
		row("console_system_down_time", p.Words.Span(s.Down)),
		row("console_system_planned_time", p.Words.Span(s.Planned)),
		row("console_system_degraded_time", p.Words.Span(s.Degraded)),
	}
	if s.Unseen > 0 {
		rows = append(rows, row("console_system_unseen_time", p.Words.Span(s.Unseen)))
	}
	return append(rows,
		row("console_system_outages_count", strconv.Itoa(s.Outages)),
		row("console_system_deadlines", p.Say("console_system_met_missed", "Met", s.Met, "Missed", s.Missed)),
	)
}

// percentText writes a ratio in percent, rounded down: what is not whole never reads as 100 %.
func percentText(ratio float64) string {
	return trimmed(math.Floor(ratio*1e5+1e-9)/1e3, 3) + " %"
}

// Length is how long an outage lasted, or has lasted.
func (p *systemPage) Length(o rules.PastOutage) string { return p.Words.Span(o.Elapsed.Duration()) }

// Allowed is the allowance of an outage as a length of time; empty: it had no deadline.
func (p *systemPage) Allowed(o rules.PastOutage) string {
	if o.Deadline.IsZero() {
		return ""
	}
	return p.Words.Span(o.Deadline.Sub(o.Start))
}

// Outcome says how an outage stands or stood against its deadline.
func (p *systemPage) Outcome(o rules.PastOutage) string {
	switch {
	case o.Dropped:
		return p.Words.Word("outcome_dropped")
	case o.EndedAt.IsZero() && !o.Deadline.IsZero() && p.At.After(o.Deadline), o.Met != nil && !*o.Met:
		return p.Words.Word("outcome_missed")
	case o.EndedAt.IsZero():
		return p.Words.Word("console_system_open")
	case o.Deadline.IsZero():
		return p.Words.Word("no_deadline")
	default:
		return p.Words.Word("outcome_met")
	}
}

// Late says that an outage missed its deadline.
func (p *systemPage) Late(o rules.PastOutage) bool {
	return o.Met != nil && !*o.Met || o.EndedAt.IsZero() && !o.Deadline.IsZero() && p.At.After(o.Deadline)
}

// Distance is how long before the page's instant something was, for what is looked at in seconds.
func (p *systemPage) Distance(t time.Time) string { return p.Words.Span(p.At.Sub(t)) }

// Beside words an instant that stands beside another: without the date where that has the same.
func (p *systemPage) Beside(t, other time.Time) string { return p.Words.Moment(t, other) }
