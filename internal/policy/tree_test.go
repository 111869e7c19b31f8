package policy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/keizoku-bcp/keizoku"

// root is the root of the tree, seen from this package.
const root = "../.."

// source is one parsed Go file, for whatever platform it is.
type source struct {
	path  string // from the root, with slashes
	file  *ast.File
	lines int
}

func (s source) dir() string  { return path.Dir(s.path) }
func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// imports returns the paths that the file imports.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has seen to it
		paths = append(paths, p)
	}
	return paths
}

// tree is all Go files, parsed once for all tests.
type tree struct {
	files []source
	fset  *token.FileSet
}

func (t *tree) at(n ast.Node) token.Position { return t.fset.Position(n.Pos()) }

// readTree parses every Go file under the root but for what is not the project's.
func readTree(t *testing.T) *tree {
	t.Helper()
	tr := &tree{fset: token.NewFileSet()}
	for _, name := range filesNamed(t, ".go") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(tr.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		tr.files = append(tr.files, source{name, file, strings.Count(string(text), "\n")})
	}
	return tr
}

// filesNamed returns the files of the tree with the suffix, from the root and with slashes.
func filesNamed(t *testing.T, suffix string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && notOurs(d.Name()):
			return fs.SkipDir
		case !d.IsDir() && strings.HasSuffix(name, suffix):
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("no %s files under %s", suffix, root)
	}
	sort.Strings(names)
	return names
}

// maxSize is more than anything that people write or draw has; what is larger was built.
const maxSize = 1 << 20

// A program that slipped into a commit is fetched by everybody, for ever.
func TestNothingBuiltLiesInTheTree(t *testing.T) {
	for _, name := range filesNamed(t, "") {
		if info, err := os.Stat(filepath.Join(root, name)); err == nil && info.Size() > maxSize {
			t.Errorf("%s has %d KB: delete it, and build into bin (make build)", name, info.Size()>>10)
		}
	}
}

// notOurs are directories that tools make or ignore.
func notOurs(dir string) bool {
	return dir == "bin" || dir == "dist" || dir == "testdata" || strings.HasPrefix(dir, ".")
}

// byDir groups the files of each package, its external tests among them.
func (t *tree) byDir() map[string][]source {
	dirs := map[string][]source{}
	for _, s := range t.files {
		dirs[s.dir()] = append(dirs[s.dir()], s)
	}
	return dirs
}

// calls visits every call of pkg.name in the file, whatever name the package was imported by.
func (s source) calls(pkg, name string, visit func(*ast.CallExpr)) {
	local := ""
	for _, spec := range s.file.Imports {
		if p, _ := strconv.Unquote(spec.Path.Value); p == pkg {
			if local = path.Base(p); spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == local {
					visit(call)
				}
			}
		}
		return true
	})
}
