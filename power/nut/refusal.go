package nut

import (
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks"
)

// refusal is an answer that upsd should not have given, or that means "no".
type refusal struct {
	reason checks.Reason
	text   string
	// spoken tells that upsd has said so itself, in good order: the connection is as good as
	// before.
	spoken bool
}

func (r *refusal) Error() string { return r.text }

// nonsense is a refusal of what no upsd says.
func nonsense(format string, args ...any) *refusal {
	return &refusal{reason: checks.WrongAnswer, text: fmt.Sprintf(format, args...)}
}

// errorAnswer words upsd's "ERR code", given to a command about the UPS named.
func errorAnswer(peer, ups, command, code string) *refusal {
	reason, text := checks.WrongAnswer, fmt.Sprintf("upsd at %s refuses %s: %s", peer, command, code)
	switch code {
	case "DATA-STALE":
		reason, text = checks.Stale, fmt.Sprintf("upsd at %s has had no news of the UPS %q for longer than its MAXAGE", peer, ups)
	case "DRIVER-NOT-CONNECTED":
		reason, text = checks.Detached, fmt.Sprintf("upsd at %s has no connection to the driver of the UPS %q; is the driver running?", peer, ups)
	case "UNKNOWN-UPS":
		reason, text = checks.NoSuchUnit, fmt.Sprintf("upsd at %s knows no UPS %q; see its ups.conf or LIST UPS", peer, ups)
	case "ACCESS-DENIED", "INVALID-USERNAME", "INVALID-PASSWORD", "USERNAME-REQUIRED", "PASSWORD-REQUIRED":
		reason = checks.AuthFailed
		text = fmt.Sprintf("upsd at %s denies access to %s: %s; see its upsd.users", peer, command, code)
	}
	return &refusal{reason: reason, text: text, spoken: true}
}

// quoted shows the beginning of what a server said.
func quoted(line string) string {
	const most = 60
	if len(line) > most {
		line = line[:most] + "…"
	}
	return fmt.Sprintf("%q", strings.ToValidUTF8(line, "�"))
}
