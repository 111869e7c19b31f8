package main

import (
	"context"
	"slices"

	"github.com/keizoku-bcp/keizoku/agent/inspect"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/plan"
)

// round is every check of an agent, or of some systems, once.
type round struct {
	probes []*probe
}

// look runs the round: one attempt each, as a check of the plan makes it, for whoever probes by
// hand wants to see what is. progress is told how far it has come.
func look(ctx context.Context, p *plan.Plan, settings *plan.Agent, systems []string, progress func(done, total int)) *round {
	looks := inspect.Round{Plan: p, Agent: settings, Kinds: all.Kinds(), Systems: systems, Progress: progress}.Probe(ctx)
	r := &round{probes: make([]*probe, len(looks))}
	for i := range looks {
		r.probes[i] = probed(&looks[i])
	}
	return r
}

func probed(l *inspect.Look) *probe {
	p := &probe{System: l.System.Name, Check: l.Check.Name, Kind: l.Check.Kind}
	if l.Pushed {
		p.Skipped, p.Text = true, "reports by itself, to a running agent"
		return p
	}
	p.Success, p.Reason, p.Text, p.Seconds = l.Result.OK(), l.Result.Reason, orSeen(l.Result), l.Duration.Seconds()
	return p
}

// orSeen is the text of a result, never empty.
func orSeen(r checks.Result) string {
	if r.Text == "" {
		return string(r.Reason)
	}
	return r.Text
}

// asked counts the probes that are not skipped.
func (r *round) asked() int {
	n := 0
	for _, p := range r.probes {
		if !p.Skipped {
			n++
		}
	}
	return n
}

// good reports whether every probe that was asked succeeded.
func (r *round) good() bool {
	return !slices.ContainsFunc(r.probes, func(p *probe) bool { return !p.Skipped && !p.Success })
}
