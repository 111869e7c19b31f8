package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
)

// prober runs the asks of one check, one after the other, in a goroutine of their own: a look at
// a dead NFS mount ends when the kernel says so, not when the probe's time is up. busy is held
// by that goroutine, so there is never more than one, stuck or not.
type prober struct {
	asks    []ask
	machine machine
	busy    chan struct{}
	// pending is what the last probe left unanswered, and since when. Probes do not run
	// concurrently, so only the goroutine that calls Probe touches it.
	pending      string
	pendingSince time.Time
}

func newProber(s *Settings, m machine) (*prober, error) {
	if len(s.Services) > 0 && !servicesSupported {
		return nil, errors.New("services of a host check can be asked for on Linux (systemd) and Windows, not on " +
			runtime.GOOS + ": use process instead")
	}
	return &prober{asks: asksOf(s), machine: m, busy: make(chan struct{}, 1)}, nil
}

// Probe asks everything and reports all findings, failures first.
func (p *prober) Probe(ctx context.Context) checks.Result {
	if err := ctx.Err(); err != nil {
		return checks.Failed(checks.ReasonOf(err, true), "not begun: "+err.Error())
	}
	start := time.Now()
	select {
	case p.busy <- struct{}{}:
	case <-ctx.Done():
		return checks.Failed(checks.ReasonOf(ctx.Err(), true), netdial.Clean(fmt.Sprintf(
			"%s: still no answer to the question of %s", p.pending, p.pendingSince.Format(time.RFC3339))))
	}
	findings := p.collect(ctx, p.begin(ctx))
	result := summarize(findings)
	result.Phases = []checks.Phase{{Name: "measure", Duration: time.Since(start)}}
	return result
}

// begin starts the goroutine and returns where its findings come out. The channel holds them
// all, so the goroutine ends even when nobody waits any more.
func (p *prober) begin(ctx context.Context) <-chan finding {
	out := make(chan finding, len(p.asks))
	go func() {
		defer func() { <-p.busy }()
		for _, a := range p.asks {
			if ctx.Err() != nil {
				return
			}
			out <- a.run(ctx, p.machine)
		}
	}()
	return out
}

// collect waits for the findings, and says of the first that does not come in time that it is
// missing.
func (p *prober) collect(ctx context.Context, out <-chan finding) []finding {
	var findings []finding
	for _, a := range p.asks {
		select {
		case f := <-out:
			findings = append(findings, f)
		case <-ctx.Done():
			p.pending, p.pendingSince = a.what, time.Now()
			return append(findings, finding{
				reason: checks.ReasonOf(ctx.Err(), true),
				text:   a.what + ": no answer in time",
			})
		}
	}
	return findings
}

// summarize makes one Result of all findings. The reason is that of the first real failure, else
// of the first thing the agent could not tell: a full disk is a full disk, with or without sensors.
func summarize(findings []finding) checks.Result {
	result := checks.Result{Reason: checks.OK, Values: make(map[string]float64)}
	var bad, good []string
	for _, f := range findings {
		maps.Copy(result.Values, f.values)
		if f.reason == checks.OK {
			good = append(good, f.text)
			continue
		}
		bad = append(bad, f.text)
		if result.Reason == checks.OK || result.Reason.Local() && !f.reason.Local() {
			result.Reason = f.reason
		}
	}
	result.Text = netdial.Clean(strings.Join(append(bad, good...), "; "))
	return result
}
