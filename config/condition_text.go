package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// oneLine writes an expression on one line: what stands between its words becomes one space, and
// comments go.
func oneLine(src []byte) string {
	tokens, _ := hclsyntax.LexExpression(src, "", hcl.InitialPos) // what does not lex did not parse
	var b strings.Builder
	end, gap := 0, false
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenEOF:
			continue
		case hclsyntax.TokenComment, hclsyntax.TokenNewline:
			gap, end = true, t.Range.End.Byte
			continue
		}
		gap = gap || t.Range.Start.Byte > end
		if gap && b.Len() > 0 && !closes(t.Type) && !strings.HasSuffix(b.String(), "(") && !strings.HasSuffix(b.String(), "[") {
			b.WriteByte(' ')
		}
		b.Write(t.Bytes)
		end, gap = t.Range.End.Byte, false
	}
	return b.String()
}

func closes(t hclsyntax.TokenType) bool {
	return t == hclsyntax.TokenCParen || t == hclsyntax.TokenCBrack
}

// sourceText is the text that an expression was parsed from, and at which byte its ranges begin
// to count.
type sourceText struct {
	text []byte
	base int
}

// line returns what stands in the range, on one line.
func (s sourceText) line(at hcl.Range) string {
	from, to := at.Start.Byte-s.base, at.End.Byte-s.base
	if from < 0 || from > to || to > len(s.text) {
		return ""
	}
	return oneLine(s.text[from:to])
}

// unwrapped takes the "${…}" off, which the JSON form needs.
func unwrapped(expr hclsyntax.Expression) hclsyntax.Expression {
	if w, ok := expr.(*hclsyntax.TemplateWrapExpr); ok {
		return w.Wrapped
	}
	return expr
}

// syntaxTree returns the tree of an expression and what it was parsed from: the file, or in the
// JSON form the string. The tree is nil when there is an error.
func syntaxTree(expr hcl.Expression, file []byte) (hclsyntax.Expression, sourceText, hcl.Diagnostics) {
	if native, ok := expr.(hclsyntax.Expression); ok {
		return native, sourceText{text: file}, nil
	}
	at := expr.Range()
	v, diags := expr.Value(nil) // without a context JSON text is text
	switch {
	case diags.HasErrors():
		return nil, sourceText{}, diags
	case v.Type() != cty.String || v.IsNull():
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: at}, sourceText{text: file}, nil
	}
	start := at.Start
	start.Column++ // the quotation mark
	start.Byte++
	tree, diags := hclsyntax.ParseTemplate([]byte(v.AsString()), at.Filename, start)
	if diags.HasErrors() {
		return nil, sourceText{}, diags
	}
	return tree, sourceText{text: []byte(v.AsString()), base: start.Byte}, diags
}
