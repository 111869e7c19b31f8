package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/messages"
)

// notifyCmd is about the ways in which people are told. What messages say, and whom they did not
// reach, is for operators alone.
type notifyCmd struct {
	Test  notifyTestCmd  `cmd:"" help:"Send a test message on a channel and wait for the receipt. Exits 1 when it does not arrive."`
	Queue notifyQueueCmd `cmd:"" help:"Show how the channels stand, which messages wait, and what became of the newest others. Exits 1 when messages do not get through."`
}

type notifyTestCmd struct {
	operator
	tongue
	Channel string `arg:"" help:"Name of the notify block."`
	JSON    bool   `name:"json" help:"Print as JSON."`
}

func (c *notifyTestCmd) Run(ctx context.Context, out streams) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	trial, err := client.NotifyTest(ctx, c.Channel)
	if err != nil {
		return refusedIn(c.words(s), err)
	}
	if c.JSON {
		return printJSON(out.out, trial)
	}
	return printPage(out.out, c.words(s).Say("notify_receipt", map[string]any{
		"Channel": trial.Channel, "Receipt": trial.Receipt, "Seconds": strconv.FormatFloat(trial.Seconds, 'f', 1, 64),
	}))
}

type notifyQueueCmd struct {
	operator
	tongue
	Limit int  `default:"20" help:"How many messages to list of those that wait, and of the others."`
	JSON  bool `name:"json" help:"Print as JSON."`
}

func (c *notifyQueueCmd) Run(ctx context.Context, out streams) error {
	if c.Limit < 1 {
		return usagef("--limit must be at least 1")
	}
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	queue, err := client.Notifications(ctx, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(out.out, queue)
	} else {
		err = printQueue(out.out, queue, c.words(s), s.At)
	}
	if err == nil && slices.ContainsFunc(queue.Channels, fails) {
		err = errNotGood
	}
	return err
}

// fails reports whether messages do not get through: the channel fails, or is gone from the plan.
func fails(c api.Channel) bool {
	return !c.FailingSince.IsZero() || stranded(c)
}

// stranded reports whether messages wait for a channel that is gone from the plan.
func stranded(c api.Channel) bool { return !c.GoneSince.IsZero() && c.Pending > 0 }

func printQueue(w io.Writer, queue api.Notifications, words *messages.Words, now time.Time) error {
	if len(queue.Channels) == 0 {
		return printPage(w, words.Word("notify_none"))
	}
	t := &table{}
	for i := range queue.Channels {
		ch := &queue.Channels[i]
		t.add(nameCell(ch.Title, ch.Name), ch.Kind, words.Say("notify_pending", map[string]any{"Count": ch.Pending}), channelState(ch, words, now))
	}
	if err := t.print(w); err != nil || len(queue.Messages) == 0 {
		return err
	}
	t = &table{}
	t.add(words.Word("notify_queued"), words.Word("alert_label_channel"), words.Word("notify_state"), words.Word("notify_subject"))
	for i := range queue.Messages {
		m := &queue.Messages[i]
		t.add(words.Moment(m.CreatedAt, now), m.Channel, messageState(m, words, now), messageSubject(m))
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return t.print(w)
}

func channelState(c *api.Channel, words *messages.Words, now time.Time) string {
	switch {
	case !c.GoneSince.IsZero():
		return words.Say("notify_gone", map[string]any{"Since": words.Moment(c.GoneSince, now), "Pending": c.Pending})
	case c.FailingSince.IsZero() && !c.Carried:
		return words.Word("notify_untried")
	case c.FailingSince.IsZero():
		return words.Word("notify_well")
	}
	return words.Say("notify_failing", map[string]any{"Since": words.Moment(c.FailingSince, now), "Tries": c.Tries}) + ": " + c.Error
}

// messageState is how far a message has come.
func messageState(m *api.Notification, words *messages.Words, now time.Time) string {
	told := words.Word("notify_state_" + m.State)
	switch {
	case m.State != "pending":
	case m.ChannelGone:
		told += "; " + words.Word("notify_no_channel")
	case m.NextTryAt.After(now): // else it waits for its turn behind a dead link
		told += "; " + words.Say("notify_next", map[string]any{"At": words.Moment(m.NextTryAt, now)})
	}
	return told
}

// messageSubject is what a message is about and, behind that, since it may be long, why nobody got it.
func messageSubject(m *api.Notification) string {
	if m.State == "refused" || m.State == "dropped" {
		return m.Subject + ": " + m.LastError
	}
	return m.Subject
}
