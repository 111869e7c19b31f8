package notify

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	late, no := errors.New("late"), &Refused{errors.New("no")}
	slow := fmt.Errorf("slow: %w", &RetryAfter{errors.New("busy"), time.Minute})
	for _, test := range []struct {
		name    string
		errs    []error
		text    string
		refused bool
		wait    time.Duration
	}{
		{"nothing", nil, "", false, 0},
		{"all well", []error{nil, nil}, "", false, 0},
		{"one of two refused, the other took it", []error{nil, no}, "no", true, 0},
		{"all refused", []error{no, no}, "no; no", true, 0},
		{"one may take it later", []error{no, late}, "no; late", false, 0},
		{"the other may take it later", []error{late, no}, "late; no", false, 0},
		{"the longest wait", []error{late, slow, &RetryAfter{late, time.Second}}, "late; slow: busy; late", false, time.Minute},
	} {
		err := Join(test.errs...)
		if (err == nil) != (test.text == "") || err != nil && err.Error() != test.text {
			t.Errorf("%s: %v, want %q", test.name, err, test.text)
		}
		if IsRefused(err) != test.refused || Wait(err) != test.wait {
			t.Errorf("%s: refused %v, wait %s, want %v and %s", test.name, IsRefused(err), Wait(err), test.refused, test.wait)
		}
	}
	if err := Join(no, context.Canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("%v has lost its cause", err)
	}
}
