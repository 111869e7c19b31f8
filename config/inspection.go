package config

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type inspectionBlock struct {
	Source   plan.Source   `hcl:",source"`
	Title    string        `hcl:"title,optional" doc:"What people read: 「始業前点検」. The name when not said."`
	At       *clock        `hcl:"at,optional" doc:"The time of day at which it is run, on the open days of calendar."`
	Cron     cronText      `hcl:"cron,optional" doc:"In place of at a cron expression of five fields, minute, hour, day of the month, month, day of the week: \"30 7 * * 1-5\"."`
	Calendar calendarRef   `hcl:"calendar,optional" doc:"Only on days on which this calendar is open, and in its zone; every day when not said."`
	Systems  []systemRef   `hcl:"systems,optional" doc:"Systems whose checks are run; all when not said."`
	Timeout  time.Duration `hcl:"timeout,optional" min:"1ms" max:"10m" doc:"Of each look, in place of the check's own."`
	Retries  int           `hcl:"retries,optional" default:"0" min:"0" max:"10" doc:"How often a look that failed is repeated."`
	Notify   []channelRef  `hcl:"notify,optional" doc:"Channels that the report goes to; those whose route takes reports when not said."`
	From     []agentRef    `hcl:"from,optional" doc:"Agents that run it; all when not said."`
}

func (l *loader) readInspections() {
	for _, n := range l.doc.Inspection {
		var b inspectionBlock
		clean := l.decodes(n.Inside, &b)
		i := &plan.Inspection{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Cron: string(b.Cron), Calendar: b.Calendar.name,
			Systems: l.namesOf(refsIn(b.Systems)), Timeout: b.Timeout, Retries: b.Retries, Channels: l.namesOf(refsIn(b.Notify)),
		}
		if b.At != nil {
			i.At = b.At.ClockTime
		}
		for _, a := range b.From {
			l.agentKnown(a)
		}
		i.From = l.namesOf(refsIn(b.From))
		if clean {
			l.emptyLists(b.Source, map[string]int{"systems": len(b.Systems), "notify": len(b.Notify)})
		}
		l.dueOnce(b)
		if l.isFirst("inspection", n) {
			l.plan.Inspections = append(l.plan.Inspections, i)
		}
	}
}

// dueOnce reports an inspection that nothing, or two things, make due.
func (l *loader) dueOnce(b inspectionBlock) {
	_, clock := b.Source.Attrs["at"]
	_, cron := b.Source.Attrs["cron"]
	switch {
	case clock && cron:
		l.mistake(at(b.Source, "cron"), "By the clock, or by cron?", "at and cron both say when it is run. Keep one of the two.")
	case !clock && !cron:
		l.mistake(block.HCLRange(b.Source.Block), "The inspection is never due", `Add at, such as "07:30", or cron, such as "30 7 * * 1-5".`)
	}
}

// emptyLists reports lists that were written without an element: they would mean all, which is the
// opposite of what they look like. It is for a block that could be read: elements that are wrong
// are not in the list.
func (l *loader) emptyLists(src plan.Source, lists map[string]int) {
	for name, length := range lists {
		if _, wrote := src.Attrs[name]; wrote && length == 0 {
			l.mistake(at(src, name), fmt.Sprintf("Nothing in %q", name), "Without the attribute all are meant. Name some, or take it away.")
		}
	}
}

// cronText is a cron expression: "30 7 * * 1-5".
type cronText string

func (c *cronText) TypeWord() string { return "cron expression" }

func (c *cronText) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	s, diags := text(expr, ctx, `a cron expression such as "30 7 * * 1-5"`)
	if diags.HasErrors() {
		return diags
	}
	if _, err := plan.ParseCron(s); err != nil {
		return block.Wrong(expr, sentence(err))
	}
	*c = cronText(s)
	return nil
}

// channelRef is a notify block, whatever its kind.
type channelRef struct{ ref }

func (r *channelRef) TypeWord() string { return "reference to a notify block" }

func (r *channelRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	found, diags := anyRef(expr, ctx, "a notify block such as notify.staff", "notify")
	r.ref = found
	return diags
}
