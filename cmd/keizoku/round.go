package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/plan"
)

// maxProbes is how many probes of a round run at a time.
const maxProbes = 64

// round is every check of an agent, or of some systems, once.
type round struct {
	probes []*probe
	shared checks.Shared
}

// newRound makes the probers. A check that cannot be made fails with the reason.
func newRound(p *plan.Plan, settings *plan.Agent, systems []string) *round {
	r := &round{probes: []*probe{}}
	kinds := all.Kinds()
	for _, s := range p.Systems {
		if len(systems) > 0 && !slices.Contains(systems, s.Name) {
			continue
		}
		for _, c := range s.Checks {
			if c.RunsOn(settings.Name) {
				r.probes = append(r.probes, r.prepare(kinds[c.Kind], s, c, settings, p.Secrets))
			}
		}
	}
	return r
}

func (r *round) prepare(kind *checks.Kind, s *plan.System, c *plan.Check, settings *plan.Agent, secrets *plan.Redactor) *probe {
	made := &probe{System: s.Name, Check: c.Name, Kind: c.Kind, timeout: c.Timeout}
	if kind.Pushed {
		made.Skipped, made.Text = true, "reports by itself, to a running agent"
		return made
	}
	prober, err := kind.New(c.Settings, &checks.Env{
		Agent: settings, System: s.Name, Check: c.Name, Timeout: c.Timeout, Interval: c.Interval,
		Shared: &r.shared, Secrets: secrets, Log: slog.New(slog.DiscardHandler), // the result says it all
	})
	if err != nil {
		made.Reason, made.Text = checks.ErrorLocal, secrets.Redact(err.Error())
		return made
	}
	made.prober = prober
	return made
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

// run probes all at once, within bounds, and calls step after each. It returns when all have
// answered.
func (r *round) run(ctx context.Context, step func()) {
	var running sync.WaitGroup
	slots := make(chan struct{}, maxProbes)
	for _, p := range r.probes {
		if p.Skipped {
			continue
		}
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			p.run(ctx)
			step()
		})
	}
	running.Wait()
}

func (p *probe) run(ctx context.Context) {
	if p.prober == nil {
		return // its reason is known already
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	start := time.Now()
	result := p.ask(ctx)
	p.Seconds = time.Since(start).Seconds()
	p.Success, p.Reason, p.Text = result.OK(), result.Reason, orSeen(result)
}

// ask is Probe, with a panic turned into the agent's own trouble: the other checks go on.
func (p *probe) ask(ctx context.Context) (result checks.Result) {
	defer func() {
		if r := recover(); r != nil {
			result = checks.Failed(checks.ErrorLocal, fmt.Sprintf("the check panicked: %v", r))
		}
	}()
	return p.prober.Probe(ctx)
}

// close gives back what the probers opened.
func (r *round) close() {
	for _, p := range r.probes {
		if c, ok := p.prober.(io.Closer); ok {
			_ = c.Close()
		}
	}
	_ = r.shared.Close()
}
