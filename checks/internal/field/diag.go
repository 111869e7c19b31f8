package field

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
)

// Text evaluates expr, the value of a field whose type is called word, to text. sensitive tells
// that it must not be quoted.
func Text(expr hcl.Expression, ctx *block.Context, word string) (text string, sensitive bool, diags hcl.Diagnostics) {
	v, sensitive, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return "", sensitive, diags
	}
	if v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return "", sensitive, append(diags, Error(expr.Range(), "Text is wanted", "Write the "+word+" in quotes."))
	}
	return v.AsString(), sensitive, diags
}

// Error makes an error diagnostic.
func Error(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}

// Sentence makes an error's text a sentence: a capital letter, a full stop.
func Sentence(text string) string { return block.Sentence(text) }
