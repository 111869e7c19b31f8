package config

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// collect takes up the names of all blocks of a kind, and reports those that are not good.
func (l *loader) collect(kind string, blocks []named) {
	l.names[kind] = make(map[string]hcl.Range, len(blocks))
	for _, b := range blocks {
		l.name(kind, b.Name, block.HCLRange(b.Source.Block), l.names[kind])
	}
}

// name checks one name and adds it to those taken in its scope.
func (l *loader) name(kind, name string, at hcl.Range, taken map[string]hcl.Range) {
	l.checkName(kind, name, at)
	if first, ok := taken[name]; ok {
		l.mistake(at, fmt.Sprintf("Second %s %q", kind, name),
			fmt.Sprintf("The first is at %s. Give one of them another name.", block.Range(first)))
		return
	}
	taken[name] = at
}

func (l *loader) checkName(kind, name string, at hcl.Range) {
	if !namePattern.MatchString(name) {
		l.mistake(at, fmt.Sprintf("%q cannot be the name of a %s", name, kind),
			`A name begins with a small letter and goes on with small letters, digits and "_", such as "resident_records". What people read belongs into title.`)
	}
}

// collectBroken takes up the names of blocks that were refused, for a misspelt type or a label
// too many: what refers to them is not wrong. There will be no plan, so it does not matter that
// nothing stands behind these names.
func (l *loader) collectBroken() {
	for _, body := range l.bodies {
		native, ok := body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		for _, b := range native.Blocks {
			l.collectName(block.Suggest(b.Type, slices.Sorted(maps.Keys(l.names))), b)
		}
	}
}

func (l *loader) collectName(kind string, b *hclsyntax.Block) {
	at := 0
	if kind == "notify" {
		at = 1 // behind its kind
	}
	if kind == "" || len(b.Labels) <= at {
		return
	}
	name := b.Labels[at]
	if _, ok := l.names[kind][name]; ok {
		return
	}
	l.names[kind][name] = b.DefRange()
	if kind == "calendar" {
		l.plan.Calendars = append(l.plan.Calendars, &plan.Calendar{Name: name})
	}
}

// isFirst reports whether the block is the first of its name. A second is read for its
// mistakes, but is no part of the plan.
func (l *loader) isFirst(kind string, b named) bool {
	return l.names[kind][b.Name] == block.HCLRange(b.Source.Block)
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// reference is the value of an expression such as system.core_switch.
type reference struct{ kind, name string }

var referenceType = cty.Capsule("reference", reflect.TypeFor[reference]())

// references makes the variables of the plan language: one object for each kind of block that
// others refer to, with an attribute for each name.
func references(names map[string]map[string]hcl.Range) map[string]cty.Value {
	vars := make(map[string]cty.Value)
	for _, kind := range []string{"site", "calendar", "threat", "business", "system", "agent", "generator", "ups", "load", "role", "notify", "inspection"} {
		object := make(map[string]cty.Value, len(names[kind]))
		for name := range names[kind] {
			object[name] = cty.CapsuleVal(referenceType, &reference{kind, name})
		}
		vars[kind] = cty.ObjectVal(object)
	}
	for _, name := range []string{plan.Utility, plan.Elsewhere} {
		vars[name] = cty.CapsuleVal(referenceType, &reference{name, name})
	}
	return vars
}

// asReference returns the reference in v, if it is one.
func asReference(v cty.Value) (*reference, bool) {
	if v.Type() != referenceType || v.IsNull() || !v.IsKnown() {
		return nil, false
	}
	r, ok := v.EncapsulatedValue().(*reference)
	return r, ok
}
