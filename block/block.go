package block

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Sensitive is the cty mark on values that must not print.
const Sensitive = sensitiveMark("sensitive")

type sensitiveMark string

// Context is what a body is decoded in. It is not safe for concurrent use.
type Context struct {
	// Eval holds the functions and variables of the plan language.
	Eval *hcl.EvalContext
	// Secrets learns every sensitive value that is met; may be nil.
	Secrets *plan.Redactor
	// Hide learns where in the source a secret is written out, so that snippets of it can be
	// masked; may be nil.
	Hide func(hcl.Range)

	// specs are the tags of the struct types met so far: a plan has thousands of blocks of a
	// few types.
	specs map[reflect.Type]*spec
}

func (c *Context) specOf(t reflect.Type) (*spec, error) {
	if s, ok := c.specs[t]; ok {
		return s, nil
	}
	s, err := specOf(t)
	if err != nil {
		return nil, err
	}
	if c.specs == nil {
		c.specs = make(map[reflect.Type]*spec)
	}
	c.specs[t] = s
	return s, nil
}

// DecodeNew decodes body into a new struct of zero's type and returns the pointer to it. A nil
// zero stands for a block without attributes.
func DecodeNew(body hcl.Body, ctx *Context, zero any) (ptr any, diags hcl.Diagnostics) {
	if zero == nil {
		zero = struct{}{}
	}
	into := reflect.New(reflect.TypeOf(zero))
	return into.Interface(), Decode(body, ctx, into.Interface())
}

// Decode decodes body into the struct that into points to. What the struct does not know is an
// error; when body is what [DecodePartial] left over, suggestions know both structs.
func Decode(body hcl.Body, ctx *Context, into any) hcl.Diagnostics {
	_, diags := decode(target{body: body}, ctx, into, false)
	return diags
}

// DecodePartial decodes the attributes and blocks that into declares and returns the rest, to
// be decoded by somebody else.
func DecodePartial(body hcl.Body, ctx *Context, into any) (remain hcl.Body, diags hcl.Diagnostics) {
	return decode(target{body: body}, ctx, into, true)
}

func decode(t target, ctx *Context, into any, partial bool) (hcl.Body, hcl.Diagnostics) {
	if ctx == nil {
		ctx = &Context{}
	}
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return t.body, hcl.Diagnostics{declarationError(errNotStruct, t.body.MissingItemRange())}
	}
	s, err := ctx.specOf(v.Elem().Type())
	if err != nil {
		return t.body, hcl.Diagnostics{declarationError(err, t.body.MissingItemRange())}
	}
	d := decoder{ctx: ctx}
	remain := d.body(t, s, v.Elem(), partial)
	return remain, d.diags
}

// declarationError reports a struct that breaks the rules of this package: the program's fault,
// not the plan's. [Verify] finds it in a test.
func declarationError(err error, at hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "This block cannot be read",
		Detail:   "The program's own description of the block is wrong: " + err.Error() + ".",
		Subject:  &at,
	}
}
