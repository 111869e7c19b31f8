package notify

import (
	"errors"
	"time"
)

// RetryAfter is an error of a receiver that said when to come again (RFC 9110, 10.2.3). Whoever
// keeps the message waits at least so long.
type RetryAfter struct {
	Err   error
	After time.Duration
}

func (r *RetryAfter) Error() string { return r.Err.Error() }
func (r *RetryAfter) Unwrap() error { return r.Err }

// Wait returns how long the receiver asked to be left alone; zero when it did not say.
func Wait(err error) time.Duration {
	var r *RetryAfter
	if errors.As(err, &r) {
		return max(r.After, 0)
	}
	return 0
}

// Join makes one error of what several receivers of one message said; nil when there is none. It
// is [Refused] only when all of them refused: as long as one may take the message later, another
// try is wanted. The longest wait counts.
func Join(errs ...error) error {
	joined := errors.Join(errs...)
	if joined == nil {
		return nil
	}
	refused, wait := true, time.Duration(0)
	for _, err := range errs {
		refused = refused && (err == nil || IsRefused(err))
		wait = max(wait, Wait(err))
	}
	text := &several{joined, errs}
	switch {
	case refused:
		return &Refused{text}
	case wait > 0:
		return &RetryAfter{text, wait}
	default:
		return text
	}
}

// several hides the errors that it was made of from errors.As: one that was refused among them
// does not make the whole refused.
type several struct {
	joined error
	errs   []error
}

// Error joins the texts in one line.
func (s *several) Error() string {
	text := ""
	for _, err := range s.errs {
		if err == nil {
			continue
		}
		if text != "" {
			text += "; "
		}
		text += err.Error()
	}
	return text
}

// Is keeps errors.Is at work.
func (s *several) Is(target error) bool { return errors.Is(s.joined, target) }
