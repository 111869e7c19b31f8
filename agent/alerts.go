package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// OpenAlerts returns the open alerts, the gravest first, and who knows of them.
func (a *Agent) OpenAlerts() []alert.Standing {
	told := a.toldNow()
	if told == nil {
		return nil
	}
	return a.standingsUnder(told)
}

// openAlerts are the open alerts alone.
func (a *Agent) openAlerts() []alert.Alert {
	told := a.toldNow()
	if told == nil {
		return nil
	}
	return alert.Open(told.ledger, told.moment)
}

// toldNow is the account with who has taken what on by now: whoever did it sees it at once. It is nil
// while nothing is open.
func (a *Agent) toldNow() *account {
	told := a.account.Load()
	if told == nil || told.moment == nil || len(told.ledger) == 0 {
		return nil
	}
	now, moment := *told, *told.moment
	now.moment = &moment
	a.reading.Lock()
	defer a.reading.Unlock()
	moment.Conditions.Taken = alert.TakenOf(a.plan, a.state, told.ledger)
	return &now
}

func (a *Agent) standingsUnder(told *account) []alert.Standing {
	open := alert.Open(told.ledger, told.moment)
	waiting, quiet := a.outbox.Waiting(), alert.KeptQuiet(told.ledger, told.moment)
	all := make([]alert.Standing, len(open))
	for i := range open {
		key := open[i].Key
		all[i] = alert.Standing{Alert: open[i], Waiting: waiting[key], Quiet: quiet[key], Told: told.channelsThatKnow(key, waiting[key])}
	}
	return all
}

// channelsThatKnow are those whose people believe that an alert holds. Of a channel for which a
// message about it waits, nobody can say what its people believe.
func (t *account) channelsThatKnow(key string, waiting []string) []string {
	entry := t.ledger[t.ledgerKey(key)]
	if entry == nil {
		return nil
	}
	var know []string
	for _, w := range entry.Told {
		if w.Open && w.Gone.IsZero() && !slices.Contains(waiting, w.Channel) {
			know = append(know, w.Channel)
		}
	}
	return know
}

// Alerts returns the open alerts, the gravest first, in the language given; empty: the plan's.
func (a *Agent) Alerts(locale plan.Locale) []api.Alert {
	told := a.toldNow()
	if told == nil {
		return nil
	}
	if locale == "" {
		locale = told.moment.Plan.Locale
	}
	standings := a.standingsUnder(told)
	open := make([]alert.Alert, len(standings))
	for i := range standings {
		open[i] = standings[i].Alert
	}
	written := reports.Alerts(messages.For(locale), open, a.input(told, told.moment))
	all := make([]api.Alert, len(standings))
	for i := range standings {
		all[i] = alertView(&standings[i], told.moment.Plan.Location)
		all[i].Text = written[i].Annotations["summary"]
	}
	return all
}

func alertView(s *alert.Standing, zone *time.Location) api.Alert {
	return api.Alert{
		Key: s.Key, Handle: s.Handle(), Name: s.Name, Severity: s.Severity, Since: plan.InZone(s.Since, zone), Subject: s.Subject, Title: s.Title,
		System: s.System, Priority: s.Priority, Deadline: s.Deadline(), Silence: s.Silence, Acknowledged: s.Acknowledged,
		AcknowledgedAt: plan.InZone(s.AcknowledgedAt, zone), AcknowledgedBy: s.AcknowledgedBy, AcknowledgedWhy: s.AcknowledgedWhy,
		Told: append([]string{}, s.Told...), Waiting: s.Waiting, Quiet: s.Quiet,
	}
}

// telling is what metrics show of alerts and messages.
func (a *Agent) telling() *metrics.Telling {
	var t metrics.Telling
	if ms := a.lookedAt.Load(); ms > 0 {
		t.AliveAt = time.UnixMilli(ms)
	}
	t.Alerts = a.openAlerts()
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
		CreatedAt: plan.InZone(e.CreatedAt, zone), State: string(e.State), Tries: e.Tries, FailedAt: plan.InZone(e.FailedAt, zone),
		NextTryAt: plan.InZone(e.NextTryAt, zone), LastError: e.LastError, Receipt: string(e.Receipt),
		EndedAt: plan.InZone(e.EndedAt, zone), ChannelGone: e.ChannelGone,
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
		c := api.Channel{Name: s.Channel, Title: s.Channel, Pending: s.Pending, Carried: s.Carried, GoneSince: plan.InZone(s.GoneSince, p.Location)}
		if block := p.Channel(s.Channel); block != nil {
			c.Title, c.Kind = block.Title, block.Kind
		}
		since, why := set.failure(&s)
		if c.FailingSince, c.Error = plan.InZone(since, p.Location), why; s.Failing != nil {
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
			Kind: rules.NotFound, Code: rules.CodeNoChannel, Data: rules.Particulars{Given: channel, Known: a.namesOfChannels(p)},
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

// namesOfChannels are those that this agent uses.
func (a *Agent) namesOfChannels(p *plan.Plan) (names []string) {
	for _, c := range p.Channels {
		if c.UsedBy(a.settings.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}
