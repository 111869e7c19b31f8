package conform

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

// Secrets remembers the values that a target's settings took through secret(…). Its zero value is
// ready for use; it is safe for concurrent use.
type Secrets struct {
	mu     sync.Mutex
	values []string
}

// Eval returns the functions of the plan language that settings may need. env() gives what environ
// makes up and file() a made-up text, so that examples decode on any machine.
func (s *Secrets) Eval(environ func(name string) string) *hcl.EvalContext {
	return &hcl.EvalContext{Functions: map[string]function.Function{
		"secret": s.function(func(value string) string { return value }),
		"env":    s.function(environ),
		"file":   s.function(func(path string) string { return "content of " + path }),
	}}
}

func (s *Secrets) function(value func(string) string) function.Function {
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

// Check fails the test when text holds a secret, plain or in one of the forms in which protocols
// carry it.
func (s *Secrets) Check(t *testing.T, where, text string) {
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
