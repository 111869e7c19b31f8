package main

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// explained returns what says in the words of the locale what is wrong with a plan, or doubtful about
// it. Diagnostics are English; who looks after a plan may not be.
func explained(locale plan.Locale) func(*hcl.Diagnostic) string {
	words := messages.For(locale)
	return func(d *hcl.Diagnostic) string {
		if words.Locale() == plan.English {
			return ""
		}
		if f, ok := d.Extra.(plan.Finding); ok {
			return words.Doubt(f.Rule)
		}
		return words.Mistake(d.Summary, d.Detail)
	}
}
