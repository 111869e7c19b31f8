package told

import "errors"

// Failure is an error whose text was made fit. Its cause may hold a secret: it is there for
// errors.Is alone, and cannot be unwrapped.
type Failure struct {
	Text  string
	Cause error
}

func (f *Failure) Error() string { return f.Text }

// Is reports whether the cause is target.
func (f *Failure) Is(target error) bool { return errors.Is(f.Cause, target) }
