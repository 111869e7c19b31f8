package policy

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	powers "github.com/keizoku-bcp/keizoku/power/all"
)

// planBlock is a fenced block of the plan language.
var planBlock = regexp.MustCompile("(?ms)^```hcl\n(.*?)^```")

// lacksContext are the mistakes that a piece of a plan may have because it is a piece: what it names
// stands elsewhere, and its secrets are on the reader's machine.
var lacksContext = regexp.MustCompile(`^(The plan has no |Unknown (system|site|threat|role|calendar|notify|ups|generator|load|posture|business)\b|Missing |Error in (env|file)\(\)|Second )`)

// A piece of a plan in a document is there to be copied: each attribute in it exists and takes what
// is written.
func TestDocumentedPlansAreInTheLanguage(t *testing.T) {
	seen := 0
	for _, doc := range filesNamed(t, ".md") {
		for _, piece := range planBlock.FindAllStringSubmatch(read(t, doc), -1) {
			seen++
			for _, d := range mistakes(doc, piece[1]) {
				if !lacksContext.MatchString(d.Summary) {
					t.Errorf("%s: %s: %s\nin\n%s", doc, d.Summary, d.Detail, piece[1])
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no document shows a piece of a plan: has the form of hcl blocks changed?")
	}
}

// mistakes are those of a piece of a plan, within the block that such a piece belongs to.
func mistakes(doc, piece string) hcl.Diagnostics {
	switch {
	case strings.HasPrefix(piece, " ") || strings.HasPrefix(piece, "check "):
		piece = "system \"x\" {\n" + piece + "}\n"
	case strings.HasPrefix(piece, "source "):
		piece = "ups \"x\" {\n" + piece + "}\n"
	}
	if !strings.Contains(piece, "calendar \"") {
		piece += "calendar \"office\" {\n  opens = \"08:30\"\n  closes = \"17:15\"\n}\n"
	}
	_, _, diags := config.LoadBytes(doc+".hcl", []byte(piece), all.Kinds(), config.Options{
		Protocols: powers.Protocols(), Channels: channels.Kinds(),
	})
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
}
