package main

import (
	"context"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

type outagesCmd struct {
	reader
	Open   bool   `help:"Only those that are open."`
	System string `help:"Only those of this system."`
	JSON   bool   `name:"json" help:"Print as JSON."`
}

// Run implements the command.
func (c *outagesCmd) Run(ctx context.Context, out streams) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	s, err := client.Situation(ctx)
	if err != nil {
		return err
	}
	list, err := client.Outages(ctx, c.Open, c.System)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out.out, list)
	}
	t := &table{}
	t.add("system", "last ok", "first bad", "ended", "down for", "allowed", "deadline", "outcome", "reason")
	for _, o := range list {
		t.add(o.System, stampOr(o.LastOKAt, "-"), stampOr(o.FirstBadAt, "-"), stampOr(o.EndedAt, "open"),
			plan.FormatDuration(o.Elapsed.Duration().Truncate(time.Second)), o.Allowance, stampOr(o.Deadline, "-"), outcome(o, s), o.Reason)
	}
	return t.print(out.out)
}

func stampOr(t time.Time, absent string) string {
	if t.IsZero() {
		return absent
	}
	return messages.For(plan.English).Stamp(t)
}

// outcome is met or missed for an ended outage, the verdict for an open one.
func outcome(o rules.PastOutage, s *rules.Situation) string {
	switch {
	case o.Dropped:
		return "dropped"
	case o.Met != nil && *o.Met:
		return "met"
	case o.Met != nil:
		return "missed"
	}
	if sys := s.System(o.System); sys != nil && sys.Outage != nil {
		return string(sys.Outage.Verdict)
	}
	return "open"
}
