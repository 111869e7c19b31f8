package agent

import (
	"context"
	"os"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// How often the agent says that it is alive, which bounds how well a restart knows the blind
// stretch, and how often it looks at the wall clock.
const (
	aliveEvery = 5 * time.Second
	clockEvery = time.Second
)

// beginRun journals that the agent is here, what it missed, and the plan that holds.
func (a *Agent) beginRun(ctx context.Context) error {
	host, _ := os.Hostname()
	a.warnOfMove(ctx, host)
	_, err := a.record(ctx, func(p *plan.Plan, s *rules.State) ([]journal.Event, error) {
		var drafts []journal.Event
		if s.LastSeq > 0 {
			drafts = append(drafts, a.missed(s)...)
		}
		switch estimated := a.clock.Estimated(); {
		case estimated && !s.Clock.Estimated:
			drafts = append(drafts, draft(a.settings.Name, journal.ClockUntrusted{Wall: a.opts.Wall()}))
		case !estimated && s.Clock.Estimated:
			drafts = append(drafts, draft(a.settings.Name, journal.ClockTrusted{Wall: a.opts.Wall()}))
		}
		started := journal.AgentStarted{Version: a.opts.Version, Hostname: host}
		renamed := *s // what this agent runs is what the plan gives to its name, not to the name before
		renamed.Agent = a.settings.Name
		drafts = append(drafts, draft(a.settings.Name, started), draft(p.Name, rules.LoadPlan(p, &renamed)))
		if a.rejected != nil {
			drafts = append(drafts, draft(a.settings.Name, rejection(a.rejected)))
		}
		return drafts, nil
	})
	if err != nil {
		return err
	}
	if a.rejected == nil {
		a.keepPlan()
	}
	a.keepAlive(ctx)
	return nil
}

// warnOfMove tells the log of a journal that has another name, or comes from another host. It may be
// meant so; where it is a copy, both would go on from it, and each know half of what happens.
func (a *Agent) warnOfMove(ctx context.Context, host string) {
	newest := journal.Query{Kinds: []journal.Kind{journal.KindAgentStarted}, Newest: true, Limit: 1}
	for e, err := range a.journal.Read(ctx, newest) {
		before, ok := e.Payload.(journal.AgentStarted)
		if err == nil && ok && (e.Agent != a.settings.Name || before.Hostname != host) {
			a.log.Warn("the journal was last written under another name or on another host, and goes on here; if this is a copy, "+
				"stop this agent and give it an empty state directory",
				"state_dir", a.settings.StateDir, "agent_before", e.Agent, "host_before", before.Hostname,
				"agent", a.settings.Name, "host", host)
		}
	}
}

// verify looks, once the agent watches, whether the journal is as it was written, for all that is
// shown rests on it. An agent that was deceived must not start as if nothing were the matter.
func (a *Agent) verify(ctx context.Context) {
	report, err := a.journal.Verify(ctx)
	switch {
	case ctx.Err() != nil:
		return // it stops, and has not seen all of it
	case err != nil:
		a.log.Error("the journal cannot be verified", "err", err)
	}
	for _, b := range report.Breaks {
		a.log.Error("the journal is not as it was written; what is shown rests on it: compare it with a backup, see keizoku journal verify",
			"state_dir", a.settings.StateDir, "what", b.Text, "id", b.ID)
	}
}

// missed tells the stretch between the last sign of life and now.
func (a *Agent) missed(s *rules.State) []journal.Event {
	from := s.LastAt
	if alive, ok := a.journal.LastAlive(); ok && alive.At.After(from) {
		from = alive.At
	}
	var drafts []journal.Event
	if s.Blind != nil {
		drafts = append(drafts, draft(a.settings.Name, journal.BlindEnded{From: s.Blind.Since, To: from}))
	}
	a.missedFrom = from
	gap := journal.Unobserved{From: from, To: a.clock.Now(), Why: "not_running"}
	return append(drafts, draft(a.settings.Name, gap))
}

// keepAlive notes that the agent runs and when each check was last known to work.
func (a *Agent) keepAlive(ctx context.Context) {
	alive := journal.Alive{At: a.clock.Now(), Estimated: a.clock.Estimated(), Uptime: a.opts.Uptime()}
	if a.engine != nil {
		alive.LastOK = a.engine.LastOK()
	} else if before, ok := a.journal.LastAlive(); ok {
		alive.LastOK = before.LastOK
	}
	a.logError("note that the agent is alive", a.journal.Alive(ctx, alive))
}

// watchClock compares the agent's time with the wall clock and journals what it finds.
func (a *Agent) watchClock(ctx context.Context) {
	_, err := a.record(ctx, func(p *plan.Plan, s *rules.State) ([]journal.Event, error) {
		change, changed := a.clock.compare(s.LastAt)
		if !changed {
			return nil, nil
		}
		return a.clockDrafts(p, s, change), nil
	})
	a.logError("journal a change of the clock", err)
}

func (a *Agent) clockDrafts(p *plan.Plan, s *rules.State, change clockChange) []journal.Event {
	var drafts []journal.Event
	if change.Lost {
		drafts = append(drafts, draft(a.settings.Name, journal.ClockUntrusted{Wall: change.Wall}))
	}
	if change.Step != 0 {
		a.engine.Shift(change.Step)
		a.supplies.Shift(change.Step)
		s.Live.ShiftLooks(change.Step)
		drafts = append(drafts, draft(a.settings.Name, rules.StepClock(p, s, a.run, change.Step)))
		drafts = append(drafts, a.missedAfterAll(s, change)...)
	}
	if change.Trusted {
		drafts = append(drafts, draft(a.settings.Name, journal.ClockTrusted{Wall: change.Wall}))
	}
	return drafts
}

// missedAfterAll tells, once, how long nobody looked before a run that began on a wrong clock:
// only the step to the right time shows it.
func (a *Agent) missedAfterAll(s *rules.State, change clockChange) []journal.Event {
	from, to := a.missedFrom, s.StartedAt.Add(change.Step)
	wrong := change.Trusted || change.Step >= time.Minute // not a mere correction
	if from.IsZero() || change.Step < 0 || !wrong || !to.After(from) {
		return nil
	}
	a.missedFrom = time.Time{}
	return []journal.Event{draft(a.settings.Name, journal.Unobserved{From: from, To: to, Why: "not_running"})}
}
