package plan

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// Redacted is what is shown in place of a secret.
const Redacted = "(secret)"

// Secret is a value that came from env(), file() or a password attribute. It never prints:
// fmt, slog, JSON and errors show [Redacted]. Only [Secret.Reveal] gives the value, to the code
// that hands it to a server.
type Secret struct{ value string }

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value itself.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.value == "" }

func (s Secret) String() string               { return Redacted }
func (s Secret) GoString() string             { return Redacted }
func (s Secret) MarshalText() ([]byte, error) { return []byte(Redacted), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(Redacted) }

// Format keeps the value out of every verb: without it those that are not for text, as %d, would
// print the field.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Redacted) }

// Redactor blots out known secret values from text that came from elsewhere: a server's answer,
// a library's error. It is filled while a plan is read and safe for concurrent use after that.
type Redactor struct{ values []string }

// minRedacted is the shortest value that is blotted out: shorter ones would tear holes into
// ordinary words and protect nothing.
const minRedacted = 4

// Add makes value one of those blotted out. Not safe to call while Redact runs.
func (r *Redactor) Add(value string) {
	if len(value) < minRedacted || slices.Contains(r.values, value) {
		return
	}
	// Longest first: a secret that begins with another must not leave its end behind.
	i, _ := slices.BinarySearchFunc(r.values, value, func(known, value string) int {
		return cmp.Compare(len(value), len(known))
	})
	r.values = slices.Insert(r.values, i, value)
}

// Redact returns text with every known secret replaced by [Redacted]. A nil Redactor knows none.
func (r *Redactor) Redact(text string) string {
	if r == nil {
		return text
	}
	for _, v := range r.values {
		text = strings.ReplaceAll(text, v, Redacted)
	}
	return text
}
