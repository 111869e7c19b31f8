package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
)

// warnOfDropped tells which outages ended with the plan just loaded although nothing was mended, as
// after giving a system another name. That it cannot be asked for is no reason to say that the
// reload failed.
func warnOfDropped(ctx context.Context, client *api.Client, w io.Writer) error {
	newest, err := client.Events(ctx, url.Values{"kind": {string(journal.KindPlanLoaded)}, "limit": {"1"}})
	if err != nil || len(newest) == 0 {
		return nil //nolint:nilerr // 2026-11-23: the plan was reloaded; the timeline tells the rest
	}
	var loaded journal.PlanLoaded
	if err := json.Unmarshal(newest[0].Payload, &loaded); err != nil {
		return nil //nolint:nilerr // 2026-11-23: as above
	}
	for _, system := range loaded.Dropped {
		_, err := fmt.Fprintf(w, "warning: system %q was down, and the plan has no check of it any more: its outage is counted no further. If it goes on under another name, "+
			"say since when with `keizoku outage start`.\n", system)
		if err != nil {
			return err
		}
	}
	return nil
}
