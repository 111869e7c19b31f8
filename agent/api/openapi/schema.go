package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/invopop/jsonschema"

	"github.com/keizoku-bcp/keizoku/journal"
)

// schemas are the schemas of the types that routes take and give.
type schemas struct {
	source *source
	// named are the components, types the Go types that they come from.
	named map[string]*jsonschema.Schema
	types map[string]reflect.Type
	err   error // the first
}

// renamed are types whose names say too little outside their package.
var renamed = map[string]string{
	"rules/supply.Facts": "PowerFacts", "rules/supply.Problem": "SupplyProblem", "rules/supply.Reason": "ShedReason",
	"rules/supply.Source": "SupplySource", "rules/supply.Case": "SupplyCase",
	"journal.Kind": "EventKind", "journal.Reason": "JudgedReason",
}

// defs is where the library puts named schemas, components where OpenAPI wants them.
const (
	defs       = "#/$defs/"
	components = "#/components/schemas/"
)

func newSchemas(s *source) *schemas {
	return &schemas{source: s, named: map[string]*jsonschema.Schema{}, types: map[string]reflect.Type{}}
}

// of is the schema of a value's type. What a request holds is closed: the agent refuses members
// that it does not know. Answers are open: another version may have more to say.
func (s *schemas) of(v any, closed bool) *jsonschema.Schema {
	reflector := jsonschema.Reflector{
		Anonymous: true, AllowAdditionalProperties: !closed,
		Namer: s.name, Mapper: s.mapped, LookupComment: s.comment,
	}
	schema := reflector.Reflect(v)
	for name, def := range schema.Definitions {
		if s.named[name] == nil {
			s.named[name] = def
		}
	}
	schema.Definitions, schema.Version = nil, ""
	return schema
}

// name is the component's name of a type. Two types must not share one.
func (s *schemas) name(t reflect.Type) string {
	if t.Name() == "" || t.PkgPath() == "" {
		return ""
	}
	inside := strings.TrimPrefix(t.PkgPath(), module+"/")
	name := cmp.Or(renamed[inside+"."+t.Name()], upperFirst(t.Name()))
	if other, ok := s.types[name]; ok && other != t {
		s.fail(fmt.Errorf("%s and %s share the name %s: give one of them another in renamed", other, t, name))
	}
	s.types[name] = t
	return name
}

func upperFirst(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}

// mapped makes closed lists, which Go has no type for, out of texts with constants.
func (s *schemas) mapped(t reflect.Type) *jsonschema.Schema {
	switch {
	case t == reflect.TypeFor[json.RawMessage](): // what it holds is said where it stands
		return &jsonschema.Schema{Type: "object"}
	case t.Kind() == reflect.String && t.PkgPath() != "":
		return s.closedList(t)
	case t.Kind() == reflect.Int64:
		return &jsonschema.Schema{Type: "integer", Extras: map[string]any{"format": "int64"}}
	case t.Kind() == reflect.Uint64:
		return &jsonschema.Schema{Type: "integer", Minimum: "0", Extras: map[string]any{"format": "int64"}}
	case t.Kind() == reflect.Float64 && strings.HasSuffix(t.Name(), "Seconds"):
		return &jsonschema.Schema{Type: "number", Extras: map[string]any{"x-unit": "seconds"}}
	}
	return nil
}

// closedList is a component with the constants of a type.
func (s *schemas) closedList(t reflect.Type) *jsonschema.Schema {
	name := s.name(t)
	if s.named[name] == nil {
		c := s.commentsOf(t)
		if c == nil {
			return nil
		}
		s.named[name] = listOf(c.types[t.Name()], c.values[t.Name()])
		if len(s.named[name].Enum) == 0 {
			s.fail(fmt.Errorf("%s has no constants: a text that may be anything needs no type", t))
		}
	}
	return &jsonschema.Schema{Ref: defs + name}
}

// listOf says in its description what each value means, where a comment does.
func listOf(about string, values []value) *jsonschema.Schema {
	list := &jsonschema.Schema{Type: "string", Description: about}
	for _, v := range values {
		list.Enum = append(list.Enum, v.text)
		if v.comment != "" {
			list.Description += fmt.Sprintf("\n- `%s`: %s", v.text, v.comment)
		}
	}
	return list
}

// comment is what the source says of a type, or of a field of it. Fields go by their names in JSON.
func (s *schemas) comment(t reflect.Type, field string) string {
	c := s.commentsOf(t)
	if c == nil {
		return ""
	}
	text := c.types[t.Name()]
	if field != "" {
		text = c.fields[t.Name()][field]
	}
	return goName.ReplaceAllStringFunc(text, func(word string) string { return inJSON(t, word) })
}

// goName is a word that may be the name of a field, and is no abbreviation (UPS, ID).
var goName = regexp.MustCompile(`\b[A-Z][a-z][A-Za-z]*\b`)

// inJSON is the name of a member by that of its field; other words stay.
func inJSON(t reflect.Type, word string) string {
	if t.Kind() != reflect.Struct {
		return word
	}
	field, ok := t.FieldByName(word)
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if !ok || name == "" || name == "-" {
		return word
	}
	return "`" + name + "`"
}

func (s *schemas) commentsOf(t reflect.Type) *comments {
	c, err := s.source.of(t)
	s.fail(err)
	return c
}

// fail keeps the first error: the library's hooks return none.
func (s *schemas) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// payloads says what the payload of an event is, for each kind. That of a damaged event is null.
func (s *schemas) payloads() {
	event := s.named["Event"]
	for _, kind := range journal.Kinds() {
		payload, err := journal.DecodePayload(kind, []byte("{}"))
		s.fail(err)
		event.AllOf = append(event.AllOf, &jsonschema.Schema{
			If:   members(map[string]*jsonschema.Schema{"kind": {Const: kind}, "payload": {Type: "object"}}),
			Then: members(map[string]*jsonschema.Schema{"payload": s.of(payload, false)}),
		})
	}
	if payload, ok := event.Properties.Get("payload"); ok {
		payload.Description = "What happened: what it holds goes by `kind`. It is null for an event that is damaged."
		payload.Type, payload.Extras = "", map[string]any{"type": []string{"object", "null"}}
	}
}

// emptied are the members that hold a value of a closed list or an empty text, and are always there.
var emptied = map[string]string{"SurveyAnswer": "finding"} // empty on a line that is words alone

// emptyTexts lets them.
func (s *schemas) emptyTexts() {
	for name, member := range emptied {
		list, ok := s.named[name].Properties.Get(member)
		if !ok {
			s.fail(fmt.Errorf("%s has no %s any more", name, member))
			continue
		}
		either := &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Ref: list.Ref}, {Const: ""}}, Description: list.Description}
		s.named[name].Properties.Set(member, either)
	}
}

// members is an object that has these members, if it has them at all.
func members(all map[string]*jsonschema.Schema) *jsonschema.Schema {
	p := jsonschema.NewProperties()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p.Set(name, all[name])
	}
	return &jsonschema.Schema{Properties: p}
}

// names lists the components.
func (s *schemas) names() []string { return slices.Sorted(maps.Keys(s.named)) }
