package block

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/plan"
)

// spec is what the tags of one struct type say.
type spec struct {
	attrs  []field
	blocks []field
	labels []field
	source []int // index of the ",source" field; nil when there is none
	remain []int // index of the ",remain" field; nil when there is none
}

// field is one tagged struct field.
type field struct {
	index      []int
	name       string
	typ        reflect.Type
	required   bool
	def        string
	hasDefault bool
	doc        string
	enum       []string
	min, max   string
	nested     *spec // of a block
	many       bool  // a block that may come any number of times
}

var (
	durationType   = reflect.TypeFor[time.Duration]()
	secretType     = reflect.TypeFor[plan.Secret]()
	sourceType     = reflect.TypeFor[plan.Source]()
	expressionType = reflect.TypeFor[hcl.Expression]()
	bodyType       = reflect.TypeFor[hcl.Body]()
	decoderType    = reflect.TypeFor[Decoder]()

	errNotStruct = errors.New("it must be a struct")
)

// specOf reads the tags of t, which must be a struct type.
func specOf(t reflect.Type) (*spec, error) {
	s := new(spec)
	return s, s.add(t, nil, nil)
}

// add takes up the fields of t, whose path from the outermost struct is prefix. outer are the
// types on the way here, to refuse a type that holds itself.
func (s *spec) add(t reflect.Type, prefix []int, outer []reflect.Type) error {
	if slices.Contains(outer, t) {
		return fmt.Errorf("%s contains itself", t)
	}
	outer = append(slices.Clone(outer), t)
	for i := range t.NumField() {
		sf := t.Field(i)
		index := append(slices.Clone(prefix), i)
		tag, tagged := sf.Tag.Lookup("hcl")
		switch {
		case !tagged && sf.Anonymous && sf.Type.Kind() == reflect.Struct:
			if err := s.add(sf.Type, index, outer); err != nil {
				return err
			}
		case tagged:
			if err := s.addField(sf, tag, index, outer); err != nil {
				return fmt.Errorf("%s.%s: %w", t, sf.Name, err)
			}
		}
	}
	return nil
}

func (s *spec) addField(sf reflect.StructField, tag string, index []int, outer []reflect.Type) error {
	name, role, _ := strings.Cut(tag, ",")
	f := newField(sf, name, index)
	switch role {
	case "", "optional":
		f.required = role == ""
		if f.required && f.hasDefault {
			return errors.New("a required attribute has no default")
		}
		s.attrs = append(s.attrs, f)
		return typeError(f.typ)
	case "label":
		s.labels = append(s.labels, f)
		return want(f.typ.Kind() == reflect.String, "a label is a string")
	case "block":
		err := f.nest(outer)
		s.blocks = append(s.blocks, f)
		return err
	case "source":
		s.source = index
		return want(sf.Type == sourceType, "a source is a plan.Source")
	case "remain":
		s.remain = index
		return want(sf.Type == bodyType, "a remainder is an hcl.Body")
	default:
		return fmt.Errorf("the tag has an unknown role %q", role)
	}
}

func newField(sf reflect.StructField, name string, index []int) field {
	f := field{
		index: index, name: name, typ: sf.Type,
		doc: sf.Tag.Get("doc"), min: sf.Tag.Get("min"), max: sf.Tag.Get("max"),
	}
	f.def, f.hasDefault = sf.Tag.Lookup("default")
	if enum := sf.Tag.Get("enum"); enum != "" {
		f.enum = strings.Split(enum, ",")
	}
	return f
}

// nest reads the struct type of a block's field: *T (at most one), []T or []*T (any number), or
// T (exactly one).
func (f *field) nest(outer []reflect.Type) error {
	t := f.typ
	f.required = t.Kind() == reflect.Struct
	if t.Kind() == reflect.Slice {
		f.many, t = true, t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return errNotStruct
	}
	f.nested = new(spec)
	return f.nested.add(t, nil, outer)
}

// typeError tells whether an attribute may have type t.
func typeError(t reflect.Type) error {
	switch {
	case t == expressionType, t == durationType, t == secretType, reflect.PointerTo(t).Implements(decoderType):
		return nil
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float64, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return nil
	case reflect.Pointer, reflect.Slice:
		return typeError(t.Elem())
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return typeError(t.Elem())
		}
	}
	return fmt.Errorf("type %s is not supported", t)
}

func want(ok bool, text string) error {
	if !ok {
		return errors.New(text)
	}
	return nil
}

// schema returns what hcl must know of the struct. Nothing is required there: package block
// reports what is missing itself, with the attribute's documentation.
func (s *spec) schema() *hcl.BodySchema {
	schema := &hcl.BodySchema{}
	for _, f := range s.attrs {
		schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: f.name})
	}
	for _, f := range s.blocks {
		schema.Blocks = append(schema.Blocks, f.header())
	}
	return schema
}

// header returns the schema of the block that f stands for.
func (f field) header() hcl.BlockHeaderSchema {
	h := hcl.BlockHeaderSchema{Type: f.name}
	for _, l := range f.nested.labels {
		h.LabelNames = append(h.LabelNames, l.name)
	}
	return h
}

// Verify reports whether zero is a struct that this package can decode into: every type known,
// every default good. Tests of kinds call it.
func Verify(zero any) error {
	if zero == nil {
		return nil
	}
	t := reflect.TypeOf(zero)
	if t.Kind() != reflect.Struct {
		return errNotStruct
	}
	s, err := specOf(t)
	if err != nil {
		return err
	}
	return s.verifyDefaults()
}

func (s *spec) verifyDefaults() error {
	for _, f := range s.attrs {
		if !f.hasDefault {
			continue
		}
		d := decoder{ctx: &Context{}}
		d.value(f.defaultExpr(hcl.Range{}), f, reflect.New(f.typ).Elem())
		if d.diags.HasErrors() {
			return fmt.Errorf("%s: the default %q is not good: %s", f.name, f.def, d.diags[0].Detail)
		}
	}
	for _, f := range s.blocks {
		if err := f.nested.verifyDefaults(); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}
