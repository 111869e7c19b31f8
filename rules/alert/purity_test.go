package alert_test

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

// allowedImports compute, and read no clock, disk, network or chance.
var allowedImports = []string{
	"cmp", "maps", "math", "slices", "time",
	"github.com/keizoku-bcp/keizoku/journal",
	"github.com/keizoku-bcp/keizoku/plan",
	"github.com/keizoku-bcp/keizoku/rules",
}

// clockFunctions are those of package time that read the clock or wait for it.
var clockFunctions = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}

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
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, what := range impurities(file) {
			t.Errorf("%s: %s", name, what)
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
	equal(t, "found", impurities(file), []string{`import of "os"`, "variable cache", "func init", "goroutine", "time.Now"})
}

func impurities(file *ast.File) (found []string) {
	for _, imp := range file.Imports {
		if path, _ := strconv.Unquote(imp.Path.Value); !slices.Contains(allowedImports, path) {
			found = append(found, "import of "+imp.Path.Value)
		}
	}
	for _, decl := range file.Decls {
		found = append(found, inDecl(decl)...)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, "goroutine")
		case *ast.SelectorExpr:
			if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clockFunctions, n.Sel.Name) {
				found = append(found, "time."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}

// inDecl finds init functions, and variables that are no table.
func inDecl(decl ast.Decl) (found []string) {
	if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
		return []string{"func init"}
	}
	d, ok := decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR {
		return nil
	}
	for _, spec := range d.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok && !isTable(v) {
			found = append(found, "variable "+v.Names[0].Name)
		}
	}
	return found
}

func isTable(v *ast.ValueSpec) bool {
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
