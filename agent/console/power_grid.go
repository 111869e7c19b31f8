package console

import (
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

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
	f.Notes = append(f.Notes, p.Kilo(p.Load(s))+"W / "+p.Kilo(s.CapacityW)+"W", p.SupplyLine(s))
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
	running := s.Runs()
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
