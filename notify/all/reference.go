package all

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/block"
)

// Reference returns the reference page of the kind named, in Markdown, as it stands in
// docs/reference/notify. It is empty for a kind that is not in the table.
func Reference(kind string) string {
	k, ok := Kinds()[kind]
	if !ok {
		return ""
	}
	return block.Page{
		Title: "Notify `" + k.Name + "`", Summary: k.Summary, Doc: k.Doc, Example: k.Example, Settings: k.Settings,
		After: "Every channel also takes `title`, `timeout`, `to_roles`, `route` and `from`: see [the plan language](../plan-language.md).",
	}.Markdown()
}

// Index returns the page that leads to the others.
func Index() string {
	var b strings.Builder
	b.WriteString("# Channels\n\nA channel is one way of telling people: `notify \"kind\" \"name\" { … }`. What is told, to whom and when is the same for\n" +
		"all: a message is kept until it is delivered, tried again with growing pauses, and given up only when the receiver\n" +
		"understood it and does not want it. It bears the same ID at every try.\n\n| Kind | |\n|---|---|\n")
	for _, k := range list() {
		b.WriteString(block.IndexRow(k.Name, k.Summary))
	}
	return b.String()
}
