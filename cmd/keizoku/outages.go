package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

type outagesCmd struct {
	reader
	Open   bool   `help:"Only those that are open."`
	System string `help:"Only those of this system."`
	JSON   bool   `name:"json" help:"Print as JSON."`
}

func (c *outagesCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
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
	if len(list) == 0 && c.System != "" && s.System(c.System) == nil {
		return nothingOn(c.System)
	}
	return printOutages(out.out, list, s, c.words(s))
}

// nothingOn refuses a name of which neither the record nor the plan knows: "none" would sound like
// good news.
func nothingOn(system string) error {
	return fmt.Errorf("nothing is on record about a system %q, and the plan has none of that name; `keizoku status` shows the names", system)
}

func printOutages(w io.Writer, list []rules.PastOutage, s *rules.Situation, words *messages.Words) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, words.Word("outages_none"))
		return err
	}
	t := &table{}
	t.add(words.Word("console_system"), words.Word("outages_last_ok"), words.Word("outages_first_bad"), words.Word("outages_ended"),
		words.Word("outages_length"), words.Word("outlook_allowance"), words.Word("console_deadline"), words.Word("outages_outcome"), words.Word("console_cause"))
	for _, o := range list {
		t.add(nameCell(o.Title, o.System), begun(o, words), stampOr(o.FirstBadAt, words), stampOr(o.EndedAt, words),
			words.Span(o.Elapsed.Duration()), words.Allowance(o.Allowance), stampOr(o.Deadline, words), outcome(o, s, words), words.Reason(o.Reason))
	}
	return t.print(w)
}

// begun is from when on an outage counts: from when the system was last good, unless somebody has
// corrected that.
func begun(o rules.PastOutage, words *messages.Words) string {
	if o.Corrected {
		return words.Stamp(o.Start) + words.Word("console_system_corrected")
	}
	return stampOr(o.LastOKAt, words)
}

func stampOr(t time.Time, words *messages.Words) string {
	if t.IsZero() {
		return "-"
	}
	return words.Stamp(t)
}

// outcome is met or missed for an ended outage that had a deadline, the verdict for an open one.
func outcome(o rules.PastOutage, s *rules.Situation, words *messages.Words) string {
	switch {
	case o.Dropped:
		return words.Word("outcome_dropped")
	case !o.EndedAt.IsZero() && o.Deadline.IsZero():
		return words.Word("no_deadline")
	case o.Met != nil && *o.Met:
		return words.Word("outcome_met")
	case o.Met != nil:
		return words.Word("outcome_missed")
	}
	if sys := s.System(o.System); sys != nil && sys.Outage != nil {
		return words.Verdict(sys.Outage.Verdict)
	}
	return words.Word("state_down")
}
