package agent

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// Act carries out a person's action. The error is a [*rules.Problem] when the action was refused.
func (a *Agent) Act(ctx context.Context, action rules.Action, actor journal.Actor) (journal.Event, error) {
	a.writing.Lock() // from here on nobody else decides: what is looked up stays true
	defer a.writing.Unlock()
	action, before, err := a.lookUp(ctx, action)
	if err != nil {
		return journal.Event{}, err
	}
	events, err := a.commit(ctx, func(p *plan.Plan, s *rules.State) ([]journal.Event, error) {
		now := a.clock.Now()
		e, err := rules.Act(p, s, a.written(p, action, actor, before, now), actor, now)
		return []journal.Event{e}, err
	}, func() {})
	if err != nil {
		return journal.Event{}, err
	}
	return events[0], nil
}

// Preview tells what [Agent.Act] would do and refuses what it would refuse, without doing it. It
// waits for nobody who writes. Whatever happens before the person confirms is judged then.
func (a *Agent) Preview(ctx context.Context, action rules.Action, actor journal.Actor) (*rules.Preview, error) {
	action, before, err := a.lookUp(ctx, action)
	if err != nil {
		return nil, err
	}
	a.reading.Lock()
	defer a.reading.Unlock()
	now := a.clock.Now()
	a.seeHouse()
	preview, err := rules.Foresee(a.plan, a.state, a.written(a.plan, action, actor, before, now), actor, now)
	if err != nil {
		return nil, err
	}
	preview.Event.Estimated = a.clock.Estimated()
	return preview, nil
}

// written is the action with what the agent writes for it: the page of a report.
func (a *Agent) written(p *plan.Plan, action rules.Action, actor journal.Actor, before *rules.Situation, now time.Time) rules.Action {
	issue, ok := action.(rules.IssueReport)
	if !ok {
		return action
	}
	issue.Text = a.page(p, issue, actor, before, now)
	return issue
}

// lookUp reads what an action needs of the journal and of open alerts, before the state is held: a slow
// disk must delay nobody who reads. It refuses an action that points at an event or an alert that there
// is not. It returns the action with the alert that is meant, and the Situation of the newest report for
// one that issues the next; nil: there is none.
func (a *Agent) lookUp(ctx context.Context, action rules.Action) (rules.Action, *rules.Situation, error) {
	switch does := action.(type) {
	case rules.AddNote:
		return action, nil, a.mustHold(ctx, does.Corrects)
	case rules.RecordCall:
		return action, nil, a.mustHold(ctx, does.Corrects)
	case rules.Acknowledge:
		meant, err := a.meant(does)
		return meant, nil, err
	case rules.IssueReport:
		return action, a.lastReported(ctx), nil
	default:
		return action, nil, nil
	}
}

// meant is an acknowledgement with the open alert that it names. Whoever takes on an alert of an outage
// takes on that outage.
func (a *Agent) meant(ack rules.Acknowledge) (rules.Acknowledge, error) {
	if ack.Alert == "" || ack.System != "" {
		return ack, nil
	}
	open := a.openAlerts()
	found := alert.Find(open, ack.Alert)
	switch {
	case len(found) == 0:
		return ack, rules.NoAlert(a.Plan(), ack.Alert, handles(open))
	case len(found) > 1:
		return ack, rules.AlertAmbiguous(ack.Alert, handles(found))
	case found[0].System != "":
		return rules.Acknowledge{System: found[0].System, Why: ack.Why}, nil
	}
	ack.Taken = journal.AlertAcknowledged{Alert: found[0].Key, Name: found[0].Name, Subject: found[0].Subject, Title: found[0].Title}
	return ack, nil
}

// handles are what to type to take alerts on, each once.
func handles(alerts []alert.Alert) (all []string) {
	for i := range alerts {
		if handle := alerts[i].Handle(); !slices.Contains(all, handle) {
			all = append(all, handle)
		}
	}
	return all
}

// mustHold refuses an ID that the journal does not hold; an empty one points at nothing.
func (a *Agent) mustHold(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	_, err := a.Event(ctx, id)
	return err
}

// Event returns one event by its ID, whole. The error is a [*rules.Problem] when there is none.
func (a *Agent) Event(ctx context.Context, id string) (journal.Event, error) {
	e, err := a.journal.Get(ctx, id)
	switch {
	case errors.Is(err, journal.ErrNoEvent):
		return e, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoEvent, Data: rules.Particulars{Given: id}}
	case err != nil && e.Seq != 0: // damaged, and there
		a.log.Error("a damaged event is shown as far as it goes", "seq", e.Seq, "kind", e.Kind, "err", err)
		return e, nil
	}
	return e, err
}

// lastReported is the Situation that the newest report of this response was written from; nil
// without one. A report that cannot be read back keeps none from being issued.
func (a *Agent) lastReported(ctx context.Context) *rules.Situation {
	id := a.Situation().Response.Reports.LastID
	if id == "" {
		return nil
	}
	e, err := a.journal.Get(ctx, id)
	if err != nil {
		a.logError("read the last report", err)
		return nil
	}
	sit, err := situationOf(e)
	a.logError("read the situation of the last report", err)
	return sit
}

// situationOf is the Situation that a report carries; nil when it carries none.
func situationOf(e journal.Event) (*rules.Situation, error) {
	report, ok := e.Payload.(journal.ReportIssued)
	if !ok || len(report.Situation) == 0 {
		return nil, nil
	}
	sit := new(rules.Situation)
	if err := json.Unmarshal(report.Situation, sit); err != nil {
		return nil, err
	}
	return sit, nil
}

// page writes the next situation report (第n報) in the plan's language. It goes by the plan, state
// and instant that the action is judged by, so that number, page and record agree.
func (a *Agent) page(p *plan.Plan, issue rules.IssueReport, actor journal.Actor, before *rules.Situation, now time.Time) string {
	sit := a.evaluate(now)
	return reports.Sitrep(messages.For(p.Locale), reports.SitrepInput{
		Number: sit.Response.Reports.Issued + 1, Now: sit, Before: before, Titles: messages.TitlesOf(p),
		Remarks: issue.Remarks, IssuedBy: actor.Name(),
	})
}

// CallOut tells whom to call under a threat; empty means the active one. It holds contacts, which
// are personal data, and is for operators alone.
func (a *Agent) CallOut(threat string) (*rules.CallOut, error) {
	a.reading.Lock()
	defer a.reading.Unlock()
	return rules.CallOutFor(a.plan, a.state, threat, a.clock.Now())
}
