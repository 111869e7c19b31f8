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
		if a.clock.Estimated() && !s.Clock.Estimated {
			drafts = append(drafts, draft(a.settings.Name, journal.ClockUntrusted{Wall: a.opts.Wall()}))
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
	gap := journal.Unobserved{From: from, To: a.clock.Now(), Why: "not_running"}
	return append(drafts, draft(a.settings.Name, gap))
}

// keepAlive notes that the agent runs and when each check was last known to work.
func (a *Agent) keepAlive(ctx context.Context) {
	alive := journal.Alive{At: a.clock.Now(), Estimated: a.clock.Estimated()}
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
		drafts = append(drafts, draft(a.settings.Name, rules.StepClock(p, s, a.run, change.Step)))
	}
	if change.Trusted {
		drafts = append(drafts, draft(a.settings.Name, journal.ClockTrusted{Wall: change.Wall}))
	}
	return drafts
}

// Reload reads the plan anew. A plan with errors changes nothing but is journaled and shown.
func (a *Agent) Reload(ctx context.Context) error {
	fresh, err := a.opts.Load()
	if err == nil {
		_, err = chooseAgent(fresh, a.settings.Name, a.settings.Name)
	}
	if err != nil {
		a.recordPayload(ctx, a.settings.Name, journal.PlanRejected{Diagnostics: err.Error()})
		return err
	}
	if err := a.adopt(ctx, fresh); err != nil {
		return err
	}
	a.engine.Set(a.jobs(fresh))
	a.vantage.Set(vantageOf(fresh, a.settings))
	// What the change of checks made good closes now: no probe will come to say so.
	a.observe(ctx, nil)
	return nil
}

// adopt makes fresh the plan, in the same breath as the deadlines that it moves.
func (a *Agent) adopt(ctx context.Context, fresh *plan.Plan) error {
	_, err := a.record(ctx, func(_ *plan.Plan, s *rules.State) ([]journal.Event, error) {
		loaded := rules.LoadPlan(fresh, s)
		a.plan = fresh
		return []journal.Event{draft(fresh.Name, loaded)}, nil
	})
	return err
}

func vantageOf(p *plan.Plan, settings *plan.Agent) []string {
	if block := p.Agent(settings.Name); block != nil {
		return block.Vantage
	}
	return settings.Vantage
}
