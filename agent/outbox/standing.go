package outbox

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Standing is how things stand with one channel.
type Standing struct {
	Channel string
	// Pending counts the messages that wait.
	Pending int
	// Failing tells that messages do not get through; nil while they do. One bad message among
	// good ones counts too: somebody waits for it. One that was refused counts until another is
	// delivered.
	Failing *Failure
	// GoneSince is since when the plan has no such channel for this agent; zero: it has.
	GoneSince time.Time
	// Carried tells that something got through in this run; without that, a failure of which
	// nothing is known any more may go on.
	Carried bool
	// Counts count the tries and ends of this run: delivered, refused, superseded, dropped, and
	// as failed each try in vain.
	Counts map[State]int64
}

// Failure is what keeps messages from getting through.
type Failure struct {
	// Since is when the first of those that wait, or of what has given way to them, failed for the
	// first time, in an earlier run maybe; by the agent's clock.
	Since time.Time
	Tries int // in vain, since then
	// Error is the newest.
	Error string
}

// Channels returns how things stand with each channel, by name.
func (b *Outbox) Channels() []Standing {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Standing
	for _, l := range b.lanes {
		if l.gone && len(l.items) == 0 && len(l.counts) == 0 {
			continue
		}
		list = append(list, Standing{
			Channel: l.name, Pending: len(l.items) + len(l.urgent), Failing: b.failure(l),
			GoneSince: l.goneAt, Carried: l.carried, Counts: maps.Clone(l.counts),
		})
	}
	slices.SortFunc(list, func(a, b Standing) int { return strings.Compare(a.Channel, b.Channel) })
	return list
}

// Waiting returns the channels for which messages about an alert wait, by the alert's key, in the
// order of their names. A channel that is gone is not among them.
func (b *Outbox) Waiting() map[string][]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting := make(map[string][]string)
	for _, name := range slices.Sorted(maps.Keys(b.lanes)) {
		l := b.lanes[name]
		if l.gone {
			continue
		}
		for _, it := range l.items {
			for _, k := range it.keys {
				if all := waiting[k.Value()]; len(all) == 0 || all[len(all)-1] != name {
					waiting[k.Value()] = append(all, name)
				}
			}
		}
	}
	return waiting
}

// failure sums up what does not get through. A channel that is gone is not failing; b.mu is held.
func (b *Outbox) failure(l *lane) *Failure {
	if l.gone {
		return nil
	}
	sum := l.failure()
	if stuck := b.elapsed() - l.busyAt; l.busy && stuck > l.channel.timeout()+grace {
		sum = sum.with(&fate{
			failedAt: b.o.Now().Add(-stuck), tries: 1, lastError: "a try does not end although its time is up",
		})
	}
	return sum
}

// failure sums up the tries that were in vain.
func (l *lane) failure() *Failure {
	var sum *Failure
	if l.outrun != nil && len(l.items) > 0 {
		sum = new(*l.outrun)
	}
	for _, f := range [...]*fate{&l.keeping, &l.refusal} {
		if f.tries > 0 {
			sum = sum.with(f)
		}
	}
	for i, left := 0, l.sick; left > 0 && i < len(l.items); i++ {
		if it := l.items[i]; it.troubled() {
			sum = sum.with(it.fate)
			left--
		}
	}
	return sum
}

func (f *Failure) with(o *fate) *Failure {
	if f == nil {
		return &Failure{o.failedAt, o.tries, o.lastError}
	}
	if o.failedAt.Before(f.Since) {
		f.Since = o.failedAt
	}
	f.Tries += o.tries
	f.Error = o.lastError
	return f
}
