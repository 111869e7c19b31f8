// Package heartbeat is the kind of check that waits to be told: something that works pushes to
// the agent with a token, and its silence is the failure.
//
// It exists for what cannot be asked from outside: the nightly backup, a batch, an agent in a
// network that no connection may enter.
package heartbeat

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "heartbeat".
type Settings struct {
	plan.Source `hcl:",source"`

	Token plan.Secret   `hcl:"token" doc:"What whoever pushes must present as a bearer token. At least 16 characters; best from env() or file()."`
	Every time.Duration `hcl:"every" min:"1s" doc:"How often a heartbeat is expected: a little more than the sender's period, its running time included."`
	Grace time.Duration `hcl:"grace,optional" default:"1m" min:"0s" doc:"How much later than that it may come before it counts as silent."`
}

// minToken is the fewest characters of a token that nobody guesses over the network.
const minToken = 16

// Kind describes checks of kind "heartbeat".
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "heartbeat",
		Summary:  "Expects to be pushed to at a steady pace; silence is failure.",
		Doc:      doc,
		Example:  example,
		Pushed:   true,
		Settings: Settings{},
		Validate: validate,
		New: func(settings any, env *checks.Env) (checks.Prober, error) {
			return newProber(settings.(*Settings), env), nil
		},
	}
}

const doc = `Whoever is watched sends ` + "`POST /api/v1/heartbeat/SYSTEM/CHECK`" + ` to the agent, with the token in the header
` + "`Authorization: Bearer …`" + `:

` + "```sh" + `
curl -fsS -X POST -H "Authorization: Bearer $TOKEN" http://agent:9720/api/v1/heartbeat/backup/nightly
` + "```" + `

A body is optional. Plain text is shown with the check. A JSON object may hold ` + "`status`" + ` ("ok" or "fail"), ` + "`text`" + ` and
` + "`values`" + `, an object of numbers:

` + "```json" + `
{"status": "fail", "text": "tape full", "values": {"tapes_left": 0}}
` + "```" + `

No push within ` + "`every` and `grace`" + ` together is ` + "`silent`" + `; a push that says "fail" is ` + "`bad_status`" + ` at once and until one says
"ok". Pushes are kept in memory only: after the agent's start, and after a time in which it was cut off or stood still, the sender gets ` +
	"`every` and `grace`" + ` to be heard again, and until then the check is ` + "`waiting`" + `, so the system is unknown, not down.
The value ` + "`heartbeat_age_seconds`" + ` tells how long ago the last push came.`

const example = `check "heartbeat" "nightly" {
  token = env("BACKUP_TOKEN")
  every = "1d"
  grace = "2h"
}
`

// validate warns of a short token.
func validate(settings any, _ hcl.Body) hcl.Diagnostics {
	s := settings.(*Settings)
	if len(s.Token.Reveal()) >= minToken {
		return nil
	}
	short := field.Error(block.HCLRange(s.At("token")), "Short token",
		fmt.Sprintf("A token of fewer than %d characters can be guessed. Make one with: openssl rand -hex 16.", minToken))
	short.Severity = hcl.DiagWarning
	return hcl.Diagnostics{short}
}

// prober judges the pushes that the inbox took for its check.
type prober struct {
	inbox   *Inbox
	box     *box
	secrets *plan.Redactor
}

func newProber(s *Settings, env *checks.Env) *prober {
	inbox := InboxOf(env.Shared)
	return &prober{
		inbox:   inbox,
		box:     inbox.open(key{env.System, env.Check}, s.Token, s.Every+s.Grace),
		secrets: env.Secrets,
	}
}

// Probe judges at once; it waits for nothing.
func (p *prober) Probe(context.Context) checks.Result {
	r := judge(p.inbox.look(p.box), p.box.allowed, time.Now())
	r.Text = netdial.Clean(p.secrets.Redact(r.Text))
	return r
}

// Close lets nobody push any more, unless a newer prober has taken the check over.
func (p *prober) Close() error {
	p.inbox.close(p.box)
	return nil
}

// judge says what the state of the box means at now.
func judge(v view, allowed time.Duration, now time.Time) checks.Result {
	switch due := v.since.Add(allowed); {
	case v.heard && now.Sub(v.last.At) <= allowed:
		return fresh(v.last, now)
	case now.Before(due):
		return checks.Failed(checks.Waiting, fmt.Sprintf("no heartbeat since %s; waiting until %s",
			v.why, due.Format(time.RFC3339)))
	case !v.heard:
		return checks.Failed(checks.Silent, fmt.Sprintf("no heartbeat since %s at %s; one was due every %s",
			v.why, v.since.Format(time.RFC3339), plan.FormatDuration(allowed)))
	default:
		r := checks.Failed(checks.Silent, fmt.Sprintf("no heartbeat for %s (the last at %s); one was due every %s",
			ago(v.last.At, now), v.last.At.Format(time.RFC3339), plan.FormatDuration(allowed)))
		r.Values = map[string]float64{ageValue: now.Sub(v.last.At).Seconds()}
		return r
	}
}

const ageValue = "heartbeat_age_seconds"

// fresh is the result of a push that came in time.
func fresh(last Push, now time.Time) checks.Result {
	r := checks.Result{Reason: checks.OK, Values: map[string]float64{ageValue: now.Sub(last.At).Seconds()}}
	for name, value := range last.Values {
		if _, taken := r.Values[name]; !taken {
			r.Values[name] = value
		}
	}
	r.Text = "heartbeat " + ago(last.At, now) + " ago"
	if last.Failed {
		r.Reason, r.Text = checks.BadStatus, "the sender reported a failure "+ago(last.At, now)+" ago"
	}
	if last.Text != "" {
		r.Text += ": " + last.Text
	}
	return r
}

func ago(then, now time.Time) string {
	return plan.FormatDuration(now.Sub(then).Truncate(time.Second))
}
