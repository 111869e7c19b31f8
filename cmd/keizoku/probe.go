package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

type probeCmd struct {
	planArg
	Systems []string `arg:"" optional:"" name:"system" help:"Names of systems. Default: all."`
	Agent   string   `help:"Probe as this agent of the plan would. Default: the only one, or the one named like this host."`
	JSON    bool     `name:"json" help:"Print as JSON."`
}

func (c *probeCmd) Run(ctx context.Context, out streams) error {
	p, err := c.loadOrTell(out)
	if err != nil {
		return err
	}
	if err := knownSystems(p, c.Systems); err != nil {
		return err
	}
	settings, err := agent.Settings(p, c.Agent)
	if err != nil {
		return usagef("%v", err)
	}
	bar := newBar(out.err, "probing")
	round := look(ctx, p, settings, c.Systems, bar.set)
	bar.clear()
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
	if c.JSON {
		err = printJSON(out.out, round.probes)
	} else {
		err = round.print(out)
	}
	if err == nil && !round.good() {
		err = errNotGood
	}
	return err
}

func knownSystems(p *plan.Plan, names []string) error {
	known := make([]string, len(p.Systems))
	for i, s := range p.Systems {
		known[i] = s.Name
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		if near := block.Suggest(name, known); near != "" {
			return usagef("the plan has no system %q. Did you mean %q?", name, near)
		}
		return usagef("the plan has no system %q, only: %s", name, strings.Join(known, ", "))
	}
	return nil
}

// print writes the table, the failures and a line that sums up.
func (r *round) print(out streams) error {
	t := &table{}
	t.add("system", "check", "kind", "result", "took", "what was seen")
	failed := 0
	for _, p := range r.probes {
		t.add(p.System, p.Check, p.Kind, p.result(), p.took(), strings.Join(strings.Fields(p.Text), " "))
		if !p.Skipped && !p.Success {
			failed++
		}
	}
	if err := t.print(out.out); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out.err, "%s: %d good, %d failed, %d not asked\n",
		count(len(r.probes), "check", "checks"), r.asked()-failed, failed, len(r.probes)-r.asked())
	return err
}

func (p *probe) result() string {
	if p.Skipped {
		return "-"
	}
	return string(p.Reason)
}

func (p *probe) took() string {
	if p.Skipped {
		return "-"
	}
	return time.Duration(p.Seconds * float64(time.Second)).Round(100 * time.Microsecond).String()
}

// probe is one check and what came of it. Its JSON form is a contract.
type probe struct {
	System  string        `json:"system"`
	Check   string        `json:"check"`
	Kind    string        `json:"kind"`
	Skipped bool          `json:"skipped"`
	Success bool          `json:"success"`
	Reason  checks.Reason `json:"reason,omitempty"`
	Text    string        `json:"text"`
	Seconds float64       `json:"duration_seconds"`
}
