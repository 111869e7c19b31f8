// Package exec is the channel that hands messages to a program: a buzzer, an SMS modem, the
// office's own paging script.
//
// It exists because when the network is what failed, a program on the agent's machine may be the
// only way left. Because it lets whoever writes the plan run programs, it works only where the
// agent's settings allow it, and it starts programs directly: there is no shell to smuggle a
// command into.
package exec

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/internal/program"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a notify "exec".
type Settings struct {
	plan.Source `hcl:",source"`

	Command []string               `hcl:"command" doc:"The program and its arguments, one item each. No shell reads them: no quotes, variables or pipes. A name without a slash is looked for in the agent's PATH."`
	Input   string                 `hcl:"input,optional" enum:"json,text,short,none" default:"json" doc:"What the program gets on its standard input: the message as JSON, its text for people, its short text (one line, 70 characters), or nothing."`
	Env     map[string]plan.Secret `hcl:"env,optional" doc:"Environment variables of the program beside PATH, LANG and the message's own. It has nothing else of the agent's environment."`
	Dir     string                 `hcl:"dir,optional" doc:"Directory that the program runs in; that of the agent if not given."`
}

// Kind describes channels of kind "exec".
func Kind() *notify.Kind {
	return &notify.Kind{
		Name:     "exec",
		Summary:  "Hands messages to a program without a shell: a buzzer, an SMS modem.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Programs: true,
		Validate: validate,
		New:      newChannel,
	}
}

const doc = `Runs a program for each message. The agent runs it only if its own block says so, since whoever may write the plan
may then run programs as the agent's user:

` + "```hcl" + `
agent "main" {
  allow_exec = true
}
` + "```" + `

The message is on standard input, by default as the JSON that [webhooks](webhook.md) send, without ` + "`version`" + `. These variables
are there too, each of one line, empty where there is nothing to say:

| variable | |
|---|---|
| ` + "`KEIZOKU_ID`" + ` | the message's ID, the same at every try |
| ` + "`KEIZOKU_OCCASION`" + ` | ` + "`opened`, `worsened`, `escalated`, `reminded`, `closed`, `inspection`, `test`, `alive`" + ` |
| ` + "`KEIZOKU_SEVERITY`" + ` | ` + "`info`, `warning`, `critical`" + ` |
| ` + "`KEIZOKU_SUBJECT`, `KEIZOKU_SHORT`" + ` | what it is about; the second fits an SMS |
| ` + "`KEIZOKU_AT`" + ` | RFC 3339, in the plan's zone |
| ` + "`KEIZOKU_DRILL`" + ` | ` + "`true` in an exercise, else `false`" + ` |
| ` + "`KEIZOKU_ALERTS`" + ` | how many alerts it is about |
| ` + "`KEIZOKU_ALERT`, `KEIZOKU_SYSTEM`, `KEIZOKU_SUPPLY`, `KEIZOKU_SITE`, `KEIZOKU_PRIORITY`" + ` | of the gravest of them |
| ` + "`KEIZOKU_AGENT`, `KEIZOKU_PLAN`, `KEIZOKU_LINK`, `KEIZOKU_ROLES`" + ` | who tells, where to read on, for whom (names with commas) |

| the program | |
|---|---|
| exits with 0 | delivered; the first line that it wrote is the receipt |
| exits with 65 (EX_DATAERR of sysexits.h) | refused: it does not want this message, which is not tried again |
| exits with anything else, or crashes | tried again later, a wrong command line (64) or configuration (78) too: both can be mended |
| still runs at the end of ` + "`timeout`" + ` | killed with all that it started, and tried again later |
`

const example = `notify "exec" "sms" {
  command = ["/usr/local/bin/send-sms", "--modem", "/dev/ttyUSB0", "+81-90-0000-0000"]
  input   = "short"
  env = {
    SIM_PIN = env("SIM_PIN")
  }
}
`

func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	complain := func(attribute, summary, detail string) {
		at := block.HCLRange(s.At(attribute))
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
	}
	for name := range s.Env {
		if !variable(name) {
			complain("env", fmt.Sprintf("%q is not the name of an environment variable", name),
				"Names hold neither = nor control characters; those that begin with KEIZOKU_ tell of the message.")
		}
	}
	return diags
}

func newChannel(settings any, env *notify.Env) (notify.Channel, error) {
	s := settings.(*Settings)
	switch {
	case !env.AllowExec:
		return nil, fmt.Errorf("this agent may not run programs: set allow_exec = true in the block agent %q of the plan, "+
			"or leave the channel to another agent with from", env.Agent)
	case len(s.Command) == 0 || s.Command[0] == "":
		return nil, errors.New("command names no program")
	}
	c := &channel{settings: s, environ: program.Environ(s.Env), secrets: env.Secrets, log: env.Log}
	for _, value := range s.Env {
		c.own.Add(value.Reveal())
	}
	return c, nil
}
