package notifytest

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// envelope is what a notify block holds for the agent; a kind must not claim these names.
type envelope struct {
	Title   string         `hcl:"title,optional"`
	Timeout time.Duration  `hcl:"timeout,optional"`
	ToRoles hcl.Expression `hcl:"to_roles,optional"` // refers to roles that are not here
	Route   *route         `hcl:"route,block"`
	From    hcl.Expression `hcl:"from,optional"`
}

// route is not looked into: config tests it.
type route struct {
	Body hcl.Body `hcl:",remain"`
}

// checkKind sees that the kind can be documented, decoded and made.
func checkKind(t *testing.T, k *notify.Kind) {
	if k.New == nil {
		t.Fatal("the kind has no New")
	}
	conform.Kind{Name: k.Name, Summary: k.Summary, Doc: k.Doc, Settings: k.Settings}.Check(t, envelope{})
}

// checkExample sees that the kind's example is a notify block of that kind and is accepted without
// a single diagnostic.
func checkExample(t *testing.T, k *notify.Kind) {
	for name, settings := range Blocks(t, k, k.Example) {
		if settings == nil {
			t.Errorf("the example %q is not accepted", name)
		}
	}
}

// Blocks decodes the notify blocks of text, which must be of the kind, and returns their settings
// by name. Tests of examples use it; what is not accepted is reported to t.
func Blocks(t testing.TB, k *notify.Kind, text string) map[string]any {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "example.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("the example does not parse: %v", diags.Errs())
	}
	content, diags := file.Body.Content(&hcl.BodySchema{
		Blocks: []hcl.BlockHeaderSchema{{Type: "notify", LabelNames: []string{"kind", "name"}}},
	})
	if diags.HasErrors() || len(content.Blocks) == 0 {
		t.Fatalf("the example is not made of notify blocks: %v", diags.Errs())
	}
	all := make(map[string]any)
	for _, b := range content.Blocks {
		if b.Labels[0] != k.Name {
			t.Errorf("the example is a notify %q, want %q", b.Labels[0], k.Name)
		}
		ctx := &block.Context{Eval: new(conform.Secrets).Eval(environment), Secrets: new(plan.Redactor)}
		own, diags := block.DecodePartial(b.Body, ctx, new(envelope))
		settings, more := k.Decode(own, ctx)
		for _, d := range append(diags, more...) {
			t.Errorf("the example: %v", d)
		}
		all[b.Labels[1]] = settings
	}
	return all
}

// environment makes up the value of a variable: an address where the name says so.
func environment(name string) string {
	if strings.HasSuffix(name, "_URL") {
		return "https://hooks.example/services/" + name
	}
	return "value of " + name
}
