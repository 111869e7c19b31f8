package agent

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// write makes messages of dispatches, in their order. Channels that are told the same share one,
// so that a blackout is not written once for each of them.
func (a *Agent) write(told *account, m *alert.Moment, dispatches []alert.Dispatch) []outbox.Addressed {
	words, in := messages.For(m.Plan.Locale), a.input(told, m)
	written := make(map[string]*notify.Message, len(dispatches))
	all := make([]outbox.Addressed, len(dispatches))
	for i := range dispatches {
		d := &dispatches[i]
		same := likeness(d)
		if written[same] == nil {
			written[same] = reports.Message(words, d, in)
			written[same].Occasion = occasionOf(d)
		}
		all[i] = outbox.Addressed{Channel: d.Channel, Message: written[same]}
	}
	return all
}

// input is what messages of a moment are written from.
func (a *Agent) input(told *account, m *alert.Moment) reports.MessageInput {
	return reports.MessageInput{
		Situation: m.Situation, Titles: messages.TitlesOf(m.Plan), Zone: m.Plan.Location, Link: a.linkUnder(m.Plan), Secrets: m.Plan.Secrets,
		Labels: told.labelsOf,
	}
}

// likeness is the same for dispatches of one moment that read the same.
func likeness(d *alert.Dispatch) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %t", d.Occasion, d.Table)
	for _, t := range d.Told {
		fmt.Fprintf(&b, "\x00%s %s %s %d %s", t.Key, t.Occasion, t.Severity, t.Level, t.Silence)
	}
	return b.String()
}

// occasionOf is the dispatch's occasion; a close is one only where it closes all that it tells of,
// for what the outbox holds back for such a close it gives up for good.
func occasionOf(d *alert.Dispatch) notify.Occasion {
	if d.Occasion == alert.Closed {
		for _, t := range d.Told {
			if t.Occasion != alert.Closed {
				return notify.Occasion(t.Occasion)
			}
		}
	}
	return notify.Occasion(d.Occasion)
}

// maxAlerts is of how many alerts a message has the data, some 250 kB, where the receiver does not
// keep account of them. Chat services and SMS gateways refuse more; its text has a table anyway.
const maxAlerts = 200

// trim leaves the data of the less grave out of messages about many. Their keys stay, by which the
// outbox keeps its order. It changes the list.
func trim(messages []outbox.Addressed, keepers map[string]bool) {
	trimmed := make(map[*notify.Message]*notify.Message)
	for i := range messages {
		a := &messages[i]
		whole := a.Message
		if len(whole.Alerts) <= maxAlerts || keepers[a.Channel] {
			continue
		}
		if trimmed[whole] == nil {
			short := *whole
			short.Alerts, short.AlertsLeftOut = whole.Alerts[:maxAlerts:maxAlerts], len(whole.Alerts)-maxAlerts
			trimmed[whole] = &short
		}
		a.Keys, a.Message = keysOf(whole.Alerts), trimmed[whole]
	}
}

func keysOf(alerts []notify.Alert) []string {
	keys := make([]string, len(alerts))
	for i := range alerts {
		keys[i] = alerts[i].Key
	}
	return keys
}

// late marks a message that has waited for its receiver for long.
func (a *Agent) late(m *notify.Message) { reports.Late(messages.For(m.Locale), m, a.clock.Now()) }

// keep returns what a channel believes open, for a receiver that forgets what it does not hear of.
func (a *Agent) keep(channel string, _ map[string]json.RawMessage) []notify.Alert {
	told := a.account.Load()
	if told == nil || told.moment == nil {
		return nil
	}
	held := alert.Held(told.ledger, told.moment, channel)
	return reports.Alerts(messages.For(told.moment.Plan.Locale), held, a.input(told, told.moment))
}

// noBeatYet is how long ago the last heartbeat was before the first one, which is due at once.
const noBeatYet = 24 * time.Hour

// beats are the heartbeats that are due: they come from the loop that tells all else, so that they
// cease when that hangs, and not only when the process is gone.
func (a *Agent) beats(m *alert.Moment) []outbox.Addressed {
	policy := m.Plan.Alerting
	if len(policy.AliveTo) == 0 || a.opts.Uptime()-a.beatAt < policy.AliveEvery {
		return nil
	}
	message := reports.AliveMessage(messages.For(m.Plan.Locale), a.input(&account{}, m))
	var all []outbox.Addressed
	for _, name := range policy.AliveTo {
		if a.uses(m.Plan, name) {
			all = append(all, outbox.Addressed{Channel: name, Keys: []string{}, Message: message})
		}
	}
	return all
}

// nextBeat is when the next heartbeat is due; zero: none is wanted.
func (a *Agent) nextBeat(m *alert.Moment) time.Time {
	if len(m.Plan.Alerting.AliveTo) == 0 {
		return time.Time{}
	}
	return m.Situation.At.Add(m.Plan.Alerting.AliveEvery - (a.opts.Uptime() - a.beatAt))
}

// uses reports whether this agent uses the channel named.
func (a *Agent) uses(p *plan.Plan, channel string) bool {
	c := p.Channel(channel)
	return c != nil && c.UsedBy(a.settings.Name)
}

// inspectionMessage is the report of an inspection as channels carry it.
func inspectionMessage(p *plan.Plan, sit *rules.Situation, done journal.InspectionDone, link string) *notify.Message {
	words := messages.For(p.Locale)
	in := reports.InspectionInput{Done: done, Plan: sit.Plan, Agent: sit.Agent.Name, Zone: p.Location}
	return reports.InspectionMessage(words, reports.InspectionSubject(words, in), reports.Inspection(words, in), severityOfInspection(done),
		reports.MessageInput{Situation: sit, Titles: messages.TitlesOf(p), Zone: p.Location, Link: link, Secrets: p.Secrets})
}
