package config

import (
	"cmp"
	"math"
	"reflect"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// value turns what the Go field holds into a value. What is not known becomes an unknown value,
// not null: HCL then reasons about it as a person would (false && unknown is false), where null
// is an error, or a panic as an operand of &&.
func (f *fact) value(v reflect.Value) cty.Value {
	switch f.shape {
	case optionalFact:
		if v.IsNil() {
			return cty.UnknownVal(f.ctyType())
		}
		return scalar(v.Elem())
	case listFact:
		return f.list(v)
	case groupFact:
		return f.group(v, nil)
	case blocksFact:
		return f.blocks(v)
	default:
		return scalar(v)
	}
}

func scalar(v reflect.Value) cty.Value {
	switch {
	case v.Kind() == reflect.String:
		return cty.StringVal(v.String())
	case v.Kind() == reflect.Bool:
		return cty.BoolVal(v.Bool())
	case math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0):
		return cty.UnknownVal(cty.Number) // no sum can be done with it
	default:
		return cty.NumberFloatVal(v.Float())
	}
}

func (f *fact) list(v reflect.Value) cty.Value {
	if v.Len() == 0 {
		return cty.ListValEmpty(scalarType(f.elem))
	}
	elems := make([]cty.Value, v.Len())
	for i := range elems {
		elems[i] = scalar(v.Index(i))
	}
	return cty.ListVal(elems)
}

// group makes an object of the facts inside; of those named alone unless only is nil.
func (f *fact) group(v reflect.Value, only []string) cty.Value {
	object := make(map[string]cty.Value, len(f.inside)+1)
	for _, g := range f.inside {
		if only == nil || slices.Contains(only, g.name) {
			object[g.name] = g.value(v.Field(g.field))
		}
	}
	if f.shape == blocksFact {
		object[nameWord] = cty.StringVal(v.Field(f.label).String())
	}
	return cty.ObjectVal(object)
}

func (f *fact) blocks(v reflect.Value) cty.Value {
	all := make(map[string]cty.Value, v.Len())
	for i := range v.Len() {
		all[v.Index(i).Field(f.label).String()] = f.group(v.Index(i), nil)
	}
	return f.mapOf(all)
}

func (f *fact) mapOf(all map[string]cty.Value) cty.Value {
	if len(all) == 0 {
		return cty.MapValEmpty(f.oneType())
	}
	return cty.MapVal(all)
}

// block finds the block named. at is where it stood in the plan, which is where it mostly is.
func (f *fact) block(v reflect.Value, name string, at int) (reflect.Value, bool) {
	if at < v.Len() && v.Index(at).Field(f.label).String() == name {
		return v.Index(at), true
	}
	for i := range v.Len() {
		if v.Index(i).Field(f.label).String() == name {
			return v.Index(i), true
		}
	}
	return reflect.Value{}, false
}

// plain turns a value into what [plan.Used] holds: nil for what is not known, and for one of the
// blocks its name.
func plain(v cty.Value) any {
	switch t := v.Type(); {
	case v.IsNull() || !v.IsKnown():
		return nil
	case t == cty.String:
		return v.AsString()
	case t == cty.Bool:
		return v.True()
	case t == cty.Number:
		n, _ := v.AsBigFloat().Float64()
		return n
	case t.IsObjectType() && t.HasAttribute(nameWord):
		return plain(v.GetAttr(nameWord))
	case t.IsObjectType() || t.IsMapType():
		return keys(v)
	case v.CanIterateElements():
		return elements(v)
	}
	return nil
}

func keys(v cty.Value) any {
	all := []any{}
	for it := v.ElementIterator(); it.Next(); {
		k, _ := it.Element()
		all = append(all, k.AsString())
	}
	slices.SortFunc(all, func(a, b any) int { return cmp.Compare(a.(string), b.(string)) })
	return all
}

func elements(v cty.Value) any {
	all := []any{}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		all = append(all, plain(e))
	}
	return all
}
