package metrics

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

func eachSupply(f func(*supply.SupplyFacts, emitter)) func(*rules.Situation, emitter) {
	return func(s *rules.Situation, emit emitter) {
		if s.Power == nil {
			return
		}
		for _, node := range s.Power.Supplies {
			f(node, emit)
		}
	}
}

// eachUPS is a family of one sample for each UPS that has been read.
func eachUPS(value func(*supply.SupplyFacts) (float64, bool)) func(*rules.Situation, emitter) {
	return eachSupply(func(s *supply.SupplyFacts, emit emitter) {
		if s.Kind != plan.UPSSupply || s.ReadingAt.IsZero() {
			return
		}
		if v, ok := value(s); ok {
			emit(v, s.Name)
		}
	})
}

func supplyLoad(s *supply.SupplyFacts, emit emitter) {
	emit(s.PlannedW, s.Name, "planned")
	if s.MeasuredW != nil {
		emit(*s.MeasuredW, s.Name, "measured")
	}
}

func supplyRuntime(s *supply.SupplyFacts, emit emitter) {
	if v, ok := runtimeSeconds(s); ok {
		emit(v, s.Name)
	}
}

func runtimeSeconds(s *supply.SupplyFacts) (float64, bool) {
	if s.RuntimeSeconds == nil {
		return 0, false
	}
	return float64(*s.RuntimeSeconds), true
}

func shedTimes(s *rules.Situation, emit emitter) {
	if s.Power == nil {
		return
	}
	for _, line := range s.Power.Shed {
		if !line.At.IsZero() {
			emit(unix(line.At), line.Load)
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
