package block

import (
	"fmt"
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// list decodes a list. Elements of a list that is written out are decoded one by one, each with
// its own range.
func (d *decoder) list(expr hcl.Expression, f field, dst reflect.Value) {
	elems, ok := d.elements(expr, f, dst.Type())
	if !ok {
		return
	}
	out := reflect.MakeSlice(dst.Type(), 0, len(elems))
	for _, e := range elems {
		elem, before := reflect.New(dst.Type().Elem()).Elem(), len(d.diags)
		if d.value(e, f, elem); len(d.diags) == before {
			out = reflect.Append(out, elem)
		}
	}
	if len(elems) == 0 && f.required {
		d.error(expr.Range(), fmt.Sprintf("%q is empty", f.name), "At least one element is wanted.")
	}
	dst.Set(out)
}

func (d *decoder) elements(expr hcl.Expression, f field, t reflect.Type) ([]hcl.Expression, bool) {
	if elems, diags := hcl.ExprList(expr); !diags.HasErrors() {
		return elems, true
	}
	v, sensitive, ok := d.eval(expr, f, t)
	if !ok {
		return nil, false
	}
	if !v.Type().IsTupleType() && !v.Type().IsListType() && !v.Type().IsSetType() {
		if secretType == t.Elem() {
			d.hide(expr)
		}
		d.error(expr.Range(), fmt.Sprintf("Wrong value for %q", f.name), wanted(t, valueWord(v)))
		return nil, false
	}
	var elems []hcl.Expression
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		elems = append(elems, remark(e, sensitive, expr.Range()))
	}
	return elems, true
}

func remark(v cty.Value, sensitive bool, at hcl.Range) hcl.Expression {
	if sensitive {
		v = v.Mark(Sensitive)
	}
	return hcl.StaticExpr(v, at)
}

func (d *decoder) mapping(expr hcl.Expression, f field, dst reflect.Value) {
	pairs, ok := d.pairs(expr, f, dst.Type())
	if !ok {
		return
	}
	out := reflect.MakeMapWithSize(dst.Type(), len(pairs))
	for _, p := range pairs {
		key, ok := d.key(p.Key, f)
		if !ok {
			continue
		}
		k := reflect.ValueOf(key).Convert(dst.Type().Key())
		if out.MapIndex(k).IsValid() {
			d.error(p.Key.Range(), fmt.Sprintf("Key twice in %q", f.name), "Each key may stand once.")
			continue
		}
		elem := reflect.New(dst.Type().Elem()).Elem()
		d.value(p.Value, f, elem)
		out.SetMapIndex(k, elem)
	}
	dst.Set(out)
}

func (d *decoder) key(expr hcl.Expression, f field) (string, bool) {
	v, sensitive, ok := d.eval(expr, f, reflect.TypeFor[string]())
	switch {
	case !ok:
		return "", false
	case sensitive:
		d.error(expr.Range(), fmt.Sprintf("Secret in %q", f.name), "A key cannot come from env() or file().")
		return "", false
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1), true // 25 = … is as good as "25" = …
	case v.Type() != cty.String:
		d.error(expr.Range(), fmt.Sprintf("Wrong key in %q", f.name), wanted(reflect.TypeFor[string](), valueWord(v)))
		return "", false
	}
	return v.AsString(), true
}

func (d *decoder) pairs(expr hcl.Expression, f field, t reflect.Type) ([]hcl.KeyValuePair, bool) {
	if pairs, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		return pairs, true
	}
	v, sensitive, ok := d.eval(expr, f, t)
	if !ok {
		return nil, false
	}
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		if secretType == t.Elem() {
			d.hide(expr)
		}
		d.error(expr.Range(), fmt.Sprintf("Wrong value for %q", f.name), wanted(t, valueWord(v)))
		return nil, false
	}
	var pairs []hcl.KeyValuePair
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		pairs = append(pairs, hcl.KeyValuePair{
			Key: hcl.StaticExpr(k, expr.Range()), Value: remark(e, sensitive, expr.Range()),
		})
	}
	return pairs, true
}
