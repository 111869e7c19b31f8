package alert_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// massFailure is a Situation in which so many systems are down.
func massFailure(systems int, at time.Time) *rules.Situation {
	return scene(func(s *rules.Situation) {
		s.At = at
		for n := range systems {
			s.Systems = append(s.Systems, broken(fmt.Sprintf("system_%04d", n), at, taken))
		}
	})
}

func massPlan() *plan.Plan {
	p := planOf(channel("staff"), channel("duty"), channel("am"))
	p.Alerting.GroupAt, p.Alerting.GroupWithin = 4, time.Second
	return p
}

func TestAMassFailureIsOneMessageOnEachChannel(t *testing.T) {
	p, told := massPlan(), Ledger(nil)
	var all []Dispatch
	for second := range 3 {
		sit := massFailure(5000, clock("08:00:10").Add(time.Duration(second)*time.Second))
		m := &Moment{Plan: p, Situation: sit, Alerts: Derive(p, sit, Conditions{}), Keepers: map[string]bool{"am": true}}
		var out []Dispatch
		told, out = Next(told, m)
		all = append(all, out...)
	}
	var got []string
	for _, d := range all {
		got = append(got, fmt.Sprint(d.Channel, " ", d.Occasion, " ", len(d.Told)))
	}
	equal(t, "told", got, []string{"am opened 5000", "staff opened 5000", "duty opened 5000"})
}

func BenchmarkDerive(b *testing.B) {
	p, sit := massPlan(), massFailure(5000, clock("08:00:10"))
	for b.Loop() {
		Derive(p, sit, Conditions{})
	}
}

// BenchmarkNextOpening tells of 5,000 systems on three channels.
func BenchmarkNextOpening(b *testing.B) {
	p, sit := massPlan(), massFailure(5000, clock("08:00:10"))
	m := &Moment{Plan: p, Situation: sit, Alerts: Derive(p, sit, Conditions{})}
	p.Alerting.GroupWithin = 0
	for b.Loop() {
		Next(nil, m)
	}
}

// BenchmarkNextSteady looks at 5,000 open alerts of which nothing is to be told.
func BenchmarkNextSteady(b *testing.B) {
	p, sit := massPlan(), massFailure(5000, clock("08:00:10"))
	m := &Moment{Plan: p, Situation: sit, Alerts: Derive(p, sit, Conditions{})}
	p.Alerting.GroupWithin = 0
	told, _ := Next(nil, m)
	for b.Loop() {
		Next(told, m)
	}
}
