package main

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
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

// Run implements the command.
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
		return err
	}
	events, err := c.events(ctx, client, q)
	if err != nil {
		return err
	}
	if c.JSON || c.Format == "json" {
		return printJSON(out.out, events)
	}
	if len(events) == 0 && c.System != "" && s.System(c.System) == nil {
		return nothingOn(c.System)
	}
	return c.print(out, events, s, func(id string) int64 { return numberOf(ctx, client, id) })
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

// events asks for the newest so many; beyond what an agent gives at a time, page by page.
func (c *timelineCmd) events(ctx context.Context, client *api.Client, q url.Values) ([]api.Event, error) {
	if c.Limit > 0 && c.Limit <= pageOfEvents {
		q.Set("limit", strconv.Itoa(c.Limit))
		return client.Events(ctx, q)
	}
	all := []api.Event{}
	q.Set("limit", strconv.Itoa(pageOfEvents))
	q.Set("after", "0")
	for {
		page, err := client.Events(ctx, q)
		all = append(all, page...)
		if err != nil {
			return nil, err
		}
		if len(page) < pageOfEvents {
			return c.newest(all), nil
		}
		q.Set("after", strconv.FormatInt(page[len(page)-1].Seq, 10))
	}
}

// newest keeps so many as were asked for.
func (c *timelineCmd) newest(all []api.Event) []api.Event {
	if c.Limit == 0 {
		return all
	}
	return all[max(0, len(all)-c.Limit):]
}

// print writes what was asked for. number gives the number of a record that is not among it and is
// corrected by one that is.
func (c *timelineCmd) print(out streams, views []api.Event, s *rules.Situation, number func(id string) int64) error {
	events := make([]journal.Event, len(views))
	for i, view := range views {
		var err error
		if events[i], err = view.Decode(); err != nil {
			return err
		}
	}
	words := c.words(s)
	lines := reports.Lines(words, events, messages.TitlesIn(s), s.At.Location())
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
