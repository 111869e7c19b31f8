package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/agent/metrics"
	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// Alerts returns the open alerts, the gravest first, in the language given; empty: the plan's.
func (a *Agent) Alerts(locale plan.Locale) []api.Alert {
	told := a.account.Load()
	if told == nil || told.moment == nil || len(told.ledger) == 0 {
		return nil
	}
	if locale == "" {
		locale = told.moment.Plan.Locale
	}
	open := alert.Open(told.ledger, told.moment)
	written := reports.Alerts(messages.For(locale), open, a.input(told, told.moment))
	waiting, quiet := a.outbox.Waiting(), alert.KeptQuiet(told.ledger, told.moment)
	all := make([]api.Alert, len(open))
	for i := range open {
		all[i] = alertView(&open[i], told, waiting[open[i].Key])
		all[i].Text, all[i].Quiet = written[i].Annotations["summary"], quiet[open[i].Key]
	}
	return all
}

// alertView tells of an open alert. Of a channel for which a message about it waits, nobody can say
// what its people believe.
func alertView(open *alert.Alert, told *account, waiting []string) api.Alert {
	view := api.Alert{
		Key: open.Key, Name: open.Name, Severity: open.Severity, Since: inZone(open.Since, told.moment.Plan.Location),
		Subject: open.Subject, Title: open.Title, System: open.System, Priority: open.Priority, Deadline: open.Deadline(),
		Silence: open.Silence, Acknowledged: open.Acknowledged, AcknowledgedBy: open.AcknowledgedBy, Told: []string{}, Waiting: waiting,
	}
	entry := told.ledger[told.ledgerKey(open.Key)]
	if entry == nil {
		return view
	}
	for _, w := range entry.Told {
		if w.Open && !slices.Contains(waiting, w.Channel) {
			view.Told = append(view.Told, w.Channel)
		}
	}
	return view
}

func inZone(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

// telling is what metrics show of alerts and messages.
func (a *Agent) telling() *metrics.Telling {
	var t metrics.Telling
	if ms := a.lookedAt.Load(); ms > 0 {
		t.AliveAt = time.UnixMilli(ms)
	}
	if told := a.account.Load(); told != nil && told.moment != nil {
		t.Alerts = alert.Open(told.ledger, told.moment)
	}
	for _, s := range a.outbox.Channels() {
		d := metrics.Delivery{Channel: s.Channel, Outcomes: make(map[string]int64)}
		for _, state := range ends {
			d.Outcomes[string(state)] = s.Counts[state]
		}
		t.Deliveries = append(t.Deliveries, d)
	}
	return &t
}

// ends are what can become of a try, as metrics count them.
var ends = [...]outbox.State{outbox.Delivered, outbox.Failed, outbox.Refused, outbox.Superseded, outbox.Dropped}

// Notifications tells how the channels stand, which messages wait, and what became of the newest
// of the others. It may name people: it is for operators.
func (a *Agent) Notifications(ctx context.Context, limit int) (api.Notifications, error) {
	entries, err := a.outbox.Queue(ctx, limit+manyBeats)
	if err != nil {
		return api.Notifications{}, err
	}
	n := api.Notifications{Channels: a.standings(), Messages: []api.Notification{}}
	zone := a.Plan().Location
	var waiting, ended int
	for i := range entries {
		e, count := &entries[i], &waiting
		if e.State != outbox.Pending {
			if e.Occasion == notify.Alive {
				continue
			}
			count = &ended
		}
		if *count++; *count <= limit {
			n.Messages = append(n.Messages, notificationView(e, zone))
		}
	}
	return n, nil
}

// manyBeats is how many heartbeats that have arrived may stand between others.
const manyBeats = 500

func notificationView(e *outbox.Entry, zone *time.Location) api.Notification {
	return api.Notification{
		Seq: e.Seq, ID: e.ID, Channel: e.Channel, Alerts: e.Keys, Occasion: string(e.Occasion), Subject: e.Subject,
		CreatedAt: inZone(e.CreatedAt, zone), State: string(e.State), Tries: e.Tries, FailedAt: inZone(e.FailedAt, zone),
		NextTryAt: inZone(e.NextTryAt, zone), LastError: e.LastError, Receipt: string(e.Receipt),
		EndedAt: inZone(e.EndedAt, zone), ChannelGone: e.ChannelGone,
	}
}

// standings tell how things stand with each channel: the plan's, in its order, and after them
// those for which something waits although the plan has them no more.
func (a *Agent) standings() []api.Channel {
	a.reading.Lock()
	p, set := a.plan, a.channels
	a.reading.Unlock()
	all := []api.Channel{}
	for _, s := range a.outbox.Channels() {
		c := api.Channel{Name: s.Channel, Title: s.Channel, Pending: s.Pending, Carried: s.Carried, GoneSince: inZone(s.GoneSince, p.Location)}
		if block := p.Channel(s.Channel); block != nil {
			c.Title, c.Kind = block.Title, block.Kind
		}
		since, why := set.failure(&s)
		if c.FailingSince, c.Error = inZone(since, p.Location), why; s.Failing != nil {
			c.Tries = s.Failing.Tries
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(x, y api.Channel) int { return placeOf(p, x.Name) - placeOf(p, y.Name) })
	return all
}

func placeOf(p *plan.Plan, channel string) int {
	if i := slices.IndexFunc(p.Channels, func(c *plan.Channel) bool { return c.Name == channel }); i >= 0 {
		return i
	}
	return len(p.Channels)
}

// NotifyTest sends a message for trial on a channel and waits for the receipt. The error is a
// [*rules.Problem] when this agent has no such channel, and [api.ErrUndelivered] when the message
// did not arrive.
func (a *Agent) NotifyTest(ctx context.Context, channel string) (api.Trial, error) {
	p := a.Plan()
	c := p.Channel(channel)
	if c == nil || !c.UsedBy(a.settings.Name) {
		return api.Trial{}, &rules.Problem{
			Kind: rules.NotFound, Text: fmt.Sprintf("this agent has no channel %q", channel), Hint: a.listOfChannels(p),
		}
	}
	// A try that is under way is not disturbed, so this one may have to wait for it.
	ctx, cancel := context.WithTimeout(ctx, 2*c.Timeout+5*time.Second)
	defer cancel()
	message := reports.TestMessage(messages.For(p.Locale), c.Title, reports.MessageInput{
		Situation: a.Situation(), Titles: messages.TitlesOf(p), Zone: p.Location, Link: a.linkUnder(p), Secrets: p.Secrets,
	})
	begun := a.opts.Uptime()
	receipt, err := a.outbox.SendNow(ctx, channel, message)
	took := (a.opts.Uptime() - begun).Seconds()
	var broken unusable
	switch {
	case errors.Is(err, outbox.ErrClosed):
		return api.Trial{}, errNotRunning
	case errors.As(err, &broken):
		return api.Trial{}, fmt.Errorf("%w: %s", api.ErrUnusable, broken.why)
	case err != nil:
		return api.Trial{}, fmt.Errorf("%w: %s", api.ErrUndelivered, p.Secrets.Redact(err.Error()))
	}
	return api.Trial{Channel: channel, Receipt: string(receipt), Seconds: took}, nil
}

func (a *Agent) listOfChannels(p *plan.Plan) string {
	var names []string
	for _, c := range p.Channels {
		if c.UsedBy(a.settings.Name) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return "the plan has no notify block for this agent"
	}
	return "its channels are " + strings.Join(names, ", ")
}
