package block_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/block"
)

func TestPage(t *testing.T) {
	page := block.Page{
		Title: "Thing `x`", Summary: "does something", Doc: "Long text.\n", Notes: []string{"A note.", ""},
		Example: "x {\n}\n", Settings: struct{}{}, After: "The end.",
	}
	want := strings.Join([]string{
		"# Thing `x`", "", "Does something.", "", "Long text.", "", "A note.", "",
		"## Example", "", "```hcl", "x {", "}", "```", "", "## Attributes", "", "No attributes.", "", "The end.", "",
	}, "\n")
	if diff := cmp.Diff(want, page.Markdown()); diff != "" {
		t.Error(diff)
	}
	if got := block.IndexRow("x", "does something"); got != "| [`x`](x.md) | Does something. |\n" {
		t.Error(got)
	}
}
