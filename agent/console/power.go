package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// powerPage shows what is fed by what, for how long, and what must be switched off when: as it is,
// or as it would be if.
type powerPage struct {
	*view
	// Facts are nil when the plan has no emergency power.
	Facts   *supply.Facts
	Asked   question
	Diagram draw.OneLine
}

func buildPower(c *console, v *view, r *http.Request) (any, error) {
	p := &powerPage{view: v, Asked: questionOf(r.URL.Query()), Facts: v.Power}
	if p.Asked.Any() && p.Facts != nil {
		p.Facts = c.agent.PowerIf(p.Asked.whatIf())
	}
	if p.Facts != nil {
		p.Diagram = draw.Diagram(p.grid())
	}
	return p, nil
}

// question is what somebody wants to know of emergency power: in percent of the tank and of the
// loads as they are.
type question struct {
	Fuel              int // below zero: as it is
	Load              int
	WithoutUtility    bool
	WithoutGenerators bool
}

// The bounds of a question, in percent.
const (
	minLoad, maxLoad, asItIs = 50, 200, 100
	fullTank                 = 100
)

// questionOf reads the question of a query; what is out of bounds is not asked.
func questionOf(q url.Values) question {
	within := func(name string, least, most, otherwise int) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n >= least && n <= most {
			return n
		}
		return otherwise
	}
	asked := question{
		Fuel: within("fuel", 0, fullTank, -1), Load: within("load", minLoad, maxLoad, asItIs),
		WithoutUtility: q.Has("lost"), WithoutGenerators: q.Has("nogen"),
	}
	if q.Has("keep") { // the tank as it is, although the slider stands somewhere
		asked.Fuel = -1
	}
	return asked
}

// Any reports whether something is asked.
func (q question) Any() bool {
	return q.Fuel >= 0 || q.Load != asItIs || q.WithoutUtility || q.WithoutGenerators
}

func (q question) whatIf() supply.WhatIf {
	w := supply.WhatIf{
		WithoutUtility:    q.WithoutUtility || q.WithoutGenerators, // generators matter in a blackout only
		WithoutGenerators: q.WithoutGenerators, LoadFactor: float64(q.Load) / 100,
	}
	if q.Fuel >= 0 {
		ratio := float64(q.Fuel) / 100
		w.FuelRatio = &ratio
	}
	return w
}

// Tank is where the slider of the fuel stands: as asked, else as it is.
func (p *powerPage) Tank() int {
	if p.Asked.Fuel >= 0 {
		return p.Asked.Fuel
	}
	return fullTank
}

// HasFuel reports whether there is a tank to ask about.
func (p *powerPage) HasFuel() bool {
	return slices.ContainsFunc(p.Facts.Supplies, func(s *supply.SupplyFacts) bool { return s.Kind == plan.GeneratorSupply })
}

// Remaining counts down to the end of emergency power; nil while nothing ends it.
func (p *powerPage) Remaining() *Count {
	end := p.Ends()
	if end.IsZero() {
		return nil
	}
	count := p.Left(end)
	return &count
}

// Ends is when emergency power ends; zero while nothing ends it.
func (p *powerPage) Ends() time.Time { return endOf(p.Facts) }

// endOf is when emergency power ends with the shedding plan carried out; zero: utility power is there,
// nothing known ends it, or something is dark already, and each supply tells how long its own loads last.
func endOf(f *supply.Facts) time.Time {
	left, ok := f.Remaining()
	if !ok || left == 0 {
		return time.Time{}
	}
	return f.At.Add(left)
}

// Lost is when utility power was lost.
func (p *powerPage) Lost() time.Time { return p.Facts.UtilityLostAt.In(p.At.Location()) }

// LoadTitle is the title of a load by its name.
func (p *powerPage) LoadTitle(name string) string {
	if l := p.Facts.Load(name); l != nil {
		return p.Short(l.Title)
	}
	return p.Short(name)
}

// Kilo writes a power as people read it: 850, 12.3 k; the unit, W or VA, comes behind.
func (p *powerPage) Kilo(v float64) string {
	if v < 10_000 && v > -10_000 {
		return strconv.FormatFloat(v, 'f', 0, 64) + " "
	}
	return strconv.FormatFloat(v/1000, 'f', 1, 64) + " k"
}

// Whole writes a number without a fraction.
func (p *powerPage) Whole(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

// Place is the place in a list, which begins with one.
func (p *powerPage) Place(i int) int { return i + 1 }

// FeederOf names what feeds a supply.
func (p *powerPage) FeederOf(s *supply.SupplyFacts) string { return feeder(s) }

// fits is how many columns of text a symbol of the diagram holds; a wide character takes two.
const fits = 28

// Fit cuts a text to the width of a symbol.
func (p *powerPage) Fit(text string) string { return runewidth.Truncate(text, fits, "…") }

// Percent writes a part of a whole.
func (p *powerPage) Percent(ratio float64) int { return int(ratio*100 + .5) }

// Load is what hangs on a supply: as measured where that is known, else as planned.
func (p *powerPage) Load(s *supply.SupplyFacts) float64 {
	if s.MeasuredW != nil {
		return *s.MeasuredW
	}
	return s.PlannedW
}

// Gauge is a bar of load against capacity, its lengths in parts of 200.
type Gauge struct {
	Load, Limit int
	Over        bool
}

// Gauge measures the load of a supply against its capacity and against that less the margin.
func (p *powerPage) Gauge(s *supply.SupplyFacts) *Gauge {
	if s.CapacityW <= 0 {
		return nil
	}
	ratio, limit := p.Load(s)/s.CapacityW, 1-p.Facts.MarginRatio
	return &Gauge{Load: int(200 * min(1, max(0, ratio))), Limit: int(200 * limit), Over: ratio > limit}
}

// maxFeeds is how many loads of one supply the diagram shows; the rest is one symbol.
const maxFeeds = 14

// grid is the tree of supplies and loads below utility power.
func (p *powerPage) grid() *draw.Feed {
	grid := &draw.Feed{Name: plan.Utility, Title: p.Words.Word("utility"), Kind: draw.FeedUtility, State: "present"}
	switch {
	case p.Facts.UtilityLost:
		grid.State = draw.StateDark
		grid.Notes = []string{p.Say("console_power_since", "At", p.When(p.Lost()))}
	case p.Facts.UtilityUnknown:
		grid.State = "unknown"
		grid.Notes = []string{p.Words.Word("not_known")}
	}
	p.hang(grid)
	return grid
}

// hang puts below a feed what it feeds: supplies, then loads by rank.
func (p *powerPage) hang(f *draw.Feed) {
	for _, s := range p.Facts.Supplies {
		if feeder(s) == f.Name {
			child := p.supply(s, f)
			p.hang(child)
			f.Feeds = append(f.Feeds, child)
		}
	}
	var loads []*supply.LoadFacts
	for _, l := range p.Facts.LoadsByRank() {
		if l.FedBy == f.Name && (l.Watts > 0 || l.OnEmergencyPower) {
			loads = append(loads, l)
		}
	}
	shown := loads
	if f.Kind == draw.FeedUtility {
		shown = nil // what hangs on the grid alone is not emergency power's concern, but its sum is
	} else if len(loads) > maxFeeds {
		shown = loads[:maxFeeds-1]
	}
	for _, l := range shown {
		f.Feeds = append(f.Feeds, p.load(l, f))
	}
	if rest := loads[len(shown):]; len(rest) > 0 {
		f.Feeds = append(f.Feeds, p.rest(rest, f))
	}
}

// feeder names what feeds a supply: a generator takes over from utility power.
func feeder(s *supply.SupplyFacts) string {
	if s.FedBy == "" {
		return plan.Utility
	}
	return s.FedBy
}

func (p *powerPage) supply(s *supply.SupplyFacts, from *draw.Feed) *draw.Feed {
	f := &draw.Feed{
		Name: s.Name, Title: p.Short(s.Title), Kind: draw.FeedUPS, State: string(s.Source),
		Dead: from.State == draw.StateDark,
	}
	f.Notes = append(f.Notes, p.Kilo(p.Load(s))+"W / "+p.Kilo(s.CapacityW)+"W", p.Words.Supply(s))
	switch {
	case s.Kind == plan.GeneratorSupply:
		f.Kind, f.State = draw.FeedGenerator, p.engine(s)
	case s.Source == supply.FromNothing, s.Source == "" && f.Dead && ended(s):
		f.State = draw.StateDark
	case s.AssumedDying, s.Source == "" && f.Dead:
		f.State = string(supply.FromBattery)
	}
	return f
}

// engine is the state of a generator: running, standing by, or giving nothing in a blackout.
func (p *powerPage) engine(s *supply.SupplyFacts) string {
	running := s.Running != nil && *s.Running
	switch {
	case running:
		return "running"
	case !p.Facts.UtilityLost:
		return "standby"
	case slices.Contains(s.Problems, supply.NotStarted), s.Running != nil, p.Asked.WithoutGenerators:
		return draw.StateDark
	default: // nobody reads it: the plan says that it has started
		return "assumed"
	}
}

// ended reports whether a supply has nothing left.
func ended(s *supply.SupplyFacts) bool { return s.RuntimeSeconds != nil && *s.RuntimeSeconds <= 0 }

func (p *powerPage) load(l *supply.LoadFacts, from *draw.Feed) *draw.Feed {
	off := !l.EndsAt.IsZero() && !l.EndsAt.After(p.Facts.At)
	f := &draw.Feed{Name: l.Load, Title: p.Short(l.Title), Kind: draw.FeedLoad, State: "on", Dead: off || from.State == draw.StateDark}
	note := []string{p.Kilo(l.Watts) + "W"}
	if l.Priority > 0 {
		note = append(note, p.Say("console_power_rank", "Rank", l.Priority))
	}
	switch {
	case off:
		f.State = draw.StateDark
		note = append(note, p.Words.Word("supply_dark"))
	case !l.EndsAt.IsZero():
		f.State = "ends"
		note = append(note, p.Say("console_power_until", "At", p.When(l.EndsAt)))
	case l.Shed:
		f.State = "shed"
		note = append(note, p.Words.Word("console_power_shed"))
	}
	f.Notes = []string{strings.Join(note, " · ")}
	return f
}

// rest is one symbol for the loads that there is no room for.
func (p *powerPage) rest(loads []*supply.LoadFacts, from *draw.Feed) *draw.Feed {
	sum := 0.0
	for _, l := range loads {
		sum += l.Watts
	}
	title := "console_power_others"
	if from.Kind == draw.FeedUtility {
		title = "console_power_utility_only"
	}
	return &draw.Feed{
		Name: "rest-" + from.Name, Title: p.Say(title, "Count", len(loads)), Kind: draw.FeedRest,
		State: "on", Dead: from.State == draw.StateDark, Notes: []string{p.Kilo(sum) + "W"},
	}
}
