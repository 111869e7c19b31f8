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
		return append(drafts, draft(a.settings.Name, started), draft(p.Name, rules.LoadPlan(p, s))), nil
	})
	if err == nil {
		a.keepAlive(ctx)
	}
	return err
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
