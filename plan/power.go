package plan

import (
	"math"
	"slices"
	"time"
)

// What fed_by may say besides the name of a generator or UPS.
const (
	// Utility is the grid (商用電源) alone: what hangs on it is off in a blackout.
	Utility = "utility"
	// Elsewhere is somebody else's supply, a data centre's or a provider's: what hangs on it is
	// not for this plan to feed, and lives on.
	Elsewhere = "elsewhere"
)

// Generator is an emergency generating set (非常用発電機).
type Generator struct {
	Source
	Name  string
	Title string
	Site  string // name of a site; empty when not said
	// CapacityW and CapacityVA are the rated output: 72,000 W of a 90 kVA set at a power factor of 0.8.
	CapacityW, CapacityVA float64
	// StartsWithin is how long after the loss of utility power it takes the load.
	StartsWithin time.Duration
	Fuel         *Fuel // nil: not said, so its runtime is not known
	// Readings is how it is read; nil when it is not.
	Readings *SupplySource
}

// Fuel is a generator's tank and what it burns.
type Fuel struct {
	Source
	Liters float64
	// Reserve is the part of Liters that is not counted on, in litres.
	Reserve float64
	Burn    BurnCurve
}

// UPS is an uninterruptible power supply (無停電電源装置).
type UPS struct {
	Source
	Name                  string
	Title                 string
	Site                  string // name of a site; empty when not said
	CapacityW, CapacityVA float64
	// BatteryWh is the energy of a full battery; zero when not known.
	BatteryWh float64
	// Efficiency is the part of the battery's energy that reaches the loads.
	Efficiency float64
	// FedBy names a generator or another UPS, or is [Utility].
	FedBy string
	// Readings is how it is read; nil when it is not.
	Readings *SupplySource
}

// SupplySource is how a UPS or generator is read, and how often.
type SupplySource struct {
	Source
	Protocol string // a name of the table in power/all
	Interval time.Duration
	// Timeout is at most 80 % of Interval.
	Timeout time.Duration
	// From names the agents that read it; empty means all.
	From []string
	// Settings is what the protocol decoded from its own attributes; only it looks inside.
	Settings any
}

// ReadBy reports whether the agent named reads the supply.
func (s *SupplySource) ReadBy(agent string) bool {
	return len(s.From) == 0 || slices.Contains(s.From, agent)
}

// Load is something that draws power without being a system: air conditioning, lights, a room.
type Load struct {
	Source
	Name      string
	Title     string
	Watts, VA float64
	// FedBy names a generator or UPS, or is [Utility] or [Elsewhere]; empty when not said.
	FedBy string
	// Priority ranks it among systems and loads, 1 first. Zero: the first to be switched off.
	Priority int
	// SwitchOffAfter places it in the order of shedding; see [Consumer.ShedRank].
	SwitchOffAfter int
	// DependsOn names systems and loads without which it is of no use, NeededBy those that are
	// of no use without it, such as the servers that an air conditioner cools.
	DependsOn, NeededBy []string
}

// SystemPower is what a system draws, and from where.
type SystemPower struct {
	Source
	Watts, VA float64
	// FedBy names a generator or UPS, or is [Utility] or [Elsewhere]; empty when not said.
	FedBy string
	// SwitchOffAfter places it in the order of shedding; see [Consumer.ShedRank].
	SwitchOffAfter int
}

// PowerPolicy is what the emergency power is held to.
type PowerPolicy struct {
	Source
	// Horizon is how long it must last without utility power and without a delivery of fuel.
	Horizon time.Duration
	// Margin is the part of each capacity that stays free, 0 to 1: for inrush, the charging of
	// batteries, the losses of a UPS and what nobody listed.
	Margin float64
}

// Defaults of the power blocks, as design and reference state them. 72 hours without supply
// from outside is the Cabinet Office's measure for municipal offices.
const (
	DefaultHorizon       = 72 * time.Hour
	DefaultMargin        = 0.2
	DefaultStartsWithin  = 40 * time.Second
	DefaultEfficiency    = 0.9
	DefaultPowerInterval = 10 * time.Second
	DefaultPowerTimeout  = 5 * time.Second
)

// Usable is the part of a capacity that may be planned with.
func (p *PowerPolicy) Usable(capacity float64) float64 { return capacity * (1 - p.Margin) }

// Consumer is whatever draws power: a system with a power block, or a load. Names of systems
// and loads are told apart, so a consumer's name is enough.
type Consumer struct {
	Name      string
	Title     string
	Kind      ConsumerKind
	Priority  int // zero: none
	Watts, VA float64
	FedBy     string
	// SwitchOffAfter is a rank; zero when not said.
	SwitchOffAfter int
}

// ConsumerKind tells a system from a load.
type ConsumerKind string

// The kinds of consumer, named as their blocks are.
const (
	SystemConsumer ConsumerKind = "system"
	LoadConsumer   ConsumerKind = "load"
)

// ShedRank places the consumer in the order of shedding: the greatest rank goes off first. It is
// the priority, and without one greater than any. With switch_off_after = n the consumer goes
// off right after those of rank n and before those of any better rank, whatever its priority.
func (c *Consumer) ShedRank() float64 {
	switch {
	case c.SwitchOffAfter > 0:
		return float64(c.SwitchOffAfter) - 0.5
	case c.Priority > 0:
		return float64(c.Priority)
	default:
		return math.Inf(1)
	}
}

// Ranked reports whether the plan gives the consumer a place in the order of shedding.
func (c *Consumer) Ranked() bool { return !math.IsInf(c.ShedRank(), 1) }

// Consumers returns what draws power, in the plan's order: systems first, then loads.
func (p *Plan) Consumers() []*Consumer {
	var all []*Consumer
	for _, s := range p.Systems {
		if w := s.Power; w != nil {
			all = append(all, &Consumer{s.Name, s.Title, SystemConsumer, s.Priority, w.Watts, w.VA, w.FedBy, w.SwitchOffAfter})
		}
	}
	for _, d := range p.Loads {
		all = append(all, &Consumer{d.Name, d.Title, LoadConsumer, d.Priority, d.Watts, d.VA, d.FedBy, d.SwitchOffAfter})
	}
	return all
}
