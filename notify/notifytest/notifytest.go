// Package notifytest is the conformance suite of the kinds of channel, and the messages that their
// tests share.
//
// It exists because whoever keeps the messages trusts every channel to obey the same rules: it
// stops when the context ends, it gives a receipt or an error, it tells a message that is refused
// from one that is worth another try, it sends the same ID at every try, it leaks nothing,
// betrays no secret, and no text that a stranger wrote becomes more than text. A kind's test says
// what to point it at:
//
//	func TestConformance(t *testing.T) {
//		notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
//			{Name: "healthy", Settings: attr("url", serve(t)), Want: notifytest.Delivered, Received: ids},
//			{Name: "dead", Settings: attr("url", "http://"+checktest.Refused(t)), Want: notifytest.Retried},
//			{Name: "silent", Settings: attr("url", "http://"+checktest.Silent(t)), Want: notifytest.Hangs},
//		}})
//	}
//
// Run counts the goroutines and file descriptors of the process, so the test that calls it must
// not be parallel, and its servers must close what a client closes.
package notifytest

import (
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Case is a kind under test and the receivers to point it at.
type Case struct {
	Kind *notify.Kind
	// Targets must hold one that Want Delivered.
	Targets []Target
	// Env adjusts the environment that channels get, which has everything and allows programs;
	// nil leaves it as it is.
	Env func(*notify.Env)
}

// Outcome is what becomes of a message.
type Outcome string

// The outcomes.
const (
	Delivered Outcome = "delivered"
	Refused   Outcome = "refused"
	Retried   Outcome = "retried" // an error after which another try is wanted
	Hangs     Outcome = "hangs"   // no answer: the channel stops when its context ends
)

// Target is one set of settings and what sending with them comes to.
type Target struct {
	Name string
	// Settings are the kind's attributes as a plan has them, without the notify block around.
	// secret("…") gives a value as env() does: it must show in no receipt, log or error.
	Settings string
	Want     Outcome
	// Received returns the IDs of messages that the receiver has seen so far, in order; nil where
	// it cannot tell.
	Received func() []string
}

const (
	// sendTimeout is what sends get that ought to be answered, or fail, by themselves.
	sendTimeout = 20 * time.Second
	// silentTimeout is what sends to a silent receiver get.
	silentTimeout = 100 * time.Millisecond
	// moment is how long a send may go on after its context has ended. It is generous so that a
	// busy machine does not fail the test; a channel that ignores its context takes forever.
	moment = 5 * time.Second
)

// Run checks that the kind keeps the contract of package notify.
func Run(t *testing.T, c Case) {
	t.Helper()
	t.Run("kind", func(t *testing.T) { checkKind(t, c.Kind) })
	t.Run("example", func(t *testing.T) { checkExample(t, c.Kind) })
	healthy := false
	for _, target := range c.Targets {
		healthy = healthy || target.Want == Delivered
		t.Run(target.Name, func(t *testing.T) { runTarget(t, c, target) })
	}
	if !healthy {
		t.Error("the case has no target that Want Delivered")
	}
}

func runTarget(t *testing.T, c Case, target Target) {
	for _, scenario := range scenarios(target) {
		t.Run(scenario.name, func(t *testing.T) {
			before := conform.Resources()
			s := newSubject(t, c, target)
			scenario.run(t, s)
			s.close(t)
			conform.Settle(t, before, moment)
		})
	}
}

// Settings decodes attributes and blocks as they stand inside a notify block, for tests that make
// a channel themselves. It fails the test when they are not accepted.
func Settings(t testing.TB, k *notify.Kind, text string) any {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "notifytest.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("settings do not parse: %v", diags.Errs())
	}
	settings, diags := k.Decode(file.Body, &block.Context{Eval: new(conform.Secrets).Eval(environment), Secrets: new(plan.Redactor)})
	if diags.HasErrors() {
		t.Fatalf("settings are not accepted: %v", diags.Errs())
	}
	return settings
}

// Mistakes returns what the kind says of settings that it must not accept: summaries and details.
func Mistakes(t testing.TB, k *notify.Kind, text string) (said string) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "notifytest.hcl", hcl.InitialPos)
	if !diags.HasErrors() {
		_, diags = k.Decode(file.Body, &block.Context{Eval: new(conform.Secrets).Eval(environment), Secrets: new(plan.Redactor)})
	}
	for _, d := range diags {
		said += d.Error() + "\n"
	}
	return said
}
