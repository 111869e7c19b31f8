package agent

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// channels are the ways of telling people that the agent uses under one plan, ready for use. They
// are replaced as a whole, with the plan.
type channels struct {
	use     map[string]outbox.Channel
	keepers map[string]bool
	// broken tells of those that could not be set up why; since is when that was tried.
	broken map[string]string
	since  time.Time
}

// channelsOf sets up the channels of a plan. One that cannot be set up is not left out: whatever
// it is to carry waits and says the reason, until the plan is mended.
func (a *Agent) channelsOf(p *plan.Plan) *channels {
	set := &channels{
		use: make(map[string]outbox.Channel), keepers: make(map[string]bool), broken: make(map[string]string), since: a.clock.Now(),
	}
	for _, c := range p.Channels {
		if !c.UsedBy(a.settings.Name) {
			continue
		}
		carrier, err := a.carrier(p, c)
		if err != nil {
			why := p.Secrets.Redact(err.Error())
			a.log.Error("a channel cannot be set up: its messages wait until the plan is mended", "channel", c.Name, "kind", c.Kind, "err", why)
			carrier, set.broken[c.Name] = unusable{why}, why
		}
		_, set.keepers[c.Name] = carrier.(notify.Keeper)
		set.use[c.Name] = outbox.Channel{Carrier: carrier, Timeout: c.Timeout, Secrets: p.Secrets}
	}
	return set
}

func (a *Agent) carrier(p *plan.Plan, c *plan.Channel) (notify.Channel, error) {
	kind := a.opts.Channels[c.Kind]
	if kind == nil {
		return nil, fmt.Errorf("this agent has no kind of channel %q", c.Kind)
	}
	return kind.New(c.Settings, &notify.Env{
		Name: c.Name, Agent: a.settings.Name, People: peopleOf(p, c.ToRoles), AllowExec: a.settingsUnder(p).AllowExec,
		Link: a.linkUnder(p), Secrets: p.Secrets, Log: a.log.With("channel", c.Name),
	})
}

// peopleOf are those who hold the roles, each once.
func peopleOf(p *plan.Plan, roles []string) (people []*plan.Person) {
	for _, name := range roles {
		role := p.Role(name)
		if role == nil {
			continue
		}
		for _, person := range role.People {
			if !slices.Contains(people, person) {
				people = append(people, person)
			}
		}
	}
	return people
}

// close gives back what was set up and never used.
func (c *channels) close() {
	for _, ch := range c.use {
		if closer, ok := ch.Carrier.(io.Closer); ok {
			_ = closer.Close()
		}
	}
}

// unusable is the channel that could not be set up.
type unusable struct{ why string }

func (u unusable) Send(context.Context, *notify.Message) (notify.Receipt, error) { return "", u }

func (u unusable) Error() string { return "the channel cannot be set up: " + u.why }

// failing are the channels through which messages do not get, for the alert about them. One of
// which that was told goes on failing until something gets through: neither a restart nor a new
// plan makes it well.
func (a *Agent) failing(set *channels, told alert.Ledger) (all []alert.Failing) {
	for _, s := range a.outbox.Channels() {
		f := alert.Failing{Channel: s.Channel, Pending: s.Pending}
		f.Since, f.Text = set.failure(&s)
		_, broken := set.broken[s.Channel]
		before := toldFailing(told, s.Channel)
		if before != nil && (broken || !s.Carried) && s.GoneSince.IsZero() {
			said, _ := before.Values["text"].(string)
			f.Since, f.Text = earlier(f.Since, before.Since), cmp.Or(f.Text, said)
		}
		if !f.Since.IsZero() {
			all = append(all, f)
		}
	}
	return all
}

// failure is since when messages do not get through a channel, as far as this run knows, and why;
// zero: they do.
func (c *channels) failure(s *outbox.Standing) (since time.Time, why string) {
	if said, broken := c.broken[s.Channel]; broken {
		since, why = c.since, said
	}
	if s.Failing != nil {
		since, why = earlier(since, s.Failing.Since), s.Failing.Error
	}
	return since, why
}

// toldFailing is the open alert about a channel, or nil.
func toldFailing(told alert.Ledger, channel string) *alert.Alert {
	for _, e := range told {
		if e.Alert.Name == alert.DeliveryFailing && e.Alert.Subject == channel && e.Gone.IsZero() {
			return &e.Alert
		}
	}
	return nil
}

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// channelFacts tell how the channels of the plan stand, and those that are gone from it while
// something waits for them; a.reading is held.
func (a *Agent) channelFacts() []rules.ChannelFacts {
	var all []rules.ChannelFacts
	for _, s := range a.outbox.Channels() {
		if _, used := a.channels.use[s.Channel]; !used && s.Pending == 0 {
			continue
		}
		f := rules.ChannelFacts{Name: s.Channel, Title: s.Channel, Pending: s.Pending}
		if c := a.plan.Channel(s.Channel); c != nil {
			f.Title = c.Title
		}
		f.FailingSince, _ = a.channels.failure(&s)
		all = append(all, f)
	}
	return all
}

// linkUnder is the address of the console as messages link to it when p holds: what the plan says,
// else where the agent listens.
func (a *Agent) linkUnder(p *plan.Plan) string { return cmp.Or(a.settingsUnder(p).URL, a.reached) }

// reach is the address at which others find the agent's console; empty when it listens on
// loopback alone.
func (d *door) reach() string {
	host, port, err := net.SplitHostPort(d.tcp.Addr().String())
	if err != nil {
		return ""
	}
	ip := net.ParseIP(host)
	switch {
	case ip.IsLoopback():
		return ""
	case ip.IsUnspecified():
		if host, err = os.Hostname(); err != nil {
			return ""
		}
	}
	return d.scheme() + "://" + net.JoinHostPort(host, port)
}
