package alert

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// longRuntime is how long a battery must last for its use to be no emergency by itself.
const longRuntime = 30 * time.Minute

// power derives what concerns utility and emergency power.
func (d *derivation) power() {
	if d.sit.Power == nil {
		return
	}
	d.utility()
	d.runtime()
	tree := d.plan.PowerTree()
	for _, node := range tree.Supplies() {
		s := supplyView{derivation: d, node: node, path: tree.Path(node.Name)}
		s.conditions()
		s.capacity()
	}
}

func (d *derivation) utility() {
	facts := d.sit.Power
	if !facts.UtilityLost {
		return
	}
	a := Alert{Name: UtilityLost, Subject: journal.Utility, Severity: plan.Critical, Since: facts.UtilityLostAt, Values: d.spans()}
	if held, ok := d.more.power(journal.Utility, journal.UtilityLost); ok {
		a.ID = held.ID
	}
	ups := []string{}
	for _, held := range d.more.Power {
		if held.Condition == journal.OnBattery {
			ups = append(ups, held.Supply)
		}
	}
	a.Values["ups"] = ups
	d.add(a)
}

// runtime derives RuntimeShort: emergency power does not last for the horizon.
func (d *derivation) runtime() {
	facts := d.sit.Power
	if !facts.UtilityLost || facts.HoldsUnshed {
		return
	}
	a := Alert{Name: RuntimeShort, Severity: plan.Caution, Values: d.spans()}
	if !facts.Holds {
		a.Severity = plan.Critical
	}
	d.add(a)
}

// spans are the horizon and how far emergency power gets, in seconds.
func (d *derivation) spans() map[string]any {
	facts := d.sit.Power
	values := map[string]any{"horizon": float64(facts.HorizonSeconds)}
	if facts.ReachesSeconds != nil {
		values["reaches"] = float64(*facts.ReachesSeconds)
	}
	if left, ok := facts.Remaining(); ok {
		values["left"] = left.Seconds()
	}
	return values
}

// supplyView is one supply on its way to its alerts.
type supplyView struct {
	*derivation
	node *plan.Supply
	path []*plan.Supply // up to utility power
}

// conditions derives what the journal holds of the supply.
func (s supplyView) conditions() {
	s.condition(OnBattery, journal.OnBattery, s.batterySeverity(), s.battery())
	s.condition(BatteryLow, journal.BatteryLow, plan.Critical, s.battery())
	s.condition(SupplyOff, journal.SupplyOff, plan.Critical, nil)
	s.condition(ReplaceBattery, journal.ReplaceBattery, plan.Caution, nil)
	s.condition(GeneratorNotStarted, journal.NotStarted, plan.Critical, nil)
	if s.node.Generator != nil {
		s.condition(GeneratorLost, journal.SupplyLost, s.either(s.sit.Power.UtilityLost), nil)
		return
	}
	_, battery := s.more.power(s.node.Name, journal.OnBattery)
	s.condition(UPSLost, journal.SupplyLost, s.either(battery), map[string]any{"dying": s.dying()})
}

func (s supplyView) either(grave bool) plan.AlertSeverity {
	if grave {
		return plan.Critical
	}
	return plan.Caution
}

func (s supplyView) condition(name string, condition journal.PowerCondition, severity plan.AlertSeverity, values map[string]any) {
	held, ok := s.more.power(s.node.Name, condition)
	if !ok {
		return
	}
	a := s.alert(name, severity, values)
	a.ID, a.Since = held.ID, held.Since
	if held.Text != "" {
		if a.Values == nil {
			a.Values = map[string]any{}
		}
		a.Values["text"] = held.Text
	}
	s.add(a)
}

func (s supplyView) alert(name string, severity plan.AlertSeverity, values map[string]any) Alert {
	return Alert{Name: name, Subject: s.node.Name, Title: s.node.Title, Site: s.site(), Severity: severity, Values: values}
}

func (s supplyView) site() string {
	if s.node.Generator != nil {
		return s.node.Generator.Site
	}
	return s.node.UPS.Site
}

func (s supplyView) dying() bool {
	facts := s.sit.Power.Supply(s.node.Name)
	return facts != nil && facts.AssumedDying
}

// battery is how long the battery lasts, as far as is known.
func (s supplyView) battery() map[string]any {
	values := map[string]any{"dying": s.dying()}
	facts := s.sit.Power.Supply(s.node.Name)
	if facts == nil {
		return values
	}
	if facts.RuntimeSeconds != nil {
		values["runtime"] = float64(*facts.RuntimeSeconds)
	}
	if facts.ChargeRatio != nil {
		values["charge"] = *facts.ChargeRatio
	}
	return values
}

// batterySeverity asks whether something takes over before the battery is empty.
func (s supplyView) batterySeverity() plan.AlertSeverity {
	backup := plan.Backup(s.path)
	if backup != nil {
		_, failed := s.more.power(backup.Name, journal.NotStarted)
		return s.either(failed && !s.lasts())
	}
	return s.either(!s.lasts())
}

func (s supplyView) lasts() bool {
	facts := s.sit.Power.Supply(s.node.Name)
	return facts != nil && facts.RuntimeSeconds != nil && time.Duration(*facts.RuntimeSeconds)*time.Second >= longRuntime
}

// capacity derives OverCapacity: by what the journal holds, which is above the bare capacity, and
// by what the model says of the load as it is. With utility power present a load that is only
// planned is for the plan's check to tell.
func (s supplyView) capacity() {
	held, above := s.more.power(s.node.Name, journal.OverCapacity)
	facts := s.sit.Power.Supply(s.node.Name)
	near := facts != nil && slices.Contains(facts.Problems, "over_capacity") &&
		(facts.MeasuredW != nil || facts.MeasuredVA != nil || s.sit.Power.UtilityLost)
	if !above && !near {
		return
	}
	a := s.alert(OverCapacity, s.either(above), map[string]any{"capacity_w": s.node.CapacityW})
	if above {
		a.Since = held.Since
	}
	if facts != nil {
		a.Values["load_w"], a.Values["headroom_w"] = facts.PlannedW, facts.HeadroomW
		if facts.MeasuredW != nil {
			a.Values["load_w"] = *facts.MeasuredW
		}
	}
	s.add(a)
}

// keepsOpen reports whether an alert that is not derived any more may only seem to be over:
// nothing closes because a supply is silent.
func keepsOpen(a *Alert, sit *rules.Situation, more *Conditions) bool {
	switch {
	case sit.Power == nil || len(more.Unread) == 0:
		return false
	case a.Name == RuntimeShort:
		return sit.Power.UtilityLost
	case a.Name == OverCapacity:
		return slices.Contains(more.Unread, a.Subject)
	default:
		return false
	}
}
