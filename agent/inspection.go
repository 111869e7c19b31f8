package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/inspect"
	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// startInspecting makes the schedule of inspections (始業前点検) from the plan and from what the
// journal knows of them: one that was due while the agent was off is told as missed.
func (a *Agent) startInspecting() {
	a.inspections = inspect.NewScheduler(inspect.Options{
		Agent: a.settings.Name, Now: a.clock.Now, Inspect: a.inspect, Record: a.inspected, Known: a.inspectedBefore(), Log: a.log.Logger,
	})
	a.inspections.Set(a.Plan())
}

func (a *Agent) inspectedBefore() inspect.Known {
	a.reading.Lock()
	defer a.reading.Unlock()
	known := inspect.Known{LastDueAt: make(map[string]time.Time), OffSince: a.missedFrom}
	for name, account := range a.state.Inspections {
		known.LastDueAt[name] = account.LastDueAt
	}
	return known
}

// inspect looks at everything now.
func (a *Agent) inspect(ctx context.Context, t inspect.Task) (journal.InspectionDone, error) {
	p := a.Plan()
	return inspect.Run(ctx, inspect.Request{
		Plan: p, Agent: a.settingsUnder(p), Kinds: a.opts.Kinds, Shared: &a.shared, Inspection: t.Inspection,
		Trigger: t.Trigger, DueAt: t.DueAt, Missed: t.Missed, Situation: a.Situation, Now: a.clock.Now, Progress: t.Progress,
	})
}

// inspected sends the report of a scheduled inspection, and journals it. Who had one run by hand
// has it before them. It is sent first: a kill between the two makes the next run send another,
// and a disk that takes nothing keeps nobody from reading it.
func (a *Agent) inspected(ctx context.Context, done journal.InspectionDone) error {
	var sent error
	if done.Trigger != journal.ByHand {
		sent = a.sendReport(ctx, done)
	}
	_, err := a.record(ctx, func(*plan.Plan, *rules.State) ([]journal.Event, error) {
		return []journal.Event{draft(done.Name, done)}, nil
	})
	return errors.Join(sent, err)
}

func (a *Agent) sendReport(ctx context.Context, done journal.InspectionDone) error {
	p := a.Plan()
	message := inspectionMessage(p, a.Situation(), done, a.linkUnder(p))
	var all []outbox.Addressed
	for _, name := range a.reportTo(p, done.Name) {
		all = append(all, outbox.Addressed{Channel: name, Keys: []string{}, Message: message})
	}
	if err := a.hand(ctx, outbox.Change{Messages: all}); err != nil {
		return fmt.Errorf("send the report: %w", err)
	}
	return nil
}

// reportTo are the channels that the report of an inspection goes to: those that it names, else
// those whose route takes reports.
func (a *Agent) reportTo(p *plan.Plan, inspection string) (names []string) {
	var named []string
	if i := p.Inspection(inspection); i != nil {
		named = i.Channels
	}
	for _, c := range p.Channels {
		wants := c.Route.Reports
		if len(named) > 0 {
			wants = slices.Contains(named, c.Name)
		}
		if wants && c.UsedBy(a.settings.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// severityOfInspection is how soon somebody must look: at once never, since what is down has alerts
// of its own.
func severityOfInspection(done journal.InspectionDone) plan.AlertSeverity {
	if done.Good() && done.Attention() == 0 {
		return plan.Info
	}
	return plan.Caution
}

// Inspect runs an inspection of the plan by its name, or all checks without one, and returns its
// report. The error is a [*rules.Problem] when it cannot be run now.
func (a *Agent) Inspect(ctx context.Context, name string, progress func(done, total int)) (journal.InspectionDone, error) {
	if err := a.Ready(); err != nil {
		return journal.InspectionDone{}, err
	}
	done, err := a.inspections.RunNow(ctx, name, progress)
	switch {
	case errors.Is(err, inspect.ErrUnknown):
		return done, &rules.Problem{
			Kind: rules.NotFound, Code: rules.CodeNoInspection, Data: rules.Particulars{Given: name, Known: a.namesOfInspections()},
		}
	case errors.Is(err, inspect.ErrRunning):
		return done, &rules.Problem{Kind: rules.Conflict, Code: rules.CodeInspectionRunning, Data: rules.Particulars{Given: name}}
	}
	return done, err
}

func (a *Agent) namesOfInspections() (names []string) {
	for _, i := range a.Plan().Inspections {
		names = append(names, i.Name)
	}
	return names
}
