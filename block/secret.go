package block

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// learn makes a sensitive value known to the redactor, if there is one.
func (d *decoder) learn(value string) { d.ctx.learn(value) }

func (c *Context) learn(value string) {
	if c.Secrets != nil {
		c.Secrets.Add(value)
	}
}

// hide tells that expr spells out a secret. A plain call of env() or file() does not: its
// argument is what a person must see to mend it.
func (d *decoder) hide(expr hcl.Expression) {
	if d.ctx.Hide != nil && !IsSourceCall(expr) {
		d.ctx.Hide(expr.Range())
	}
}

// IsSourceCall reports whether expr is env("…") or file("…") and nothing else: it tells where a
// secret comes from and spells none out.
func IsSourceCall(expr hcl.Expression) bool {
	call, ok := expr.(*hclsyntax.FunctionCallExpr)
	if !ok || !isSource(call.Name) || len(call.Args) != 1 {
		return false
	}
	arg, ok := call.Args[0].(*hclsyntax.TemplateExpr)
	return ok && arg.IsStringLiteral()
}

func isSource(function string) bool { return function == "env" || function == "file" }

// guarded returns diag, or a general one in its place when its text could quote a secret: hcl
// names the variable in password = hunter2. Errors of env() and file() themselves stay.
func guarded(diag *hcl.Diagnostic, f field) *hcl.Diagnostic {
	if extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](diag); ok && isSource(extra.CalledFunctionName()) {
		return diag
	}
	return &hcl.Diagnostic{
		Severity: diag.Severity,
		Summary:  fmt.Sprintf("Wrong value for %q", f.name),
		Detail:   `This must be text in quotes, or better env("NAME") or file("path"). What stands there is not repeated, for it is a secret.`,
		Subject:  diag.Subject,
	}
}

// sensitiveStrings calls found for every string in v, which came with the mark on it.
func sensitiveStrings(v cty.Value, found func(string)) {
	// The walk only reads, and the callback gives no error.
	_ = cty.Walk(v, func(_ cty.Path, e cty.Value) (bool, error) {
		if e.Type() == cty.String && e.IsKnown() && !e.IsNull() {
			found(e.AsString())
		}
		return true, nil
	})
}
