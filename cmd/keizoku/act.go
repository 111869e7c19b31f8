package main

import (
	"context"

	"github.com/keizoku-bcp/keizoku/rules"
)

type declareCmd struct {
	recorder
	Threat string `arg:"" help:"Name of the threat in the plan."`
	Onset  string `help:"When it began: 14:46, 2026-03-11 14:46, 20m ago, or RFC 3339. Default: now."`
	Note   string `help:"A line for the record."`
}

func (c *declareCmd) Run(ctx context.Context, out streams) error {
	return c.act(ctx, out, "declare", func(now *rules.Situation) (rules.Action, error) {
		onset, err := behindMoment(c.Onset, now.At)
		return rules.Declare{Threat: c.Threat, Onset: onset, Note: c.Note}, err
	})
}

type endCmd struct {
	recorder
	Threat string `arg:"" help:"Name of the declared threat."`
	Note   string `help:"A line for the record."`
}

func (c *endCmd) Run(ctx context.Context, out streams) error {
	return c.act(ctx, out, "end", func(*rules.Situation) (rules.Action, error) {
		return rules.End{Threat: c.Threat, Note: c.Note}, nil
	})
}

type etaCmd struct {
	recorder
	System string `arg:"" help:"Name of the system."`
	Time   string `arg:"" optional:"" help:"When it is expected back: 15:30, 2026-03-12 09:00, +2h, or RFC 3339."`
	Cancel bool   `help:"Withdraw the estimate."`
	Why    string `help:"What the estimate rests on."`
}

func (c *etaCmd) Run(ctx context.Context, out streams) error {
	if (c.Time == "") != c.Cancel {
		return c.refuse(ctx, slipped("command_no_time", nil))
	}
	return c.act(ctx, out, "eta", func(now *rules.Situation) (rules.Action, error) {
		at, err := aheadMoment(c.Time, now.At)
		return rules.GiveETA{System: c.System, At: at, Why: c.Why}, err
	})
}

type ackCmd struct {
	recorder
	What string `arg:"" help:"Name of the system, or an open alert as keizoku alerts has it."`
	Why  string `required:"" help:"Who works on it and how."`
}

func (c *ackCmd) Run(ctx context.Context, out streams) error {
	return c.act(ctx, out, "ack", func(now *rules.Situation) (rules.Action, error) {
		if now.System(c.What) != nil {
			return rules.Acknowledge{System: c.What, Why: c.Why}, nil
		}
		return rules.Acknowledge{Alert: c.What, Why: c.Why}, nil
	})
}

type noteCmd struct {
	recorder
	Text     string `arg:"" help:"The line."`
	System   string `help:"Name of the system that it is about."`
	About    string `help:"When what it tells of happened. Default: now."`
	Corrects string `placeholder:"ID" help:"The record that it corrects: its number in the timeline, or its ID. That one stays as it is."`
}

func (c *noteCmd) Run(ctx context.Context, out streams) error {
	corrects, err := c.eventID(ctx, c.Corrects)
	if err != nil {
		return err
	}
	return c.act(ctx, out, "note", func(now *rules.Situation) (rules.Action, error) {
		about, err := behindMoment(c.About, now.At)
		return rules.AddNote{Text: c.Text, System: c.System, About: about, Corrects: corrects}, err
	})
}

type outageCmd struct {
	Start outageStartCmd `cmd:"" help:"Correct when a system's outage began."`
}

type outageStartCmd struct {
	recorder
	System string `arg:"" help:"Name of the system."`
	Time   string `arg:"" help:"When it stopped: 14:46, 2026-03-11 14:46, 20m ago, or RFC 3339."`
	Why    string `help:"How it is known."`
}

func (c *outageStartCmd) Run(ctx context.Context, out streams) error {
	return c.act(ctx, out, "outage-start", func(now *rules.Situation) (rules.Action, error) {
		start, err := behindMoment(c.Time, now.At)
		return rules.CorrectStart{System: c.System, Start: start, Why: c.Why}, err
	})
}
