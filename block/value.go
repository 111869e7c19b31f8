package block

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/common/model"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Decoder is implemented, on the pointer, by field types that have a form of their own in the
// plan: a reference, a date, a value that is one or a map of many.
type Decoder interface {
	// DecodeExpr takes the value from expr; [Eval] helps.
	DecodeExpr(expr hcl.Expression, ctx *Context) hcl.Diagnostics
	// TypeWord names the type in the reference: "date", "reference to a system".
	TypeWord() string
}

const wrongValue = "Wrong value"

// Wrong returns the diagnostic of a [Decoder] for a value that is not what it should be; the
// attribute's name is added to it. detail must not repeat a sensitive value.
func Wrong(expr hcl.Expression, detail string) hcl.Diagnostics {
	return hcl.Diagnostics{problem(expr.Range(), wrongValue, detail)}
}

// named adds the name of the attribute to what [Wrong] made.
func named(diags hcl.Diagnostics, f field) hcl.Diagnostics {
	for _, d := range diags {
		if d.Summary == wrongValue {
			d.Summary = fmt.Sprintf("Wrong value for %q", f.name)
		}
	}
	return diags
}

// value decodes expr, the value of attribute f or an element of it, into dst.
func (d *decoder) value(expr hcl.Expression, f field, dst reflect.Value) {
	if dec, ok := dst.Addr().Interface().(Decoder); ok {
		d.report(named(dec.DecodeExpr(expr, d.ctx), f))
		return
	}
	switch {
	case dst.Type() == expressionType:
		dst.Set(reflect.ValueOf(expr))
	case dst.Type() == secretType:
		d.secret(expr, f, dst)
	case dst.Kind() == reflect.Pointer:
		d.value(expr, f, settle(dst))
	case dst.Kind() == reflect.Slice:
		d.list(expr, f, dst)
	case dst.Kind() == reflect.Map:
		d.mapping(expr, f, dst)
	default:
		d.scalar(expr, f, dst)
	}
}

// defaultExpr returns the default of f as if it had been written at the range given.
func (f field) defaultExpr(at hcl.Range) hcl.Expression {
	if f.typ.Kind() == reflect.Slice && !reflect.PointerTo(f.typ).Implements(decoderType) {
		var elems []cty.Value
		for _, text := range strings.Split(f.def, ",") {
			elems = append(elems, defaultValue(text, f.typ.Elem()))
		}
		return hcl.StaticExpr(cty.TupleVal(elems), at)
	}
	return hcl.StaticExpr(defaultValue(f.def, f.typ), at)
}

func defaultValue(text string, t reflect.Type) cty.Value {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	custom := t == durationType || reflect.PointerTo(t).Implements(decoderType)
	switch {
	case custom || t.Kind() == reflect.String:
		return cty.StringVal(text)
	case t.Kind() == reflect.Bool:
		return cty.BoolVal(text == "true")
	default:
		if n, err := cty.ParseNumberVal(text); err == nil {
			return n
		}
		return cty.StringVal(text)
	}
}

func (d *decoder) scalar(expr hcl.Expression, f field, dst reflect.Value) {
	v, sensitive, ok := d.eval(expr, f, dst.Type())
	if !ok {
		return
	}
	if sensitive && (dst.Kind() != reflect.String || v.Type() != cty.String) {
		d.error(expr.Range(), fmt.Sprintf("Secret in %q", f.name),
			"A value from env() or file() can only be text, and this is "+article(typeWord(dst.Type()))+".")
		return
	}
	problem := setScalar(v, dst)
	if problem == "" {
		d.bounds(expr, f, dst, sensitive)
		return
	}
	d.error(expr.Range(), fmt.Sprintf("Wrong value for %q", f.name), problem)
}

// eval evaluates expr to a value that is there, and reports otherwise. A sensitive value is
// made known to the redactor.
func (d *decoder) eval(expr hcl.Expression, f field, t reflect.Type) (v cty.Value, sensitive, ok bool) {
	if isContainer(expr) {
		d.error(expr.Range(), fmt.Sprintf("Wrong value for %q", f.name), wanted(t, containerWord(expr)))
		return cty.NilVal, false, false
	}
	v, sensitive, diags := Eval(expr, d.ctx)
	d.report(diags)
	if diags.HasErrors() {
		return cty.NilVal, sensitive, false
	}
	if v.IsNull() || !v.IsWhollyKnown() {
		d.error(expr.Range(), fmt.Sprintf("No value for %q", f.name), wanted(t, "nothing"))
		return cty.NilVal, sensitive, false
	}
	return v, sensitive, true
}

// setScalar puts v into dst and returns what is wrong with it, never with the value in the text.
func setScalar(v cty.Value, dst reflect.Value) string {
	is := valueWord(v)
	switch {
	case dst.Type() == durationType:
		return setDuration(v, dst)
	case dst.Kind() == reflect.String && v.Type() == cty.String:
		dst.SetString(v.AsString())
	case dst.Kind() == reflect.Bool && v.Type() == cty.Bool:
		dst.SetBool(v.True())
	case dst.Kind() == reflect.Float64 && v.Type() == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		dst.SetFloat(f)
	case dst.CanInt() && v.Type() == cty.Number:
		n, accuracy := v.AsBigFloat().Int64()
		if accuracy != 0 || dst.OverflowInt(n) {
			return "A whole number is wanted, and this is not one or too large."
		}
		dst.SetInt(n)
	default:
		return wanted(dst.Type(), is)
	}
	return ""
}

func setDuration(v cty.Value, dst reflect.Value) string {
	if v.Type() != cty.String {
		return wanted(durationType, valueWord(v))
	}
	d, err := ParseDuration(v.AsString())
	if err != nil {
		return err.Error()
	}
	dst.SetInt(int64(d))
	return ""
}

// ParseDuration reads a duration of the plan language: Prometheus style, "30s", "1h30m", "7d".
// Its error is a sentence for people and does not repeat s.
func ParseDuration(s string) (time.Duration, error) {
	d, err := model.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%s", wanted(durationType, "something else"))
	}
	return time.Duration(d), nil
}

// secret decodes a plan.Secret. What is written there is hidden, whatever else is wrong with it.
func (d *decoder) secret(expr hcl.Expression, f field, dst reflect.Value) {
	d.hide(expr)
	guard := decoder{ctx: d.ctx}
	v, _, ok := guard.eval(expr, f, secretType)
	for _, diag := range guard.diags {
		d.report(hcl.Diagnostics{guarded(diag, f)})
	}
	if !ok {
		return
	}
	if v.Type() != cty.String {
		d.error(expr.Range(), fmt.Sprintf("Wrong value for %q", f.name), wanted(secretType, valueWord(v)))
		return
	}
	value := v.AsString()
	d.learn(value)
	if f.required && value == "" {
		d.error(expr.Range(), fmt.Sprintf("%q is empty", f.name), f.doc)
	}
	dst.Set(reflect.ValueOf(plan.NewSecret(value)))
}
