package outbox

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/notify"
)

// step is one thing that happens to an outbox.
type step struct {
	what    string // say, sleep, link, restart, disk, reload
	channel int
	keys    []string
	tells   notify.Occasion
	wait    time.Duration
	bad     []int // numbers of messages, modulo ten, that do not get through
	refused []int
}

var stepGen = rapid.Custom(func(t *rapid.T) step {
	digits := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 3)
	s := step{
		what:    rapid.SampledFrom([]string{"say", "say", "say", "say", "say", "sleep", "sleep", "link", "link", "restart", "disk", "reload"}).Draw(t, "what"),
		channel: rapid.IntRange(0, 1).Draw(t, "channel"),
		keys:    rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b"}), 0, 2, rapid.ID[string]).Draw(t, "keys"),
		tells:   rapid.SampledFrom([]notify.Occasion{notify.Worsened, notify.Closed, notify.Reminded}).Draw(t, "tells"),
		wait:    rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 10 * time.Hour, 20 * time.Hour}).Draw(t, "wait"),
	}
	if s.what == "link" {
		s.bad = digits.Draw(t, "bad")
		if rapid.Bool().Draw(t, "dead") {
			s.bad = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		}
		s.refused = digits.Draw(t, "refused")
	}
	return s
})

// told is a message that was queued.
type told struct {
	subject string
	channel int
	keys    []string
	tells   notify.Occasion
	at      time.Time
}

// world is an outbox, its channels, and all that was queued.
type world struct {
	*office
	t        *testing.T
	radios   [2]*radio
	queued   []told
	giveBack func()
}

// For each channel and alert, what arrives is what was queued, in order and without a gap, but for
// what was refused, for what was a day old when its close waited behind it, and for reminders behind
// which all that they tell of was told again.
func TestWhatArrivesIsWhatWasQueued(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(stepGen, 10, 30).Draw(rt, "steps")
		var faults []string
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			w := &world{t: t, radios: [2]*radio{{}, {}}}
			w.office = openOffice(t, dir, Options{})
			w.employ()
			for _, s := range steps {
				w.do(s)
			}
			faults = w.finish()
		})
		if len(faults) > 0 {
			rt.Fatal(faults)
		}
	})
}

func (w *world) employ() {
	w.use(map[string]notify.Channel{"0": w.radios[0], "1": w.radios[1]})
}

func (w *world) do(s step) {
	switch s.what {
	case "say":
		m := told{fmt.Sprint(len(w.queued)), s.channel, s.keys, s.tells, time.Now()}
		w.queued = append(w.queued, m)
		w.say(fmt.Sprint(s.channel), m.subject, m.tells, append([]string{}, m.keys...)...)
	case "sleep":
		time.Sleep(s.wait)
	case "link":
		w.radios[s.channel].set(link(s.bad, s.refused))
	case "restart":
		w.mend()
		w.shut()
		for i, r := range w.radios {
			w.radios[i] = r.afterwards()
		}
		w.office = openOffice(w.t, w.dir, Options{})
		w.employ()
	case "reload":
		time.Sleep(time.Minute) // no try is under way
		w.radios[s.channel] = w.radios[s.channel].afterwards()
		w.employ()
		synctest.Wait()
	case "disk":
		if w.giveBack == nil {
			w.giveBack = w.takeAway()
		} else {
			w.mend()
		}
	}
}

// mend makes the disk well again, and waits until all is written.
func (w *world) mend() {
	if w.giveBack != nil {
		w.giveBack()
		w.giveBack = nil
	}
	time.Sleep(2 * usualPace.retryMax)
}

func link(bad, refused []int) func(*notify.Message) error {
	return func(m *notify.Message) error {
		digit := int(m.Subject[len(m.Subject)-1] - '0')
		if slices.Contains(refused, digit) {
			return &notify.Refused{Err: errDead}
		}
		if slices.Contains(bad, digit) {
			return errDead
		}
		return nil
	}
}

// finish mends all and compares.
func (w *world) finish() (faults []string) {
	w.mend()
	for _, r := range w.radios {
		r.set(nil)
	}
	time.Sleep(3 * longestBackOff)
	for channel := range w.radios { // what was refused is forgiven with the next that is taken
		w.say(fmt.Sprint(channel), "last", notify.Worsened)
	}
	synctest.Wait()
	for _, s := range w.Channels() {
		if s.Pending > 0 || s.Failing != nil {
			faults = append(faults, fmt.Sprintf("after all was mended: %+v", s))
		}
	}
	states := w.states()
	w.shut()
	for channel, r := range w.radios {
		for _, alert := range []string{"a", "b"} {
			faults = append(faults, w.compare(channel, alert, r.afterwards(), states)...)
		}
	}
	return faults
}

// compare goes through what was queued about an alert.
func (w *world) compare(channel int, alert string, r *radio, states []string) (faults []string) {
	last := -1
	for i, m := range w.queued {
		if m.channel != channel || !slices.Contains(m.keys, alert) {
			continue
		}
		at := slices.IndexFunc(r.sent, func(s sent) bool { return s.subject == m.subject })
		switch {
		case at >= 0 && at < last:
			faults = append(faults, fmt.Sprintf("channel %d, alert %s: %s arrived too early", channel, alert, m.subject))
		case at >= 0:
			last = at
		case slices.Contains(states, m.subject+" refused"):
		case slices.Contains(states, m.subject+" superseded") && (w.mayGive(i, r) || w.toldAgain(i)):
		default:
			faults = append(faults, fmt.Sprintf("channel %d, alert %s: %s is missing", channel, alert, m.subject))
		}
	}
	for i, s := range r.sent {
		if slices.ContainsFunc(r.sent[:i], func(o sent) bool { return o.subject == s.subject }) {
			faults = append(faults, s.subject+" was delivered twice without need")
		}
	}
	return faults
}

// mayGive tells whether a message was a day old before any close of its alerts was tried.
func (w *world) mayGive(i int, r *radio) bool {
	m := w.queued[i]
	for _, k := range m.keys {
		covered := slices.ContainsFunc(w.queued[i+1:], func(later told) bool {
			return later.channel == m.channel && later.tells == notify.Closed && slices.Contains(later.keys, k) &&
				!slices.ContainsFunc(r.tries, func(s sent) bool { return s.subject == later.subject && s.at.Sub(m.at) <= staleAfter })
		})
		if !covered {
			return false
		}
	}
	return m.tells != notify.Closed && len(m.keys) > 0
}

// toldAgain tells whether a message is a reminder, and something is told later about each of its
// alerts.
func (w *world) toldAgain(i int) bool {
	m := w.queued[i]
	return m.tells == notify.Reminded && !slices.ContainsFunc(m.keys, func(k string) bool {
		return !slices.ContainsFunc(w.queued[i+1:], func(later told) bool {
			return later.channel == m.channel && slices.Contains(later.keys, k)
		})
	})
}
