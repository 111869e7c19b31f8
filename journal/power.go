package journal

import "time"

// The kinds of events that tell of power.
const (
	KindPowerBegan Kind = "power_began"
	KindPowerEnded Kind = "power_ended"
)

// PowerCondition is something that can be the matter with a supply for a while.
type PowerCondition string

// The conditions.
const (
	UtilityLost    PowerCondition = "utility_lost"    // of the utility: every UPS that can be read is on battery, or a generator runs
	OnBattery      PowerCondition = "on_battery"      // of a UPS
	BatteryLow     PowerCondition = "battery_low"     // of a UPS, by its own word
	ReplaceBattery PowerCondition = "replace_battery" // of a UPS, by its own word
	SupplyOff      PowerCondition = "off"             // of a UPS: it feeds nothing
	Running        PowerCondition = "running"         // of a generator
	NotStarted     PowerCondition = "not_started"     // of a generator: not running although its time to start is over
	OverCapacity   PowerCondition = "over_capacity"   // measured load above capacity
	Doubtful       PowerCondition = "doubtful"        // its readings contradict themselves or what was seen
	SupplyLost     PowerCondition = "lost"            // it does not answer
)

// PowerConditions lists every condition.
var PowerConditions = [...]PowerCondition{
	UtilityLost, OnBattery, BatteryLow, ReplaceBattery, SupplyOff, Running, NotStarted, OverCapacity, Doubtful, SupplyLost,
}

// Utility is the subject of [UtilityLost]: the grid, which has no block in the plan.
const Utility = "utility"

// PowerBegan tells that a condition holds; the event's ID names its stretch.
type PowerBegan struct {
	Supply    string         `json:"supply"`
	Condition PowerCondition `json:"condition"`
	// LastNotAt is the last reading without the condition (zero: none), FirstAt the first with it.
	LastNotAt time.Time `json:"last_not_at,omitzero"`
	FirstAt   time.Time `json:"first_at"`
	Text      string    `json:"text,omitempty"`
	// Doubts are, of [Doubtful], what the text says, for words in any language.
	Doubts []PowerDoubt `json:"doubts,omitempty"`
	// ChargeRatio is the charge at FirstAt when the UPS told it: what drains is measured from there.
	ChargeRatio *float64 `json:"charge_ratio,omitempty"`
}

// PowerDoubt is something in a supply's words that could not be believed; its code is one of
// package supply.
type PowerDoubt struct {
	Code   string         `json:"code"`
	Values map[string]any `json:"values,omitempty"`
}

// PowerEnded tells that a condition holds no more.
type PowerEnded struct {
	Began     string         `json:"began"` // id of the PowerBegan event
	Supply    string         `json:"supply"`
	Condition PowerCondition `json:"condition"`
	LastAt    time.Time      `json:"last_at"`
	EndedAt   time.Time      `json:"ended_at"`
}

func (PowerBegan) Kind() Kind { return KindPowerBegan }
func (PowerEnded) Kind() Kind { return KindPowerEnded }
