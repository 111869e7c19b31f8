package rules

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// UnseenKinds are the kinds of events that [Unseen] reads. Their subject is the agent.
var UnseenKinds = [...]journal.Kind{journal.KindUnobserved, journal.KindBlindEnded}

// Unseen returns the stretches in which nobody looked that the events tell of.
func Unseen(events []journal.Event) []Stretch {
	var all []Stretch
	for _, e := range events {
		if e.Drill {
			continue
		}
		switch p := e.Payload.(type) {
		case journal.Unobserved:
			all = append(all, Stretch(p))
		case journal.BlindEnded:
			all = append(all, Stretch{From: p.From, To: p.To, Why: "blind"})
		}
	}
	return all
}

// NotWatched is the Why of a stretch in which the plan had the agent look at nothing of the system.
const NotWatched = "not_watched"

// Unwatched returns the stretches in which the plan had the agent look at nothing of the system, from
// the events that tell of plans, in order. Where they say nothing of it, as those of old versions do,
// there is none.
func Unwatched(system string, events []journal.Event) []Stretch {
	var (
		all     []Stretch
		since   time.Time
		watched bool
		told    bool
	)
	for _, e := range events {
		loaded, ok := e.Payload.(journal.PlanLoaded)
		switch {
		case !ok || e.Drill:
		case slices.Contains(loaded.Begun, system) && !watched:
			all = append(all, Stretch{From: since, To: e.At, Why: NotWatched})
			watched, told = true, true
		case slices.Contains(loaded.Ended, system):
			since, watched, told = e.At, false, true
		}
	}
	if told && !watched {
		all = append(all, Stretch{From: since, Why: NotWatched})
	}
	return all
}

// FailingKinds are the kinds of events that [Failing] reads. The subject of the first two is the
// system, that of the third the plan.
var FailingKinds = [...]journal.Kind{journal.KindCheckFailed, journal.KindCheckRecovered, journal.KindPlanLoaded}

// Failing returns the stretches in which a check of the system was confirmed to fail. The events are
// those of some time until now, in order; checks are the present ones. A check whose first event is
// its recovery, or that is down without an event, failed since before them: such a stretch has no
// beginning.
func Failing(system string, events []journal.Event, checks []*CheckFacts) []Stretch {
	f := failing{system: system, since: map[string]time.Time{}, known: map[string]bool{}}
	for _, e := range events {
		if !e.Drill {
			f.see(e)
		}
	}
	for _, c := range checks {
		if since := f.since[c.Name]; c.State == Down && (!since.IsZero() || !f.known[c.Name]) {
			f.all = append(f.all, Stretch{From: since})
		}
	}
	return f.all
}

// failing pairs failures with recoveries.
type failing struct {
	system string
	since  map[string]time.Time // of checks that fail
	known  map[string]bool      // of which an event was seen
	all    []Stretch
}

func (f *failing) see(e journal.Event) {
	switch p := e.Payload.(type) {
	case journal.CheckFailed:
		if p.System == f.system {
			f.since[p.Check], f.known[p.Check] = p.FirstBadAt, true
		}
	case journal.CheckRecovered:
		if p.System == f.system {
			f.end(p.Check, p.FirstOKAt)
		}
	case journal.PlanLoaded:
		for _, gone := range p.Gone {
			if since := f.since[gone.Check]; gone.System == f.system && !since.IsZero() {
				f.end(gone.Check, e.At)
			}
		}
	}
}

func (f *failing) end(check string, at time.Time) {
	if since := f.since[check]; !since.IsZero() || !f.known[check] {
		f.all = append(f.all, Stretch{From: since, To: at})
	}
	delete(f.since, check)
	f.known[check] = true
}

// maxWindows bounds how many windows of one maintenance are looked at.
const maxWindows = 1000

// Windows returns the windows of maintenance of the system that overlap the time, as the plan has
// them now, in the order of their beginning.
func Windows(p *plan.Plan, sys *plan.System, from, to time.Time) []Window {
	var all []Window
	for _, m := range maintenanceOf(p, sys) {
		begins, ends, ok := m.WindowAt(from)
		if !ok {
			begins, ends, ok = m.NextWindow(from)
		}
		for n := 0; ok && begins.Before(to) && n < maxWindows; n++ {
			all = append(all, windowOf(p, m, begins, ends))
			begins, ends, ok = m.NextWindow(latest(begins, from))
		}
	}
	return byBeginning(all)
}

// NextWindows returns the next window of each maintenance of the system that begins after the
// instant, in the order of their beginning.
func NextWindows(p *plan.Plan, sys *plan.System, after time.Time) []Window {
	var all []Window
	for _, m := range maintenanceOf(p, sys) {
		if begins, ends, ok := m.NextWindow(after); ok {
			all = append(all, windowOf(p, m, begins, ends))
		}
	}
	return byBeginning(all)
}

func maintenanceOf(p *plan.Plan, sys *plan.System) []*plan.Maintenance {
	all := slices.Clone(sys.Maintenance)
	for _, m := range p.Maintenance {
		if m.Covers(sys) {
			all = append(all, m)
		}
	}
	return all
}

func windowOf(p *plan.Plan, m *plan.Maintenance, from, to time.Time) Window {
	return Window{Name: m.Name, Title: m.Title, From: from.In(p.Location), To: to.In(p.Location)}
}

func byBeginning(all []Window) []Window {
	slices.SortStableFunc(all, func(a, b Window) int { return a.From.Compare(b.From) })
	return all
}

// UnknownSystem says that the plan has no such system, and which one was perhaps meant.
func UnknownSystem(p *plan.Plan, name string) *Problem {
	return unknownName(SystemNoun, name, systemNames(p), systemTitles(p))
}

// unknownThreat says that the plan has no such threat, and which one was perhaps meant.
func unknownThreat(p *plan.Plan, name string) *Problem {
	return unknownName(ThreatNoun, name, threatNames(p), threatTitles(p))
}
