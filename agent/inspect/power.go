package inspect

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// power tells how batteries and fuel stand. A UPS that nobody reads says nothing, and is left out.
func (r *report) power() {
	facts := r.after.Power
	if facts == nil {
		return
	}
	if facts.UtilityLost {
		r.UtilityLostAt = facts.UtilityLostAt
	}
	for _, s := range facts.Supplies {
		read := !s.ReadingAt.IsZero() || s.Lost
		switch {
		case s.Kind == plan.GeneratorSupply && (read || s.FuelLiters != nil):
			r.Fuel = append(r.Fuel, fuel(facts, s))
		case s.Kind == plan.UPSSupply && read:
			r.Batteries = append(r.Batteries, battery(s))
		}
	}
	r.Batteries = r.Batteries[:min(len(r.Batteries), journal.MaxInspected)]
	r.Fuel = r.Fuel[:min(len(r.Fuel), journal.MaxInspected)]
}

func battery(s *supply.SupplyFacts) journal.InspectedBattery {
	b := journal.InspectedBattery{
		UPS: s.Name, Title: s.Title, ChargeRatio: s.ChargeRatio, RuntimeSeconds: s.RuntimeSeconds, LoadRatio: s.LoadRatio,
		TestResult: s.TestResult, TestedAt: s.TestedAt, BatteryDate: s.BatteryDate, ReadingAt: s.ReadingAt, Doubts: s.Doubts,
		Doubted: rules.JournaledDoubts(s.Doubted),
	}
	trouble := []struct {
		alarm journal.UPSAlarm
		holds bool
	}{
		{journal.AlarmSilent, s.Lost},
		{journal.AlarmBattery, s.Source == supply.FromBattery},
		{journal.AlarmOff, s.Source == supply.FromNothing},
		{journal.AlarmReplace, s.ReplaceBattery},
		{journal.AlarmTest, s.TestFailed()},
		{journal.AlarmCharge, s.ChargeRatio != nil && *s.ChargeRatio < journal.LowCharge && s.Source != supply.FromBattery},
		{journal.AlarmOverload, s.LoadRatio != nil && *s.LoadRatio > 1 || slices.Contains(s.Problems, supply.OverCapacity)},
	}
	for _, t := range trouble {
		if t.holds {
			b.Trouble = append(b.Trouble, t.alarm)
		}
	}
	return b
}

// fuel tells how a tank stands. It is short when it does not last for the horizon although all is
// switched off that is to be.
func fuel(facts *supply.Facts, s *supply.SupplyFacts) journal.InspectedFuel {
	f := journal.InspectedFuel{
		Generator: s.Name, Title: s.Title, Liters: s.FuelLiters, RuntimeSeconds: s.RuntimeSeconds, Measured: s.FuelMeasured, ReadingAt: s.ReadingAt,
	}
	if s.Lost {
		f.Trouble = append(f.Trouble, journal.AlarmSilent)
	}
	if lasts := s.AfterShedRuntimeSeconds; lasts != nil && *lasts < facts.HorizonSeconds {
		f.Trouble = append(f.Trouble, journal.AlarmFuel)
	}
	return f
}
