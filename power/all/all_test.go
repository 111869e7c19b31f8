package all

import (
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/block"
)

// notProtocols are the folders beside this one that hold something else.
var notProtocols = []string{"all", "internal", "powertest"}

// TestEveryFolderIsInTheTable finds a protocol that was written and forgotten here.
func TestEveryFolderIsInTheTable(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(notProtocols, e.Name()) {
			folders = append(folders, e.Name())
		}
	}
	names := Names()
	slices.Sort(names)
	if diff := cmp.Diff(folders, names); diff != "" {
		t.Errorf("protocols in the table (-folders +names):\n%s", diff)
	}
	if len(Protocols()) != len(names) {
		t.Errorf("%d protocols under %d names: two share one", len(Protocols()), len(names))
	}
}

// TestEveryProtocol: that the example decodes, each protocol's conformance test sees.
func TestEveryProtocol(t *testing.T) {
	t.Parallel()
	host := regexp.MustCompile(`\b[a-z0-9-]+\.(com|net|org|jp|lg)\b`)
	for name, p := range Protocols() {
		if folder := path.Base(reflect.TypeOf(p.Settings).PkgPath()); folder != name {
			t.Errorf("the protocol %q lives in the folder %q", name, folder)
		}
		if err := block.Verify(p.Settings); err != nil {
			t.Errorf("the settings of %s: %v", name, err)
		}
		if found := host.FindString(p.Example); found != "" {
			t.Errorf("the example of %s names %s: use .example", name, found)
		}
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		page := Reference(name)
		for _, part := range []string{"# Power source `" + name + "`\n", "## Example\n\n```hcl\nsource ", "## Attributes\n\n| Name |", "README.md#reasons"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of %s lacks %q:\n%s", name, part, page)
			}
		}
		for _, a := range block.Describe(Protocols()[name].Settings) {
			if !strings.Contains(page, "| `"+a.Name+"` |") {
				t.Errorf("the page of %s lacks the attribute %s", name, a.Name)
			}
		}
		if !strings.Contains(Index(), "("+name+".md)") {
			t.Errorf("the index does not lead to %s", name)
		}
	}
	if page := Reference("telepathy"); page != "" {
		t.Errorf("a protocol that is not there has a page: %q", page)
	}
}
