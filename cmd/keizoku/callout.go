package main

import (
	"context"
	"io"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// calloutCmd shows whom to call. It shows contacts, so the agent answers operators alone.
type calloutCmd struct {
	operator
	tongue
	Threat string `arg:"" optional:"" help:"Name of the threat in the plan. Default: the one in force."`
	JSON   bool   `name:"json" help:"Print as JSON."`
}

func (c *calloutCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	list, err := client.CallOut(ctx, c.Threat)
	if err != nil {
		return refusedIn(c.words(s), err)
	}
	if c.JSON {
		return printJSON(out.out, list)
	}
	return printPage(out.out, reports.CallList(c.words(s), list))
}

// callCmd records a call.
type callCmd struct {
	recorder
	Role     string      `arg:"" help:"Name of the role in the plan."`
	Person   string      `arg:"" help:"Name of the person, as the plan has it."`
	Result   typedResult `arg:"" enum:"${call_results}" help:"What came of it: ${enum}."`
	Medium   typedMedium `enum:"${media}," default:"" help:"By which means: ${media}."`
	At       string      `help:"When the person will be there: 15:30, +45m, or RFC 3339."`
	Note     string      `help:"A line for the record."`
	Corrects string      `placeholder:"ID" help:"The record that this one replaces: its number in the timeline, or its ID. That one stays on record."`
}

func (c *callCmd) Run(ctx context.Context, out streams) error {
	corrects, err := c.eventID(ctx, c.Corrects)
	if err != nil {
		return err
	}
	if err := c.act(ctx, out, "call", c.action(corrects)); err != nil || c.JSON {
		return err
	}
	return c.tellNext(ctx, out.out)
}

func (c *callCmd) action(corrects string) func(*rules.Situation) (rules.Action, error) {
	return func(now *rules.Situation) (rules.Action, error) {
		coming, err := aheadMoment(c.At, now.At)
		return rules.RecordCall{
			Role: c.Role, Person: c.Person, Medium: plan.Medium(c.Medium), Result: journal.CallResult(c.Result),
			ComingAt: coming, Note: c.Note, Corrects: corrects,
		}, err
	}
}

// tellNext says whom to call next for the role, or that nobody is left.
func (c *callCmd) tellNext(ctx context.Context, w io.Writer) error {
	_, s, err := c.ask(ctx)
	if err != nil || s.Response.Posture == nil {
		return err
	}
	words := c.words(s)
	for _, role := range s.Response.Posture.Roles {
		switch {
		case role.Name != c.Role:
		case role.Exhausted:
			return printPage(w, words.Word("role_exhausted"))
		case role.Next != "":
			return printPage(w, words.Say("role_next", map[string]any{"Person": role.Next}))
		}
	}
	return nil
}
