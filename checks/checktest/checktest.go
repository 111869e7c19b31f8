// Package checktest is the conformance suite of the kinds of check, and the dead, silent and
// unreachable targets and the benchmark that their tests share.
//
// It exists because the engine trusts every kind to obey the same rules, most of which a kind's
// own tests would forget: it stops when its context ends, it always gives a reason and a text,
// it leaks nothing and betrays no secret. A kind's test says which targets to point it at:
//
//	func TestConformance(t *testing.T) {
//		checktest.Run(t, checktest.Case{
//			Kind: tcp.Kind(),
//			Targets: []checktest.Target{
//				{Name: "healthy", Settings: attr("address", serve(t)), Want: checks.OK},
//				{Name: "dead", Settings: attr("address", checktest.Refused(t)), Want: checks.Refused},
//				{Name: "silent", Settings: …, Want: checks.Timeout},
//			},
//		})
//	}
//
// Run counts the goroutines and file descriptors of the process, so the test that calls it must
// not be parallel, and its servers must close what a client closes.
package checktest

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/internal/conform"
)

// Case is a kind under test and the targets to point it at.
type Case struct {
	Kind *checks.Kind
	// Targets must hold one that Want checks.OK. Those that Want checks.Timeout, accepting and
	// never answering, are also used to see that probes stop when told.
	Targets []Target
	// Env adjusts the environment that probers get, which has everything and an agent that allows
	// exec; nil leaves it as it is.
	Env func(*checks.Env)
}

// Target is one set of settings and what probing with them comes to.
type Target struct {
	Name string
	// Settings are the kind's attributes as a plan has them, without the check block around.
	// secret("…") gives a value as env() does: it must show in no text, log or error.
	Settings string
	// Want is the reason that every probe must give; [checks.OK] for a healthy target.
	Want checks.Reason
}

const (
	// probeTimeout is what probes get that ought to answer, or fail, by themselves.
	probeTimeout = 10 * time.Second
	// silentTimeout is what probes of a silent target get.
	silentTimeout = 100 * time.Millisecond
	// moment is how long a probe may go on after its context has ended. It is generous so that a
	// busy machine does not fail the test; a probe that ignores its context takes forever.
	moment = 5 * time.Second
)

// Run checks that the kind keeps the contract of package checks.
func Run(t *testing.T, c Case) {
	t.Helper()
	t.Run("kind", func(t *testing.T) { checkKind(t, c.Kind) })
	t.Run("example", func(t *testing.T) { checkExample(t, c.Kind) })
	healthy := false
	for _, target := range c.Targets {
		healthy = healthy || target.Want == checks.OK
		t.Run(target.Name, func(t *testing.T) { runTarget(t, c, target) })
	}
	if !healthy {
		t.Error("the case has no target that Want checks.OK")
	}
}

func runTarget(t *testing.T, c Case, target Target) {
	scenarios := []struct {
		name string
		run  func(*testing.T, *subject)
	}{
		{"answers twice", answersTwice},
		{"already canceled", alreadyCanceled},
		{"already past its deadline", alreadyLate},
	}
	if target.Want == checks.Timeout {
		scenarios = append(scenarios, struct {
			name string
			run  func(*testing.T, *subject)
		}{"canceled midway", canceledMidway})
	}
	for _, scenario := range scenarios {
		t.Run(scenario.name, func(t *testing.T) {
			before := conform.Resources()
			s := newSubject(t, c, target)
			scenario.run(t, s)
			s.close(t)
			conform.Settle(t, before, moment)
		})
	}
}
