package httpcheck

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
)

// Path leads to a value in a JSON document: keys of objects and, from 0, indexes of lists.
type Path struct {
	text  string
	steps []any // string or int
}

// ParsePath reads a path such as status.db[0].ok or ["a.b"][2].
func ParsePath(text string) (Path, error) {
	p := Path{text: text}
	for rest := text; rest != ""; {
		step, after, err := nextStep(rest, len(p.steps) == 0)
		if err != nil {
			return Path{}, fmt.Errorf("at %q: %w", rest, err)
		}
		p.steps, rest = append(p.steps, step), after
	}
	if len(p.steps) == 0 {
		return Path{}, fmt.Errorf("the path is empty")
	}
	return p, nil
}

// nextStep takes the first step off text.
func nextStep(text string, first bool) (step any, rest string, err error) {
	if text[0] == '[' {
		return bracketStep(text)
	}
	if !first {
		if text[0] != '.' {
			return nil, "", fmt.Errorf("a dot or a bracket is wanted")
		}
		text = text[1:]
	}
	end := strings.IndexAny(text, ".[")
	if end < 0 {
		end = len(text)
	}
	if end == 0 {
		return nil, "", fmt.Errorf("a key is missing")
	}
	return text[:end], text[end:], nil
}

// bracketStep takes [0] or ["key"] off text.
func bracketStep(text string) (step any, rest string, err error) {
	if quoted, err := strconv.QuotedPrefix(text[1:]); err == nil {
		key, _ := strconv.Unquote(quoted) // QuotedPrefix has checked it
		rest, ok := strings.CutPrefix(text[1+len(quoted):], "]")
		if !ok {
			return nil, "", fmt.Errorf("the closing bracket is missing")
		}
		return key, rest, nil
	}
	inside, rest, ok := strings.Cut(text[1:], "]")
	if !ok {
		return nil, "", fmt.Errorf("the closing bracket is missing")
	}
	index, err := strconv.ParseUint(inside, 10, 31)
	if err != nil {
		return nil, "", fmt.Errorf("%q is not an index: a number from 0, or a key in quotes", inside)
	}
	return int(index), rest, nil
}

// find follows the path; ok is false when it leads nowhere.
func (p Path) find(document any) (value any, ok bool) {
	value = document
	for _, step := range p.steps {
		switch at := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			if value, ok = object[at]; !ok {
				return nil, false
			}
		case int:
			list, _ := value.([]any)
			if at >= len(list) {
				return nil, false
			}
			value = list[at]
		}
	}
	return value, true
}

func (p Path) String() string { return p.text }

// DecodeExpr implements [block.Decoder].
func (p *Path) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	text, sensitive, diags := field.Text(expr, ctx, "path")
	if diags.HasErrors() {
		return diags
	}
	parsed, err := ParsePath(text)
	switch {
	case err != nil && sensitive:
		diags = append(diags, field.Error(expr.Range(), "Not a path", "The path is not good."))
	case err != nil:
		diags = append(diags, field.Error(expr.Range(), "Not a path", field.Sentence(err.Error())))
	}
	*p = parsed
	return diags
}

// TypeWord implements [block.Decoder].
func (*Path) TypeWord() string { return "path" }
