package metrics

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

func eachSupply(f func(*supply.SupplyFacts, *room)) func(*rules.Situation, *room) {
	return func(s *rules.Situation, out *room) {
		if s.Power == nil {
			return
		}
		for _, node := range s.Power.Supplies {
			f(node, out)
		}
	}
}

// eachUPS is a family of one sample for each UPS that has been read.
func eachUPS(value func(*supply.SupplyFacts) (float64, bool)) func(*rules.Situation, *room) {
	return eachSupply(func(s *supply.SupplyFacts, out *room) {
		if s.Kind != plan.UPSSupply || s.ReadingAt.IsZero() {
			return
		}
		if v, ok := value(s); ok {
			out.add(v, s.Name)
		}
	})
}

func supplyLoad(s *supply.SupplyFacts, out *room) {
	out.add(s.PlannedW, s.Name, basis(false))
	if s.MeasuredW != nil {
		out.add(*s.MeasuredW, s.Name, basis(true))
	}
}

// basis tells what was measured from what the plan says.
func basis(measured bool) string {
	if measured {
		return "measured"
	}
	return "planned"
}

func fuel(s *supply.SupplyFacts, out *room) {
	if s.FuelLiters != nil {
		out.add(*s.FuelLiters, s.Name, basis(s.FuelMeasured))
	}
}

func generatorRunning(s *supply.SupplyFacts, out *room) {
	if s.Kind == plan.GeneratorSupply && s.Running != nil {
		out.add(truth(*s.Running), s.Name)
	}
}

func utilityLost(s *rules.Situation) (float64, bool) {
	if s.Power == nil || s.Power.UtilityUnknown {
		return 0, false
	}
	return truth(s.Power.UtilityLost), true
}

func utilityLostAt(s *rules.Situation) (float64, bool) {
	if s.Power == nil || !s.Power.UtilityLost {
		return 0, false
	}
	return moment(s.Power.UtilityLostAt)
}

func supplyRuntime(s *supply.SupplyFacts, out *room) {
	if v, ok := runtimeSeconds(s); ok {
		out.add(v, s.Name)
	}
}

func runtimeSeconds(s *supply.SupplyFacts) (float64, bool) {
	if s.RuntimeSeconds == nil {
		return 0, false
	}
	return float64(*s.RuntimeSeconds), true
}

func shedRuntime(s *supply.SupplyFacts, out *room) {
	if s.AfterShedRuntimeSeconds != nil {
		out.add(float64(*s.AfterShedRuntimeSeconds), s.Name)
	}
}

func testFailed(s *supply.SupplyFacts) (float64, bool) {
	return truth(s.TestFailed()), s.TestResult != ""
}

// dayLayouts are the ways of writing a day that cannot be taken for another one: 02/03/04 can.
var dayLayouts = [...]string{"2006-01-02", "2006/01/02", "2006.01.02", "20060102"}

func batteryInstalled(s *rules.Situation, out *room) {
	eachUPS(func(u *supply.SupplyFacts) (float64, bool) {
		for _, layout := range dayLayouts {
			if day, err := time.ParseInLocation(layout, u.BatteryDate, s.At.Location()); err == nil {
				return moment(day)
			}
		}
		return 0, false
	})(s, out)
}

func shedTimes(s *rules.Situation, out *room) {
	if s.Power == nil {
		return
	}
	for _, line := range s.Power.Shed {
		if !line.At.IsZero() {
			out.add(unix(line.At), line.Load)
		}
	}
}

// told is a value that a device may not have said.
func told(v *float64) (float64, bool) {
	if v == nil {
		return 0, false
	}
	return *v, true
}
