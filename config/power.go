package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type generatorBlock struct {
	Source       plan.Source   `hcl:",source"`
	Title        string        `hcl:"title,optional" doc:"What people read: 「屋上発電機」. The name when not said."`
	Site         siteRef       `hcl:"site,optional" doc:"Where it stands."`
	CapacityW    float64       `hcl:"capacity_w" min:"1" doc:"Rated output in W: the kVA of its plate × 1000 × power factor, commonly 0.8."`
	CapacityVA   float64       `hcl:"capacity_va" min:"1" doc:"Rated output in VA: the kVA of its plate × 1000."`
	StartsWithin time.Duration `hcl:"starts_within,optional" default:"40s" min:"1s" doc:"How long after the loss of utility power it takes the load. Later than this it has failed to start."`
	Fuel         *fuelBlock    `hcl:"fuel,block" doc:"Its tank. Without it nobody can tell how long it runs."`
	Reading      *sourceBlock  `hcl:"source,block" doc:"How its controller is read. The label is the protocol, which has attributes of its own besides these."`
}

type fuelBlock struct {
	Source  plan.Source `hcl:",source"`
	Liters  float64     `hcl:"liters" min:"0" doc:"Litres in the tank, as they are assured at any time. A reading goes over it."`
	Reserve float64     `hcl:"reserve_liters,optional" default:"0" min:"0" doc:"Of these, litres that are not counted on: what the pump cannot draw, or is kept for the fire pump."`
	Burn    burnCurve   `hcl:"burn" doc:"Litres per hour by load in percent of capacity_w: { \"25\" = 14, \"50\" = 25 }. In between it is a straight line, below the first point flat, above the last along the last piece, above 100 % as at 100 %."`
}

type upsBlock struct {
	Source     plan.Source  `hcl:",source"`
	Title      string       `hcl:"title,optional" doc:"What people read: 「サーバ室UPS A」. The name when not said."`
	Site       siteRef      `hcl:"site,optional" doc:"Where it stands."`
	CapacityW  float64      `hcl:"capacity_w" min:"1" doc:"Rated output in W."`
	CapacityVA float64      `hcl:"capacity_va" min:"1" doc:"Rated output in VA."`
	BatteryWh  float64      `hcl:"battery_wh,optional" min:"1" doc:"Energy of the full battery in Wh. Without it only the UPS itself can tell how long it lasts."`
	Efficiency float64      `hcl:"efficiency,optional" default:"0.9" min:"0.1" max:"1" doc:"Part of the battery's energy that reaches the loads."`
	FedBy      supplyRef    `hcl:"fed_by,optional" doc:"A generator, another UPS, or utility, which is meant when not said."`
	Reading    *sourceBlock `hcl:"source,block" doc:"How it is read. The label is the protocol, which has attributes of its own besides these."`
}

type sourceBlock struct {
	Source   plan.Source   `hcl:",source"`
	Protocol string        `hcl:"protocol,label" doc:"Protocol."`
	Interval time.Duration `hcl:"interval,optional" default:"10s" min:"1s" doc:"From the start of one reading to the start of the next."`
	Timeout  time.Duration `hcl:"timeout,optional" min:"1ms" doc:"A reading that takes longer has failed. At most 80 % of the interval; 5s, or that share, when not said."`
	From     []agentRef    `hcl:"from,optional" doc:"Agents that read it; all when not said."`
	Own      hcl.Body      `hcl:",remain"`
}

// draw is what a load or system takes, and from where.
type draw struct {
	Watts          float64   `hcl:"watts,optional" min:"1" doc:"True power in W, measured if possible. Needed unless fed_by is utility or elsewhere."`
	VA             float64   `hcl:"va,optional" min:"1" doc:"Apparent power in VA; as many as watts when not said."`
	FedBy          supplyRef `hcl:"fed_by,optional" doc:"A generator or UPS; utility for what is dark in a blackout, elsewhere for what another building feeds."`
	SwitchOffAfter int       `hcl:"switch_off_after,optional" min:"1" doc:"Rank, in place of its priority, in the order of shedding: it is switched off right after the loads of this rank, and before those of any better one. What others depend on stays on as long as they do, whatever this says."`
}

type systemPowerBlock struct {
	Source plan.Source `hcl:",source"`
	draw
}

type loadBlock struct {
	Source   plan.Source `hcl:",source"`
	Title    string      `hcl:"title,optional" doc:"What people read: 「サーバ室空調」. The name when not said."`
	Priority int         `hcl:"priority,optional" min:"1" doc:"Rank among systems and loads, 1 first. Without it it is the first to be switched off."`
	draw
	DependsOn []consumerRef `hcl:"depends_on,optional" doc:"Systems and loads without which it is of no use. They stay on as long as it does."`
	NeededBy  []consumerRef `hcl:"needed_by,optional" doc:"Systems and loads that are of no use without it, such as the servers that it cools. It stays on as long as they do."`
}

type powerBlock struct {
	Source  plan.Source   `hcl:",source"`
	Horizon time.Duration `hcl:"horizon,optional" default:"72h" min:"1m" doc:"How long emergency power must last without utility power and without a delivery of fuel."`
	Margin  float64       `hcl:"margin,optional" default:"0.2" min:"0" max:"1" doc:"Part of each capacity that stays free, 0 to 1: for inrush, the charging of batteries, the losses of UPS and what nobody listed."`
}

func (l *loader) readPower() {
	l.readGenerators()
	l.readUPSs()
	l.readLoads()
	for i, u := range l.doc.Power {
		var b powerBlock
		l.decode(u.Inside, &b)
		if i > 0 {
			l.mistake(block.HCLRange(u.Source.Block), "Second power block",
				fmt.Sprintf("A plan has one; the first is at %s.", l.doc.Power[0].Source.Block))
			continue
		}
		l.plan.Power = &plan.PowerPolicy{Source: b.Source, Horizon: b.Horizon, Margin: b.Margin}
	}
}

func (l *loader) readGenerators() {
	for _, n := range l.doc.Generator {
		var b generatorBlock
		l.decode(n.Inside, &b)
		g := &plan.Generator{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Site: b.Site.name,
			CapacityW: b.CapacityW, CapacityVA: b.CapacityVA, StartsWithin: b.StartsWithin, Readings: l.supplySource(b.Reading),
		}
		l.moreWattsThanVA(b.Source, "capacity_w", b.CapacityW, b.CapacityVA)
		if f := b.Fuel; f != nil {
			g.Fuel = &plan.Fuel{Source: f.Source, Liters: f.Liters, Reserve: f.Reserve, Burn: f.Burn.curve}
			if f.Reserve > f.Liters {
				l.mistake(at(f.Source, "reserve_liters"), "The reserve is more than the tank holds",
					fmt.Sprintf("It is a part of liters, which is %g.", f.Liters))
			}
		}
		l.reserved("generator", n)
		if l.isFirst("generator", n) {
			l.plan.Generators = append(l.plan.Generators, g)
		}
	}
}

func (l *loader) readUPSs() {
	for _, n := range l.doc.UPS {
		var b upsBlock
		l.decode(n.Inside, &b)
		u := &plan.UPS{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Site: b.Site.name,
			CapacityW: b.CapacityW, CapacityVA: b.CapacityVA, BatteryWh: b.BatteryWh, Efficiency: b.Efficiency,
			FedBy: b.FedBy.name, Readings: l.supplySource(b.Reading),
		}
		switch u.FedBy {
		case "":
			u.FedBy = plan.Utility
		case plan.Elsewhere:
			l.mistake(at(b.Source, "fed_by"), "A UPS is not fed from elsewhere",
				"It is fed by a generator, by another UPS, or by utility. What another building feeds needs no UPS in this plan.")
		}
		l.moreWattsThanVA(b.Source, "capacity_w", b.CapacityW, b.CapacityVA)
		l.otherKind("ups", n, "generator")
		l.reserved("ups", n)
		if l.isFirst("ups", n) {
			l.plan.UPSs = append(l.plan.UPSs, u)
		}
	}
}

func (l *loader) readLoads() {
	for _, n := range l.doc.Load {
		var b loadBlock
		l.decode(n.Inside, &b)
		l.drawn(b.Source, &b.draw)
		l.otherKind("load", n, "system")
		if l.isFirst("load", n) {
			l.plan.Loads = append(l.plan.Loads, &plan.Load{
				Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Watts: b.Watts, VA: b.VA, FedBy: b.FedBy.name,
				Priority: b.Priority, SwitchOffAfter: b.SwitchOffAfter,
				DependsOn: l.namesOf(refsIn(b.DependsOn)), NeededBy: l.namesOf(refsIn(b.NeededBy)),
			})
		}
	}
}

func (l *loader) systemPower(b *systemPowerBlock) *plan.SystemPower {
	if b == nil {
		return nil
	}
	l.drawn(b.Source, &b.draw)
	return &plan.SystemPower{Source: b.Source, Watts: b.Watts, VA: b.VA, FedBy: b.FedBy.name, SwitchOffAfter: b.SwitchOffAfter}
}

// drawn completes what is drawn, and reports what cannot be. Of what a blackout takes anyway, or
// somebody else feeds, nobody needs the watts.
func (l *loader) drawn(src plan.Source, d *draw) {
	_, wrote := src.Attrs["watts"]
	counted := d.FedBy.name != plan.Utility && d.FedBy.name != plan.Elsewhere
	if counted && !wrote {
		l.mistake(block.HCLRange(src.Block), `Missing attribute "watts"`,
			"What is on emergency power needs it: capacity and fuel are counted by it. "+
				"Measure it, or take the power supplies' rating.")
	}
	if _, wrote := src.Attrs["va"]; !wrote {
		d.VA = d.Watts
		return
	}
	l.moreWattsThanVA(src, "watts", d.Watts, d.VA)
}

// moreWattsThanVA reports what no device can be: its power factor would be above 1.
func (l *loader) moreWattsThanVA(src plan.Source, attr string, watts, va float64) {
	if watts > va && va > 0 {
		l.mistake(at(src, attr), "More W than VA",
			fmt.Sprintf("True power is never more than apparent power: %g W against %g VA. Are they swapped?", watts, va))
	}
}

// otherKind reports a name that a block of another kind has: a report or metric that names a
// supply, or a load, must not mean two things.
func (l *loader) otherKind(kind string, n named, other string) {
	if first, taken := l.names[other][n.Name]; taken {
		l.mistake(block.HCLRange(n.Source.Block), fmt.Sprintf("A %s and a %s of one name", other, kind),
			fmt.Sprintf("%q is the %s at %s. Both appear in the same tables and metrics; give one of them another name.", n.Name, other, block.Range(first)))
	}
}

// reserved refuses names that mean something else in fed_by.
func (l *loader) reserved(kind string, n named) {
	if n.Name == plan.Utility || n.Name == plan.Elsewhere {
		l.mistake(block.HCLRange(n.Source.Block), fmt.Sprintf("%q cannot be the name of a %s", n.Name, kind),
			"In fed_by it means utility power, or somebody else's.")
	}
}

func (l *loader) supplySource(b *sourceBlock) *plan.SupplySource {
	if b == nil {
		return nil
	}
	s := &plan.SupplySource{Source: b.Source, Protocol: b.Protocol, Interval: b.Interval, Timeout: b.Timeout}
	longest := time.Duration(float64(s.Interval) * plan.MaxTimeoutShare)
	if s.Timeout == 0 {
		s.Timeout = min(plan.DefaultPowerTimeout, longest)
	}
	if s.Timeout > longest && s.Interval > 0 {
		l.mistake(at(b.Source, "timeout"), "The timeout is too long for the interval",
			fmt.Sprintf("It may take at most 80 %% of the interval of %s: %s.", plan.FormatDuration(s.Interval), plan.FormatDuration(longest)))
	}
	for _, a := range b.From {
		l.agentKnown(a)
	}
	s.From = l.namesOf(refsIn(b.From))
	protocol, ok := l.opts.Protocols[b.Protocol]
	if !ok {
		l.unknownProtocol(b)
		return s
	}
	settings, diags := protocol.Decode(b.Own, l.ctx)
	l.add(diags)
	s.Settings = settings
	return s
}

// powerLoops reports UPS that feed each other in a circle, and loads that depend on each other so.
func (l *loader) powerLoops() {
	for _, cycle := range l.plan.SupplyCycles() {
		l.mistake(at(l.plan.UPS(cycle[0]).Source, "fed_by"), "UPS feed each other in a circle",
			strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")+". One of them must be fed by a generator or by utility.")
	}
	for _, cycle := range l.plan.NeedCycles() {
		i := slices.IndexFunc(cycle, func(name string) bool { return l.plan.Load(name) != nil })
		l.mistake(block.HCLRange(l.plan.Load(cycle[i]).Block), "Systems and loads depend on each other in a circle",
			strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")+". Take one of these dependencies away, or nobody can tell which to switch off first.")
	}
}
