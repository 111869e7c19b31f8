package main

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
)

// timelineCmd is the chronology (クロノロジー): what the agent saw and what people did, in one line
// of time.
type timelineCmd struct {
	reader
	System string   `help:"Only what is about this system."`
	Kind   []string `enum:"${kinds}" help:"Only these kinds of events: ${enum}."`
	From   string   `help:"Not before: 08:00, 2026-03-11 14:46, 2h ago, or RFC 3339."`
	To     string   `help:"Not after."`
	Limit  int      `default:"200" help:"The newest so many; 0 for all."`
	Format string   `enum:"text,json,csv,markdown" default:"text" help:"Form: ${enum}. json and csv show the ID of each record."`
	JSON   bool     `name:"json" help:"The same as --format json."`
}

func (c *timelineCmd) Run(ctx context.Context, out streams) error {
	if c.Limit < 0 {
		return usagef("--limit=%d: give a number, or 0 for all", c.Limit)
	}
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	q, err := c.query(s.At)
	if err != nil {
		return told(c.words(s), err)
	}
	if c.JSON || c.Format == "json" {
		return c.printEvents(ctx, client, q, out.out)
	}
	chronology := reports.Chronology{Words: c.words(s), Titles: messages.TitlesIn(s), Zone: s.At.Location()}
	if err := c.gather(ctx, client, q, &chronology); err != nil {
		return err
	}
	if chronology.Len() == 0 && c.System != "" && s.System(c.System) == nil {
		return nothingOn(c.System)
	}
	return c.print(out, chronology.Lines(), c.words(s), func(id string) int64 { return numberOf(ctx, client, id) })
}

// query is what to ask the agent.
func (c *timelineCmd) query(now time.Time) (url.Values, error) {
	q := url.Values{"system": {c.System}, "kind": {strings.Join(c.Kind, ",")}}
	for name, text := range map[string]string{"from": c.From, "to": c.To} {
		at, err := optionalMoment(text, now, past)
		if err != nil {
			return nil, err
		}
		if !at.IsZero() {
			q.Set(name, at.Format(time.RFC3339Nano))
		}
	}
	return q, nil
}

// pageOfEvents is how many events an agent gives at a time.
const pageOfEvents = 10_000

// pages passes on the newest so many events, the oldest first, as the agent gives them; beyond what it
// gives at a time, all that there are, page by page.
func (c *timelineCmd) pages(ctx context.Context, client *api.Client, q url.Values, pass func([]api.Event) error) error {
	q.Set("limit", strconv.Itoa(pageOfEvents))
	few := c.Limit > 0 && c.Limit <= pageOfEvents
	if few {
		q.Set("limit", strconv.Itoa(c.Limit))
	} else {
		q.Set("after", "0")
	}
	for {
		page, err := client.Events(ctx, q)
		if err != nil {
			return err
		}
		if err := pass(page); err != nil || few || len(page) < pageOfEvents {
			return err
		}
		q.Set("after", strconv.FormatInt(page[len(page)-1].Seq, 10))
	}
}

// gather fills a chronology with as many lines as were asked for.
func (c *timelineCmd) gather(ctx context.Context, client *api.Client, q url.Values, into *reports.Chronology) error {
	return c.pages(ctx, client, q, func(page []api.Event) error {
		for _, view := range page {
			event, err := view.Decode()
			if err != nil {
				return err
			}
			into.Add(event)
		}
		if c.Limit > 0 {
			into.Keep(c.Limit)
		}
		return nil
	})
}

// printEvents writes the events as JSON. All that there are go out page by page: those of years do not
// fit into memory.
func (c *timelineCmd) printEvents(ctx context.Context, client *api.Client, q url.Values, out io.Writer) error {
	if c.Limit == 0 {
		list := jsonList{out: out}
		if err := c.pages(ctx, client, q, func(page []api.Event) error { return printAll(&list, page) }); err != nil {
			return err
		}
		return list.end()
	}
	all := []api.Event{}
	err := c.pages(ctx, client, q, func(page []api.Event) error {
		all = append(all, page...)
		all = slices.Delete(all, 0, max(0, len(all)-c.Limit))
		return nil
	})
	if err != nil {
		return err
	}
	return printJSON(out, all)
}

// print writes what was asked for. number gives the number of a record that is not among it and is
// corrected by one that is.
func (c *timelineCmd) print(out streams, lines []reports.Line, words *messages.Words, number func(id string) int64) error {
	for i := range lines {
		if points := &lines[i].Corrects; points.ID != "" && points.Seq == 0 {
			points.Seq = number(points.ID)
		}
	}
	switch c.Format {
	case "csv":
		return reports.WriteCSV(out.out, words, lines)
	case "markdown":
		return reports.WriteMarkdown(out.out, words, lines)
	default:
		return reports.WriteText(out.out, words, lines)
	}
}
