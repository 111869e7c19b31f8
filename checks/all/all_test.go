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
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/config"
)

// notKinds are the folders beside this one that hold something else.
var notKinds = []string{"all", "checktest", "internal"}

// TestEveryFolderIsInTheTable finds a kind that was written and forgotten here.
func TestEveryFolderIsInTheTable(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(notKinds, e.Name()) {
			folders = append(folders, e.Name())
		}
	}
	names := Names()
	slices.Sort(names)
	if diff := cmp.Diff(folders, names); diff != "" {
		t.Errorf("kinds in the table (-folders +names):\n%s", diff)
	}
	if len(Kinds()) != len(names) {
		t.Errorf("%d kinds under %d names: two share one", len(Kinds()), len(names))
	}
}

func TestEveryKind(t *testing.T) {
	t.Parallel()
	for name, k := range Kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if folder := path.Base(reflect.TypeOf(k.Settings).PkgPath()); folder != name {
				t.Errorf("the kind %q lives in the folder %q", name, folder)
			}
			if err := block.Verify(k.Settings); err != nil {
				t.Errorf("its settings: %v", err)
			}
			checkDecodes(t, k.Example)
		})
	}
}

// checkDecodes loads an example as somebody would who has copied it into a plan.
func checkDecodes(t *testing.T, example string) {
	t.Helper()
	src := "plan \"city\" {}\nsystem \"example\" {\n" + example + "\n}\n"
	env := func(string) (string, bool) { return "a-value-long-enough-to-be-a-token", true }
	_, _, diags := config.LoadBytes("example.hcl", []byte(src), Kinds(), config.Options{Env: env})
	for _, d := range diags {
		t.Errorf("the example: %s\n%s", d.Error(), src)
	}
}

// TestExamplesNameNobody: examples are copied, and must not point at somebody's real host.
func TestExamplesNameNobody(t *testing.T) {
	t.Parallel()
	host := regexp.MustCompile(`\b[a-z0-9-]+\.(com|net|org|jp|lg)\b`)
	for name, k := range Kinds() {
		if found := host.FindString(k.Example); found != "" {
			t.Errorf("the example of %s names %s: use .example", name, found)
		}
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		page := Reference(name)
		for _, part := range []string{"# Check `" + name + "`\n", "## Example\n\n```hcl\ncheck ", "## Attributes\n\n| Name |", "README.md#reasons"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of %s lacks %q:\n%s", name, part, page)
			}
		}
		for _, a := range block.Describe(Kinds()[name].Settings) {
			if !strings.Contains(page, "| `"+a.Name+"` |") {
				t.Errorf("the page of %s lacks the attribute %s", name, a.Name)
			}
			if a.Doc == "" {
				t.Errorf("the attribute %s of %s is not documented", a.Name, name)
			}
		}
		if !strings.Contains(Index(), "("+name+".md)") {
			t.Errorf("the index does not lead to %s", name)
		}
	}
	if page := Reference("telepathy"); page != "" {
		t.Errorf("a kind that is not there has a page: %q", page)
	}
}

func TestEveryReasonHasAMeaning(t *testing.T) {
	t.Parallel()
	for _, r := range checks.Reasons {
		if meaning := Meaning(r); !strings.HasSuffix(meaning, ".") || !strings.Contains(Index(), meaning) {
			t.Errorf("reason %s: %q", r, meaning)
		}
	}
}
