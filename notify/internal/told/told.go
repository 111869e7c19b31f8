// Package told makes text fit to be handed on: what a receiver said, for receipts and errors, and
// what the plan or a stranger wrote, for headers and other single lines.
//
// It exists so that no kind of channel forgets it: a secret in an answer would stand in the
// outbox for good, and a line end in a subject would start a header of its own.
package told

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// MaxText is the most bytes of a receiver's words that are kept.
const MaxText = 300

// Words makes what a receiver said fit for a receipt or an error: without secrets, on one line,
// not long. More redactors than the plan's hold what need not have come from env() or file().
func Words(text string, secrets ...*plan.Redactor) string {
	for _, s := range secrets {
		text = s.Redact(text)
	}
	return checks.Cut(strings.Join(strings.Fields(checks.Clean(text)), " "), MaxText)
}

// Line makes text one line of at most limit bytes that deceives nobody.
func Line(text string, limit int) string {
	return checks.Cut(strings.TrimSpace(checks.Clean(text)), limit)
}

// Cause words why a receiver was not reached, without its address, which the caller names.
func Cause(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "no answer in time"
	}
	return checks.Wording(err)
}

// Visible replaces what is not seen, or makes the rest be seen otherwise, in one line of a text.
func Visible(line string) string { return checks.Clean(line) }
