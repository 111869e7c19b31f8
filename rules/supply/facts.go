package supply

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Facts is how emergency power stands at one instant. Its JSON form is part of the contract.
// Seconds are whole, rounded down: nobody is promised more time than there is.
type Facts struct {
	At time.Time `json:"at"`
	// UtilityLost says whether utility power (商用電源) is lost, UtilityLostAt since when.
	UtilityLost   bool      `json:"utility_lost"`
	UtilityLostAt time.Time `json:"utility_lost_at,omitzero"`
	// UtilityUnknown says that nobody can tell whether utility power is there: every supply that
	// could is confirmed not to answer. UtilityLost is false then.
	UtilityUnknown bool `json:"utility_unknown,omitempty"`
	// HoldsUnshed says whether everything can stay on for the horizon, Holds whether that is so
	// once the shedding plan is carried out.
	HoldsUnshed bool `json:"holds_unshed"`
	Holds       bool `json:"holds"`
	// HorizonSeconds and ReachesSeconds count from the loss of utility power. ReachesSeconds is
	// how far it gets with the shedding plan carried out; nil when nothing known ends it.
	HorizonSeconds int64  `json:"horizon_seconds"`
	ReachesSeconds *int64 `json:"reaches_seconds,omitempty"`
	// UnshedSeconds is how far everything gets with nothing shed, from the loss of utility power;
	// nil when nothing known ends it. It is below HorizonSeconds exactly while HoldsUnshed is
	// false.
	UnshedSeconds *int64         `json:"unshed_seconds,omitempty"`
	MarginRatio   float64        `json:"margin_ratio"`
	Supplies      []*SupplyFacts `json:"supplies"` // generators, then UPS, in the plan's order
	Loads         []*LoadFacts   `json:"loads"`    // systems, then loads, in the plan's order
	Shed          []*ShedFacts   `json:"shed"`     // in the order of switching off
	Restart       []string       `json:"restart"`  // in the order of switching on
}

// SupplyFacts is one generator or UPS.
type SupplyFacts struct {
	Name       string          `json:"name"`
	Title      string          `json:"title"`
	Kind       plan.SupplyKind `json:"kind"`
	FedBy      string          `json:"fed_by,omitempty"` // empty for a generator
	CapacityW  float64         `json:"capacity_w"`
	CapacityVA float64         `json:"capacity_va"`
	PlannedW   float64         `json:"planned_w"`
	PlannedVA  float64         `json:"planned_va"`
	MeasuredW  *float64        `json:"measured_w,omitempty"`
	MeasuredVA *float64        `json:"measured_va,omitempty"`
	// HeadroomW and HeadroomVA are capacity less margin less load, measured where that is known;
	// below zero it is over capacity.
	HeadroomW  float64 `json:"headroom_w"`
	HeadroomVA float64 `json:"headroom_va"`
	// RuntimeSeconds is how long its battery or its fuel would bear the whole load from now on;
	// nil when not known, or without a load.
	RuntimeSeconds *int64 `json:"runtime_seconds,omitempty"`
	// AfterShedW, AfterShedVA and AfterShedRuntimeSeconds are the same with the shedding plan
	// carried out.
	AfterShedW              float64   `json:"after_shed_w"`
	AfterShedVA             float64   `json:"after_shed_va"`
	AfterShedRuntimeSeconds *int64    `json:"after_shed_runtime_seconds,omitempty"`
	Source                  Source    `json:"source,omitempty"`
	ChargeRatio             *float64  `json:"charge_ratio,omitempty"`
	LoadRatio               *float64  `json:"load_ratio,omitempty"`  // by its own word
	FuelLiters              *float64  `json:"fuel_liters,omitempty"` // with the reserve
	Running                 *bool     `json:"running,omitempty"`
	ReadingAt               time.Time `json:"reading_at,omitzero"`
	// FuelMeasured says that FuelLiters was read from the tank; else it is what the plan says.
	FuelMeasured bool `json:"fuel_measured,omitempty"`
	// TestResult, TestedAt and BatteryDate are a UPS's own words on its newest self-test and on
	// when its battery was put in; absent when it does not say.
	TestResult  string    `json:"test_result,omitempty"`
	TestedAt    time.Time `json:"tested_at,omitzero"`
	BatteryDate string    `json:"battery_date,omitempty"`
	// ReplaceBattery says that a UPS wants a new battery, Lost that the supply does not answer.
	ReplaceBattery bool `json:"replace_battery,omitempty"`
	Lost           bool `json:"lost,omitempty"`
	// AssumedDying says that it was on battery when it last answered, and answers no longer: its
	// runtime is counted down from then.
	AssumedDying bool `json:"assumed_dying"`
	// Situations tell how long what hangs on it stays fed in each case, from now on.
	Situations []SituationFacts `json:"situations"`
	Problems   []Problem        `json:"problems"`
	// Doubts are the texts of Doubted, in English; Doubted is for words in any language.
	Doubts  []string `json:"doubts"`
	Doubted []Doubt  `json:"doubted,omitempty"`
}

// SituationFacts is what a supply does for its loads in one situation.
type SituationFacts struct {
	Name Case `json:"name"`
	// Fed says whether the loads are fed at all, LastsSeconds for how long; nil: without end, or
	// not known.
	Fed          bool   `json:"fed"`
	LastsSeconds *int64 `json:"lasts_seconds,omitempty"`
}

// Case is a situation that emergency power is planned for.
type Case string

// The situations.
const (
	UtilityPresent   Case = "utility"
	GeneratorRunning Case = "generator" // utility lost, and generators started
	GeneratorFailed  Case = "battery"   // utility lost, and no generator starts
)

// Problem is something about a supply that people must know.
type Problem string

// The problems.
const (
	OverCapacity   Problem = "over_capacity"   // of its load as it is
	HorizonShort   Problem = "horizon_short"   // with everything on
	Infeasible     Problem = "infeasible"      // even with the shedding plan carried out
	BridgeShort    Problem = "bridge_short"    // the battery ends before the generator takes the load
	BatteryOnly    Problem = "battery_only"    // no generator stands behind it
	BatteryUnknown Problem = "battery_unknown" // neither plan nor reading tells how long it lasts
	FuelUnknown    Problem = "fuel_unknown"    // the plan tells no fuel
	BeyondCurve    Problem = "beyond_curve"    // above 100 %: burn is taken as at 100 %
	NotStarted     Problem = "failed_to_start" // utility is lost, and it does not run
	DependencyEnds Problem = "dependency_ends" // it feeds something that what lives longer depends on
)

// Problems lists every problem.
var Problems = [...]Problem{
	OverCapacity, HorizonShort, Infeasible, BridgeShort, BatteryOnly, BatteryUnknown, FuelUnknown, BeyondCurve, NotStarted, DependencyEnds,
}

// LoadFacts is one system or load of the emergency-power list.
type LoadFacts struct {
	Load     string            `json:"load"`
	Title    string            `json:"title"`
	Kind     plan.ConsumerKind `json:"kind"`
	Priority int               `json:"priority,omitempty"`
	// SwitchOffAfter is the rank after which it goes off, in place of its priority.
	SwitchOffAfter int     `json:"switch_off_after,omitempty"`
	Watts          float64 `json:"watts"` // planned
	VA             float64 `json:"va"`    // planned
	FedBy          string  `json:"fed_by,omitempty"`
	// OnEmergencyPower says whether a generator or UPS feeds it.
	OnEmergencyPower bool `json:"on_emergency_power"`
	// Shed says whether it is in the shedding plan.
	Shed bool `json:"shed"`
	// EndsAt is when it goes dark or must be off, EndsReason why; zero while utility power is
	// there, and for what nothing known ends.
	EndsAt     time.Time `json:"ends_at,omitzero"`
	EndsReason Reason    `json:"ends_reason,omitempty"`
}

// ShedFacts is one line of the shedding plan.
type ShedFacts struct {
	Load     string `json:"load"`
	Title    string `json:"title"`
	Priority int    `json:"priority,omitempty"`
	// SwitchOffAfter is the rank after which it goes off, in place of its priority.
	SwitchOffAfter int `json:"switch_off_after,omitempty"`
	// Watts is what its going frees, as measured where that is known.
	Watts float64 `json:"watts"`
	// AfterSeconds is by when it must be off, from the loss of utility power; At is that instant,
	// zero while utility power is there.
	AfterSeconds int64     `json:"after_seconds"`
	At           time.Time `json:"at,omitzero"`
	Reason       Reason    `json:"reason"`
	Supply       string    `json:"supply"` // whose shortage it is
}

// Reason is why a load must go off.
type Reason string

// The reasons.
const (
	ForCapacity   Reason = "capacity"   // the supply cannot bear it
	ForHorizon    Reason = "horizon"    // the fuel would not last
	ForDependency Reason = "dependency" // what it depends on must go
	BatteryEnds   Reason = "battery"    // it hangs on a battery alone; one that holds the horizon is no reason to shed
	NoSupply      Reason = "no_supply"  // it hangs on a generator that does not run, or on utility power
	FuelEnds      Reason = "fuel"       // no reason to shed it: it stays on until the fuel ends
)

// Reasons lists every reason.
var Reasons = [...]Reason{ForCapacity, ForHorizon, ForDependency, BatteryEnds, NoSupply, FuelEnds}

// Supply returns the facts of the supply named, or nil.
func (f *Facts) Supply(name string) *SupplyFacts {
	for _, s := range f.Supplies {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Ends returns when the system or load named goes dark or must be off, and why, as a line of the
// shedding plan, in which it stands unless the fuel ends, its battery lasts for the horizon or it
// hangs on utility power; ok is false when it stays on, as far as is known, or utility power is there.
func (f *Facts) Ends(load string) (line *ShedFacts, ok bool) {
	for _, l := range f.Loads {
		if l.Load != load || l.EndsAt.IsZero() {
			continue
		}
		return &ShedFacts{
			Load: l.Load, Title: l.Title, Priority: l.Priority, SwitchOffAfter: l.SwitchOffAfter, Watts: l.Watts,
			AfterSeconds: int64(l.EndsAt.Sub(f.UtilityLostAt) / time.Second), At: l.EndsAt, Reason: l.EndsReason, Supply: l.FedBy,
		}, true
	}
	return nil, false
}

// Runs reports whether it is known to run; what nobody reads is not.
func (f *SupplyFacts) Runs() bool { return f.Running != nil && *f.Running }
