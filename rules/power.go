package rules

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// PowerKey names a condition of a supply; the supply is [journal.Utility] for the grid.
type PowerKey struct {
	Supply    string
	Condition journal.PowerCondition
}

// PowerAccount is a condition that holds.
type PowerAccount struct {
	ID        string // of the event that began it
	LastNotAt time.Time
	FirstAt   time.Time
	Text      string
	Run       string // that noted it
	// Charge is the battery's charge when it began; nil when it was not told.
	Charge *float64
}

// Start is where counting begins: the last moment known to be without the condition, else the
// first with it. It never promises more time than there is.
func (a PowerAccount) Start() time.Time {
	if a.LastNotAt.IsZero() {
		return a.FirstAt
	}
	return a.LastNotAt
}

// maxDrain bounds the charges kept of a battery that drains: the rate is told by first and last.
const maxDrain = 400

// PowerLook is one look at a supply.
type PowerLook struct {
	Supply string
	At     time.Time
	// Lost says that the supply is confirmed not to answer; Text then says why.
	Lost bool
	Text string
	// Reading is what it said; meaningless while Lost.
	Reading supply.Reading
	// Replace is the UPS's own word that its battery must be replaced.
	Replace bool
}

// ObservePower takes a look at a supply, keeps it in state.Live, and returns the events for what
// began or ended by it. A supply that is lost ends nothing: nothing resolves on silence.
func ObservePower(p *plan.Plan, s *State, look PowerLook, newID func(time.Time) string) []journal.Event {
	tree := p.PowerTree()
	node := tree.Supply(look.Supply)
	if node == nil {
		return nil
	}
	o := powerObserver{plan: p, state: s, look: look, newID: newID, before: s.Live.Readings[look.Supply].At}
	o.become(look.Supply, journal.SupplyLost, look.Lost, look.Text)
	if !look.Lost {
		s.Live.notePower(look)
		o.conditions(node)
	}
	o.utility(tree)
	return o.events
}

// notePower keeps a reading, and the charges of a battery that drains.
func (l *Live) notePower(look PowerLook) {
	reading := look.Reading
	reading.At = look.At
	l.Readings[look.Supply] = reading
	switch {
	case reading.Source != supply.FromBattery:
		delete(l.Drains, look.Supply)
	case reading.ChargeRatio != nil:
		drain := append(l.Drains[look.Supply], supply.Charge{At: look.At, Ratio: *reading.ChargeRatio})
		if len(drain) > maxDrain {
			drain = slices.Delete(drain, 1, 2)
		}
		l.Drains[look.Supply] = drain
	}
}

// powerObserver gathers what one look begins and ends.
type powerObserver struct {
	plan   *plan.Plan
	state  *State
	look   PowerLook
	newID  func(time.Time) string
	before time.Time // of the reading before this one; zero: there was none
	events []journal.Event
}

// conditions judges what the reading says of its own supply.
func (o *powerObserver) conditions(node *plan.Supply) {
	r, name := o.look.Reading, node.Name
	if node.UPS != nil {
		o.become(name, journal.OnBattery, r.Source == supply.FromBattery, "")
		o.become(name, journal.BatteryLow, r.BatteryLow, "")
		o.become(name, journal.ReplaceBattery, o.look.Replace, "")
		o.become(name, journal.SupplyOff, r.Source == supply.FromNothing, "")
	}
	if r.Running != nil {
		o.become(name, journal.Running, *r.Running, "")
	}
	o.become(name, journal.OverCapacity, overCapacity(node, r), "")
	doubts := o.doubts(name)
	o.become(name, journal.Doubtful, len(doubts) > 0, strings.Join(doubts, "; "))
}

// overCapacity reports whether the supply measures more than it can bear at all.
func overCapacity(node *plan.Supply, r supply.Reading) bool {
	beyond := func(measured *float64, capacity float64) bool {
		return measured != nil && capacity > 0 && *measured > capacity
	}
	return beyond(r.OutputWatts, node.CapacityW) || beyond(r.OutputVA, node.CapacityVA) || beyond(r.LoadRatio, 1)
}

// doubts asks the model what of the newest reading cannot be believed.
func (o *powerObserver) doubts(name string) []string {
	if facts := powerFacts(o.plan, o.state, o.look.At).Supply(name); facts != nil {
		return facts.Doubts
	}
	return nil
}

// utility judges whether utility power is there, and whether the generators do their part.
func (o *powerObserver) utility(tree *plan.PowerTree) {
	lost, known := utilityLost(tree, o.state)
	if known {
		o.become(journal.Utility, journal.UtilityLost, lost, "")
	}
	for _, g := range o.plan.Generators {
		if r, ok := o.state.Live.Readings[g.Name]; ok && r.Running != nil {
			o.become(g.Name, journal.NotStarted, o.overdue(g) && !*r.Running, "")
		}
	}
}

// overdue reports whether the generator should have taken the load by now.
func (o *powerObserver) overdue(g *plan.Generator) bool {
	lost, ok := o.state.Power[PowerKey{journal.Utility, journal.UtilityLost}]
	return ok && o.look.At.After(lost.FirstAt.Add(g.StartsWithin))
}

// utilityLost reports whether utility power is lost: a generator runs, or every UPS that is known
// is on battery. One UPS of several on battery has lost its own feed, not the city's. What was on
// battery when it fell silent counts as on battery still. It is not known before a supply has
// spoken.
func utilityLost(tree *plan.PowerTree, s *State) (lost, known bool) {
	spoke, onBattery := 0, 0
	for _, node := range tree.Supplies() {
		r, ok := s.Live.Readings[node.Name]
		switch {
		case !ok:
			continue
		case node.Generator != nil && r.Running != nil && *r.Running:
			return true, true
		case node.UPS != nil && r.Source != supply.FromUnknown:
			spoke++
			if r.Source == supply.FromBattery {
				onBattery++
			}
		}
	}
	return spoke > 0 && onBattery == spoke, spoke > 0
}

// become begins or ends a condition when that is news.
func (o *powerObserver) become(name string, c journal.PowerCondition, holds bool, text string) {
	key := PowerKey{name, c}
	account, held := o.state.Power[key]
	switch {
	case holds && !held:
		o.emit(journal.PowerBegan{Supply: name, Condition: c, LastNotAt: o.before, FirstAt: o.look.At, Text: text, ChargeRatio: o.look.Reading.ChargeRatio})
	case !holds && held:
		o.emit(journal.PowerEnded{Began: account.ID, Supply: name, Condition: c, LastAt: latest(o.before, account.FirstAt), EndedAt: o.look.At})
	}
}

func (o *powerObserver) emit(payload journal.Payload) {
	e := journal.Event{ID: o.newID(o.look.At), Kind: payload.Kind(), At: o.look.At, Payload: payload}
	switch p := payload.(type) {
	case journal.PowerBegan:
		e.Subject = p.Supply
	case journal.PowerEnded:
		e.Subject = p.Supply
	}
	o.events = append(o.events, e)
}

// applyPower folds what concerns power.
func (s *State) applyPower(e journal.Event) {
	switch p := e.Payload.(type) {
	case journal.PowerBegan:
		s.Power[PowerKey{p.Supply, p.Condition}] = PowerAccount{ID: e.ID, Run: e.Run, LastNotAt: p.LastNotAt, FirstAt: p.FirstAt, Text: p.Text, Charge: p.ChargeRatio}
	case journal.PowerEnded:
		delete(s.Power, PowerKey{p.Supply, p.Condition})
	}
}

// powerFacts asks the model how emergency power stands.
func powerFacts(p *plan.Plan, s *State, now time.Time) *supply.Facts {
	live := supply.Live{Readings: make(map[string]supply.Reading, len(s.Live.Readings)), Drains: s.Live.Drains}
	if lost, ok := s.Power[PowerKey{journal.Utility, journal.UtilityLost}]; ok {
		live.UtilityLostAt = lost.Start()
	}
	for name, r := range s.Live.Readings {
		_, r.Lost = s.Power[PowerKey{name, journal.SupplyLost}]
		live.Readings[name] = r
	}
	return supply.Evaluate(p, live, now)
}

// forgetSupplies drops what was the matter with supplies that are no longer read.
func (s *State) forgetSupplies(names []string) {
	maps.DeleteFunc(s.Power, func(key PowerKey, _ PowerAccount) bool { return slices.Contains(names, key.Supply) })
	for _, name := range names {
		delete(s.Live.Readings, name)
		delete(s.Live.Drains, name)
	}
}

// goneSupplies lists the supplies with which something is the matter and that the plan does not
// read, sorted. A plan that reads none cannot tell whether utility power is lost.
func goneSupplies(p *plan.Plan, s *State) []string {
	read := map[string]bool{}
	for _, node := range p.Supplies() {
		if source := node.Readings(); source != nil && source.ReadBy(s.Agent) {
			read[node.Name], read[journal.Utility] = true, true
		}
	}
	var names []string
	for key := range s.Power {
		if !read[key.Supply] {
			names = append(names, key.Supply)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
