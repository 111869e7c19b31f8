package agent

import (
	"context"
	"fmt"
	"maps"
	"math"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/schedule"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// jobs makes the probers of all checks that this agent runs. A check that cannot be made is not
// left out: it answers with the reason, as the agent's own trouble. lastOK is what the run before
// knew of them; nil when this run has looked already, for what was known then of a check that comes
// back is too old to count an outage from.
func (a *Agent) jobs(p *plan.Plan, lastOK map[string]time.Time) []schedule.Job {
	var jobs []schedule.Job
	for _, sys := range p.Systems {
		for _, c := range sys.Checks {
			if c.RunsOn(a.settings.Name) {
				jobs = append(jobs, a.job(p, sys, c, lastOK))
			}
		}
	}
	return jobs
}

func (a *Agent) job(p *plan.Plan, sys *plan.System, c *plan.Check, lastOK map[string]time.Time) schedule.Job {
	prober, local := a.prober(p, sys, c)
	known := schedule.Known{State: schedule.Pending, LastOKAt: lastOK[schedule.Key(sys.Name, c.Name)]}
	if account := a.accountOf(sys.Name, c.Name); account.Down {
		known = schedule.Known{State: schedule.Down, LastOKAt: account.LastOKAt, FirstBadAt: account.FirstBadAt}
	}
	return schedule.Job{System: sys.Name, Check: c, Prober: prober, Local: local, Known: known}
}

// limits is how many probes run at once, of the kinds that say so.
func (a *Agent) limits() map[string]int {
	limits := make(map[string]int)
	for name, kind := range a.opts.Kinds {
		if kind.AtOnce > 0 {
			limits[name] = kind.AtOnce
		}
	}
	return limits
}

func (a *Agent) prober(p *plan.Plan, sys *plan.System, c *plan.Check) (prober checks.Prober, local bool) {
	kind := a.opts.Kinds[c.Kind]
	if kind == nil {
		return refused{fmt.Errorf("this agent has no kind of check %q", c.Kind)}, false
	}
	prober, err := kind.New(c.Settings, &checks.Env{
		Agent: a.settingsUnder(p), System: sys.Name, Check: c.Name, Timeout: c.Timeout, Interval: c.Interval,
		Shared: &a.shared, Secrets: p.Secrets, Log: a.log.With("system", sys.Name, "check", c.Name),
	})
	if err != nil {
		prober = refused{err}
	}
	return prober, kind.Local
}

func (a *Agent) accountOf(system, check string) rules.CheckAccount {
	a.reading.Lock()
	defer a.reading.Unlock()
	return a.state.Checks[rules.CheckKey{System: system, Check: check}]
}

// refused is the prober of a check that the agent cannot run.
type refused struct{ err error }

func (r refused) Probe(context.Context) checks.Result {
	return checks.Failed(checks.ErrorLocal, r.err.Error())
}

// look notes the newest result of a check. It is called from many goroutines.
func (a *Agent) look(l schedule.Look) {
	key := rules.CheckKey{System: l.System, Check: l.Check}
	look := rules.Look{
		At: l.At, Duration: l.Duration, OK: l.Result.OK(), Reason: string(l.Result.Reason), Text: l.Result.Text,
		Values: finite(l.Result.Values), NotAfter: l.Result.NotAfter, Phases: make([]rules.PhaseFacts, len(l.Result.Phases)),
	}
	for i, phase := range l.Result.Phases {
		look.Phases[i] = rules.PhaseFacts{Name: phase.Name, Seconds: rules.SecondsOf(phase.Duration)}
	}
	a.metrics.ObserveProbe(l.System, l.Check, l.Kind, look)
	a.reading.Lock()
	defer a.reading.Unlock()
	a.state.Live.Look(key, look)
}

// changed journals confirmed changes of checks. The engine calls it once at a time, in order.
func (a *Agent) changed(ctx context.Context, transitions []schedule.Transition) {
	observations := make([]rules.Observation, len(transitions))
	for i, t := range transitions {
		observations[i] = rules.Observation{
			System: t.System, Check: t.Check, To: rules.SystemState(t.To),
			LastOKAt: t.LastOKAt, FirstBadAt: t.FirstBadAt, LastBadAt: t.LastBadAt, FirstOKAt: t.FirstOKAt,
			Reason: string(t.Reason), Text: t.Text,
		}
	}
	a.observe(ctx, observations)
}

// observe judges confirmed changes by the time at which they are taken in: an earlier one could
// lie before an event that was journaled meanwhile.
func (a *Agent) observe(ctx context.Context, observations []rules.Observation) {
	_, err := a.record(ctx, func(p *plan.Plan, s *rules.State) ([]journal.Event, error) {
		now := a.clock.Now()
		for i := range observations {
			observations[i].At = now
		}
		return rules.Observe(p, s, observations, journal.NewID), nil
	})
	a.logError("journal what was observed", err)
}

// finite returns the values that JSON can hold.
func finite(values map[string]float64) map[string]float64 {
	kept := maps.Clone(values)
	maps.DeleteFunc(kept, func(_ string, v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	return kept
}

// gap journals a stretch in which the process did not run although it lived. No heartbeat could be
// heard in it.
func (a *Agent) gap(from, to time.Time) {
	a.inbox.Excuse()
	a.recordPayload(context.Background(), a.settings.Name, journal.Unobserved{From: from, To: to, Why: "suspended"})
}

func (a *Agent) redact(text string) string { return a.Plan().Secrets.Redact(text) }
