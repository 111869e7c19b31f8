package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/plan"
)

// fact is one word of the vocabulary of conditions, or a group of them.
type fact struct {
	id     string // "down.count"; "system.*.down" for one of each system
	name   string
	doc    string
	field  int          // of the Go struct around it
	elem   reflect.Type // the Go type behind a pointer or slice
	shape  factShape
	inside []*fact // of a group, or of each block
	label  int     // of blocks: the Go field that holds their name
}

type factShape int

const (
	plainFact    factShape = iota // a number, text or bool
	optionalFact                  // the same, and it may be not known
	listFact                      // a list of numbers or texts
	groupFact                     // a struct of facts
	blocksFact                    // one group for each block of a kind, by name
)

// vocabularyRoot holds every fact. It is made once from the tags of [plan.Facts].
var vocabularyRoot = &fact{shape: groupFact, inside: factsIn("", reflect.TypeFor[plan.Facts]())}

func factsIn(prefix string, t reflect.Type) (all []*fact) {
	for i := range t.NumField() {
		sf := t.Field(i)
		name := sf.Tag.Get("fact")
		if name == "" || strings.HasPrefix(name, ",") {
			continue
		}
		f := &fact{id: prefix + name, name: name, doc: sf.Tag.Get("doc"), field: i, elem: sf.Type}
		f.setShape()
		all = append(all, f)
	}
	return all
}

func (f *fact) setShape() {
	switch f.elem.Kind() {
	case reflect.Pointer:
		f.shape, f.elem = optionalFact, f.elem.Elem()
	case reflect.Struct:
		f.shape, f.inside = groupFact, factsIn(f.id+".", f.elem)
	case reflect.Slice:
		f.shape, f.elem = listFact, f.elem.Elem()
		if f.elem.Kind() == reflect.Struct {
			f.shape, f.inside = blocksFact, factsIn(f.id+".*.", f.elem)
			f.label = labelOf(f.elem)
		}
	}
}

// labelOf returns the field that holds the name of a block.
func labelOf(t reflect.Type) int {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("fact") == ",name" {
			return i
		}
	}
	return 0
}

// nameWord is the attribute by which one of the blocks tells its own name.
const nameWord = "name"

func (f *fact) find(name string) *fact {
	i := slices.IndexFunc(f.inside, func(g *fact) bool { return g.name == name })
	if i < 0 {
		return nil
	}
	return f.inside[i]
}

// words are the names inside, as they are offered to somebody who mistyped one.
func (f *fact) words() []string {
	names := make([]string, 0, len(f.inside)+1)
	for _, g := range f.inside {
		names = append(names, g.name)
	}
	if f.shape == blocksFact {
		names = append(names, nameWord)
	}
	slices.Sort(names)
	return names
}

// ctyType is the type of the fact in an expression.
func (f *fact) ctyType() cty.Type {
	switch f.shape {
	case listFact:
		return cty.List(scalarType(f.elem))
	case groupFact:
		return cty.Object(f.attributes())
	case blocksFact:
		return cty.Map(f.oneType())
	default:
		return scalarType(f.elem)
	}
}

func (f *fact) attributes() map[string]cty.Type {
	types := make(map[string]cty.Type, len(f.inside)+1)
	for _, g := range f.inside {
		types[g.name] = g.ctyType()
	}
	return types
}

// oneType is the type of one of the blocks.
func (f *fact) oneType() cty.Type {
	types := f.attributes()
	types[nameWord] = cty.String
	return cty.Object(types)
}

func scalarType(t reflect.Type) cty.Type {
	switch t.Kind() {
	case reflect.String:
		return cty.String
	case reflect.Bool:
		return cty.Bool
	default:
		return cty.Number
	}
}
