package config

import (
	"maps"
	"reflect"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// need is what a condition wants of one root of the vocabulary.
type need struct {
	fact  *fact
	whole bool
	// only are the members that it names, and where in the plan each stands: facts of a group,
	// or blocks.
	only map[string]int
}

// value makes the root's value from the facts.
func (n *need) value(facts reflect.Value) cty.Value {
	v := facts.Field(n.fact.field)
	switch {
	case n.whole || n.fact.shape != groupFact && n.fact.shape != blocksFact:
		return n.fact.value(v)
	case n.fact.shape == groupFact:
		return n.fact.group(v, slices.Collect(maps.Keys(n.only)))
	}
	some := make(map[string]cty.Value, len(n.only))
	for name, at := range n.only {
		if b, ok := n.fact.block(v, name, at); ok {
			some[name] = n.fact.group(b, nil)
		} else {
			some[name] = cty.UnknownVal(n.fact.oneType()) // another plan's facts
		}
	}
	return n.fact.mapOf(some)
}

// unknown is the root's value for a check of types: right in shape, and nothing in it known.
// names are all blocks of the kind.
func (n *need) unknown(names []string) cty.Value {
	if n.fact.shape != blocksFact {
		return unknownOf(n.fact)
	}
	all := make(map[string]cty.Value)
	for _, name := range names {
		if _, wanted := n.only[name]; wanted || n.whole {
			all[name] = unknownObject(n.fact.oneType().AttributeTypes())
		}
	}
	return n.fact.mapOf(all)
}

func unknownOf(f *fact) cty.Value {
	if f.shape == groupFact {
		return unknownObject(f.attributes())
	}
	return cty.UnknownVal(f.ctyType())
}

func unknownObject(types map[string]cty.Type) cty.Value {
	object := make(map[string]cty.Value, len(types))
	for name, t := range types {
		object[name] = cty.UnknownVal(t)
	}
	return cty.ObjectVal(object)
}
