package agent

import (
	"context"
	"fmt"
	"strings"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// maxDiagnostics bounds what is journaled of a rejected plan, in bytes; it is part of every
// Situation until a reload succeeds.
const maxDiagnostics = 16 << 10

// Reload reads the plan anew. A plan with errors changes nothing but is journaled and shown.
func (a *Agent) Reload(ctx context.Context) error {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	if err := a.Ready(); err != nil {
		return err
	}
	fresh, err := a.opts.Load()
	if err == nil {
		err = a.keepsName(fresh)
	}
	if err != nil {
		a.recordPayload(ctx, a.settings.Name, rejection(err))
		return err
	}
	set := a.channelsOf(fresh)
	if err := a.adopt(ctx, fresh, set); err != nil {
		set.close()
		return err
	}
	a.keepPlan()
	a.outbox.SetChannels(set.use)
	a.inspections.Set(fresh)
	a.engine.Set(a.jobs(fresh, nil))
	a.supplies.Set(a.supplyJobs(fresh))
	a.vantage.Set(a.settingsUnder(fresh).Vantage)
	a.warnOfViewers()
	a.warnOfRestart(fresh)
	// What the change of the plan alone makes good, or bad, is judged now: no probe will come to
	// say so, for none has changed its answer.
	a.observe(ctx, nil)
	return nil
}

// rejection is what is journaled of a plan that cannot be used.
func rejection(err error) journal.PlanRejected {
	return journal.PlanRejected{Diagnostics: cut(err.Error(), maxDiagnostics)}
}

// keepsName refuses a plan under which this agent would be another one: its journal bears its name.
func (a *Agent) keepsName(p *plan.Plan) error {
	settings, err := Settings(p, a.opts.Name)
	if err == nil && settings.Name != a.settings.Name {
		err = fmt.Errorf("the plan names this agent %q, and it runs as %q: restart it to rename it", settings.Name, a.settings.Name)
	}
	return err
}

// adopt makes fresh the plan, and set its channels, in the same breath as the deadlines that it
// moves.
func (a *Agent) adopt(ctx context.Context, fresh *plan.Plan, set *channels) error {
	_, err := a.recordThen(ctx, func(_ *plan.Plan, s *rules.State) ([]journal.Event, error) {
		return []journal.Event{draft(fresh.Name, rules.LoadPlan(fresh, s))}, nil
	}, func() { a.plan, a.channels = fresh, set })
	return err
}

// cut shortens text to at most n bytes and says so.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "\n… (shortened)"
}
