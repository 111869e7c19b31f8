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
// began or ended by it. A supply that is lost ends nothing: nothing resolves on silence. A look at
// what the plan does not read comes too late to matter, and one from before the newest says
// nothing new.
func ObservePower(p *plan.Plan, s *State, look PowerLook, newID func(time.Time) string) []journal.Event {
	tree := p.PowerTree()
	node := tree.Supply(look.Supply)
	before := s.Live.Readings[look.Supply].At
	if node == nil || !reads(s, node) || look.At.Before(before) {
		return nil
	}
	o := powerObserver{plan: p, state: s, tree: tree, look: look, newID: newID, before: before}
	o.become(look.Supply, journal.SupplyLost, look.Lost, look.Text)
	if !look.Lost {
		s.notePower(look)
		o.conditions(node)
	}
	o.utility()
	return o.events
}

// reads reports whether this agent reads the supply.
func reads(s *State, node *plan.Supply) bool {
	source := node.Readings()
	return source != nil && source.ReadBy(s.Agent)
}

// notePower keeps a reading, and the charges of a battery that drains: from where it went to
// battery, which the journal remembers when this run does not.
func (s *State) notePower(look PowerLook) {
	l, reading := &s.Live, look.Reading
	reading.At = look.At
	l.Readings[look.Supply] = reading
	l.noteIdle(look)
	charge := possibleCharge(reading.ChargeRatio)
	switch {
	case reading.Source != supply.FromBattery:
		delete(l.Drains, look.Supply)
	case charge != nil:
		drain := l.Drains[look.Supply]
		if began := s.Power[PowerKey{look.Supply, journal.OnBattery}]; len(drain) == 0 && began.Charge != nil && began.FirstAt.Before(look.At) {
			drain = append(drain, supply.Charge{At: began.FirstAt, Ratio: *began.Charge})
		}
		drain = append(drain, supply.Charge{At: look.At, Ratio: *charge, DrawnWh: drawn(drain, reading)})
		if len(drain) > maxDrain {
			drain = slices.Delete(drain, 1, 2)
		}
		l.Drains[look.Supply] = drain
	}
}

// drawn is what went out of the battery since its first charge, up to the reading, by its watts.
func drawn(drain []supply.Charge, r supply.Reading) float64 {
	if len(drain) == 0 || r.OutputWatts == nil {
		return 0
	}
	last := drain[len(drain)-1]
	return last.DrawnWh + max(0, *r.OutputWatts)*r.At.Sub(last.At).Hours()
}

// noteIdle keeps since when a generator is known not to run.
func (l *Live) noteIdle(look PowerLook) {
	switch _, idle := l.Idle[look.Supply]; {
	case look.Reading.Running == nil:
	case *look.Reading.Running:
		delete(l.Idle, look.Supply)
	case !idle:
		l.Idle[look.Supply] = look.At
	}
}

// possibleCharge passes on what a charge can be: garbage must neither make a rate nor keep an
// event out of the journal, whose JSON has no word for NaN.
func possibleCharge(ratio *float64) *float64 {
	if ratio == nil || !(*ratio >= 0 && *ratio <= 1) {
		return nil
	}
	return ratio
}

// powerObserver gathers what one look begins and ends.
type powerObserver struct {
	plan    *plan.Plan
	state   *State
	tree    *plan.PowerTree
	look    PowerLook
	newID   func(time.Time) string
	before  time.Time // of the reading before this one; zero: there was none
	events  []journal.Event
	doubted []supply.Doubt // of the reading
}

// conditions judges what the reading says of its own supply. What it does not speak of stays as
// it was, and what a supply of the other kind left behind ends.
func (o *powerObserver) conditions(node *plan.Supply) {
	r, name, ups := o.look.Reading, node.Name, node.UPS != nil
	if !ups || r.Source != supply.FromUnknown && r.Source != "" {
		o.become(name, journal.OnBattery, ups && r.Source == supply.FromBattery, "")
		o.become(name, journal.SupplyOff, ups && r.Source == supply.FromNothing, "")
	}
	o.become(name, journal.BatteryLow, ups && r.BatteryLow, "")
	o.become(name, journal.ReplaceBattery, ups && o.look.Replace, "")
	if ups || r.Running != nil {
		o.become(name, journal.Running, !ups && *r.Running, "")
	}
	if r.OutputWatts != nil || r.OutputVA != nil || r.LoadRatio != nil {
		o.become(name, journal.OverCapacity, overCapacity(node, r), "")
	}
	o.doubted = o.doubts(name)
	o.become(name, journal.Doubtful, len(o.doubted) > 0, strings.Join(supply.Texts(o.doubted), "; "))
}

// overCapacity reports whether the supply measures more than it can bear at all.
func overCapacity(node *plan.Supply, r supply.Reading) bool {
	beyond := func(measured *float64, capacity float64) bool {
		return measured != nil && capacity > 0 && *measured > capacity
	}
	return beyond(r.OutputWatts, node.CapacityW) || beyond(r.OutputVA, node.CapacityVA) || beyond(r.LoadRatio, 1)
}

// doubts asks the model what of the newest reading cannot be believed. It gets only the supply's
// part of the plan, so that the cost of a reading does not grow with the number of supplies. The
// supply has just answered: that it was lost a moment ago is no doubt of what it says now.
func (o *powerObserver) doubts(name string) []supply.Doubt {
	part := partOf(o.plan, o.tree.Path(name))
	live := powerLive(part, o.state)
	reading := live.Readings[name]
	reading.Lost = false
	live.Readings[name] = reading
	delete(live.Silent, name)
	return supply.Doubts(part, live, name, o.look.At)
}

// partOf returns what of the plan bears on the first supply of a path: the path, and what hangs
// on that supply.
func partOf(p *plan.Plan, path []*plan.Supply) *plan.Plan {
	part, below := &plan.Plan{Power: p.Power}, map[string]bool{path[0].Name: true}
	for grows := path[0].UPS != nil; grows; { // once more than UPS stand behind each other
		grows = false
		for _, u := range p.UPSs {
			if below[u.FedBy] && !below[u.Name] {
				below[u.Name], grows = true, true
			}
		}
	}
	for _, u := range p.UPSs {
		if below[u.Name] || slices.ContainsFunc(path, func(s *plan.Supply) bool { return s.UPS == u }) {
			part.UPSs = append(part.UPSs, u)
		}
	}
	if g := path[len(path)-1].Generator; g != nil {
		part.Generators = []*plan.Generator{g}
	}
	for _, s := range p.Systems {
		if s.Power != nil && below[s.Power.FedBy] {
			part.Systems = append(part.Systems, s)
		}
	}
	for _, d := range p.Loads {
		if below[d.FedBy] {
			part.Loads = append(part.Loads, d)
		}
	}
	return part
}

// become begins or ends a condition when that is news.
func (o *powerObserver) become(name string, c journal.PowerCondition, holds bool, text string) {
	o.tell(name, c, holds, text, o.before)
}

// tell is become for what was last known not to hold at lastNotAt.
func (o *powerObserver) tell(name string, c journal.PowerCondition, holds bool, text string, lastNotAt time.Time) {
	account, held := o.state.Power[PowerKey{name, c}]
	switch {
	case holds && !held:
		began := journal.PowerBegan{
			Supply: name, Condition: c, LastNotAt: lastNotAt, FirstAt: o.look.At, Text: text,
			ChargeRatio: possibleCharge(o.look.Reading.ChargeRatio),
		}
		if c == journal.Doubtful {
			began.Doubts = JournaledDoubts(o.doubted)
		}
		o.emit(began)
	case !holds && held:
		o.emit(journal.PowerEnded{Began: account.ID, Supply: name, Condition: c, LastAt: latest(o.before, account.FirstAt), EndedAt: o.look.At})
	}
}

// JournaledDoubts puts doubts into the form of the journal.
func JournaledDoubts(doubts []supply.Doubt) []journal.PowerDoubt {
	var kept []journal.PowerDoubt
	for _, d := range doubts {
		kept = append(kept, journal.PowerDoubt{Code: string(d.Code), Values: d.Values})
	}
	return kept
}

// emit adds an event. Whoever journals it knows when it was learnt; the look may be older.
func (o *powerObserver) emit(payload journal.Payload) {
	e := journal.Event{ID: o.newID(o.look.At), Kind: payload.Kind(), Payload: payload}
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
	return PowerIf(p, s, supply.WhatIf{}, now)
}

// PowerIf tells how emergency power would stand now if what is asked were so; with nothing asked it
// is how it stands. It returns nil when the plan has none.
func PowerIf(p *plan.Plan, s *State, what supply.WhatIf, now time.Time) *supply.Facts {
	live := powerLive(p, s)
	live.WhatIf = what
	facts := supply.Evaluate(p, live, now)
	if facts == nil {
		return nil
	}
	facts.UtilityUnknown = utilityUnknown(p, s)
	for _, node := range facts.Supplies {
		_, node.ReplaceBattery = s.Power[PowerKey{node.Name, journal.ReplaceBattery}]
	}
	return facts
}

// powerLive is what the model needs to know of the plan's supplies. A UPS that was on battery in
// an earlier run and has not answered in this one is still there, as it was when it went to
// battery.
func powerLive(p *plan.Plan, s *State) supply.Live {
	live := supply.Live{Readings: make(map[string]supply.Reading), Silent: make(map[string]string), Drains: s.Live.Drains}
	if lost, ok := s.Power[PowerKey{journal.Utility, journal.UtilityLost}]; ok {
		live.UtilityLostAt = lost.Start()
	}
	for _, node := range p.Supplies() {
		r, read := s.Live.Readings[node.Name]
		if account, held := s.Power[PowerKey{node.Name, journal.OnBattery}]; !read && held {
			r, read = supply.Reading{At: account.FirstAt, Source: supply.FromBattery, ChargeRatio: account.Charge}, true
		}
		lost, silent := s.Power[PowerKey{node.Name, journal.SupplyLost}]
		if silent {
			live.Silent[node.Name] = lost.Text
		}
		if read {
			r.Lost = silent
			live.Readings[node.Name] = r
		}
	}
	return live
}

// forgetSupplies drops what was the matter with supplies that are no longer read.
func (s *State) forgetSupplies(names []string) {
	maps.DeleteFunc(s.Power, func(key PowerKey, _ PowerAccount) bool { return slices.Contains(names, key.Supply) })
	for _, name := range names {
		delete(s.Live.Readings, name)
		delete(s.Live.Drains, name)
		delete(s.Live.Idle, name)
	}
}

// goneSupplies lists the supplies with which something is the matter, or that were read, and that
// this agent does not read, sorted. An agent that reads none cannot tell whether utility power is lost.
func goneSupplies(p *plan.Plan, s *State) []string {
	read := map[string]bool{}
	for _, node := range p.Supplies() {
		if reads(s, node) {
			read[node.Name], read[journal.Utility] = true, true
		}
	}
	known := maps.Clone(read)
	for key := range s.Power {
		known[key.Supply] = true
	}
	for name := range s.Live.Readings {
		known[name] = true
	}
	maps.DeleteFunc(known, func(name string, _ bool) bool { return read[name] })
	return slices.Sorted(maps.Keys(known))
}
