// Package webhook is the channel that posts messages to a web server: to a program of the office's
// own as documented, signed JSON, or to a chat service in whatever shape that wants.
//
// It exists so that a service which nobody has heard of yet needs a template in the plan, not a
// release of Keizoku.
package webhook

import (
	_ "embed" // the examples of verification, which are tested as they are shown
	"fmt"
	"net/http"
	"regexp"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/httpcall"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a notify "webhook".
type Settings struct {
	plan.Source `hcl:",source"`

	URL         httpcall.URL `hcl:"url" doc:"Where to send to. Chat services put a secret into it: give it by env() or file(). Texts show its host alone."`
	Method      string       `hcl:"method,optional" default:"POST" enum:"POST,PUT,PATCH" doc:"Request method."`
	Template    string       `hcl:"template,optional" doc:"What to send in place of the message as JSON; see below. Tried with made-up messages when the plan is loaded."`
	ContentType string       `hcl:"content_type,optional" default:"application/json" doc:"Content-Type of the request. With a JSON type the template must give JSON."`
	Secret      plan.Secret  `hcl:"secret,optional" doc:"Key to sign requests with; see below. Not signed if not given."`
	ExpectBody  string       `hcl:"expect_body,optional" doc:"Regular expression that must occur in the answer, for services that say 200 to everything."`
	httpcall.Settings
}

// Kind describes channels of kind "webhook".
func Kind() *notify.Kind {
	return &notify.Kind{
		Name:     "webhook",
		Summary:  "Posts signed JSON to a web server, or what a template makes of a message to a chat service.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newChannel,
	}
}

//go:embed verify.py
var verifyPython string

//go:embed verify.sh
var verifyShell string

var doc = "Sends one request per message. Without a template its body is this, version 1; fields may be added to it, none\n" +
	"is renamed or removed within a version:\n\n" +
	"```json\n" + shape + "```\n\n" +
	"`occasion` is `opened`, `worsened`, `escalated`, `reminded`, `closed`, `inspection`, `test` or `alive`; `severity` is\n" +
	"`info`, `warning` or `critical`; times are RFC 3339 in the plan's zone; `ends_at` is absent while an alert is open.\n" +
	"Of a mass failure, `alerts` has the gravest 200, and `alerts_left_out`, otherwise absent, counts the others; who needs\n" +
	"all asks the agent: `GET /api/v1/alerts`.\n" +
	"`id` is the same at every try, and stands in the header `X-Keizoku-Id` too: drop what you have seen.\n\n" +
	"## Signature\n\n" +
	"With `secret` set, the header `X-Keizoku-Signature: t=1764000000,v1=5257a8…` carries the Unix time of the try and the\n" +
	"HMAC-SHA256, in hexadecimal, of that time, a full stop and the body, under the secret. Compare in constant time, and\n" +
	"doubt what is older than five minutes. In Python:\n\n```python\n" + verifyPython + "```\n\n" +
	"In a shell, to try it:\n\n```sh\n" + verifyShell + "```\n\n" +
	"## Template\n\n" +
	"`template` is a Go [text/template](https://pkg.go.dev/text/template) over the message: `.Subject`, `.Text`, `.Short`,\n" +
	"`.Occasion`, `.Severity`, `.At`, `.Alerts` (each with `.Name`, `.Severity`, `.StartsAt`, `.EndsAt`, `.Labels.system`,\n" +
	"`.Annotations.left`, …), `.Drill`, `.Agent`, `.Plan`, `.Link`, `.ID`. A label that an alert does not have is empty.\n" +
	"[Examples](../../notify-examples.md) for Slack, Microsoft Teams, Mattermost, LINE WORKS and LoGo Chat.\n\n" +
	"| function | gives |\n|---|---|\n" +
	"| `json VALUE` | the value as JSON: a text with its quotes. Use it for every text in a JSON template |\n" +
	"| `date LAYOUT TIME` | the time in Go's layout: `date \"1月2日 15:04\" .At` |\n" +
	"| `truncate N TEXT` | at most N characters, with `…` where some are missing |\n" +
	"| `join SEPARATOR LIST` | a list of texts as one |\n" +
	"| `names .Alerts` | the systems, supplies or names of alerts, each once |\n" +
	"| `open .Alerts` | those that have not ended |\n" +
	"| `color .` | `#c62828`, `#ef6c00`, `#1565c0` by severity, `#2e7d32` once closed |\n" +
	"| `line TEXT` | the text on one line |\n\n" +
	"## Answers\n\n" +
	"| the server says | |\n|---|---|\n" +
	"| 2xx | delivered, unless `expect_body` is missing in it: then tried again |\n" +
	"| 401, 403, 404, 407, 408, 425, 429, 5xx, nothing | tried again; `Retry-After` is obeyed, up to an hour |\n" +
	"| any other 4xx | refused, and not tried again |\n" +
	"| a redirect | tried again, never followed: secrets go nowhere else |\n"

const shape = `{
  "version": "1",
  "id": "01JD8Q5Z3K7W9X1Y2Z3A4B5C6D",
  "occasion": "opened",
  "at": "2026-11-23T15:05:00+09:00",
  "severity": "critical",
  "subject": "住民記録システムが停止しています(残り23時間55分)",
  "text": "…",
  "short": "…",
  "alerts": [
    {
      "key": "01JD8Q5Z3K7W9X1Y2Z3A4B5C00",
      "name": "SystemDown",
      "severity": "critical",
      "starts_at": "2026-11-23T15:00:00+09:00",
      "labels": { "alertname": "SystemDown", "system": "resident_records", "priority": "1" },
      "annotations": { "summary": "…", "left": "23時間55分" },
      "link": "https://keizoku.example/systems/resident_records"
    }
  ],
  "locale": "ja",
  "drill": false,
  "agent": "main",
  "plan": "musashino"
}
`

const example = `notify "webhook" "ticket" {
  url    = "https://tickets.example/hooks/keizoku"
  secret = env("TICKET_HOOK_SECRET")
  headers = {
    X-Office = "musashino"
  }
  tls {
    ca_file = "/etc/keizoku/city-ca.pem"
  }
}

notify "webhook" "chat" {
  url         = env("CHAT_WEBHOOK_URL")
  expect_body = "^ok$"
  template    = <<-EOT
    {"text": {{json (printf "%s\n%s" .Subject .Text)}}}
  EOT
}
`

func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	complain := func(attribute, summary, detail string) {
		at := block.HCLRange(s.At(attribute))
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
	}
	if _, err := regexp.Compile(s.ExpectBody); err != nil {
		complain("expect_body", "Not a regular expression", block.Sentence(err.Error()))
	}
	if err := s.tryTemplate(); err != nil {
		complain("template", "The template does not work", block.Sentence(err.Error()))
	}
	if s.Method == "" {
		s.Method = http.MethodPost
	}
	return append(diags, s.Settings.Check(s.Source)...)
}

func newChannel(settings any, env *notify.Env) (notify.Channel, error) {
	s := settings.(*Settings)
	c := &channel{settings: s, secrets: env.Secrets}
	var err error
	if c.client, err = httpcall.New(&s.Settings, env.Secrets, s.URL); err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	if c.template, err = s.parse(); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if c.expect, err = regexp.Compile(s.ExpectBody); err != nil {
		return nil, fmt.Errorf("expect_body: %w", err)
	}
	return c, nil
}
