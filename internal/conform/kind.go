package conform

import (
	"regexp"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/block"
)

// name is what names in plans and metrics look like.
var name = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Kind is what all that owns its settings has in common: a kind of check or of channel.
type Kind struct {
	Name, Summary, Doc string
	// Settings is the zero value of its settings struct.
	Settings any
}

// Check sees that the reference page of the kind has what it is made of, and that none of its
// attributes hides one of the block around it, whose struct envelope is.
func (k Kind) Check(t *testing.T, envelope any) {
	t.Helper()
	if !name.MatchString(k.Name) {
		t.Errorf("the kind's name %q is not like_this", k.Name)
	}
	if k.Summary == "" || strings.Contains(k.Summary, "\n") {
		t.Errorf("the summary is not one line: %q", k.Summary)
	}
	if strings.TrimSpace(k.Doc) == "" {
		t.Error("the kind has no Doc")
	}
	if err := block.Verify(k.Settings); err != nil {
		t.Errorf("the kind's Settings cannot be decoded into: %v", err)
	}
	attrs := block.Describe(k.Settings)
	documented(t, attrs)
	for _, a := range attrs {
		for _, theirs := range block.Describe(envelope) {
			if a.Name == theirs.Name {
				t.Errorf("the attribute %q belongs to the block around", a.Name)
			}
		}
	}
}

// documented sees that each attribute has a documentation, however deep it stands.
func documented(t *testing.T, attrs []block.Attribute) {
	t.Helper()
	for _, a := range attrs {
		if strings.TrimSpace(a.Doc) == "" {
			t.Errorf("attribute or block %q has no doc", a.Name)
		}
		documented(t, append(a.Labels, a.Inside...))
	}
}
