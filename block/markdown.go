package block

import (
	"strconv"
	"strings"
)

// Markdown renders attributes as reference tables: one of the attributes, then one for each
// nested block under a heading of its own. level is the depth of those headings: 3 makes "###".
func Markdown(attrs []Attribute, level int) string {
	var b strings.Builder
	b.WriteString(table(attrs))
	for _, a := range attrs {
		if a.IsBlock {
			b.WriteString("\n" + strings.Repeat("#", level) + " " + Header(a.Name, a.Labels) + "\n\n")
			if a.Doc != "" {
				b.WriteString(a.Doc + "\n\n")
			}
			b.WriteString(Markdown(a.Inside, level+1))
		}
	}
	return b.String()
}

// Header writes how a block begins: check "kind" "name".
func Header(name string, labels []Attribute) string {
	for _, l := range labels {
		name += " " + strconv.Quote(l.Name)
	}
	return "`" + name + "`"
}

func table(attrs []Attribute) string {
	if len(attrs) == 0 {
		return "No attributes.\n"
	}
	var b strings.Builder
	b.WriteString("| Name | Type | Default | Meaning |\n|---|---|---|---|\n")
	for _, a := range attrs {
		b.WriteString("| `" + a.Name + "` | " + cell(a.typeCell()) + " | " + cell(a.defaultCell()) + " | " + cell(a.meaning()) + " |\n")
	}
	return b.String()
}

func (a Attribute) typeCell() string {
	switch {
	case a.Many:
		return "blocks"
	case a.IsBlock:
		return "block"
	default:
		return a.Type
	}
}

func (a Attribute) defaultCell() string {
	switch {
	case a.Required:
		return "**required**"
	case a.Default != "":
		return "`" + a.Default + "`"
	default:
		return ""
	}
}

// meaning is the documentation with the limits behind it.
func (a Attribute) meaning() string {
	parts := []string{a.Doc}
	if len(a.Enum) > 0 {
		parts = append(parts, "One of `"+strings.Join(a.Enum, "`, `")+"`.")
	}
	if limits := (field{min: a.Min, max: a.Max}).limits(); limits != "" {
		parts = append(parts, strings.ToUpper(limits[:1])+limits[1:]+".")
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// cell keeps a text from breaking out of its table cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
