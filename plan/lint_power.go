package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The names of the rules on emergency power.
const (
	RulePowerLoop       = "power-loop"
	RuleBurnCurve       = "burn-curve-not-increasing"
	RuleLoadUnfed       = "load-fed-by-nothing"
	RuleNotOnPower      = "priority-system-not-on-emergency-power"
	RulePowerDependency = "dependency-not-on-emergency-power"
	RulePowerRank       = "dependency-shed-before-dependent"
	RuleOverCapacity    = "supply-over-capacity"
	RuleHorizonShort    = "fuel-short-of-horizon"
	RuleBridgeShort     = "ups-shorter-than-generator-start"
	RuleBatteryShort    = "battery-shorter-than-allowance"
)

// powerLinter looks at the emergency power of a plan. A plan that does not speak of it has
// nothing to be found fault with.
type powerLinter struct {
	*linter
	tree      *PowerTree
	consumers []*Consumer
	byName    map[string]*Consumer
	planned   map[string]Draw
	policy    PowerPolicy
}

func (l *linter) power() {
	if !l.plan.HasPower() {
		return
	}
	w := &powerLinter{
		linter: l, tree: l.plan.PowerTree(), consumers: l.plan.Consumers(), byName: make(map[string]*Consumer),
		policy: PowerPolicy{Horizon: DefaultHorizon, Margin: DefaultMargin},
	}
	if l.plan.Power != nil {
		w.policy = *l.plan.Power
	}
	for _, c := range w.consumers {
		w.byName[c.Name] = c
	}
	w.planned = w.tree.Planned(w.consumers)
	w.loops()
	for _, c := range w.consumers {
		w.unfed(c)
	}
	for _, s := range w.tree.Supplies() {
		w.capacity(s)
	}
	for _, g := range l.plan.Generators {
		w.generator(g)
	}
	for _, u := range l.plan.UPSs {
		w.ups(u)
	}
	w.systems()
}

func (l *linter) fail(at Range, rule, summary, detail string) {
	l.findings = append(l.findings, Finding{Error, at, rule, summary, detail})
}

func (l *powerLinter) loops() {
	for _, cycle := range l.plan.SupplyCycles() {
		l.fail(l.plan.UPS(cycle[0]).At("fed_by"), RulePowerLoop, "UPS feed each other in a circle",
			strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")+". One of them must be fed by a generator or by utility power.")
	}
	for _, cycle := range l.plan.NeedCycles() {
		l.fail(l.at(cycle[0], "depends_on"), RuleDependencyCycle, "Systems and loads depend on each other in a circle",
			"The dependencies go round: "+strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")+
				". Remove one of them, or nobody can tell which to switch off first.")
	}
}

// at returns where the attribute of a consumer was written, else its block.
func (l *powerLinter) at(consumer, attribute string) Range {
	if d := l.plan.Load(consumer); d != nil {
		return d.At(attribute)
	}
	s := l.plan.System(consumer)
	switch {
	case s == nil:
		return Range{}
	case s.Power != nil && s.Power.Attrs[attribute] != (Range{}):
		return s.Power.At(attribute)
	case s.Power == nil || s.Attrs[attribute] != (Range{}):
		return s.At(attribute)
	}
	return s.Power.Block
}

func (l *powerLinter) unfed(c *Consumer) {
	if c.FedBy == "" {
		l.warn(l.at(c.Name, "fed_by"), RuleLoadUnfed, "Load fed by nothing",
			title(c)+" has no fed_by, so it counts for no supply and is dark in a blackout. "+
				"Set fed_by to a generator or UPS, or to utility if that is what is meant.")
	}
}

func title(c *Consumer) string {
	return strings.ToUpper(string(c.Kind[:1])) + string(c.Kind[1:]) + " " + strconv.Quote(c.Name)
}

// capacity compares what hangs on a supply with its capacity less the margin, in W and in VA:
// either may be the tighter one.
func (l *powerLinter) capacity(s *Supply) {
	var over []string
	compare := func(unit string, load, capacity float64) {
		if usable := l.policy.Usable(capacity); capacity > 0 && load > usable*(1+ratioSlack) {
			over = append(over, fmt.Sprintf("%s %s against %s %s (%s less a margin of %g %%)",
				number(load), unit, number(usable), unit, number(capacity), 100*l.policy.Margin))
		}
	}
	sum := l.planned[s.Name]
	compare("W", sum.W, s.CapacityW)
	compare("VA", sum.VA, s.CapacityVA)
	if len(over) > 0 {
		l.warn(s.At("capacity_w"), RuleOverCapacity, "Planned load is over capacity",
			supplyTitle(s)+" is to carry "+strings.Join(over, " and ")+". Move loads elsewhere, or see keizoku power for what would be shed.")
	}
}

func supplyTitle(s *Supply) string {
	if s.Kind == UPSSupply {
		return "UPS " + strconv.Quote(s.Name)
	}
	return "Generator " + strconv.Quote(s.Name)
}

// number writes watts, volt-amperes or litres without a fraction that nobody measures.
func number(v float64) string { return strconv.FormatFloat(math.Round(v), 'f', -1, 64) }

func (l *powerLinter) generator(g *Generator) {
	if g.Fuel == nil {
		return
	}
	if fault := g.Fuel.Burn.Fault(); fault != "" {
		l.fail(g.Fuel.At("burn"), RuleBurnCurve, "Burn curve does not rise with the load", fault)
		return
	}
	load := l.planned[g.Name].W
	if lasts, ok := g.Runtime(load); ok && lasts < l.policy.Horizon {
		perHour, _ := g.Fuel.Burn.At(load / g.CapacityW)
		l.warn(g.Fuel.At("liters"), RuleHorizonShort, "Fuel does not reach the horizon",
			fmt.Sprintf("Generator %q burns %.1f L/h at %s W: its %s L last %s of %s. Hold more fuel, or see keizoku power for what would be shed.",
				g.Name, perHour, number(load), number(g.Fuel.Usable(g.Fuel.Liters)), FormatDuration(lasts), FormatDuration(l.policy.Horizon)))
	}
}

func (l *powerLinter) ups(u *UPS) {
	lasts, ok := u.Runtime(l.planned[u.Name].W)
	if !ok {
		return
	}
	path := l.tree.Path(u.Name)
	g := Backup(path)
	switch {
	case path[len(path)-1].FedBy != Utility: // a loop, which is told
	case g == nil:
		l.batteryOnly(u, lasts)
	case lasts < g.StartsWithin:
		l.warn(u.At("battery_wh"), RuleBridgeShort, "UPS does not bridge the generator's start",
			fmt.Sprintf("UPS %q bears its load for %s, and generator %q takes up to %s to take over: what hangs on it would go down in between.",
				u.Name, FormatDuration(lasts), g.Name, FormatDuration(g.StartsWithin)))
	}
}

// batteryOnly finds the systems that a UPS without a generator behind it carries for a shorter
// time than they may be down: the battery runs out, and they are down in time to miss it.
func (l *powerLinter) batteryOnly(u *UPS, lasts time.Duration) {
	end := l.noon.Add(lasts)
	var short []string
	for _, s := range l.plan.Systems {
		if s.Power == nil || !l.carries(u, s.Power.FedBy) {
			continue
		}
		threats := l.threatsWhere(func(threat string) bool {
			deadline := s.Allowance(threat).Deadline(l.noon)
			return !deadline.IsZero() && end.Before(deadline)
		})
		if len(threats) > 0 {
			short = append(short, s.Name)
		}
	}
	if len(short) > 0 {
		l.warn(u.At("fed_by"), RuleBatteryShort, "Battery is all there is, and it is shorter than an allowance",
			fmt.Sprintf("UPS %q is fed by no generator and bears its load for %s, less than the allowable_downtime of %s: in a long blackout they are down with nothing to bring them back. Feed it by a generator, or move them.",
				u.Name, FormatDuration(lasts), list(short)))
	}
}

func (l *powerLinter) carries(u *UPS, fedBy string) bool {
	return slices.ContainsFunc(l.tree.Path(fedBy), func(s *Supply) bool { return s.UPS == u })
}

// systems holds the ranks of systems and loads against one another.
func (l *powerLinter) systems() {
	needs := l.plan.PowerNeeds()
	for _, s := range l.plan.Systems {
		if s.Priority > 0 && l.plan.PowerEnds(s) && len(l.tree.Supplies()) > 0 {
			l.warn(s.At("priority"), RuleNotOnPower, "Priority system is not on emergency power",
				"System "+strconv.Quote(s.Name)+" has priority "+strconv.Itoa(s.Priority)+
					" and goes down with utility power. Add a power block with fed_by; for a system in a data centre fed_by = elsewhere.")
		}
		l.dependencies(s.Name, needs[s.Name])
	}
	for _, d := range l.plan.Loads {
		l.dependencies(d.Name, needs[d.Name])
	}
}

// PowerEnds reports whether the system goes down as soon as utility power does, as far as the
// plan tells.
func (p *Plan) PowerEnds(s *System) bool {
	return s.Power == nil || s.Power.FedBy == Utility || s.Power.FedBy == ""
}

// dependencies compares a consumer on emergency power with what it is of no use without.
func (l *powerLinter) dependencies(name string, needs []string) {
	c := l.byName[name]
	if c == nil || !c.Ranked() || len(l.tree.Path(c.FedBy)) == 0 {
		return
	}
	for _, need := range needs {
		d := l.byName[need]
		switch {
		case d == nil:
			l.unpowered(c, need)
		case d.FedBy == Utility:
			l.unpowered(c, need)
		case len(l.tree.Path(d.FedBy)) > 0 && d.ShedRank() > c.ShedRank():
			l.warn(l.at(need, "priority"), RulePowerRank, "Dependency is to be switched off before what depends on it",
				title(d)+" is ranked "+rank(d)+" for shedding, but "+string(c.Kind)+" "+strconv.Quote(c.Name)+", which is ranked "+rank(c)+
					", is of no use without it. It is kept on as long as that; give it the priority that it has in truth.")
		}
	}
}

// unpowered reports a dependency that is dark when what depends on it is not. Of a priority
// system that is told already.
func (l *powerLinter) unpowered(c *Consumer, need string) {
	s := l.plan.System(need)
	if s != nil && s.Priority > 0 || s == nil && l.byName[need] == nil {
		return
	}
	l.warn(l.at(c.Name, "fed_by"), RulePowerDependency, "Dependency is not on emergency power",
		title(c)+" is on emergency power, but depends on "+strconv.Quote(need)+", which is not. Feed that too, or neither.")
}

func rank(c *Consumer) string {
	switch {
	case c.SwitchOffAfter > 0:
		return "just after " + strconv.Itoa(c.SwitchOffAfter)
	case c.Priority > 0:
		return strconv.Itoa(c.Priority)
	}
	return "last"
}
