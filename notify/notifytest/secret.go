package notifytest

import (
	"encoding/base64"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/keizoku-bcp/keizoku/block"
)

// secrets remembers the values that a target's settings took through secret(…).
type secrets struct {
	mu     sync.Mutex
	values []string
}

// eval returns the functions of the plan language that settings may need. env() and file() give
// made-up values, so that examples decode on any machine.
func (s *secrets) eval() *hcl.EvalContext {
	return &hcl.EvalContext{Functions: map[string]function.Function{
		"secret": s.function(func(value string) string { return value }),
		"env":    s.function(environment),
		"file":   s.function(func(path string) string { return "content of " + path }),
	}}
}

// environment makes up the value of a variable: an address where the name says so.
func environment(name string) string {
	if strings.HasSuffix(name, "_URL") {
		return "https://hooks.example/services/" + name
	}
	return "value of " + name
}

func (s *secrets) function(value func(string) string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := value(args[0].AsString())
			s.mu.Lock()
			s.values = append(s.values, v)
			s.mu.Unlock()
			return cty.StringVal(v).Mark(block.Sensitive), nil
		},
	})
}

// check fails the test when text holds a secret, plain or in one of the forms in which protocols
// carry it.
func (s *secrets) check(t *testing.T, where, text string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range s.values {
		for _, form := range []string{value, url.QueryEscape(value), url.PathEscape(value), base64.StdEncoding.EncodeToString([]byte(value))} {
			if strings.Contains(text, form) {
				t.Errorf("%s holds the secret %q: %s", where, value, text)
			}
		}
	}
}
