package supply

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// blackout is when utility power is lost in the tests.
var blackout = time.Date(2026, 3, 11, 14, 46, 0, 0, time.UTC)

// linked completes a plan that a test made up.
func linked(t testing.TB, p *plan.Plan) *plan.Plan {
	t.Helper()
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

// system makes a system on emergency power, with as many VA as W.
func system(name string, priority int, watts float64, fedBy string, dependsOn ...string) *plan.System {
	return &plan.System{
		Name: name, Title: name, Priority: priority, DependsOn: dependsOn,
		Power: &plan.SystemPower{Watts: watts, VA: watts, FedBy: fedBy},
	}
}

// ups makes a UPS whose capacity and battery never matter, unless edit says otherwise.
func ups(name, fedBy string, edit ...func(*plan.UPS)) *plan.UPS {
	u := &plan.UPS{Name: name, Title: name, CapacityW: 1e6, CapacityVA: 1e6, BatteryWh: 1e6, Efficiency: 0.9, FedBy: fedBy}
	for _, f := range edit {
		f(u)
	}
	return u
}

// line is the part of a line of the shedding plan that the tests compare.
type line struct {
	Load   string
	After  int64
	Reason Reason
}

func lines(f *Facts) []line {
	var out []line
	for _, s := range f.Shed {
		out = append(out, line{s.Load, s.AfterSeconds, s.Reason})
	}
	return out
}

func say(s *int64) int64 {
	if s == nil {
		return -1
	}
	return *s
}
