package schedule

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestReloadKeepsWhatIsUnchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := follow("gb"), follow("b")
		w := newWorld(t, nil, job30("a", first))
		for first.probed() < 3 { // two failures of the row, one to come
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		again := job30("a", second)
		again.Check.Source = plan.Source{Block: plan.Range{File: "moved.hcl"}}
		again.Known = Known{State: Down} // of no use: the engine knows better
		w.Set([]Job{again})
		if first.closed() != 1 {
			t.Error("the prober replaced was not closed")
		}
		time.Sleep(30 * time.Second)
		w.Close()
		if second.closed() != 1 || second.probed() < 1 {
			t.Errorf("the new prober was probed %d times and closed %d times", second.probed(), second.closed())
		}
		want := []Transition{
			{From: Pending, To: Up, At: w.at("a", 1), FirstOKAt: w.at("a", 1), Reason: checks.OK},
			{From: Up, To: Down, At: w.at("a", 4), LastOKAt: w.at("a", 1), FirstBadAt: w.at("a", 2), LastBadAt: w.at("a", 4), Reason: checks.Refused, Text: "connection refused"},
		}
		if diff := cmp.Diff(want, w.changes(), ignoreNames()); diff != "" {
			t.Errorf("transitions (-want +got):\n%s", diff)
		}
		if d := between(w.starts("a")); d[2] != 6 {
			t.Errorf("the retry came after %gs, want 6s", d[2])
		}
	})
}

func TestReloadWithTheSameProberKeepsItOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := follow("g")
		w := newWorld(t, nil, job30("a", p))
		w.Set([]Job{job30("a", p)})
		w.Set([]Job{every(time.Minute, job30("a", p))})
		time.Sleep(5 * time.Minute)
		if p.closed() != 0 || p.probed() < 5 {
			t.Errorf("closed %d times, probed %d times", p.closed(), p.probed())
		}
		w.Close()
		if p.closed() != 1 {
			t.Errorf("closed %d times after the end, want once", p.closed())
		}
	})
}

func TestReloadOfAChangedCheckKeepsItsState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := follow("gbbbt") // down, and a probe under way when the plan changes
		w := newWorld(t, nil, job30("a", old))
		for old.probed() < 5 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		changed := every(10*time.Second, job30("a", follow("g")))
		changed.Check.RecoverAfter = 1
		w.Set([]Job{changed})
		synctest.Wait()
		if old.closed() != 1 || old.inside != 0 {
			t.Errorf("the old prober was closed %d times, %d probes of it run", old.closed(), old.inside)
		}
		time.Sleep(time.Minute)
		w.Close()
		var got []State
		for _, ch := range w.changes() {
			got = append(got, ch.To)
		}
		if diff := cmp.Diff([]State{Up, Down, Up}, got); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		if last := w.changes()[2]; !last.FirstOKAt.Equal(w.at("a", 5)) || !last.LastBadAt.Equal(w.at("a", 4)) {
			t.Errorf("recovery %v to %v, want from the last probe of the old to the first of the new", last.LastBadAt, last.FirstOKAt)
		} else if !last.At.Equal(last.FirstOKAt) {
			t.Errorf("one good look is enough now, and it was up at %v, not %v", last.At, last.FirstOKAt)
		}
		if n := len(w.starts("a")); n < 9 {
			t.Errorf("%d looks, the new interval does not hold", n)
		}
	})
}

func TestRemovedChecksAreNotHeardOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone, stays := follow("gbbt"), follow("g")
		blocked := make(chan struct{})
		var told []string
		slow := func(_ context.Context, ts []Transition) {
			for _, tr := range ts {
				told = append(told, tr.System+" "+string(tr.To))
			}
			<-blocked
		}
		w := newWorld(t, func(o *Options) { o.Changed = slow }, job30("gone", gone))
		for gone.probed() < 4 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		time.Sleep(6 * time.Second) // the change to Down waits for the listener
		if got := w.stateOf("gone", "check"); got != Down {
			t.Fatalf("state %s, want down", got)
		}
		w.Set([]Job{job30("stays", stays)})
		synctest.Wait()
		if gone.closed() != 1 {
			t.Errorf("the removed prober was closed %d times", gone.closed())
		}
		looks := len(w.starts("gone"))
		close(blocked)
		time.Sleep(2 * time.Minute)
		w.Close()
		if diff := cmp.Diff([]string{"gone up", "stays up"}, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if n := len(w.starts("gone")); n != looks {
			t.Errorf("%d looks after it left", n-looks)
		}
	})
}

func TestReloadFreesACheckFromAHungProber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		hung := &probe{do: func(context.Context, int) checks.Result { <-release; return good }}
		w := newWorld(t, nil, job30("a", hung))
		time.Sleep(30 * time.Second)
		fresh := follow("g")
		w.Set([]Job{job30("a", fresh)})
		time.Sleep(time.Minute)
		synctest.Wait()
		if fresh.probed() < 2 || hung.closed() != 0 {
			t.Errorf("the new prober was probed %d times, the hung one closed %d times", fresh.probed(), hung.closed())
		}
		close(release)
		synctest.Wait()
		if hung.closed() != 1 {
			t.Errorf("the hung prober was closed %d times once it was back", hung.closed())
		}
		w.Close()
	})
}

func TestTheSameCheckTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := follow("g"), follow("g")
		w := newWorld(t, nil, job30("a", one), job30("a", two))
		time.Sleep(time.Minute)
		w.Close()
		w.Set([]Job{job30("late", two)})
		if one.probed() == 0 || two.probed() != 0 || two.closed() != 2 {
			t.Errorf("probed %d and %d times, the second closed %d times", one.probed(), two.probed(), two.closed())
		}
	})
}

func TestSame(t *testing.T) {
	type part struct {
		plan.Source
		Name string
	}
	type settings struct {
		plan.Source
		Host  string
		Parts []part
		Tags  map[string]plan.Secret
	}
	made := func(line int, host, name, tag string) *settings {
		at := plan.Source{Block: plan.Range{File: "a.hcl", Start: plan.Pos{Line: line}}}
		return &settings{at, host, []part{{at, name}}, map[string]plan.Secret{"tag": plan.NewSecret(tag)}}
	}
	with := func(change func(*plan.Check)) *plan.Check {
		c := check30()
		c.Settings = made(3, "10.1.0.11", "tls", "x")
		change(c)
		return c
	}
	base := with(func(*plan.Check) {})
	for name, tt := range map[string]struct {
		other *plan.Check
		want  bool
	}{
		"equal":         {with(func(*plan.Check) {}), true},
		"moved":         {with(func(c *plan.Check) { c.Attrs = map[string]plan.Range{"host": {File: "b.hcl"}} }), true},
		"other agents":  {with(func(c *plan.Check) { c.From = []string{"branch"} }), true},
		"a line lower":  {with(func(c *plan.Check) { c.Settings = made(4, "10.1.0.11", "tls", "x") }), true},
		"other host":    {with(func(c *plan.Check) { c.Settings = made(3, "10.1.0.12", "tls", "x") }), false},
		"other part":    {with(func(c *plan.Check) { c.Settings = made(3, "10.1.0.11", "ssl", "x") }), false},
		"other secret":  {with(func(c *plan.Check) { c.Settings = made(3, "10.1.0.11", "tls", "y") }), false},
		"no settings":   {with(func(c *plan.Check) { c.Settings = nil }), false},
		"other kind":    {with(func(c *plan.Check) { c.Kind = "icmp" }), false},
		"other pace":    {with(func(c *plan.Check) { c.Interval++ }), false},
		"other numbers": {with(func(c *plan.Check) { c.FailAfter++ }), false},
	} {
		if got := same(base, tt.other); got != tt.want {
			t.Errorf("%s: same is %t, want %t", name, got, tt.want)
		}
	}
}
