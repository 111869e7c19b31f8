package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// stageCmd moves the stage of the response, or shows it with the recommendation.
type stageCmd struct {
	recorder
	Name typedStage `arg:"" optional:"" enum:"${stages},${ordinary}," default:"" help:"Stage to move to: ${stages}; or ${ordinary}, to treat what is down as an ordinary failure. Without it: show the stage, the recommendation and its reasons."`
	Why  string     `help:"The reason, for the record. Needed to move."`
	Undo bool       `help:"Take back the newest move; with ${ordinary}, that choice. Both stay on record."`
}

func (c *stageCmd) Run(ctx context.Context, out streams) error {
	if c.Name == "" && !c.Undo {
		return c.show(ctx, out.out)
	}
	if err := c.slips(); err != nil {
		return c.refuse(ctx, err)
	}
	name, action := c.action()
	return c.act(ctx, out, name, func(now *rules.Situation) (rules.Action, error) { return action(now), nil })
}

func (c *stageCmd) slips() error {
	if c.Name != "" && c.Undo && c.Name != typedStage(plan.OrdinaryFailure) {
		return slipped("command_undo_needs_no_stage", map[string]any{"Stage": string(c.Name)})
	}
	return errors.Join(c.mustBy(), c.mustWhy())
}

func (c *stageCmd) mustWhy() error {
	if c.Why == "" {
		return slipped("command_no_reason", nil)
	}
	return nil
}

// action is what to do, and under which name. A move tells the stage that it was decided on, so
// that one which somebody else has moved meanwhile is a conflict.
func (c *stageCmd) action() (name string, action func(*rules.Situation) rules.Action) {
	if c.Name == typedStage(plan.OrdinaryFailure) {
		return "ordinary", func(*rules.Situation) rules.Action {
			return rules.ChooseOrdinary{Withdraw: c.Undo, Why: c.Why}
		}
	}
	return "stage", func(now *rules.Situation) rules.Action {
		return rules.MoveStage{To: plan.Stage(c.Name), From: now.Stage, Undo: c.Undo, Why: c.Why}
	}
}

// standing is what `stage --json` prints. The field names are a contract.
type standing struct {
	At       time.Time           `json:"at"`
	Stage    plan.Stage          `json:"stage"`
	Move     *rules.MoveFacts    `json:"move,omitempty"` // the newest; absent before the first
	Decision rules.DecisionFacts `json:"decision"`
}

func (c *stageCmd) show(ctx context.Context, w io.Writer) error {
	_, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(w, standing{s.At, s.Stage, s.Response.Move, s.Decision})
	}
	return printPage(w, reports.Decision(c.words(s), s))
}
