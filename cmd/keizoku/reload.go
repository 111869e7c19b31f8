package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
)

type reloadCmd struct {
	actor
	tongue
}

func (c *reloadCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	if err := client.Reload(ctx); err != nil {
		return err
	}
	words := c.words(s)
	if _, err := fmt.Fprintln(out.out, words.Word("command_reloaded")); err != nil {
		return err
	}
	for _, warning := range append(dropped(ctx, client, words), gone(ctx, client, words)...) {
		if _, err := fmt.Fprintln(out.err, warning); err != nil {
			return err
		}
	}
	return nil
}

// dropped says which outages ended with the plan just loaded although nothing was mended, as after
// giving a system another name. That it cannot be asked for is no reason to say that the reload
// failed: the timeline tells it, too.
func dropped(ctx context.Context, client *api.Client, words *messages.Words) (warnings []string) {
	newest, err := client.Events(ctx, url.Values{"kind": {string(journal.KindPlanLoaded)}, "limit": {"1"}})
	if err != nil || len(newest) == 0 {
		return nil
	}
	var loaded journal.PlanLoaded
	if err := json.Unmarshal(newest[0].Payload, &loaded); err != nil {
		return nil
	}
	for _, system := range loaded.Dropped {
		warnings = append(warnings, words.Say("command_outage_dropped", map[string]any{"System": system}))
	}
	return warnings
}

// gone says what waits for channels that the plan has no more, as after giving one another name.
// `keizoku notify queue` tells it, too.
func gone(ctx context.Context, client *api.Client, words *messages.Words) (warnings []string) {
	queue, err := client.Notifications(ctx, 1)
	if err != nil {
		return nil
	}
	for _, c := range queue.Channels {
		if stranded(c) {
			warnings = append(warnings, words.Say("command_channel_gone", map[string]any{"Channel": c.Name, "Count": c.Pending}))
		}
	}
	return warnings
}
