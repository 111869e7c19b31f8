package main

import (
	"context"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// stepsCmd shows the checklists that run.
type stepsCmd struct {
	reader
	JSON bool `name:"json" help:"Print as JSON."`
}

// checklists is what `steps --json` prints. The field names are a contract.
type checklists struct {
	At         time.Time               `json:"at"`
	Stage      plan.Stage              `json:"stage"`
	Steps      rules.StepCounts        `json:"steps"`
	Checklists []*rules.ChecklistFacts `json:"checklists"`
}

func (c *stepsCmd) Run(ctx context.Context, out streams) error {
	_, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		running := append([]*rules.ChecklistFacts{}, s.Response.Checklists...)
		return printJSON(out.out, checklists{s.At, s.Stage, s.Response.Steps, running})
	}
	return printPage(out.out, reports.Steps(c.words(s), s))
}

// stepCmd ticks a step, takes that back, or adds a word to it.
type stepCmd struct {
	recorder
	ID       string `arg:"" help:"The step: PROCEDURE.STEP, or STEP alone where only one checklist has it. steps shows them."`
	Undo     bool   `xor:"what" help:"Take back that it is done; the record of both stays."`
	NoteOnly bool   `xor:"what" help:"Only add the note: the step is not done yet."`
	Note     string `help:"A word about it, for the record."`
}

func (c *stepCmd) Run(ctx context.Context, out streams) error {
	if c.NoteOnly && c.Note == "" {
		return c.refuse(ctx, slipped("command_no_note", nil))
	}
	return c.act(ctx, out, "step", func(*rules.Situation) (rules.Action, error) {
		return rules.MarkStep{Step: c.ID, Undo: c.Undo, NoteOnly: c.NoteOnly, Note: c.Note}, nil
	})
}
