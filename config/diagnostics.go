package config

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Findings turns what [plan.Lint] found into diagnostics, to be written with those of [Load]. The
// Extra of each is its [plan.Finding].
func Findings(findings []plan.Finding) hcl.Diagnostics {
	diags := make(hcl.Diagnostics, 0, len(findings))
	for _, f := range findings {
		d := &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: f.Summary, Detail: f.Detail, Extra: f}
		if f.Severity == plan.Error {
			d.Severity = hcl.DiagError
		}
		if f.Range.File != "" {
			at := block.HCLRange(f.Range)
			d.Subject = &at
		}
		diags = append(diags, d)
	}
	return diags
}

func mistake(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}

// sentence makes a sentence of an error.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// tidy sorts diagnostics by place, drops the follow-ups of a syntax error on the same line, and
// keeps known secrets out of the texts.
func tidy(diags hcl.Diagnostics, secrets *plan.Redactor) hcl.Diagnostics {
	slices.SortStableFunc(diags, compare)
	type line struct {
		file   string
		number int
	}
	broken := make(map[line]bool)
	var out hcl.Diagnostics
	for _, d := range diags {
		at := line{}
		if d.Subject != nil {
			at = line{d.Subject.Filename, d.Subject.Start.Line}
		}
		if broken[at] && !isSyntax(d) {
			continue
		}
		broken[at] = broken[at] || isSyntax(d)
		d.Summary, d.Detail = secrets.Redact(d.Summary), secrets.Redact(d.Detail)
		d.Expression, d.EvalContext = nil, nil
		out = append(out, d)
	}
	return out
}

// isSyntax reports whether d is one that [isRecoverable] lets pass.
func isSyntax(d *hcl.Diagnostic) bool { return isRecoverable(hcl.Diagnostics{d}) }

// compare orders by file, line and column; within a line syntax comes first, and what has no
// place comes before all.
func compare(a, b *hcl.Diagnostic) int {
	if a.Subject == nil || b.Subject == nil {
		return cmp.Compare(rank(a.Subject != nil), rank(b.Subject != nil))
	}
	return cmp.Or(
		cmp.Compare(a.Subject.Filename, b.Subject.Filename),
		cmp.Compare(a.Subject.Start.Line, b.Subject.Start.Line),
		cmp.Compare(rank(!isSyntax(a)), rank(!isSyntax(b))),
		cmp.Compare(a.Subject.Start.Column, b.Subject.Start.Column),
	)
}

func rank(later bool) int {
	if later {
		return 1
	}
	return 0
}
