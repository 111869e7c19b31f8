package config

import (
	"regexp"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
)

// Contacts of people are personal data. Diagnostics end up where everybody reads, for a plan that
// is refused on a reload is shown with its faulty lines in the Situation and in the log; so their
// snippets show no contact, as they show no secret.

// hideContacts keeps what stands in contact blocks out of snippets, misspelt attributes included.
func hideContacts(src *source, body *hclsyntax.Body) {
	for _, b := range body.Blocks {
		if b.Type != "contact" {
			hideContacts(src, b.Body)
			continue
		}
		for _, a := range b.Body.Attributes {
			hideValue(src, a.Expr)
		}
	}
}

// hideContact keeps a contact out of snippets where the file is JSON, whose blocks are known only
// once they are read.
func (l *loader) hideContact(b contactBlock) {
	for name := range b.Source.Attrs {
		l.sources.hide(block.HCLRange(b.Source.At(name)))
	}
}

// contactLine matches attributes of a contact in text that no parser understands.
var contactLine = regexp.MustCompile(`(?:^|[^A-Za-z0-9_])"?(?:to|note)"?(?:\s*[=:]\s*([^\s",}]+|"[^"]*"?)|\s+("[^"]*"?))`)

// contactSpans returns the parts of a line that may be the values of a contact.
func contactSpans(line []byte) (spans []span) {
	for _, m := range contactLine.FindAllSubmatchIndex(line, -1) {
		spans = append(spans, span{max(m[2], m[4]), max(m[3], m[5])}) // one of the two has matched
	}
	return spans
}
