// Package exec is the kind of check that runs a program and goes by its exit code, as Nagios
// plugins do.
//
// It exists so that a plugin which an office has relied on for years can be kept. Because it lets
// whoever writes the plan run programs on the agent's machine, it works only where the agent's
// settings allow it, and it starts programs directly: there is no shell to smuggle a command into.
package exec

import (
	"errors"
	"fmt"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/internal/program"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "exec".
type Settings struct {
	plan.Source `hcl:",source"`

	Command   []string               `hcl:"command" doc:"The program and its arguments, one item each. No shell reads them: no quotes, variables or pipes. A name without a slash is looked for in the agent's PATH."`
	Env       map[string]plan.Secret `hcl:"env,optional" doc:"Environment variables of the program. Otherwise it has PATH and LANG alone, nothing else of the agent's own environment."`
	Dir       string                 `hcl:"dir,optional" doc:"Directory that the program runs in; that of the agent if not given."`
	WarningIs string                 `hcl:"warning_is,optional" enum:"ok,failure" default:"ok" doc:"What exit code 1 (WARNING) counts as. A warning starts no outage unless this says \"failure\"."`
}

// Kind describes checks of kind "exec".
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "exec",
		Summary:  "Runs a program without a shell; Nagios plugins work as they are.",
		Doc:      doc,
		Example:  example,
		AtOnce:   atOnce,
		Settings: Settings{},
		New: func(settings any, env *checks.Env) (checks.Prober, error) {
			return newProber(settings.(*Settings), env)
		},
	}
}

// atOnce is how many programs run at once: one costs a process, and often an interpreter.
const atOnce = 4

const doc = `Runs a program and goes by its exit code. The agent runs it only if its own block says so, since whoever may
write the plan may then run programs as the agent's user:

` + "```hcl" + `
agent "main" {
  allow_exec = true
}
` + "```" + `

| exit code | Nagios | here |
|---|---|---|
| 0 | OK | ` + "`ok`" + ` |
| 1 | WARNING | ` + "`ok`, or `bad_status` with `warning_is = \"failure\"`" + ` |
| 2 | CRITICAL | ` + "`bad_status`" + ` |
| 3 | UNKNOWN | ` + "`error_local`" + `: the system becomes unknown, not down |
| other, or a crash | | ` + "`error_local`" + `: it says nothing of what the program looks at |

A program that is still running at the end of ` + "`timeout`" + ` is killed with all that it started, and the check is
` + "`timeout`" + `. One that cannot be started is ` + "`error_local`" + `.

The first line of the output is the text. Performance data after ` + "`|`" + ` become values, 32 at most: ` + "`time=12ms;100`" + ` is
` + "`time_seconds` 0.012, `used=41%` is `used_ratio` 0.41, `size=10B` is `size_bytes`" + ` 10; other units stay behind the name.`

const example = `check "exec" "replication" {
  command = ["/usr/lib/nagios/plugins/check_pgsql", "-H", "10.1.0.31", "-d", "kihon"]
  env = {
    PGPASSWORD = env("KIHON_MONITOR_PASSWORD")
  }
}
`

// newProber refuses where the agent's settings do not allow programs to be run.
func newProber(s *Settings, env *checks.Env) (*prober, error) {
	if env.Agent == nil || !env.Agent.AllowExec {
		return nil, notAllowed(env.Agent)
	}
	if len(s.Command) == 0 || s.Command[0] == "" {
		return nil, errors.New("command names no program")
	}
	run := &program.Program{Command: s.Command, Dir: s.Dir, Environ: program.Environ(s.Env)}
	if env.Log != nil {
		run.Warn = func(err error) {
			env.Log.Warn("programs that a check starts may outlive it", "program", run.Name(), "err", err)
		}
	}
	p := &prober{program: run, warningIsFailure: s.WarningIs == "failure", secrets: env.Secrets}
	for _, value := range s.Env {
		p.own.Add(value.Reveal())
	}
	return p, nil
}

func notAllowed(agent *plan.Agent) error {
	block := "its agent block"
	if agent != nil && agent.Name != "" {
		block = fmt.Sprintf("the block agent %q", agent.Name)
	}
	return fmt.Errorf("this agent may not run programs: set allow_exec = true in %s of the plan, "+
		"or leave the check to another agent with from", block)
}
