package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// alertsCmd lists what is open, as people are told of it.
type alertsCmd struct {
	reader
	JSON bool `name:"json" help:"Print as JSON."`
}

func (c *alertsCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	list, err := client.Alerts(ctx, plan.Locale(c.Lang))
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out.out, list)
	}
	words := c.words(s)
	if len(list) == 0 {
		return printPage(out.out, words.Word("alerts_none"))
	}
	t := &table{}
	t.add(words.Word("alerts_severity"), words.Word("alert_label_since"), words.Word("alerts_take"), words.Word("alerts_what"), words.Word("alerts_told"))
	for i := range list {
		t.add(alertRow(&list[i], words, s.At)...)
	}
	return t.print(out.out)
}

func alertRow(a *api.Alert, words *messages.Words, now time.Time) []string {
	what := []string{a.Text}
	if a.Silence != "" {
		what = append(what, words.Word("alerts_silence_"+string(a.Silence)))
	}
	if a.Quiet != "" {
		what = append(what, words.Say("alerts_quiet", map[string]any{"Rule": a.Quiet}))
	}
	if a.Acknowledged {
		what = append(what, takenText(a, words, now))
	}
	return []string{words.AlertSeverity(a.Severity), words.Moment(a.Since, now), a.Handle, strings.Join(what, "; "), toldCell(a, words)}
}

func takenText(a *api.Alert, words *messages.Words, now time.Time) string {
	data := map[string]any{"By": a.AcknowledgedBy, "Why": a.AcknowledgedWhy}
	if !a.AcknowledgedAt.IsZero() {
		data["At"] = words.Moment(a.AcknowledgedAt, now)
	}
	return words.Say("alerts_acknowledged", data)
}

func toldCell(a *api.Alert, words *messages.Words) string {
	told := slices.Clone(a.Told)
	for _, channel := range a.Waiting {
		told = append(told, words.Say("alerts_waiting", map[string]any{"Channel": channel}))
	}
	if len(told) == 0 {
		return words.Word("alerts_nobody")
	}
	return strings.Join(told, ", ")
}
