package checktest

import (
	"strings"
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

// checkKind sees that the reference page has what it is made of.
func checkKind(t *testing.T, k *checks.Kind) {
	if !name.MatchString(k.Name) {
		t.Errorf("the kind's name %q is not like_this", k.Name)
	}
	if k.Summary == "" || strings.Contains(k.Summary, "\n") {
		t.Errorf("the summary is not one line: %q", k.Summary)
	}
	if strings.TrimSpace(k.Doc) == "" {
		t.Error("the kind has no Doc")
	}
	if k.New == nil {
		t.Fatal("the kind has no New")
	}
	if err := block.Verify(k.Settings); err != nil {
		t.Errorf("the kind's Settings cannot be decoded into: %v", err)
	}
	attrs := block.Describe(k.Settings)
	checkAttributes(t, attrs)
	checkNames(t, attrs)
}

// checkAttributes sees that each attribute is documented.
func checkAttributes(t *testing.T, attrs []block.Attribute) {
	for _, a := range attrs {
		if strings.TrimSpace(a.Doc) == "" {
			t.Errorf("attribute or block %q has no doc", a.Name)
		}
		checkAttributes(t, append(a.Labels, a.Inside...))
	}
}

// checkNames sees that the kind's own attributes do not hide the envelope's.
func checkNames(t *testing.T, attrs []block.Attribute) {
	for _, a := range attrs {
		for _, theirs := range block.Describe(envelope{}) {
			if a.Name == theirs.Name {
				t.Errorf("the attribute %q belongs to the check block itself", a.Name)
			}
		}
	}
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
