package policy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The pure rooms are plan, rules and what lies below: they receive the instant. A live run, a
// restart, a replay and a drill must come to the same result from the same events.
func isPure(dir string) bool {
	top, _, _ := strings.Cut(dir, "/")
	return top == "plan" || top == "rules"
}

// computing may be imported by pure rooms: it computes, and reads no clock, disk, network or chance.
// What they may import of the tree stands in rooms.
var computing = []string{
	"cmp", "encoding/json", "fmt", "iter", "maps", "math", "math/bits", "regexp", "slices", "strconv", "strings",
	"time", // but for clockFunctions
}

// besides are what one pure room may import on top, and why.
var besides = map[string]map[string]string{
	"plan": {
		"github.com/netresearch/go-cron": "cron expressions, and nothing that runs them",
		"github.com/rickar/cal/v2":       "calendar data",
		"github.com/rickar/cal/v2/jp":    "calendar data",
		"io":                             "a secret must print itself, by fmt",
		"log/slog":                       "and by slog",
		"sync/atomic":                    "open days are worked out once a year and calendar",
	},
	"rules": {"github.com/agext/levenshtein": "did you mean: a function of two strings"},
}

// clockFunctions are those of package time that read the clock or wait for it.
var clockFunctions = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}

// storing is the part of package journal that stores: the rules take the events alone.
var storing = []string{"Open", "Store", "Options", "NewID"}

func TestPureRoomsArePure(t *testing.T) {
	tr := readTree(t)
	looked := map[string]int{}
	for _, s := range tr.files {
		if s.isTest() || !isPure(s.dir()) {
			continue
		}
		looked[s.dir()]++
		for _, found := range impurities(s) {
			t.Errorf("%s: %s; a pure room computes, and touches nothing", tr.at(found.at), found.what)
		}
	}
	for _, dir := range []string{"plan", "rules", "rules/alert", "rules/prom", "rules/supply"} {
		if looked[dir] < 10 {
			t.Errorf("%s: only %d files were looked at", dir, looked[dir])
		}
	}
}

// The test above can fail.
func TestImpuritiesAreFound(t *testing.T) {
	text := `package p
import ("io"; "os"; clock "time"; "github.com/keizoku-bcp/keizoku/journal")
var cache = map[string]int{}
var empty [2]int
var fixed = [...]int{1}
func f(s *journal.Store) clock.Time { _ = os.Args; go f(nil); now := clock.Now; return now() }`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, found := range impurities(source{path: "rules/p.go", file: file}) {
		got = append(got, found.what)
	}
	want := []string{
		`import of "io"`, `import of "os"`, "the variable cache can be changed", "the variable empty can be changed",
		"journal.Store is no event", "a goroutine", "time.Now reads the clock",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

type impurity struct {
	at   ast.Node
	what string
}

func impurities(s source) (found []impurity) {
	report := func(at ast.Node, what string) { found = append(found, impurity{at, what}) }
	names := map[string]string{} // the file's names of packages: their paths
	for _, spec := range s.file.Imports {
		to, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil {
			names[spec.Name.Name] = to
		} else {
			names[path.Base(to)] = to
		}
		if !strings.HasPrefix(to, module+"/") && !slices.Contains(computing, to) && besides[s.dir()][to] == "" {
			report(spec, "import of "+spec.Path.Value)
		}
	}
	for _, decl := range s.file.Decls {
		changeable(decl, report)
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "a goroutine")
		case *ast.SelectorExpr:
			outward(n, names, report)
		}
		return true
	})
	return found
}

// changeable reports package variables but for tables: array literals, which nobody appends to and
// every reader copies.
func changeable(decl ast.Decl, report func(ast.Node, string)) {
	d, ok := decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		if v := spec.(*ast.ValueSpec); len(v.Values) != 1 || !isArray(v.Values[0]) {
			report(v, "the variable "+v.Names[0].Name+" can be changed")
		}
	}
}

func isArray(e ast.Expr) bool {
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	array, ok := lit.Type.(*ast.ArrayType)
	return ok && array.Len != nil
}

// outward reports what reads the clock or stores, called or only named.
func outward(sel *ast.SelectorExpr, names map[string]string, report func(ast.Node, string)) {
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	switch from, name := names[x.Name], sel.Sel.Name; {
	case from == "time" && slices.Contains(clockFunctions, name):
		report(sel, "time."+name+" reads the clock")
	case from == module+"/journal" && slices.Contains(storing, name):
		report(sel, "journal."+name+" is no event")
	}
}
