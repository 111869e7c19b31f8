package field

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name  string
		into  block.Decoder
		value cty.Value
		want  string // in the diagnostic; empty when there is none
	}{
		{"pattern", new(Pattern), cty.StringVal("^a+$"), ""},
		{"bad pattern", new(Pattern), cty.StringVal("a(b"), "missing closing ) in \"a(b\""},
		{"pattern that is no text", new(Pattern), cty.True, "Write the pattern in quotes"},
		{"no pattern", new(Pattern), cty.NullVal(cty.String), "Write the pattern in quotes"},
		{"address", new(Address), cty.StringVal("10.1.0.11:443"), ""},
		{"bad address", new(Address), cty.StringVal("10.1.0.11"), `"10.1.0.11" is not of the form host:port`},
		{"secret pattern", new(Pattern), cty.StringVal("hunter2(").Mark(block.Sensitive), "The regular expression is not good"},
		{"secret address", new(Address), cty.StringVal("hunter2").Mark(block.Sensitive), `Write it as "host:port"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx := &block.Context{Eval: &hcl.EvalContext{}, Secrets: new(plan.Redactor)}
			diags := test.into.DecodeExpr(hcl.StaticExpr(test.value, hcl.Range{}), ctx)
			text := ""
			for _, d := range diags {
				text += d.Error()
			}
			if !strings.Contains(text, test.want) || (test.want == "") != (text == "") {
				t.Errorf("diagnostics = %q, want %q", text, test.want)
			}
			if strings.Contains(text, "hunter2") {
				t.Errorf("a secret is repeated: %s", text)
			}
		})
	}
}

func TestPatternZero(t *testing.T) {
	var p Pattern
	if !p.IsZero() || !p.MatchString("x") || !p.Match(nil) || p.String() != "" {
		t.Error("the zero Pattern does not match everything")
	}
}
