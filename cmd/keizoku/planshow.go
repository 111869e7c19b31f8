package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

type planShowCmd struct {
	planArg
	At   string `help:"When everything fails: 18:05, 2026-12-28 18:05, +2h, 20m ago, or RFC 3339, in the plan's zone. Default: now."`
	Lang string `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Language of the tables: ja or en. Default: the plan's."`
	JSON bool   `name:"json" help:"Print as JSON."`
}

func (c *planShowCmd) Run(out streams) error {
	p, err := c.loadOrTell(out)
	if err != nil {
		return err
	}
	words := messages.For(cmp.Or(plan.Locale(c.Lang), p.Locale))
	at := time.Now().In(p.Location)
	if c.At != "" {
		if at, err = parseMoment(c.At, at, future); err != nil {
			return told(words, err)
		}
	}
	outlook := p.Outlook(at)
	if c.JSON {
		return printJSON(out.out, outlook)
	}
	view := outlookView{p: p, words: words}
	_, err = io.WriteString(out.out, view.text(outlook))
	return err
}

// outlookView writes an Outlook for staff.
type outlookView struct {
	p     *plan.Plan
	words *messages.Words
}

func (v outlookView) text(o plan.Outlook) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", v.p.Title, v.words.Say("outlook_at", map[string]any{"At": v.words.Stamp(o.At)}))
	for _, t := range o.Threats {
		title := t.Title
		if t.Default {
			title += " " + v.words.Word("console_threat_default")
		}
		fmt.Fprintf(&b, "\n■ %s\n", title)
		v.section(&b, "outlook_businesses", v.businesses(t.Businesses))
		v.section(&b, "outlook_systems", v.systems(t.Systems))
	}
	return b.String()
}

// section writes a table below its heading, or that there is nothing.
func (v outlookView) section(b *strings.Builder, heading string, t *table) {
	fmt.Fprintf(b, "\n%s\n", v.words.Word(heading))
	if len(t.rows) == 1 {
		fmt.Fprintf(b, "  %s\n", v.words.Word("outlook_none"))
		return
	}
	_ = t.print(b) // a builder takes everything
}

func (v outlookView) businesses(list []plan.BusinessOutlook) *table {
	t := headed(v.words, "outlook_deadline", "outlook_within", "outlook_business", "outlook_division", "outlook_needs")
	titles := messages.TitlesOf(v.p)
	for _, b := range list {
		needs := make([]string, len(b.Needs))
		for i, name := range b.Needs {
			needs[i] = titles(name)
		}
		t.add("  "+v.deadline(b.Deadline), v.words.Allowance(b.RecoverWithin), b.Title, b.Division, v.words.List(needs))
	}
	return t
}

func (v outlookView) systems(list []plan.SystemOutlook) *table {
	t := headed(v.words, "console_rank", "outlook_deadline", "outlook_allowance", "console_system")
	for _, s := range list {
		t.add("  "+strconv.Itoa(s.Priority), v.deadline(s.Deadline), v.words.Allowance(s.Allowance), s.Title)
	}
	return t
}

// deadline always shows the day: a table in which some rows lack it is easily misread.
func (v outlookView) deadline(t time.Time) string {
	if t.IsZero() {
		return v.words.Word("no_deadline")
	}
	return v.words.Moment(t, time.Time{})
}
