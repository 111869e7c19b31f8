package schedule

import (
	"fmt"
	"slices"

	"github.com/keizoku-bcp/keizoku/checks"
)

// tidy makes a result fit for the journal, metrics and terminals: a reason of the closed list
// and a text that [clean] has been over.
func tidy(res checks.Result, redact func(string) string) checks.Result {
	if !res.OK() && !slices.Contains(checks.Reasons[:], res.Reason) {
		res.Text = fmt.Sprintf("check gave the unknown reason %q: %s", string(res.Reason), res.Text)
		res.Reason = checks.ErrorLocal
	}
	if res.Text == "" && !res.OK() {
		res.Text = "check failed and gave no text"
	}
	res.Text = clean(res.Text, redact)
	return res
}

// clean blots out secrets, and makes the rest fit to be read. Secrets go first: half a secret, cut
// off or broken by a replaced character, would not be recognized.
func clean(text string, redact func(string) string) string {
	if text != "" && redact != nil {
		text = redact(text)
	}
	return checks.Cut(checks.Clean(text), checks.MaxText)
}
