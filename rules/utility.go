package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Nobody measures utility power: whether it is there follows from what the UPS say of their input
// and the generators of themselves.

// utility judges whether utility power is there, and whether the generators do their part.
func (o *powerObserver) utility() {
	account, lost := o.state.Power[PowerKey{journal.Utility, journal.UtilityLost}]
	if now, known := o.utilityLost(); known {
		lost = lost && now
		o.tell(journal.Utility, journal.UtilityLost, now, "", o.lastFed())
	}
	for _, g := range o.plan.Generators {
		if r, ok := o.state.Live.Readings[g.Name]; ok && r.Running != nil {
			overdue := lost && !*r.Running && r.At.After(account.FirstAt.Add(g.StartsWithin))
			o.become(g.Name, journal.NotStarted, overdue && !o.inputBehind(g.Name), "")
		}
	}
}

// inputBehind reports whether a UPS behind the generator has input: then the generator was not
// wanted, or has just stopped because utility power is back.
func (o *powerObserver) inputBehind(generator string) bool {
	for _, node := range o.tree.Supplies() {
		if g := o.generatorOf(node); node.UPS != nil && g != nil && g.Name == generator {
			if w := o.wordOf(node); w == fed || w == fedSomehow || w == awaited && o.read(node) {
				return true
			}
		}
	}
	return false
}

// read reports whether the supply has answered in this run.
func (o *powerObserver) read(node *plan.Supply) bool {
	_, read := o.state.Live.Readings[node.Name]
	return read
}

// word is what one UPS says of utility power.
type word int

const (
	nothing    word = iota // it does not answer, or cannot tell
	awaited                // it, or its generator, will be heard in a moment
	fed                    // it is there
	fedSomehow             // it is there, or a generator that nobody can ask is
	cutOff                 // it is not there
)

// utilityLost reports whether utility power is lost: a generator runs, or every UPS that answers
// is on battery. One UPS of several on battery has lost its own feed, not the city's. A UPS that
// is silent has no word, so that one whose switch went dark with the city does not hide it.
func (o *powerObserver) utilityLost() (lost, known bool) {
	said, direct, asked := [5]bool{}, false, false
	for _, node := range o.tree.Supplies() {
		if node.Generator != nil {
			if o.runs(node.Name) {
				return true, true
			}
			continue
		}
		w := o.wordOf(node)
		said[w] = true
		direct = direct || w == cutOff && o.generatorOf(node) == nil
		asked = asked || reads(o.state, node)
	}
	switch {
	case said[fed]:
		return false, true
	case said[awaited], said[fedSomehow] && direct:
		return false, false
	case said[fedSomehow]:
		return false, true
	case said[cutOff]:
		return true, true
	default:
		return false, !asked // without UPS to ask, generators that do not run are all there is
	}
}

// runs reports whether a generator runs: by its newest reading, or as far as is known when that
// does not tell.
func (o *powerObserver) runs(name string) bool {
	if r := o.state.Live.Readings[name]; r.Running != nil {
		return *r.Running
	}
	_, held := o.state.Power[PowerKey{name, journal.Running}]
	return held
}

// wordOf weighs what a UPS said last.
func (o *powerObserver) wordOf(node *plan.Supply) word {
	r := o.state.Live.Readings[node.Name]
	switch {
	case !reads(o.state, node), o.behindUPS(node), o.silent(node):
		return nothing
	case !o.read(node):
		return awaited
	case r.Source == supply.FromBattery:
		return cutOff
	case r.Source == supply.FromUtility, r.Source == supply.FromBypass:
		return o.inputOf(node, r)
	default:
		return nothing // switched off, it feeds nothing whatever its input is
	}
}

// inputOf tells what the input of a UPS proves. Behind a generator it is utility power only when
// the generator is known not to have run from before the reading until after it.
func (o *powerObserver) inputOf(node *plan.Supply, r supply.Reading) word {
	g := o.generatorOf(node)
	switch {
	case g == nil:
		return fed
	case !reads(o.state, g), o.silent(g):
		return fedSomehow
	}
	idle, ok := o.state.Live.Idle[g.Name]
	if !ok || idle.After(r.At) || o.state.Live.Readings[g.Name].At.Before(r.At) {
		return awaited
	}
	return fed
}

// generatorOf returns the generator behind a UPS, or nil.
func (o *powerObserver) generatorOf(node *plan.Supply) *plan.Supply {
	path := o.tree.Path(node.Name)
	if last := path[len(path)-1]; last.Generator != nil {
		return last
	}
	return nil
}

// behindUPS reports whether another UPS that is read feeds it: its input is that one's output.
func (o *powerObserver) behindUPS(node *plan.Supply) bool { return behindUPS(o.state, o.tree, node) }

func behindUPS(s *State, tree *plan.PowerTree, node *plan.Supply) bool {
	for _, above := range tree.Path(node.Name)[1:] {
		if above.UPS != nil && reads(s, above) {
			return true
		}
	}
	return false
}

// utilityUnknown reports whether nobody can tell whether utility power is there: it was not known
// to be lost when the last supply that could tell was confirmed not to answer. What was not read
// yet, after a start, is not silent; without anything that is read, nobody expects to be told.
func utilityUnknown(p *plan.Plan, s *State) bool {
	if _, lost := s.Power[PowerKey{journal.Utility, journal.UtilityLost}]; lost || !anySilent(s) {
		return false
	}
	tree, tellers := p.PowerTree(), 0
	for _, node := range tree.Supplies() {
		if !reads(s, node) || node.UPS != nil && behindUPS(s, tree, node) {
			continue
		}
		if _, silent := s.Power[PowerKey{node.Name, journal.SupplyLost}]; !silent {
			return false
		}
		tellers++
	}
	return tellers > 0
}

// anySilent spares most instants the tree of the plan's supplies.
func anySilent(s *State) bool {
	for key := range s.Power {
		if key.Condition == journal.SupplyLost {
			return true
		}
	}
	return false
}

// How many intervals a supply may be silent before its word no longer counts, and how long at
// least: an agent that is cut off does not call it lost.
const (
	silentIntervals = 3
	leastSilence    = 30 * time.Second
)

// silent reports whether a supply is lost or has not answered for long.
func (o *powerObserver) silent(node *plan.Supply) bool {
	if node.Name == o.look.Supply {
		return o.look.Lost
	}
	if _, lost := o.state.Power[PowerKey{node.Name, journal.SupplyLost}]; lost {
		return true
	}
	last := latest(o.state.Live.Readings[node.Name].At, o.state.StartedAt)
	return o.look.At.Sub(last) > max(leastSilence, silentIntervals*node.Readings().Interval)
}

// lastFed is the newest time at which a UPS had input; when none is known to have had it, that of
// the reading before this one. The truth of a loss lies after it.
func (o *powerObserver) lastFed() time.Time {
	var at time.Time
	for name, r := range o.state.Live.Readings {
		account, onBattery := o.state.Power[PowerKey{name, journal.OnBattery}]
		switch {
		case r.Source == supply.FromUtility, r.Source == supply.FromBypass:
			at = latest(at, r.At)
		case onBattery:
			at = latest(at, account.LastNotAt)
		}
	}
	if r := o.state.Live.Readings[o.look.Supply]; at.IsZero() || r.Source == supply.FromBattery && !o.held(journal.OnBattery) {
		at = latest(at, o.before)
	}
	return at
}

// held reports whether the supply that was looked at had the condition before the look.
func (o *powerObserver) held(c journal.PowerCondition) bool {
	_, held := o.state.Power[PowerKey{o.look.Supply, c}]
	return held
}
