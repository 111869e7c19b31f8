package block

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Page is the reference page of something that owns its settings: a kind of check, a protocol.
type Page struct {
	Title   string // Markdown, without the sign of a heading
	Summary string // one line, made a sentence
	Doc     string // Markdown
	// Notes are paragraphs that follow Doc; empty ones are left out.
	Notes    []string
	Example  string // in the plan language
	Settings any    // the zero value of the settings
	After    string // what follows the attributes
}

// Markdown renders the page.
func (p Page) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n%s\n\n", p.Title, Sentence(p.Summary), strings.TrimSpace(p.Doc))
	for _, note := range p.Notes {
		if note != "" {
			b.WriteString(note + "\n\n")
		}
	}
	fmt.Fprintf(&b, "## Example\n\n```hcl\n%s\n```\n\n", strings.TrimSpace(p.Example))
	fmt.Fprintf(&b, "## Attributes\n\n%s\n%s\n", Markdown(Describe(p.Settings), 3), p.After)
	return b.String()
}

// IndexRow is the line of a table that leads to the page of the name given.
func IndexRow(name, summary string) string {
	return fmt.Sprintf("| [`%s`](%s.md) | %s |\n", name, name, Sentence(summary))
}

// Sentence makes a text a sentence: a capital letter, a full stop.
func Sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}
