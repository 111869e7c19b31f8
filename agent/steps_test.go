package agent

import (
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/schedule"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// skew is a wall clock that is wrong by as much as a test says.
type skew struct {
	mu    sync.Mutex
	by    time.Duration
	slept time.Duration // with the machine: both clocks know of it
}

func (s *skew) wall() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Round(0).Add(s.by + s.slept)
}

func (s *skew) uptime() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return schedule.Uptime() + s.slept
}

func (s *skew) sleep(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slept += d
}

func (s *skew) set(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by = by
}

func newSkewedCity(t *testing.T) (o *office, s *skew, records, mail *service) {
	t.Helper()
	records, mail = newService(t), newService(t)
	o, s = newOffice(t, cityPlan(records.addr, newService(t).addr, mail.addr)), new(skew)
	o.opts.Wall, o.opts.Uptime = s.wall, s.uptime
	o.start()
	o.awaits("records", rules.Up)
	o.awaits("mail", rules.Up)
	return o, s, records, mail
}

// neverBackwards checks the times of the whole journal.
func (o *office) neverBackwards() {
	o.Helper()
	var last journal.Event
	for _, e := range o.events() {
		if e.At.Before(last.At) {
			o.Errorf("event %d (%s) at %v comes after %d (%s) at %v", e.Seq, e.Kind, e.At, last.Seq, last.Kind, last.At)
		}
		last = e
	}
}

const longAgo = -26 * 365 * 24 * time.Hour // what the clock of a machine with a dead battery says

// After a power cut the machine starts with a dead battery: the agent runs on what it knows until
// NTP mends the clock three hours later than it thought.
func TestDeadBattery(t *testing.T) {
	t.Parallel()
	o, wall, records, mail := newSkewedCity(t)
	records.down()
	before := o.awaits("records", rules.Down).Outage
	o.agent.Stop("power cut")
	wall.set(longAgo)
	o.start()
	s := o.agent.Situation()
	last := o.events(journal.KindAgentStopped)[0].At
	if !s.Clock.Estimated || s.At.Before(last) || s.At.Sub(last) > time.Minute {
		t.Errorf("it is %v, the last event was at %v; %+v", s.At, last, s.Clock)
	}
	if n := len(o.events(journal.KindClockUntrusted)); n != 1 {
		t.Errorf("%d times told that the clock is not trusted", n)
	}
	if metric(o, "keizoku_clock_estimated", "") != 1 {
		t.Error("keizoku_clock_estimated is not 1")
	}
	if e := o.act("note", rules.AddNote{Text: "停電から復旧"}); !e.Estimated {
		t.Error("an event on an estimated clock is not marked")
	}
	o.awaits("mail", rules.Up)
	mail.down()
	fresh := o.awaits("mail", rules.Down).Outage
	if !fresh.Estimated {
		t.Error("an outage noted on an estimated clock is not marked")
	}

	const cut = 3 * time.Hour
	wall.set(cut) // the power was away for three hours
	o.until("the clock is trusted", func() bool { return !o.agent.Situation().Clock.Estimated })
	s = o.agent.Situation()
	if off := s.At.Sub(wall.wall()).Abs(); off > 5*time.Second {
		t.Errorf("the agent's time is off by %v", off)
	}
	if stepped := payloads[journal.ClockStepped](o); len(stepped) != 1 || (stepped[0].By-cut).Abs() > time.Minute {
		t.Errorf("stepped: %+v", stepped)
	}
	long, short := s.System("records").Outage, s.System("mail").Outage
	if !long.Start.Equal(before.Start) || long.Elapsed.Duration() < cut {
		t.Errorf("the outage from before the cut: %+v", long)
	}
	if short.Elapsed.Duration() > time.Minute || !short.Deadline.Equal(short.Start.Add(24*time.Hour)) {
		t.Errorf("the outage of this run lasts %v, deadline %v", short.Elapsed, short.Deadline)
	}
	stretch := s.Unobserved[len(s.Unobserved)-1]
	if d := stretch.To.Sub(stretch.From); stretch.Why != "not_running" || (d-cut).Abs() > time.Minute {
		t.Errorf("nobody watched for %v: %+v", d, s.Unobserved)
	}
	o.neverBackwards()
}

// A run that ends without trust leaves none behind for the next, whose clock is right.
func TestTrustComesBackWithARestart(t *testing.T) {
	t.Parallel()
	o, wall, _, _ := newSkewedCity(t)
	wall.set(longAgo)
	o.restart()
	if !o.agent.Situation().Clock.Estimated {
		t.Fatal("the clock is trusted")
	}
	wall.set(time.Minute)
	o.restart()
	if o.agent.Situation().Clock.Estimated {
		t.Error("the clock is right and not trusted")
	}
	if n := len(o.events(journal.KindClockTrusted)); n != 1 {
		t.Errorf("%d times told that the clock is trusted", n)
	}
	o.neverBackwards()
}

func TestStepBack(t *testing.T) {
	t.Parallel()
	o, wall, records, _ := newSkewedCity(t)
	wall.set(time.Hour) // too fast; nothing has been journaled since
	o.until("the step is followed", func() bool { return len(o.events(journal.KindClockStepped)) == 1 })
	records.down()
	start := o.awaits("records", rules.Down).Outage.Start
	wall.set(0) // mended, an hour behind what is journaled
	o.until("trust is lost", func() bool { return o.agent.Situation().Clock.Estimated })
	out := o.agent.Situation().System("records").Outage
	if !out.Start.Equal(start) || out.Elapsed < 0 || out.Elapsed.Duration() > time.Minute {
		t.Errorf("the outage lasts %v: %+v", out.Elapsed.Duration(), out)
	}
	o.neverBackwards()
	wall.set(2 * time.Hour)
	o.until("trust is back", func() bool { return !o.agent.Situation().Clock.Estimated })
	if out := o.agent.Situation().System("records").Outage; out.Elapsed.Duration() > time.Minute {
		t.Errorf("after the step the outage lasts %v", out.Elapsed.Duration())
	}
	records.up()
	o.awaits("records", rules.Up)
	o.neverBackwards()
}

// One event from the year 2066 would hold all later ones there.
func TestLeapIsNotFollowed(t *testing.T) {
	t.Parallel()
	o, wall, _, _ := newSkewedCity(t)
	wall.sleep(2 * settling)
	o.until("the machine's sleep is noticed", func() bool { return len(o.events(journal.KindUnobserved)) > 0 })
	wall.set(40 * 365 * 24 * time.Hour)
	o.until("trust is lost", func() bool { return o.agent.Situation().Clock.Estimated })
	if e := o.act("note", rules.AddNote{Text: "時計がおかしい"}); !e.Estimated || e.At.After(time.Now().Add(2*settling+time.Minute)) {
		t.Errorf("journaled at %v, estimated %v", e.At, e.Estimated)
	}
	for _, step := range payloads[journal.ClockStepped](o) {
		if step.By.Abs() > 2*settling {
			t.Errorf("a step of %v was followed", step.By)
		}
	}
	wall.set(0)
	o.until("trust is back", func() bool { return !o.agent.Situation().Clock.Estimated })
	o.neverBackwards()
	slept := o.agent.Situation().Unobserved[0]
	if d := slept.To.Sub(slept.From); slept.Why != "suspended" || (d-2*settling).Abs() > time.Minute {
		t.Errorf("the machine's sleep: %+v", slept)
	}
}
