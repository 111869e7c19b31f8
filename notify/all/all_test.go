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
	"github.com/keizoku-bcp/keizoku/config"
)

// notKinds are the folders beside this one that hold something else.
var notKinds = []string{"all", "internal", "notifytest"}

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

// TestEveryKind: that the example decodes, each kind's conformance test sees.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	host := regexp.MustCompile(`\b[a-z0-9-]+\.(com|net|org|jp|lg)\b`)
	for name, p := range Kinds() {
		if folder := path.Base(reflect.TypeOf(p.Settings).PkgPath()); folder != name {
			t.Errorf("the kind %q lives in the folder %q", name, folder)
		}
		if err := block.Verify(p.Settings); err != nil {
			t.Errorf("the settings of %s: %v", name, err)
		}
		if found := host.FindString(p.Example); found != "" {
			t.Errorf("the example of %s names %s: use .example", name, found)
		}
	}
}

// TestExamplesArePlans reads each kind's example as a part of a plan.
func TestExamplesArePlans(t *testing.T) {
	t.Parallel()
	if err := config.Channels(Kinds()).Verify(); err != nil {
		t.Error(err)
	}
	env := func(string) (string, bool) { return "https://chat.example/hooks/1", true }
	for name, kind := range Kinds() {
		src := "plan \"p\" {\n}\nrole \"duty\" {\n}\n" + kind.Example
		p, _, diags := config.LoadBytes("p.hcl", []byte(src), nil, config.Options{Channels: Kinds(), Env: env})
		if len(diags) > 0 || len(p.Channels) == 0 || p.Channels[0].Kind != name {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

// TestDiagnosticsHideAddresses: what stands behind the host of an address may be a secret.
func TestDiagnosticsHideAddresses(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"notify \"webhook\" \"a\" {\n  url = \"https://chat.example/hooks/XYZZY\" nonsense\n}\n",
		"notify \"webhook\" \"a\" {\n  url = \"https://chat.example/hooks/XYZZY\"\n  methd = 5\n}\n",
		"notify \"webhook\" \"a\" {\n  url = \"ftp://chat.example/hooks/XYZZY\"\n}\n",
		"notify \"alertmanager\" \"a\" {\n  urls = [\"ftp://chat.example/hooks/XYZZY\"]\n}\n",
	} {
		_, sources, diags := config.LoadBytes("p.hcl", []byte("plan \"p\" {\n}\n"+src), nil, config.Options{Channels: Kinds()})
		var text strings.Builder
		config.WriteDiagnostics(&text, sources, diags, config.PrintOptions{})
		if !diags.HasErrors() || strings.Contains(text.String(), "XYZZY") {
			t.Errorf("%s", text.String())
		}
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		page := Reference(name)
		for _, part := range []string{"# Notify `" + name + "`\n", "## Example\n\n```hcl\nnotify ", "## Attributes\n\n| Name |", "plan-language.md"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of %s lacks %q:\n%s", name, part, page)
			}
		}
		for _, a := range block.Describe(Kinds()[name].Settings) {
			if !strings.Contains(page, "| `"+a.Name+"` |") {
				t.Errorf("the page of %s lacks the attribute %s", name, a.Name)
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
