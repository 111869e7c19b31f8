package block

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// bounds reports a value that enum, min, max or "required" forbid. The value itself is named
// only in a suggestion, and never when it is sensitive.
func (d *decoder) bounds(expr hcl.Expression, f field, v reflect.Value, sensitive bool) {
	if v.Kind() == reflect.String {
		d.stringBounds(expr, f, v.String(), sensitive)
		return
	}
	if f.min == "" && f.max == "" {
		return
	}
	n, ok := number(v)
	low, hasLow := bound(f.min, v.Type())
	high, hasHigh := bound(f.max, v.Type())
	if !ok || (hasLow && n < low) || (hasHigh && n > high) {
		d.error(expr.Range(), fmt.Sprintf("%q is out of range", f.name), "It must be "+f.limits()+".")
		v.SetZero() // so that nothing that depends on it is judged by it
	}
}

func (d *decoder) stringBounds(expr hcl.Expression, f field, s string, sensitive bool) {
	switch {
	case len(f.enum) > 0 && !slices.Contains(f.enum, s):
		detail := "It can be " + quotedList(f.enum) + "."
		if !sensitive {
			detail += didYouMean(Suggest(s, f.enum))
		}
		d.error(expr.Range(), fmt.Sprintf("Unknown value for %q", f.name), detail)
	case s == "" && f.required:
		d.error(expr.Range(), fmt.Sprintf("%q is empty", f.name), f.doc)
	}
}

// limits returns "at least 1 and at most 10".
func (f field) limits() string {
	var parts []string
	if f.min != "" {
		parts = append(parts, "at least "+f.min)
	}
	if f.max != "" {
		parts = append(parts, "at most "+f.max)
	}
	return strings.Join(parts, " and ")
}

func number(v reflect.Value) (float64, bool) {
	switch {
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanFloat():
		return v.Float(), true
	default:
		return 0, false
	}
}

// bound reads a min or max tag in the unit of t.
func bound(tag string, t reflect.Type) (float64, bool) {
	if tag == "" {
		return 0, false
	}
	if t == durationType {
		d, err := ParseDuration(tag)
		return float64(d), err == nil
	}
	n, err := strconv.ParseFloat(tag, 64)
	return n, err == nil
}

// quotedList returns `"a", "b" or "c"`.
func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}
