package httpcheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/plan"
)

// JSON is a json block: a place in the answer and what must stand there.
type JSON struct {
	plan.Source `hcl:",source"`

	Path    Path          `hcl:"path" doc:"Where to look: \"status.db[0].ok\"; a key with dots or brackets as [\"a.b\"]."`
	Equals  *Scalar       `hcl:"equals,optional" doc:"The value wanted: text, a number, true or false."`
	Matches field.Pattern `hcl:"matches,optional" doc:"Regular expression for the value as text. Without equals and matches the value must be there and not be null."`
}

func (j *JSON) check() hcl.Diagnostics {
	if j.Equals == nil || j.Matches.IsZero() {
		return nil
	}
	return hcl.Diagnostics{field.Error(block.HCLRange(j.At("matches")), "Two conditions for one value", "Give equals or matches, not both.")}
}

// judge returns nil when document holds what is wanted.
func (j *JSON) judge(document any, secrets *plan.Redactor) *netdial.Failure {
	value, ok := j.Path.find(document)
	if !ok || value == nil {
		return netdial.Failf(checks.WrongAnswer, "JSON value %s is not there", j.Path)
	}
	text := scalarText(value)
	switch {
	case j.Equals != nil && !j.Equals.equal(value):
		return netdial.Failf(checks.WrongAnswer, "JSON value %s is %s, want %s", j.Path, secrets.Redact(shown(value)), secrets.Redact(j.Equals.shown()))
	case !j.Matches.MatchString(text):
		return netdial.Failf(checks.WrongAnswer, "JSON value %s is %s, want a match of %q", j.Path, secrets.Redact(shown(value)), secrets.Redact(j.Matches.String()))
	}
	return nil
}

// parseJSON reads one JSON document; numbers keep their digits.
func parseJSON(body []byte) (document any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the JSON document")
	}
	return document, nil
}

// scalarText is a value as text: strings without quotes, lists and objects as JSON.
func scalarText(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return asJSON(value)
}

// asJSON writes a value that came from JSON.
func asJSON(value any) string {
	text, _ := json.Marshal(value) // what was decoded can be encoded
	return string(text)
}

// maxShown is the most bytes of a value that a text repeats.
const maxShown = 60

func shown(value any) string { return checks.Cut(asJSON(value), maxShown) }

// Scalar is text, a number, true or false in a plan, to be compared with a JSON value.
type Scalar struct{ value any } // string, bool or json.Number

// DecodeExpr implements [block.Decoder].
func (s *Scalar) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, _, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	switch {
	case v.IsNull() || !v.IsKnown():
	case v.Type() == cty.String:
		s.value = v.AsString()
	case v.Type() == cty.Bool:
		s.value = v.True()
	case v.Type() == cty.Number:
		s.value = json.Number(v.AsBigFloat().Text('g', -1))
	}
	if s.value == nil {
		diags = append(diags, field.Error(expr.Range(), "Not a simple value", "Text, a number, true or false is wanted."))
	}
	return diags
}

// TypeWord implements [block.Decoder].
func (*Scalar) TypeWord() string { return "string, number or bool" }

func (s *Scalar) shown() string { return shown(s.value) }

// equal compares by type and value: 1 and 1.0 are equal, 1 and "1" are not.
func (s *Scalar) equal(value any) bool {
	want, ok := s.value.(json.Number)
	if !ok {
		return s.value == value
	}
	got, ok := value.(json.Number)
	return ok && sameNumber(want, got)
}

// sameNumber compares numbers of any size; a float64 would take account numbers for equal that
// differ in the last digit. An exponent out of all proportion is compared as text.
func sameNumber(a, b json.Number) bool {
	const precision = 512
	x, _, errX := big.ParseFloat(a.String(), 10, precision, big.ToNearestEven)
	y, _, errY := big.ParseFloat(b.String(), 10, precision, big.ToNearestEven)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Cmp(y) == 0
}
