// Package powertest is the conformance suite of the protocols that read UPS and generators.
//
// It exists because the engine trusts every protocol to obey the same rules, and they are the
// rules of checks: stop when the context ends, always give a reason and a text, leak nothing,
// betray no secret. So it dresses a protocol up as a kind of check and has package checktest
// examine it, and adds what only readers promise: that a [power.Reading] holds no impossible
// value and no stranger's control characters. A protocol's test says what to point it at:
//
//	func TestConformance(t *testing.T) {
//		targets := powertest.TCP(t, func(address string) string { return attr("address", address) })
//		powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: append(targets,
//			powertest.Target{Name: "healthy", Settings: attr("address", serve(t)), Want: checks.OK},
//		)})
//	}
//
// As with checktest, the test that calls [Run] must not be parallel.
package powertest

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power"
)

// Case is a protocol under test and the devices to point it at.
type Case struct {
	Protocol *power.Protocol
	// Targets must hold one that Want checks.OK. Those that Want checks.Timeout are also used to
	// see that readers stop when told.
	Targets []Target
	// Env adjusts the environment that readers get; nil leaves it as it is.
	Env func(*power.Env)
}

// Target is one set of settings, without the source block around, and what reading with them
// comes to. secret("…") in the settings gives a value that must show nowhere.
type Target = checktest.Target

// Run checks that the protocol keeps the contract of package power.
func Run(t *testing.T, c Case) {
	t.Helper()
	checktest.Run(t, checktest.Case{Kind: c.kind(t), Targets: c.Targets})
}

// kind dresses the protocol up as a kind of check. Faults of its readings are reported to t,
// those that every kind can have by checktest.
func (c Case) kind(t *testing.T) *checks.Kind {
	p := c.Protocol
	return &checks.Kind{
		Name: p.Name, Summary: p.Summary, Doc: p.Doc, Settings: p.Settings, Validate: p.Validate,
		Example: asCheck(t, p),
		New: func(settings any, env *checks.Env) (checks.Prober, error) {
			own := &power.Env{Supply: env.System, Timeout: env.Timeout, Secrets: env.Secrets, Log: env.Log}
			if c.Env != nil {
				c.Env(own)
			}
			reader, err := p.New(settings, own)
			if err != nil {
				return nil, err
			}
			return &prober{reader: reader, examine: func(r power.Result) { examine(t, own, r) }}, nil
		},
	}
}

// asCheck gives the block of the protocol's example the header that checktest knows, after
// seeing that it has the one that plans do.
func asCheck(t *testing.T, p *power.Protocol) string {
	t.Helper()
	header := `source "` + p.Name + `" {`
	if !strings.HasPrefix(p.Example, header) {
		t.Errorf("the example is not a block %s … }: %s", header, p.Example)
	}
	return `check "` + p.Name + `" "example" {` + strings.TrimPrefix(p.Example, header)
}

// Settings decodes attributes and blocks as they stand inside a source block, for tests that
// make a reader themselves. It fails the test when they are not accepted.
func Settings(t testing.TB, p *power.Protocol, text string) any {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "powertest.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("settings do not parse: %v", diags.Errs())
	}
	settings, diags := p.Decode(file.Body, &block.Context{})
	if diags.HasErrors() {
		t.Fatalf("settings are not accepted: %v", diags.Errs())
	}
	return settings
}
