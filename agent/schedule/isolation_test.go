package schedule

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
)

// cable is the agent's own link: cut from one instant to another.
type cable struct {
	from, to time.Time

	mu    sync.Mutex
	asked []time.Time // the since of each question
}

func (c *cable) cut() bool {
	now := time.Now()
	return !now.Before(c.from) && now.Before(c.to)
}

func (c *cable) isolated(_ context.Context, since time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, since)
	return !time.Now().Before(c.from) && since.Before(c.to)
}

// through answers for a target behind the cable that itself fails from failed on.
func (c *cable) through(failed time.Time) *probe {
	return &probe{do: func(ctx context.Context, _ int) checks.Result {
		switch {
		case c.cut():
			return answer(ctx, 't')
		case !time.Now().Before(failed):
			return bad
		default:
			return good
		}
	}}
}

func TestCutOffAgentBlamesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		c := &cable{from: begun.Add(2 * time.Minute), to: begun.Add(10 * time.Minute)}
		never, meanwhile, before := begun.Add(time.Hour), begun.Add(5*time.Minute), begun.Add(time.Minute)
		local := job30("local", &probe{do: func(context.Context, int) checks.Result {
			if c.cut() {
				return checks.Failed(checks.Limit, "disk full")
			}
			return good
		}})
		local.Local = true
		w := newWorld(t, func(o *Options) { o.Isolated = c.isolated },
			job30("fine", c.through(never)), job30("fails_meanwhile", c.through(meanwhile)),
			job30("failed_before", c.through(before)), local)
		time.Sleep(15 * time.Minute)
		w.Close()

		got := map[string][]State{}
		for _, ch := range w.changes() {
			got[ch.System] = append(got[ch.System], ch.To)
		}
		want := map[string][]State{
			"fine":            {Up, Unknown, Up},
			"fails_meanwhile": {Up, Unknown, Down},
			"failed_before":   {Up, Down},
			"local":           {Up, Down, Up},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		for _, ch := range w.changes() {
			if ch.System == "fails_meanwhile" && ch.To == Down && (ch.LastOKAt.After(c.from) || ch.FirstBadAt.Before(c.to)) {
				t.Errorf("bracket %v to %v, want it around the blind stretch %v to %v", ch.LastOKAt, ch.FirstBadAt, c.from, c.to)
			}
		}
		if w.counted().disbelieved == 0 {
			t.Error("no failure was disbelieved")
		}
	})
}

func TestIsolationIsAskedOncePerBatchWithFreshKnowledge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &cable{}
		var jobs []Job
		for n := range 200 {
			jobs = append(jobs, every(10*time.Second, job30(fmt.Sprint("s", n), follow("b"))))
		}
		w := newWorld(t, func(o *Options) { o.Isolated = c.isolated }, jobs...)
		time.Sleep(10 * time.Second)
		w.Close()
		if len(c.asked) > 45 { // slots of 1 s, and retries in slots of 250 ms
			t.Errorf("asked %d times in 10s", len(c.asked))
		}
		newest := map[time.Time]bool{}
		for _, l := range w.looks {
			newest[l.At] = true
		}
		for _, since := range c.asked {
			if !newest[since] {
				t.Errorf("asked since %v, at which no probe began", since)
			}
		}
	})
}

// What came in last may have begun first: it is asked about all the same.
func TestIsolationIsAskedForTheOldest(t *testing.T) {
	now := time.Now()
	c := &cable{from: now.Add(-20 * time.Second), to: now.Add(-10 * time.Second)}
	e := New(Options{Isolated: c.isolated})
	e.ctx = t.Context()
	cut, after := sighting{look: Look{At: now.Add(-15 * time.Second)}}, sighting{look: Look{At: now.Add(-5 * time.Second)}}
	for name, batch := range map[string][]sighting{"first": {cut, after}, "last": {after, cut}} {
		if !e.isolated(batch) {
			t.Errorf("the failure while it was cut off came in %s: not isolated", name)
		}
	}
	if e.isolated([]sighting{after, after}) {
		t.Error("isolated, though all began after its return")
	}
}

func TestFailureFromBeforeTheReturnIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// The first probe begins while the agent is cut off and ends after its return.
		begun := time.Now()
		c := &cable{from: begun, to: begun.Add(14 * time.Second)}
		slow := &probe{do: func(ctx context.Context, n int) checks.Result {
			if n > 1 {
				return good
			}
			<-ctx.Done()
			return checks.Failed(checks.Timeout, "no answer")
		}}
		j := every(20*time.Second, job30("slow", slow))
		j.Check.FailAfter, j.Check.Timeout = 1, 15*time.Second
		w := newWorld(t, func(o *Options) { o.Isolated = c.isolated }, j)
		time.Sleep(time.Minute)
		w.Close()
		first := w.looks[0]
		if first.At.After(c.to) || first.At.Add(first.Duration).Before(c.to) {
			t.Fatalf("the probe ran from %v for %v, want it to span %v", first.At, first.Duration, c.to)
		}
		if ch := w.changes(); len(ch) != 2 || ch[0].To != Unknown || ch[1].To != Up {
			t.Errorf("changes %+v, want unknown, then up", ch)
		}
	})
}

func TestMachineThatSlept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asleep time.Duration
		var mu sync.Mutex
		wall := func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(asleep) }
		boot := time.Now()
		jobs := []Job{every(10*time.Second, job30("steady", follow("g"))), every(10*time.Second, job30("failing", follow("gggbbbgbbg")))}
		w := newWorld(t, func(o *Options) {
			o.Now = wall
			o.Uptime = func() time.Duration { return wall().Sub(boot) }
		}, jobs...)
		row := func() int {
			w.Engine.mu.Lock()
			defer w.Engine.mu.Unlock()
			return w.jobs[Key("failing", "check")].judge.bad
		}
		for row() < 1 { // one failure of a row of three is judged
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		slept := wall()
		mu.Lock()
		asleep = 8 * time.Hour
		mu.Unlock()
		time.Sleep(3 * time.Minute)
		w.Close()
		if len(w.gaps) != 1 {
			t.Fatalf("gaps %v, want one", w.gaps)
		}
		if g := w.gaps[0]; slept.Sub(g.from) > time.Second || g.to.Sub(slept) < 8*time.Hour || g.to.Sub(slept) > 8*time.Hour+time.Second {
			t.Errorf("gap %v to %v, slept at %v for 8h", g.from, g.to, slept)
		}
		for _, ch := range w.changes() {
			if ch.To != Up {
				t.Errorf("%s changed to %s", ch.System, ch.To)
			}
		}
		if n := len(w.starts("steady")); n < 18 || n > 25 {
			t.Errorf("probed %d times in about 220 waking seconds at 10s: missed runs were made up for", n)
		}
	})
}

func TestStall(t *testing.T) {
	for _, tt := range []struct {
		name    string
		now, up time.Duration
		want    time.Duration
	}{
		{"in time", time.Second, time.Second, 0},
		{"early, something woke it", time.Second / 2, time.Second / 2, 0},
		{"stopped for a minute", 61 * time.Second, 61 * time.Second, time.Minute},
		{"asleep for an hour", time.Second, time.Hour + time.Second, time.Hour},
		{"uptime not known", 31 * time.Second, 0, 30 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pulse{at: someDay, planned: someDay + time.Second, up: time.Hour}
			up := tt.up + time.Hour
			if tt.up == 0 {
				p.up, up = 0, 0
			}
			if got := p.stalled(someDay+tt.now, up); got != tt.want {
				t.Errorf("stalled for %v, want %v", got, tt.want)
			}
		})
	}
}

func TestStoppedProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jobs := []Job{every(10*time.Second, job30("silent", follow("gggt")))}
		jobs[0].Check.FailAfter = 1
		w := newWorld(t, nil, jobs...)
		silent := jobs[0].Prober.(*probe)
		for silent.probed() < 4 { // the fourth probe is under way
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		w.standStill(10 * time.Minute)
		time.Sleep(6 * time.Second)
		synctest.Wait()
		var gaps int
		w.note(func() { gaps = len(w.gaps) })
		if state := w.stateOf("silent", "check"); gaps != 1 || w.counted().disbelieved != 1 || state != Up {
			t.Errorf("%d gaps, %d disbelieved, state %s; want 1, 1, up", gaps, w.counted().disbelieved, state)
		}
		time.Sleep(30 * time.Second)
		w.Close()
		if ch := w.changes(); len(ch) != 2 || ch[1].To != Down || ch[1].FirstBadAt.Equal(w.at("silent", 4)) {
			t.Errorf("changes %+v, want down by a later probe", ch)
		}
	})
}

// A probe that could not end in time because the agent stood still is not given up, and nobody is told
// of a fault in the agent.
func TestStoppedProcessGivesNoProbeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &probe{do: func(ctx context.Context, n int) checks.Result {
			if n == 2 {
				<-ctx.Done()
				time.Sleep(3 * grace / 2)
				return checks.Failed(checks.Timeout, "no answer")
			}
			return good
		}}
		w := newWorld(t, nil, every(10*time.Second, job30("slow", slow)))
		for slow.probed() < 2 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		w.standStill(10 * time.Minute)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if n, state := w.counted().abandoned, w.stateOf("slow", "check"); n != 0 || state != Up {
			t.Errorf("%d given up, state %s; want 0, up", n, state)
		}
		w.Close()
	})
}
