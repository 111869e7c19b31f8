package supply

import (
	"fmt"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// prefecture has 200 UPS on battery, and 500 systems that all hang on a few of them.
func prefecture(b *testing.B) (*plan.Plan, Live, time.Time) {
	p := &plan.Plan{Generators: []*plan.Generator{diesel()}}
	live := Live{UtilityLostAt: blackout, Readings: map[string]Reading{}, Drains: map[string][]Charge{}}
	now := blackout.Add(time.Minute)
	for i := range 200 {
		u := ups(fmt.Sprintf("u%d", i), "diesel")
		p.UPSs = append(p.UPSs, u)
		live.Readings[u.Name] = Reading{At: now, Source: FromBattery, ChargeRatio: new(0.9), OutputWatts: new(400.0), RuntimeSeconds: new(3000.0)}
	}
	for i := range 500 {
		s := system(fmt.Sprintf("s%d", i), i%100, 200, fmt.Sprintf("u%d", i%200))
		for d := range min(i, 3) {
			s.DependsOn = append(s.DependsOn, fmt.Sprintf("s%d", d*i/5))
		}
		p.Systems = append(p.Systems, s)
	}
	if err := p.Link(); err != nil {
		b.Fatal(err)
	}
	return p, live, now
}

func BenchmarkEvaluate(b *testing.B) {
	p, live, now := prefecture(b)
	b.ReportAllocs()
	for b.Loop() {
		Evaluate(p, live, now)
	}
}

// BenchmarkDoubts is what each reading costs.
func BenchmarkDoubts(b *testing.B) {
	p, live, now := prefecture(b)
	b.ReportAllocs()
	for b.Loop() {
		Doubts(p, live, "u7", now)
	}
}
