package checktest

import (
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/plan"
)

// envelope is what a check block holds for the engine; a kind must not claim these names.
type envelope struct {
	Interval      time.Duration `hcl:"interval,optional"`
	Timeout       time.Duration `hcl:"timeout,optional"`
	RetryInterval time.Duration `hcl:"retry_interval,optional"`
	FailAfter     int           `hcl:"fail_after,optional"`
	RecoverAfter  int           `hcl:"recover_after,optional"`
	From          []string      `hcl:"from,optional"`
}

// checkKind sees that the kind can be documented, decoded and made.
func checkKind(t *testing.T, k *checks.Kind) {
	if k.New == nil {
		t.Fatal("the kind has no New")
	}
	conform.Kind{Name: k.Name, Summary: k.Summary, Doc: k.Doc, Settings: k.Settings}.Check(t, envelope{})
}

// checkExample sees that the kind's example is a check block of that kind and is accepted
// without a single diagnostic.
func checkExample(t *testing.T, k *checks.Kind) {
	body, diags := parse(k.Example)
	if diags.HasErrors() {
		t.Fatalf("the example does not parse: %v", diags.Errs())
	}
	content, diags := body.Content(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: "check", LabelNames: []string{"kind", "name"}}},
	})
	if diags.HasErrors() || len(content.Blocks) == 0 {
		t.Fatalf("the example is not made of check blocks: %v", diags.Errs())
	}
	for _, b := range content.Blocks {
		if b.Labels[0] != k.Name {
			t.Errorf("the example is a check %q, want %q", b.Labels[0], k.Name)
		}
		ctx := &block.Context{Eval: new(conform.Secrets).Eval(environment), Secrets: new(plan.Redactor)}
		own, diags := block.DecodePartial(b.Body, ctx, new(envelope))
		_, more := k.Decode(own, ctx)
		for _, d := range append(diags, more...) {
			t.Errorf("the example: %v", d)
		}
	}
}

// environment makes up the value of a variable.
func environment(name string) string { return "value of " + name }
