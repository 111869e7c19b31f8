package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/keizoku-bcp/keizoku/journal"
)

type timelineCmd struct {
	reader
	System string   `help:"Only what is about this system."`
	Kind   []string `help:"Only these kinds of events."`
	From   string   `help:"Not before: 08:00, 2026-03-11 14:46, 2h ago, or RFC 3339."`
	To     string   `help:"Not after."`
	Limit  int      `default:"200" help:"The newest so many."`
	JSON   bool     `name:"json" help:"Print as JSON."`
}

// Run implements the command.
func (c *timelineCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	q := url.Values{"limit": {strconv.Itoa(c.Limit)}, "system": {c.System}, "kind": {strings.Join(c.Kind, ",")}}
	for name, text := range map[string]string{"from": c.From, "to": c.To} {
		at, err := optionalMoment(text, s.At, past)
		if err != nil {
			return err
		}
		if !at.IsZero() {
			q.Set(name, at.Format("2006-01-02T15:04:05.999999999Z07:00"))
		}
	}
	events, err := client.Events(ctx, q)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out.out, events)
	}
	words, zone := c.words(s), s.At.Location()
	for _, view := range events {
		event, err := view.Decode()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out.out, "%s%s  %s%s\n", words.Stamp(event.At.In(zone)), mark(event.Estimated, words.Word("console_estimated_mark")),
			words.Event(event, titlesIn(s), zone), by(event.Actor)); err != nil {
			return err
		}
	}
	return nil
}

func mark(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

// by names who acted: the deciding person, and the login behind them.
func by(a *journal.Actor) string {
	switch {
	case a == nil:
		return ""
	case a.By == "":
		return " [" + a.User + "]"
	default:
		return " [" + a.By + " / " + a.User + "]"
	}
}
