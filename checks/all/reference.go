package all

import (
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
)

// Reference returns the reference page of the kind named, in Markdown, as it stands in
// docs/reference/checks. It is empty for a kind that is not in the table.
func Reference(kind string) string {
	k, ok := Kinds()[kind]
	if !ok {
		return ""
	}
	local := ""
	if k.Local {
		local = "Its results stand even while the agent is cut off from the network."
	}
	return block.Page{
		Title: "Check `" + k.Name + "`", Summary: k.Summary, Doc: k.Doc, Notes: []string{local},
		Example: k.Example, Settings: k.Settings,
		After: "Every check also takes `interval`, `timeout`, `retry_interval`, `fail_after`, `recover_after` and `from`:\n" +
			"see [the plan language](../plan-language.md) and [the reasons of failure](README.md#reasons).",
	}.Markdown()
}

// Index returns the page that leads to the others: the kinds, and the reasons that they share.
func Index() string {
	var b strings.Builder
	b.WriteString("# Checks\n\nA check is one probe of a system, on schedule: `check \"kind\" \"name\" { … }`.\n\n| Kind | |\n|---|---|\n")
	for _, k := range list() {
		b.WriteString(block.IndexRow(k.Name, k.Summary))
	}
	b.WriteString("\n## Reasons\n\nWhy a probe did not succeed, in one word:\n\n| Reason | Meaning |\n|---|---|\n")
	for _, r := range checks.Reasons {
		fmt.Fprintf(&b, "| `%s` | %s |\n", r, Meaning(r))
	}
	return b.String()
}

// Meaning explains a reason in a sentence. It is empty for what is not one of [checks.Reasons].
func Meaning(r checks.Reason) string {
	text := map[checks.Reason]string{
		checks.OK:          "The probe succeeded.",
		checks.Refused:     "The host answered that nothing listens there.",
		checks.Timeout:     "No answer came in time.",
		checks.Unreachable: "A router, or the host's neighbours, say that the host is not there.",
		checks.Reset:       "The peer broke the connection off.",
		checks.DNSFailure:  "The name did not resolve, or the DNS server answered with an error.",
		checks.TLSInvalid:  "The TLS handshake failed, or the certificate's chain, name or dates are not good.",
		checks.CertExpiry:  "The certificate is good but ends too soon.",
		checks.WrongAnswer: "An answer came, but not what the plan expects.",
		checks.Loss:        "Too many packets were lost.",
		checks.Slow:        "The answer came slower than the plan allows.",
		checks.AuthFailed:  "Our credentials were refused.",
		checks.Limit:       "A measured value is beyond its limit.",
		checks.NotRunning:  "The process or service is not running.",
		checks.Silent:      "A heartbeat did not come in time.",
		checks.BadStatus:   "A program or a device reported a problem itself.",
		checks.Stale:       "A daemon answers, with values that its device stopped renewing.",
		checks.Detached:    "A daemon answers, but has lost its device or the device's driver.",
		checks.NoSuchUnit:  "A daemon answers, and knows no device of that name.",
		checks.NoRoute:     "The agent's own trouble: it has no route to the host.",
		checks.ErrorLocal:  "The agent's own trouble: no permission, no resources, a mistake in its surroundings.",
		checks.Waiting:     "Whoever is watched reports by itself, and has not had the time to.",
	}[r]
	if r.Local() {
		text += " The check becomes unknown, never down."
	}
	return text
}
