package all

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/block"
)

// Reference returns the reference page of the protocol named, in Markdown, as it stands in
// docs/reference/power. It is empty for a protocol that is not in the table.
func Reference(protocol string) string {
	p, ok := Protocols()[protocol]
	if !ok {
		return ""
	}
	return block.Page{
		Title: "Power source `" + p.Name + "`", Summary: p.Summary, Doc: p.Doc, Example: p.Example, Settings: p.Settings,
		After: "Every source also takes `interval` and `timeout`: see [the plan language](../plan-language.md), and for what\n" +
			"may go wrong [the reasons of failure](../checks/README.md#reasons).",
	}.Markdown()
}

// Index returns the page that leads to the others.
func Index() string {
	var b strings.Builder
	b.WriteString("# Power sources\n\nA source tells how a UPS or a generator is read: `source \"protocol\" { … }` inside its block. Whatever the\n" +
		"device speaks, it is turned into one vocabulary; what it does not say is absent, never zero, and what cannot be\n" +
		"true is left out and named among the doubts.\n\n| Protocol | |\n|---|---|\n")
	for _, p := range list() {
		b.WriteString(block.IndexRow(p.Name, p.Summary))
	}
	return b.String()
}
