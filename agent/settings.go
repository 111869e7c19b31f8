package agent

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// settingsOf are the settings with which an agent starts, and makes its state directory.
func settingsOf(p *plan.Plan, opts Options) (*plan.Agent, error) {
	settings, err := wantedSettings(p, opts)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(settings.StateDir, 0o700); err != nil {
		return nil, fmt.Errorf("state directory: %w (choose another with --state-dir)", err)
	}
	return settings, nil
}

// wantedSettings chooses the agent block and fills in what it leaves open.
func wantedSettings(p *plan.Plan, opts Options) (*plan.Agent, error) {
	settings, err := Settings(p, opts.Name)
	if err != nil {
		return nil, err
	}
	if opts.Listen != "" {
		settings.Listen = opts.Listen
	}
	if settings.Listen == "" {
		settings.Listen = plan.DefaultListen
	}
	if opts.StateDir != "" {
		settings.StateDir = opts.StateDir
	}
	if settings.StateDir == "" {
		settings.StateDir = DefaultStateDir()
	}
	return settings, nil
}

// Settings returns the agent block of the plan that an agent takes: the one named; for an empty
// name the only one, or the one that bears the host's name. A plan without agent blocks has one
// agent that bears the host's name.
func Settings(p *plan.Plan, name string) (*plan.Agent, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "agent"
	}
	settings, err := chooseAgent(p, name, host)
	return &settings, err
}

// settingsUnder returns the settings of this agent when p holds. Where it listens and keeps its
// journal stays as it was at the start; what it may run, what it looks at, where people find it
// and who may act there is p's word.
func (a *Agent) settingsUnder(p *plan.Plan) *plan.Agent {
	settings := *a.settings
	settings.AllowExec, settings.Vantage, settings.URL, settings.Viewers = false, nil, "", nil
	if block := p.Agent(settings.Name); block != nil {
		settings.Site, settings.AllowExec, settings.Vantage = block.Site, block.AllowExec, block.Vantage
		settings.URL, settings.Viewers = block.URL, block.Viewers
	}
	return &settings
}

// warnOfRestart tells the log which settings of p hold from the next start on only: nobody must
// believe that a reload has moved the agent.
func (a *Agent) warnOfRestart(p *plan.Plan) {
	wanted, err := wantedSettings(p, a.opts)
	if err != nil {
		return // keepsName has said so
	}
	for name, differs := range map[string]bool{
		"listen": wanted.Listen != a.settings.Listen, "state_dir": wanted.StateDir != a.settings.StateDir,
		"web_config_file": wanted.WebConfigFile != a.settings.WebConfigFile, "insecure": wanted.Insecure != a.settings.Insecure,
	} {
		if differs {
			a.log.Warn("a setting of the agent block was changed, and holds from the next start on: restart the agent", "agent", a.settings.Name, "setting", name)
		}
	}
}

func chooseAgent(p *plan.Plan, name, host string) (plan.Agent, error) {
	if name == "" && len(p.Agents) == 1 {
		return *p.Agents[0], nil
	}
	want := name
	if want == "" {
		want = host
	}
	if block := p.Agent(want); block != nil {
		return *block, nil
	}
	if name == "" && len(p.Agents) == 0 {
		return plan.Agent{Name: host}, nil
	}
	if len(p.Agents) == 0 {
		return plan.Agent{}, fmt.Errorf("the plan has no agent %q, and no agent block at all: leave --agent out, or write the block", want)
	}
	names := make([]string, len(p.Agents))
	for i, block := range p.Agents {
		names[i] = block.Name
	}
	return plan.Agent{}, fmt.Errorf("the plan has no agent %q, only %s: name one with --agent", want, strings.Join(names, ", "))
}

// DefaultStateDir is where an agent keeps its journal when nobody says: the system's place for
// root, the user's own otherwise.
func DefaultStateDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/keizoku"
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "keizoku")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "keizoku")
	}
	return "keizoku-state"
}
