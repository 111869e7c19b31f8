package httpcheck

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
)

// Status is a range of HTTP status codes, both ends included.
type Status struct{ First, Last int }

var (
	statusClass = regexp.MustCompile(`^[1-5]xx$`)
	statusRange = regexp.MustCompile(`^([1-5]\d\d)(?:-([1-5]\d\d))?$`)
)

// ParseStatus reads "200", "2xx" or "200-204".
func ParseStatus(text string) (Status, error) {
	if statusClass.MatchString(text) {
		first := int(text[0]-'0') * 100
		return Status{first, first + 99}, nil
	}
	m := statusRange.FindStringSubmatch(text)
	if m == nil {
		return Status{}, fmt.Errorf(`%q is not a status code: write 200, "2xx" or "200-204"`, text)
	}
	s := Status{number(m[1]), number(m[1])}
	if m[2] != "" {
		s.Last = number(m[2])
	}
	if s.Last < s.First {
		return Status{}, fmt.Errorf("%q runs backwards", text)
	}
	return s, nil
}

// number reads digits that a pattern has already checked.
func number(digits string) int {
	n, _ := strconv.Atoi(digits) // cannot fail on three digits
	return n
}

// DecodeExpr implements [block.Decoder].
func (s *Status) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, sensitive, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	text := ""
	switch {
	case sensitive || v.IsNull() || !v.IsKnown():
	case v.Type() == cty.Number:
		text = v.AsBigFloat().Text('f', -1)
	case v.Type() == cty.String:
		text = v.AsString()
	}
	parsed, err := ParseStatus(text)
	if err != nil {
		return append(diags, field.Error(expr.Range(), "Not a status code", field.Sentence(err.Error())))
	}
	*s = parsed
	return diags
}

// TypeWord implements [block.Decoder].
func (*Status) TypeWord() string { return "status code" }

func (s Status) String() string {
	switch {
	case s.First == s.Last:
		return strconv.Itoa(s.First)
	case s.First%100 == 0 && s.Last == s.First+99:
		return strconv.Itoa(s.First/100) + "xx"
	default:
		return strconv.Itoa(s.First) + "-" + strconv.Itoa(s.Last)
	}
}

// statuses is what expect_status holds.
type statuses []Status

func (all statuses) has(code int) bool {
	for _, s := range all {
		if s.First <= code && code <= s.Last {
			return true
		}
	}
	return false
}

func (all statuses) String() string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = s.String()
	}
	return strings.Join(texts, " or ")
}
