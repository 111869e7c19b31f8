package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// postbox is where all channels of a story end: in memory, so that weeks pass in a moment.
type postbox struct {
	mu   sync.Mutex
	got  []letter
	held map[string][]notify.Alert // by channel, as its keeper heard last
	dead map[string]error          // channels through which nothing gets
}

type letter struct {
	channel string
	at      time.Time // by the bubble's clock
	*notify.Message
}

func newPostbox() *postbox {
	return &postbox{held: make(map[string][]notify.Alert), dead: make(map[string]error)}
}

type slotSettings struct {
	plan.Source `hcl:",source"`
	Broken      string `hcl:"broken,optional" doc:"Why it cannot be set up."`
}

// kinds is the table of one kind that only carries, and one that keeps.
func (b *postbox) kinds() map[string]*notify.Kind {
	kind := func(name string, build func(slot) notify.Channel) *notify.Kind {
		return &notify.Kind{Name: name, Settings: slotSettings{}, New: func(settings any, env *notify.Env) (notify.Channel, error) {
			if why := settings.(*slotSettings).Broken; why != "" {
				return nil, errors.New(why)
			}
			return build(slot{b, env.Name}), nil
		}}
	}
	return map[string]*notify.Kind{
		"slot":   kind("slot", func(s slot) notify.Channel { return s }),
		"keeper": kind("keeper", func(s slot) notify.Channel { return keeper{s} }),
	}
}

type slot struct {
	box  *postbox
	name string
}

func (s slot) Send(_ context.Context, m *notify.Message) (notify.Receipt, error) {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if err := s.box.dead[s.name]; err != nil {
		return "", err
	}
	s.box.got = append(s.box.got, letter{s.name, time.Now(), m})
	return "250 Ok", nil
}

type keeper struct{ slot }

func (k keeper) Keep(_ context.Context, open []notify.Alert) error {
	k.box.mu.Lock()
	defer k.box.mu.Unlock()
	k.box.held[k.name] = open
	return k.box.dead[k.name]
}

func (b *postbox) cut(channel string)  { b.set(channel, errors.New("connection refused")) }
func (b *postbox) mend(channel string) { b.set(channel, nil) }

func (b *postbox) set(channel string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dead[channel] = err
}

// letters are those of a channel, without heartbeats.
func (b *postbox) letters(channel string) (all []letter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.got {
		if l.channel == channel && l.Occasion != notify.Alive {
			all = append(all, l)
		}
	}
	return all
}

// empty throws away what came so far.
func (b *postbox) empty() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got, b.held = nil, make(map[string][]notify.Alert)
}

// beats counts the heartbeats of a channel.
func (b *postbox) beats(channel string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.got {
		if l.channel == channel && l.Occasion == notify.Alive {
			n++
		}
	}
	return n
}

// told are the openings and the closes of alerts of a name on a channel, "+ subject" and "-
// subject", in order; the rest is not in it.
func (b *postbox) told(channel, name string) (all []string) {
	open := make(map[string]bool)
	for _, l := range b.letters(channel) {
		for i := range l.Alerts {
			a := &l.Alerts[i]
			if a.Name != name {
				continue
			}
			subject, was := subjectOf(a), open[a.Key]
			switch over := !a.EndsAt.IsZero(); {
			case over && was:
				all = append(all, "- "+subject)
			case over:
				all = append(all, fmt.Sprintf("- %s without its opening", subject))
			case !was:
				all = append(all, "+ "+subject)
			}
			open[a.Key] = a.EndsAt.IsZero()
		}
	}
	return all
}

func subjectOf(a *notify.Alert) string {
	for _, label := range []string{"system", "supply", "channel", "step"} {
		if a.Labels[label] != "" {
			return a.Labels[label]
		}
	}
	return strings.SplitN(a.Key, "/", 3)[1]
}

// keeps are the systems that a keeper holds to be down.
func (b *postbox) keeps(channel string) (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.held[channel] {
		if a := &b.held[channel][i]; a.Name == "SystemDown" {
			all = append(all, subjectOf(a))
		}
	}
	slices.Sort(all)
	return all
}

// silences are the outages that a keeper holds, with the label that says what silences them.
func (b *postbox) silences(channel string) (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.held[channel] {
		if a := &b.held[channel][i]; a.Name == "SystemDown" {
			all = append(all, subjectOf(a)+" "+a.Labels["silence"])
		}
	}
	slices.Sort(all)
	return all
}
