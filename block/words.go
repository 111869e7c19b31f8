package block

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// typeWord names a Go type in the words of the plan language.
func typeWord(t reflect.Type) string {
	if dec, ok := reflect.New(t).Interface().(Decoder); ok {
		return dec.TypeWord()
	}
	switch t {
	case durationType:
		return "duration"
	case secretType:
		return "secret"
	case expressionType:
		return "expression"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeWord(t.Elem())
	case reflect.Slice:
		return "list of " + plural(typeWord(t.Elem()))
	case reflect.Map:
		return "map of " + plural(typeWord(t.Elem()))
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Float64:
		return "number"
	default:
		return "whole number"
	}
}

func plural(word string) string {
	if head, rest, ok := strings.Cut(word, " of "); ok {
		return plural(head) + " of " + rest
	}
	if head, rest, ok := strings.Cut(word, " to "); ok {
		return plural(head) + " to " + rest
	}
	return word + "s"
}

func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an " + word
	}
	return "a " + word
}

// wanted returns the sentence for a value of the wrong type, with an example of the right one.
func wanted(t reflect.Type, is string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	word := typeWord(t)
	example := map[string]string{
		"duration":     `such as "30s", "4h", "7d" or "1h30m"`,
		"string":       `text in quotes`,
		"secret":       `text in quotes, or better env("NAME") or file("path")`,
		"bool":         "true or false",
		"number":       "such as 0.5, without quotes",
		"whole number": "such as 3, without quotes",
	}[word]
	switch {
	case strings.HasPrefix(word, "list"):
		example = "in brackets: [ … ]"
	case strings.HasPrefix(word, "map"):
		example = "in braces: { key = value }"
	}
	return "This must be " + article(word) + ", " + example + "; it is " + is + "."
}

// valueWord names the type of a value.
func valueWord(v cty.Value) string {
	t := v.Type()
	switch {
	case t == cty.String:
		return "a string"
	case t == cty.Bool:
		return "a bool"
	case t == cty.Number:
		return "a number"
	case t.IsCapsuleType():
		return article(t.FriendlyName())
	case t.IsObjectType() || t.IsMapType():
		return "a map"
	default:
		return "a list"
	}
}

// isContainer reports whether expr is a list or map that is written out.
func isContainer(expr hcl.Expression) bool { return containerWord(expr) != "" }

func containerWord(expr hcl.Expression) string {
	if _, diags := hcl.ExprList(expr); !diags.HasErrors() {
		return "a list"
	}
	if _, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		return "a map"
	}
	return ""
}
