package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// module is what the import paths of this project begin with.
const module = "github.com/keizoku-bcp/keizoku"

// source is what the comments of this project say, read a package at a time.
type source struct {
	root     string // the folder that holds go.mod
	packages map[string]*comments
}

// comments are those of one package.
type comments struct {
	types  map[string]string            // by type
	fields map[string]map[string]string // by type and field
	values map[string][]value           // constants by their type, in the order of writing
}

// value is a constant of a closed list.
type value struct{ text, comment string }

func newSource() (*source, error) {
	root, err := moduleRoot()
	return &source{root, map[string]*comments{}}, err
}

// moduleRoot is the nearest folder above that holds go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); !errors.Is(err, fs.ErrNotExist) {
			return dir, err
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", errors.New("no go.mod above this folder: run it within the source")
		}
		dir = above
	}
}

// of reads the package of a type; nil for one of another project.
func (s *source) of(t reflect.Type) (*comments, error) {
	inside, own := strings.CutPrefix(t.PkgPath(), module+"/")
	if !own {
		return nil, nil
	}
	if c := s.packages[inside]; c != nil {
		return c, nil
	}
	c, err := readComments(filepath.Join(s.root, filepath.FromSlash(inside)))
	if err != nil {
		return nil, fmt.Errorf("read the comments of %s: %w", t.PkgPath(), err)
	}
	s.packages[inside] = c
	return c, nil
}

func readComments(dir string) (*comments, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	c := &comments{map[string]string{}, map[string]map[string]string{}, map[string][]value{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				c.read(g)
			}
		}
	}
	return c, nil
}

func (c *comments) read(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			c.readType(spec, said(spec.Doc, g.Doc))
		case *ast.ValueSpec:
			c.readConstant(spec)
		}
	}
}

func (c *comments) readType(spec *ast.TypeSpec, comment string) {
	name := spec.Name.Name
	c.types[name] = comment
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	c.fields[name] = map[string]string{}
	for _, field := range body.Fields.List {
		for _, id := range field.Names {
			c.fields[name][id.Name] = said(field.Doc, field.Comment)
		}
	}
}

// readConstant notes a constant that has a type of its own and a text: a value of a closed list.
func (c *comments) readConstant(spec *ast.ValueSpec) {
	of, ok := spec.Type.(*ast.Ident)
	if !ok || len(spec.Values) != 1 {
		return
	}
	if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
		if text, err := strconv.Unquote(literal.Value); err == nil {
			c.values[of.Name] = append(c.values[of.Name], value{text, said(spec.Doc, spec.Comment)})
		}
	}
}

// link is how a Go comment points at another name.
var link = regexp.MustCompile(`\[\*?([A-Za-z][A-Za-z.]*)\]`)

// said is the first comment that says something, as one paragraph.
func said(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.Join(strings.Fields(g.Text()), " "); text != "" {
			return link.ReplaceAllString(text, "$1")
		}
	}
	return ""
}
