package console

import (
	"context"
	"slices"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
)

// maxMoves bounds the moves that the page shows, maxPlans the plans of which it looks for changes.
// Each move carries a whole Situation in the journal; the chronology has the rest.
const (
	maxMoves = 20
	maxPlans = 20
)

// history is what people decided in this response.
type history struct {
	// Decided are the moves of the stage and the choices, the newest first.
	Decided []reports.Line
	// Undoable is the newest move that stands; nil: there is none to take back.
	Undoable *reports.Line
}

// history reads what people decided since the response began.
func (c *console) history(ctx context.Context, v *view) history {
	if v.Response.Move == nil && v.Decision.Choice == nil {
		return history{}
	}
	events := c.newest(ctx, journal.Query{Kinds: []journal.Kind{journal.KindStageMoved, journal.KindOrdinaryChosen}, Limit: maxMoves})
	for i, e := range slices.Backward(events) {
		if moved, ok := e.Payload.(journal.StageMoved); ok && moved.NewFile {
			events = events[i:]
			break
		}
	}
	return historyOf(reports.Lines(v.Words, events, v.titles, v.zone()))
}

func historyOf(lines []reports.Line) history {
	slices.Reverse(lines)
	h := history{Decided: lines}
	for i, line := range lines {
		if line.Kind == journal.KindStageMoved && line.Corrects.ID == "" && line.CorrectedBy.ID == "" {
			h.Undoable = &lines[i]
			break
		}
	}
	return h
}

// newest returns the newest events of a query, the oldest of them first. What cannot be read is
// missing, and the log says why: half a page is better than none.
func (c *console) newest(ctx context.Context, q journal.Query) []journal.Event {
	q.Newest = true
	var events []journal.Event
	for e, err := range c.agent.Events(ctx, q) {
		if err != nil {
			c.log.Error("the chronology could not be read", "err", err)
			break
		}
		e.Payload = journal.Brief(e.Payload)
		events = append(events, e)
	}
	return events
}

// planChanges are the plans that came into force since the response began, the newest first. One
// that was only loaded again, by a restart, is no change.
func (c *console) planChanges(ctx context.Context, v *view) []reports.Line {
	var changes []journal.Event
	before := ""
	for _, e := range c.newest(ctx, journal.Query{Kinds: []journal.Kind{journal.KindPlanLoaded}, Limit: maxPlans}) {
		loaded, ok := e.Payload.(journal.PlanLoaded)
		if !ok {
			continue
		}
		if before != "" && before != loaded.Hash && e.At.After(v.Response.BeganAt) {
			changes = append(changes, e)
		}
		before = loaded.Hash
	}
	lines := reports.Lines(v.Words, changes, v.titles, v.zone())
	slices.Reverse(lines)
	return lines
}

// nextStages are the stages that one can move to, the next sensible one first.
func nextStages(from plan.Stage, establish bool) []plan.Stage {
	switch {
	case from == plan.Monitoring:
		return []plan.Stage{plan.InitialResponse, plan.ContinuityResponse}
	case from == plan.InitialResponse && establish:
		return []plan.Stage{plan.ContinuityResponse, plan.StoodDown, plan.Monitoring}
	case from == plan.InitialResponse:
		return []plan.Stage{plan.StoodDown, plan.Monitoring, plan.ContinuityResponse}
	case from == plan.ContinuityResponse:
		return []plan.Stage{plan.StoodDown, plan.InitialResponse, plan.Monitoring}
	case establish:
		return []plan.Stage{plan.InitialResponse, plan.ContinuityResponse, plan.Monitoring}
	default:
		return []plan.Stage{plan.Monitoring, plan.InitialResponse, plan.ContinuityResponse}
	}
}

// present is the stage of the response; an agent that does not say is monitoring.
func (v *view) present() plan.Stage {
	if v.Stage == "" {
		return plan.Monitoring
	}
	return v.Stage
}

// Present is the stage on which the forms rest.
func (p *responsePage) Present() plan.Stage { return p.present() }

// NextStages are the stages to move to, the next sensible one first.
func (p *responsePage) NextStages() []plan.Stage {
	return nextStages(p.present(), p.Decision.Recommendation == plan.EstablishPosture)
}

// Calling is the stage to propose above all others; empty: the present one is right.
func (p *responsePage) Calling() plan.Stage {
	switch stage, establish := p.present(), p.Decision.Recommendation == plan.EstablishPosture; {
	case establish && stage != plan.ContinuityResponse:
		return p.NextStages()[0]
	case p.Decision.Recommendation == plan.Normal && stage.Responding():
		return p.NextStages()[0]
	default:
		return ""
	}
}
