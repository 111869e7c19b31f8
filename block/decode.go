package block

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/plan"
)

// target is a body to decode and what is known of the block that it belongs to.
type target struct {
	body   hcl.Body
	typ    string // the block's type, "" for a bare body
	labels []string
	ranges []hcl.Range // of the labels
	header hcl.Range   // zero for a bare body
	outer  []*spec     // what was decoded from the same body before
}

func targetOf(b *hcl.Block) target {
	return target{body: b.Body, typ: b.Type, labels: b.Labels, ranges: b.LabelRanges, header: b.DefRange}
}

// rest is the part of a body that DecodePartial left over. It remembers whose body it was, for
// suggestions and for the place where something is missing.
type rest struct {
	hcl.Body
	from target
}

// MissingItemRange is the block's header, where a person looks for what a block lacks.
func (r *rest) MissingItemRange() hcl.Range { return r.from.at() }

// unwrap returns the target that a rest stands for.
func (t target) unwrap() target {
	r, ok := t.body.(*rest)
	if !ok {
		return t
	}
	from := r.from
	from.body = r.Body
	return from
}

// at returns the range for mistakes that have no range of their own.
func (t target) at() hcl.Range {
	if t.header.Filename != "" {
		return t.header
	}
	return t.body.MissingItemRange()
}

// needs and knows begin sentences about what belongs into the block.
func (t target) needs() string {
	if t.typ == "" {
		return "It is needed here."
	}
	return fmt.Sprintf("A block of type %q needs it.", t.typ)
}

func (t target) knows(names []string) string {
	list := strings.Join(names, ", ")
	switch {
	case len(names) == 0:
		return "Nothing belongs here."
	case t.typ == "":
		return "Known here: " + list + "."
	default:
		return fmt.Sprintf("A block of type %q knows %s.", t.typ, list)
	}
}

// decoder gathers the mistakes of one Decode.
type decoder struct {
	ctx   *Context
	diags hcl.Diagnostics
}

// body decodes one body into v, a struct that s describes, and returns what it did not know.
func (d *decoder) body(t target, s *spec, v reflect.Value, partial bool) hcl.Body {
	t = t.unwrap()
	content, left, diags := t.body.PartialContent(s.schema())
	d.report(diags)
	d.labels(t, s, v)
	missing := append(d.attrs(t, s, v, content), d.blocks(s, v, content)...)
	if s.source != nil {
		v.FieldByIndex(s.source).Set(reflect.ValueOf(sourceOf(t, content)))
	}
	t.outer = append(t.outer[:len(t.outer):len(t.outer)], s)
	remain := &rest{Body: left, from: t}
	remain.from.body = left
	var misspelt []string
	switch {
	case s.remain != nil:
		v.FieldByIndex(s.remain).Set(reflect.ValueOf(remain))
	case !partial:
		misspelt = d.unknown(t, left)
	}
	for _, f := range missing {
		if !slices.Contains(misspelt, f.name) { // one mistake, one diagnostic
			d.missing(t, f)
		}
	}
	return remain
}

func (d *decoder) labels(t target, s *spec, v reflect.Value) {
	for i, f := range s.labels {
		if i < len(t.labels) {
			v.FieldByIndex(f.index).SetString(t.labels[i])
		}
	}
}

// attrs decodes the attributes and returns those that are missing.
func (d *decoder) attrs(t target, s *spec, v reflect.Value, content *hcl.BodyContent) (missing []field) {
	for _, f := range s.attrs {
		dst := v.FieldByIndex(f.index)
		attr := content.Attributes[f.name]
		switch {
		case attr != nil && !isNull(attr.Expr):
			d.value(attr.Expr, f, dst)
		case f.required:
			missing = append(missing, f)
		case f.hasDefault:
			d.value(f.defaultExpr(t.at()), f, dst)
		}
	}
	return missing
}

// isNull reports whether the attribute is set to the literal null, which means "not set".
func isNull(expr hcl.Expression) bool {
	if native, ok := expr.(hclsyntax.Expression); ok {
		literal, ok := native.(*hclsyntax.LiteralValueExpr)
		return ok && literal.Val.IsNull()
	}
	if isContainer(expr) {
		return false
	}
	v, diags := expr.Value(nil) // JSON: without a context, text is text
	return !diags.HasErrors() && v.IsNull()
}

func (d *decoder) missing(t target, f field) {
	what := "attribute"
	if f.nested != nil {
		what = "block"
	}
	d.error(t.at(), fmt.Sprintf("Missing %s %q", what, f.name), strings.TrimSpace(t.needs()+" "+f.doc))
}

// blocks decodes the nested blocks and returns those that are missing.
func (d *decoder) blocks(s *spec, v reflect.Value, content *hcl.BodyContent) (missing []field) {
	byType := content.Blocks.ByType()
	for _, f := range s.blocks {
		found := byType[f.name]
		dst := v.FieldByIndex(f.index)
		switch {
		case f.many:
			d.manyBlocks(found, f, dst)
		case len(found) > 0:
			d.oneBlock(found, f, dst)
		case f.required:
			missing = append(missing, f)
		}
	}
	return missing
}

func (d *decoder) manyBlocks(found hcl.Blocks, f field, dst reflect.Value) {
	for _, b := range found {
		elem := reflect.New(f.typ.Elem()).Elem()
		d.body(targetOf(b), f.nested, settle(elem), false)
		dst.Set(reflect.Append(dst, elem))
	}
}

func (d *decoder) oneBlock(found hcl.Blocks, f field, dst reflect.Value) {
	d.body(targetOf(found[0]), f.nested, settle(dst), false)
	for _, b := range found[1:] {
		d.error(b.DefRange, fmt.Sprintf("Second block %q", f.name),
			fmt.Sprintf("Only one is allowed here; the first is at %s.", Range(found[0].DefRange)))
	}
}

// settle returns the struct that v is or points to, made when it is a nil pointer.
func settle(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	v.Set(reflect.New(v.Type().Elem()))
	return v.Elem()
}

func sourceOf(t target, content *hcl.BodyContent) plan.Source {
	src := plan.Source{Block: Range(t.at())}
	if len(content.Attributes) > 0 {
		src.Attrs = make(map[string]plan.Range, len(content.Attributes))
	}
	for name, attr := range content.Attributes {
		src.Attrs[name] = Range(attr.Expr.Range())
	}
	return src
}

// plainCall turns hcl's report of a function's error into the function's own words.
func plainCall(diag hcl.Diagnostic) hcl.Diagnostic {
	extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](&diag)
	if !ok || extra.FunctionCallError() == nil {
		return diag
	}
	if diag.Context != nil {
		diag.Subject = diag.Context // the whole call, not its first part
	}
	diag.Summary = fmt.Sprintf("Error in %s()", extra.CalledFunctionName())
	text := extra.FunctionCallError().Error()
	first, size := utf8.DecodeRuneInString(text)
	diag.Detail = string(unicode.ToUpper(first)) + text[size:] + "."
	return diag
}

func (d *decoder) error(at hcl.Range, summary, detail string) {
	d.report(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}})
}

// report keeps diags, freed of everything that could show a secret: known values in the text,
// and the expression with its context, from which a printer would show variables.
func (d *decoder) report(diags hcl.Diagnostics) {
	for _, diag := range diags {
		clean := plainCall(*diag)
		clean.Summary = d.ctx.Secrets.Redact(clean.Summary)
		clean.Detail = d.ctx.Secrets.Redact(clean.Detail)
		clean.Expression, clean.EvalContext = nil, nil
		d.diags = append(d.diags, &clean)
	}
}
