package told

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
)

func TestWords(t *testing.T) {
	t.Parallel()
	var plans, own plan.Redactor
	plans.Add("hunter2")
	own.Add("suzuki@city.example")
	got := Words("550 5.1.1 <suzuki@city.example>\r\n  knows\u202e hunter2 "+strings.Repeat("あ", 500), &plans, &own, nil)
	if want := "550 5.1.1 <(secret)> knows (secret) あ"; !strings.HasPrefix(got, want) || len(got) > MaxText {
		t.Errorf("%q, %d bytes, want it to begin with %q", got, len(got), want)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	if got := Line("a\r\nBcc: x@y.example\n", 100); strings.ContainsAny(got, "\r\n") {
		t.Errorf("%q holds line ends", got)
	}
}

func TestCause(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"no answer in time": &url.Error{Op: "Post", URL: "https://hooks.example/hunter2", Err: context.DeadlineExceeded},
		"gone":              &url.Error{Op: "Post", URL: "https://hooks.example/hunter2", Err: errors.New("gone")},
	} {
		if got := Cause(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A cause that could be unwrapped would be printed by whoever logs the chain.
func TestFailureKeepsItsCause(t *testing.T) {
	t.Parallel()
	err := error(&Failure{Text: "no answer in time", Cause: fmt.Errorf("hunter2: %w", context.DeadlineExceeded)})
	if err.Error() != "no answer in time" || !errors.Is(err, context.DeadlineExceeded) || errors.Unwrap(err) != nil {
		t.Errorf("%v, unwrapped %v", err, errors.Unwrap(err))
	}
}
