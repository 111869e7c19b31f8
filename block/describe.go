package block

import "reflect"

// Attribute is what the reference tells of one attribute or nested block.
type Attribute struct {
	Name     string
	Type     string // "string", "duration", "list of whole numbers"; "block" for a block
	Required bool
	Default  string // as it would be written, without quotes; empty when there is none
	Doc      string
	Enum     []string
	Min, Max string
	Secret   bool // the value, or what the list or map holds, never prints

	// Of a block: its labels, whether it may come more than once, and what stands inside.
	IsBlock bool
	Many    bool
	Labels  []Attribute
	Inside  []Attribute
}

// Describe returns the attributes, then the nested blocks, of zero's struct type, each in the
// order of the fields. It is nil for a struct that [Verify] finds fault with, and for nil.
func Describe(zero any) []Attribute {
	if zero == nil || reflect.TypeOf(zero).Kind() != reflect.Struct {
		return nil
	}
	s, err := specOf(reflect.TypeOf(zero))
	if err != nil {
		return nil
	}
	return s.describe()
}

func (s *spec) describe() []Attribute {
	return append(describeAll(s.attrs), describeAll(s.blocks)...)
}

func describeAll(fields []field) []Attribute {
	out := make([]Attribute, 0, len(fields))
	for _, f := range fields {
		out = append(out, f.describe())
	}
	return out
}

func (f field) describe() Attribute {
	a := Attribute{
		Name: f.name, Required: f.required, Default: f.def, Doc: f.doc,
		Enum: f.enum, Min: f.min, Max: f.max,
	}
	if f.nested == nil {
		a.Type, a.Secret = typeWord(f.typ), holdsSecret(f.typ)
		return a
	}
	a.Type, a.IsBlock, a.Many = "block", true, f.many
	a.Labels = describeAll(f.nested.labels)
	a.Inside = f.nested.describe()
	return a
}

func holdsSecret(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return holdsSecret(t.Elem())
	default:
		return t == secretType
	}
}

// SecretNames returns the names of all attributes in attrs, however deep, that hold secrets.
func SecretNames(attrs []Attribute) []string {
	var names []string
	for _, a := range attrs {
		if a.Secret {
			names = append(names, a.Name)
		}
		names = append(names, SecretNames(a.Inside)...)
	}
	return names
}
