package schedule

import (
	"reflect"

	"github.com/keizoku-bcp/keizoku/plan"
)

// same reports whether two plans mean the same check. Where it stands in its file, and which
// other agents run it, does not matter: a line more above it must not disturb what is being
// confirmed.
func same(a, b *plan.Check) bool {
	if a == b {
		return true
	}
	x, y := *a, *b
	x.From, y.From = nil, nil
	return alike(reflect.ValueOf(x), reflect.ValueOf(y))
}

// sourceType tells where a part of the plan stands. Settings hold one at each of their levels.
var sourceType = reflect.TypeFor[plan.Source]()

// alike is [reflect.DeepEqual] but for where things stand in their files. What it compares is what
// plans are made of, which does not go round in a circle.
func alike(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return !a.IsValid() && !b.IsValid()
	}
	switch a.Kind() {
	case reflect.Struct:
		return a.Type() == sourceType || alikeFields(a, b)
	case reflect.Pointer, reflect.Interface:
		return a.Kind() == reflect.Pointer && a.Pointer() == b.Pointer() || alike(a.Elem(), b.Elem())
	case reflect.Slice:
		return a.IsNil() == b.IsNil() && a.Len() == b.Len() && alikeElements(a, b)
	case reflect.Array:
		return alikeElements(a, b)
	case reflect.Map:
		return a.IsNil() == b.IsNil() && a.Len() == b.Len() && alikeEntries(a, b)
	case reflect.Func:
		return a.IsNil() && b.IsNil() // whether two do the same nobody can tell
	default:
		return a.Equal(b)
	}
}

func alikeFields(a, b reflect.Value) bool {
	for i := range a.NumField() {
		if !alike(a.Field(i), b.Field(i)) {
			return false
		}
	}
	return true
}

func alikeElements(a, b reflect.Value) bool {
	for i := range a.Len() {
		if !alike(a.Index(i), b.Index(i)) {
			return false
		}
	}
	return true
}

func alikeEntries(a, b reflect.Value) bool {
	for entry := a.MapRange(); entry.Next(); {
		if !alike(entry.Value(), b.MapIndex(entry.Key())) {
			return false
		}
	}
	return true
}
