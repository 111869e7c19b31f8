package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// largeHouse watches n systems with two checks each, of which a tenth hang on one switch.
func largeHouse(b *testing.B, n int) *house {
	systems := []*plan.System{system("switch", "ping")}
	for i := range n - 1 {
		s := system(fmt.Sprintf("system-%04d", i), "ping", "http")
		if i < n/10 {
			s.DependsOn = []string{"switch"}
		}
		systems = append(systems, s)
	}
	h := newHouse(b, planOf(systems...))
	for _, s := range systems {
		for _, c := range s.Checks {
			h.state.Live.Look(CheckKey{s.Name, c.Name}, Look{
				At: clock("09:59:00"), OK: true, Phases: []PhaseFacts{{Name: "connect", Seconds: 0.01}}, Values: map[string]float64{"status": 200},
			})
			h.observe(seen(s.Name, c.Name, "08:00:30"))
		}
	}
	return h
}

// blackout fails the first check of n systems, the switch the first.
func blackout(h *house, n int) []Observation {
	burst := make([]Observation, n)
	for i := range burst {
		burst[i] = failed(h.plan.Systems[i].Name, "ping", "09:59:30", "10:00:00")
	}
	return burst
}

func BenchmarkEvaluate(b *testing.B) {
	h := largeHouse(b, 5000)
	h.observe(blackout(h, 500)...)
	now := clock("10:30:00")
	b.ReportAllocs()
	for b.Loop() {
		if s := h.at(now); len(s.Systems[1].Causes) != 1 {
			b.Fatal("the switch is not found to be the cause")
		}
	}
}

// BenchmarkObserveBurst judges a blackout of everything at once, with a long history behind it.
func BenchmarkObserveBurst(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := largeHouse(b, n)
			at := clock("2026-07-01 09:00:00")
			for i := range MaxClosed {
				name := h.plan.Systems[i%7].Name // the others have never failed
				h.state.Apply(h.at1(journal.OutageOpened{System: name, FirstBadAt: at}))
				at = at.Add(time.Minute)
				h.state.Apply(h.at1(journal.OutageClosed{Outage: h.state.Open[name].ID, System: name, EndedAt: at}))
			}
			burst := blackout(h, n)
			b.ReportAllocs()
			for b.Loop() {
				if events := Observe(h.plan, h.state, burst, h.newID); len(events) != 2*n {
					b.Fatalf("%d events of %d failures", len(events), n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/observation")
		})
	}
}

// BenchmarkApply folds a journal as a restart does.
func BenchmarkApply(b *testing.B) {
	h := newHouse(b, planOf(system("tax", "tcp"), system("mail", "tcp")))
	for i := range 5000 {
		ok := clock("09:00:00").Add(time.Duration(i) * 20 * time.Minute)
		h.observe(Observation{System: "tax", Check: "tcp", To: Down, At: ok, LastOKAt: ok, FirstBadAt: ok})
		h.observe(Observation{System: "tax", Check: "tcp", To: Up, At: ok.Add(time.Minute), LastBadAt: ok, FirstOKAt: ok.Add(time.Minute)})
	}
	b.ReportAllocs()
	for b.Loop() {
		fold(h.log)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(h.log)), "ns/event")
}

// BenchmarkDecide takes in the decision of a Situation, as an agent does every second.
func BenchmarkDecide(b *testing.B) {
	h := largeHouse(b, 5000)
	h.observe(blackout(h, 500)...)
	sit := h.at(clock("10:30:00"))
	h.append(Decide(h.state, sit)...)
	b.ReportAllocs()
	for b.Loop() {
		if events := Decide(h.state, sit); len(events) > 0 {
			b.Fatalf("it has changed: %+v", events)
		}
	}
}

// BenchmarkEvaluateAllDown is the worst case for the facts and the decision.
func BenchmarkEvaluateAllDown(b *testing.B) {
	h := largeHouse(b, 5000)
	h.observe(blackout(h, 5000)...)
	now := clock("10:30:00")
	b.ReportAllocs()
	for b.Loop() {
		if d := h.at(now).Decision; len(d.Calm) != 5000 {
			b.Fatalf("%d systems have a word of calm", len(d.Calm))
		}
	}
}
