package plan

import "slices"

// AlertKind is what can be said beforehand of the alerts of one name. Package rules/alert raises
// them, and a test there holds both lists together.
type AlertKind struct {
	Name string
	// Gravest is the gravest severity that they can have.
	Gravest AlertSeverity
	// OfSystem marks those about one system, OfSite those that can be about something at a site.
	OfSystem, OfSite bool
	// OfRole marks those that name the roles that have to act.
	OfRole bool
}

// AlertKinds lists every name of an alert, in the order of the reference.
var AlertKinds = [...]AlertKind{
	{Name: "SystemDown", Gravest: Critical, OfSystem: true, OfSite: true},
	{Name: "DeadlineNear", Gravest: Critical, OfSystem: true, OfSite: true},
	{Name: "StartRecoveryNow", Gravest: Critical, OfSystem: true, OfSite: true},
	{Name: "DeadlineMissed", Gravest: Critical, OfSystem: true, OfSite: true},
	{Name: "UtilityLost", Gravest: Critical},
	{Name: "GeneratorNotStarted", Gravest: Critical, OfSite: true},
	{Name: "RuntimeShort", Gravest: Critical},
	{Name: "OnBattery", Gravest: Critical, OfSite: true},
	{Name: "BatteryLow", Gravest: Critical, OfSite: true},
	{Name: "SupplyOff", Gravest: Critical, OfSite: true},
	{Name: "OverCapacity", Gravest: Critical, OfSite: true},
	{Name: "UPSLost", Gravest: Critical, OfSite: true},
	{Name: "GeneratorLost", Gravest: Critical, OfSite: true},
	{Name: "ReplaceBattery", Gravest: Caution, OfSite: true},
	{Name: "EstablishPosture", Gravest: Critical, OfRole: true},
	{Name: "StepOverdue", Gravest: Caution, OfRole: true},
	{Name: "CriterionUnjudged", Gravest: Caution},
	{Name: "AgentBlind", Gravest: Critical, OfSite: true},
	{Name: "ClockUntrusted", Gravest: Caution},
	{Name: "JournalFailing", Gravest: Critical},
	{Name: AlertDeliveryFailing, Gravest: Caution},
	{Name: "PlanRejected", Gravest: Caution},
	{Name: "PlanReviewDue", Gravest: Info},
}

// AlertDeliveryFailing is the name of the alert of a channel that cannot deliver, which is told
// on the others.
const AlertDeliveryFailing = "DeliveryFailing"

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
