package plan

import "slices"

// AlertKind is what can be said beforehand of the alerts of one name. Package rules/alert raises
// them, and a test there holds both lists together.
type AlertKind struct {
	Name string
	// Gravest is the gravest severity that they can have.
	Gravest AlertSeverity
	// OfSystem marks those about one system, OfSupply those about one generator or UPS, OfPower
	// those about power as a whole, AtAgent those of the agent's own place.
	OfSystem, OfSupply, OfPower, AtAgent bool
	// OfRole marks those that name the roles that have to act.
	OfRole bool
}

// AlertKinds lists every name of an alert, in the order of the reference.
var AlertKinds = [...]AlertKind{
	{Name: alertSystemDown, Gravest: Critical, OfSystem: true},
	{Name: alertDeadlineNear, Gravest: Critical, OfSystem: true},
	{Name: "StartRecoveryNow", Gravest: Critical, OfSystem: true},
	{Name: "DeadlineMissed", Gravest: Critical, OfSystem: true},
	{Name: "UtilityLost", Gravest: Critical, OfPower: true},
	{Name: "GeneratorNotStarted", Gravest: Critical, OfSupply: true},
	{Name: "RuntimeShort", Gravest: Critical, OfPower: true},
	{Name: "OnBattery", Gravest: Critical, OfSupply: true},
	{Name: "BatteryLow", Gravest: Critical, OfSupply: true},
	{Name: "SupplyOff", Gravest: Critical, OfSupply: true},
	{Name: "OverCapacity", Gravest: Critical, OfSupply: true},
	{Name: "UPSLost", Gravest: Critical, OfSupply: true},
	{Name: "GeneratorLost", Gravest: Critical, OfSupply: true},
	{Name: "ReplaceBattery", Gravest: Caution, OfSupply: true},
	{Name: "EstablishPosture", Gravest: Critical, OfRole: true},
	{Name: alertStepOverdue, Gravest: Caution, OfRole: true},
	{Name: "CriterionUnjudged", Gravest: Caution},
	{Name: "AgentBlind", Gravest: Critical, AtAgent: true},
	{Name: "ClockUntrusted", Gravest: Caution},
	{Name: "JournalFailing", Gravest: Critical},
	{Name: alertDeliveryFailing, Gravest: Caution},
	{Name: "PlanRejected", Gravest: Caution},
	{Name: "PlanReviewDue", Gravest: Info},
}

// The alerts of which more is known here than what their kind tells.
const (
	alertSystemDown      = "SystemDown"
	alertDeadlineNear    = "DeadlineNear"
	alertStepOverdue     = "StepOverdue"
	alertDeliveryFailing = "DeliveryFailing" // of a channel; it is told on the others
)

// AlertNames lists the names of alerts that a route may name.
func AlertNames() []string {
	names := make([]string, len(AlertKinds))
	for i, k := range AlertKinds {
		names[i] = k.Name
	}
	return names
}

// Channel returns the channel named, or nil.
func (p *Plan) Channel(name string) *Channel {
	return find(p.Channels, func(c *Channel) bool { return c.Name == name })
}

// UsedBy reports whether the agent named uses the channel.
func (c *Channel) UsedBy(agent string) bool {
	return len(c.From) == 0 || slices.Contains(c.From, agent)
}
