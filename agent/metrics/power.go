package metrics

import (
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
	out.add(s.PlannedW, s.Name, "planned")
	if s.MeasuredW != nil {
		out.add(*s.MeasuredW, s.Name, "measured")
	}
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
