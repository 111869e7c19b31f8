package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The package may import what computes, and nothing that reads a clock, the disk, the network or
// chance, or that guards state between goroutines.
var allowedImports = []string{
	"cmp", "encoding/json", "fmt", "maps", "math", "slices", "sort", "strings", "time",
	"github.com/agext/levenshtein",
	"github.com/keizoku-bcp/keizoku/journal",
	"github.com/keizoku-bcp/keizoku/plan",
	"github.com/keizoku-bcp/keizoku/rules/supply",
}

// clockFunctions are those of package time that read the clock or wait for it.
var clockFunctions = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}

// forbiddenJournal is the part of package journal that stores: the rules take the events alone.
var forbiddenJournal = []string{"Open", "Store", "Options", "NewID"}

func TestPurity(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		looked++
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range impurities(file) {
			t.Errorf("%s: %s", fset.Position(fault.at), fault.what)
		}
	}
	if looked < 10 {
		t.Errorf("only %d files were looked at", looked)
	}
}

// The test above can fail.
func TestPurityFindsWhatIsImpure(t *testing.T) {
	source := `package p
import ("os"; "time")
var cache = map[string]int{}
func init() {}
var fixed = [...]int{1}
func f() time.Time { _ = os.Args; go f(); return time.Now() }`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, fault := range impurities(file) {
		got = append(got, fault.what)
	}
	equal(t, "found", got, []string{
		`import of "os"`, "package variable cache can be changed", "func init", "goroutine", "time.Now reads the clock",
	})
}

type impurity struct {
	at   token.Pos
	what string
}

func impurities(file *ast.File) (found []impurity) {
	report := func(at ast.Node, what string) { found = append(found, impurity{at.Pos(), what}) }
	for _, imp := range file.Imports {
		if path, _ := strconv.Unquote(imp.Path.Value); !slices.Contains(allowedImports, path) {
			report(imp, "import of "+imp.Path.Value)
		}
	}
	for _, decl := range file.Decls {
		inDecl(decl, report)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		inBody(n, report)
		return true
	})
	return found
}

func inDecl(decl ast.Decl, report func(ast.Node, string)) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.Name == "init" && d.Recv == nil {
			report(d, "func init")
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR && !isArray(v) {
				report(v, "package variable "+v.Names[0].Name+" can be changed")
			}
		}
	}
}

// isArray accepts a table: an array literal, which nobody appends to and every reader copies.
func isArray(v *ast.ValueSpec) bool {
	if len(v.Values) != 1 {
		return false
	}
	lit, ok := v.Values[0].(*ast.CompositeLit)
	if !ok {
		return false
	}
	array, ok := lit.Type.(*ast.ArrayType)
	return ok && array.Len != nil
}

func inBody(n ast.Node, report func(ast.Node, string)) {
	switch n := n.(type) {
	case *ast.GoStmt:
		report(n, "goroutine")
	case *ast.SelectorExpr:
		switch pkg, _ := n.X.(*ast.Ident); {
		case pkg == nil:
		case pkg.Name == "time" && slices.Contains(clockFunctions, n.Sel.Name):
			report(n, "time."+n.Sel.Name+" reads the clock")
		case pkg.Name == "journal" && slices.Contains(forbiddenJournal, n.Sel.Name):
			report(n, "journal."+n.Sel.Name+" is not an event")
		}
	}
}
