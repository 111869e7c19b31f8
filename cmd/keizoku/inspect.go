package main

import (
	"context"
	"io"

	"github.com/schollz/progressbar/v3"

	"github.com/keizoku-bcp/keizoku/reports"
)

// inspectCmd has the agent inspect now (始業前点検). The report is journaled; it goes to no channel,
// for whoever asked has it.
type inspectCmd struct {
	operator
	tongue
	Name string `arg:"" optional:"" help:"Name of the inspection in the plan. Default: all checks."`
	JSON bool   `name:"json" help:"Print the report as JSON."`
}

func (c *inspectCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	bar := newBar(out.err, "inspecting")
	done, err := client.Inspect(ctx, c.Name, bar.set)
	bar.clear()
	if err != nil {
		return refusedIn(c.words(s), err)
	}
	if c.JSON {
		err = printJSON(out.out, done)
	} else {
		err = printPage(out.out, reports.Inspection(c.words(s), reports.InspectionInput{
			Done: done, Plan: s.Plan, Agent: s.Agent.Name, Zone: s.At.Location(),
		}))
	}
	if err == nil && (!done.Good() || done.Attention() > 0) {
		err = errNotGood
	}
	return err
}

// bar shows how far something has come, when people look at where it is drawn.
type bar struct {
	w      io.Writer
	doing  string
	drawn  *progressbar.ProgressBar
	people bool
}

func newBar(w io.Writer, doing string) *bar { return &bar{w: w, doing: doing, people: isTerminal(w)} }

// set draws the bar; one that cannot be drawn is no reason to stop.
func (b *bar) set(done, total int) {
	if !b.people || total == 0 {
		return
	}
	if b.drawn == nil {
		b.drawn = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.w), progressbar.OptionSetDescription(b.doing),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	_ = b.drawn.Set(done)
}

func (b *bar) clear() {
	if b.drawn != nil {
		_ = b.drawn.Clear()
	}
}
