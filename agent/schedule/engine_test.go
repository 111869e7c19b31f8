package schedule

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/checks"
)

func TestOutageIsConfirmedAndBackdated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, job30("records", follow("ggbbbbgg")))
		time.Sleep(4 * time.Minute)
		w.Close()
		at := func(n int) time.Time { return w.at("records", n) }
		want := []Transition{
			{From: Pending, To: Up, At: at(1), FirstOKAt: at(1), Reason: checks.OK},
			{From: Up, To: Down, At: at(5), LastOKAt: at(2), FirstBadAt: at(3), LastBadAt: at(5), Reason: checks.Refused, Text: "connection refused"},
			{From: Down, To: Up, At: at(8), LastBadAt: at(6), FirstOKAt: at(7), Reason: checks.OK},
		}
		if diff := cmp.Diff(want, w.changes(), ignoreNames()); diff != "" {
			t.Errorf("transitions (-want +got):\n%s", diff)
		}
		gaps := between(w.starts("records"))
		for n, want := range map[int]float64{2: 6, 3: 6, 6: 6} { // retries: after 3, after 4, after the first good
			if gaps[n] != want {
				t.Errorf("probe %d came %gs after the one before, want %gs; all: %v", n+2, gaps[n], want, gaps)
			}
		}
		if gaps[5] != 30 {
			t.Errorf("a confirmed outage is looked at after %gs, want the interval; all: %v", gaps[5], gaps)
		}
	})
}

func ignoreNames() cmp.Option { return cmpopts.IgnoreFields(Transition{}, "System", "Check") }

func between(at []float64) []float64 {
	var d []float64
	for n := 1; n < len(at); n++ {
		d = append(d, at[n]-at[n-1])
	}
	return d
}

func TestFirstLooksComeSoonAndPhasesStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jobs []Job
		for n := range 50 {
			jobs = append(jobs, every(5*time.Minute, job30(fmt.Sprint("s", n), follow("g"))))
		}
		w := newWorld(t, nil, jobs...)
		time.Sleep(firstSpread + wideSlot)
		synctest.Wait()
		if got := len(w.changes()); got != 50 {
			t.Errorf("%d of 50 checks have been looked at after 11s", got)
		}
		time.Sleep(time.Hour)
		w.Close()
		for n := range 50 {
			at := w.starts(fmt.Sprint("s", n))
			if got := len(at); got != 13 && got != 12 {
				t.Errorf("s%d was probed %d times in an hour at 5m", n, got)
			}
			for _, d := range between(at)[1:] {
				if d != 300 {
					t.Errorf("s%d was probed after %gs, want 300s", n, d)
				}
			}
		}
	})
}

func TestDueProbesStartTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jobs []Job
		for n := range 1000 {
			jobs = append(jobs, every(10*time.Second, job30(fmt.Sprint("s", n), follow("g"))))
		}
		w := newWorld(t, nil, jobs...)
		time.Sleep(time.Minute)
		w.Close()
		starts := map[time.Time]int{}
		for _, l := range w.looks {
			starts[l.At]++
		}
		if len(w.looks) < 5000 || len(starts) > 61 {
			t.Errorf("%d probes in a minute began at %d different instants, want at most 61", len(w.looks), len(starts))
		}
		for at, n := range starts {
			if n > 140 {
				t.Errorf("%d probes began at once at %v, want about 100", n, at)
			}
		}
		if len(w.calls) > 11 {
			t.Errorf("1000 changes came in %d calls, want one a slot", len(w.calls))
		}
	})
}

func TestDownGoesOnOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, works := time.Now().Add(-time.Hour), time.Now().Add(-61*time.Minute)
		j := job30("records", follow("bbgg"))
		j.Known = Known{State: Down, LastOKAt: works, FirstBadAt: began}
		w := newWorld(t, nil, j)
		if got := w.LastOK()[Key("records", "check")]; !got.Equal(works) {
			t.Errorf("last good look %v, want the one from before, %v", got, works)
		}
		time.Sleep(3 * time.Minute)
		w.Close()
		want := []Transition{{From: Down, To: Up, At: w.at("records", 4), LastBadAt: w.at("records", 2), FirstOKAt: w.at("records", 3), Reason: checks.OK}}
		if diff := cmp.Diff(want, w.changes(), ignoreNames()); diff != "" {
			t.Errorf("transitions (-want +got):\n%s", diff)
		}
	})
}

func TestLocalTroubleIsNeverDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, job30("records", follow("gbbllllbbg")))
		time.Sleep(8 * time.Minute)
		w.Close()
		want := []Transition{
			{From: Pending, To: Up, At: w.at("records", 1), FirstOKAt: w.at("records", 1), Reason: checks.OK},
			{From: Up, To: Unknown, At: w.at("records", 4), LastOKAt: w.at("records", 1), Reason: checks.NoRoute, Text: "network is unreachable"},
			{From: Unknown, To: Up, At: w.at("records", 10), FirstOKAt: w.at("records", 10), Reason: checks.OK},
		}
		if diff := cmp.Diff(want, w.changes(), ignoreNames()); diff != "" {
			t.Errorf("transitions (-want +got):\n%s", diff)
		}
	})
}

func TestPanicIsLocalTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w := newWorld(t, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) }, job30("a", follow("pg")), job30("b", follow("g")))
		time.Sleep(time.Minute)
		w.Close()
		var of []Transition
		for _, c := range w.changes() {
			if c.System == "a" {
				of = append(of, c)
			}
		}
		if len(of) != 2 || of[0].To != Unknown || of[0].Text != "check panicked: boom" || of[1].To != Up {
			t.Errorf("a panic and a good look made %+v", of)
		}
		if !strings.Contains(log.String(), "harness_test.go") {
			t.Errorf("the log has no stack: %s", log.String())
		}
		if n := w.counted().panicked; n != 1 {
			t.Errorf("%d panics counted, want 1", n)
		}
	})
}

func TestProbeThatDoesNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := &probe{do: func(_ context.Context, n int) checks.Result {
			if n == 2 {
				<-release
			}
			return good
		}}
		w := newWorld(t, func(o *Options) { o.Limits = map[string]int{"tcp": 1} }, job30("stuck", stuck), job30("other", follow("g")))
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if got := stuck.probed(); got != 2 {
			t.Errorf("probed %d times while the second does not stop", got)
		}
		if got := w.stateOf("stuck", "check"); got != Unknown {
			t.Errorf("state %s, want unknown", got)
		}
		if got := len(w.starts("other")); got < 6 {
			t.Errorf("the other check was probed %d times in 3m, want 6: its place was not given back", got)
		}
		if c := w.counted(); c.abandoned != 1 || c.skipped < 4 {
			t.Errorf("counts %+v, want 1 abandoned and 4 or more skipped", c)
		}
		close(release)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := w.stateOf("stuck", "check"); got != Up {
			t.Errorf("state %s after it came back, want up", got)
		}
		w.Close()
		if stuck.most != 1 || stuck.closed() != 1 {
			t.Errorf("%d at once, closed %d times, want 1 and 1", stuck.most, stuck.closed())
		}
	})
}

func TestCloseDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := &probe{do: func(context.Context, int) checks.Result { <-release; return good }}
		silent := follow("t")
		w := newWorld(t, nil, every(5*time.Second, job30("stuck", stuck)), every(5*time.Second, job30("silent", silent)))
		time.Sleep(5 * time.Second)
		begun := time.Now()
		w.Close()
		if took := time.Since(begun); took > grace {
			t.Errorf("Close took %v", took)
		}
		if silent.closed() != 1 || stuck.closed() != 0 {
			t.Errorf("closed: the obedient %d times, the running one %d times, want 1 and 0", silent.closed(), stuck.closed())
		}
		close(release)
		synctest.Wait()
		if stuck.closed() != 1 {
			t.Error("the prober given up was not closed once it was back")
		}
		w.Close() // again does no harm
		if len(w.changes()) != 0 {
			t.Errorf("closing made changes: %+v", w.changes())
		}
	})
}

func TestALaneIsBounded(t *testing.T) {
	l := newLane("tcp", map[string]int{"tcp": 2})
	for range 3 {
		l.push(newJob(job30("a", follow("g"))))
	}
	first, second := l.take(), l.take()
	if first == nil || second == nil || l.take() != nil {
		t.Fatal("not two at once")
	}
	l.free(first)
	if l.take() == nil {
		t.Error("a place that was given back is not given away")
	}
}

func TestASlowKindDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jobs []Job
		for n := range 40 {
			jobs = append(jobs,
				kind("http", every(10*time.Second, job30(fmt.Sprint("slow", n), follow("t")))),
				kind("icmp", every(10*time.Second, job30(fmt.Sprint("fast", n), follow("g")))))
		}
		w := newWorld(t, func(o *Options) { o.Limits = map[string]int{"": 4} }, jobs...)
		time.Sleep(5 * time.Minute)
		w.Close()
		for n := range 40 {
			for _, d := range between(w.starts(fmt.Sprint("fast", n))) {
				if d > 13 {
					t.Errorf("fast%d was probed after %gs", n, d)
				}
			}
		}
		if c := w.counted(); c.skipped == 0 {
			t.Error("forty silent checks on four places skipped no run")
		}
	})
}

func TestBlackHolesDelayNoDetection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jobs []Job
		fault := time.Now().Add(time.Minute)
		silent := func(ctx context.Context, _ int) checks.Result {
			if time.Now().After(fault) {
				return answer(ctx, 't')
			}
			return good
		}
		refused := func(context.Context, int) checks.Result {
			if time.Now().After(fault.Add(time.Minute)) {
				return bad
			}
			return good
		}
		for n := range 50 {
			jobs = append(jobs,
				every(10*time.Second, job30(fmt.Sprint("silent", n), &probe{do: silent})),
				every(10*time.Second, job30(fmt.Sprint("refused", n), &probe{do: refused})))
		}
		w := newWorld(t, func(o *Options) { o.Limits = map[string]int{"tcp": 20} }, jobs...)
		time.Sleep(3 * time.Minute)
		w.Close()
		found := 0
		for _, c := range w.changes() {
			if c.To == Down && strings.HasPrefix(c.System, "refused") {
				found++
				if late := c.At.Sub(fault.Add(time.Minute)); late > 18*time.Second { // an interval, two retries
					t.Errorf("%s was found %v after it failed", c.System, late)
				}
			}
		}
		if found != 50 {
			t.Errorf("%d of 50 failures were found", found)
		}
	})
}

func TestASlowListenerDoesNotHoldUpMeasuring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []Transition
		slow := func(_ context.Context, ts []Transition) {
			time.Sleep(2 * time.Minute)
			got = append(got, ts...)
		}
		w := newWorld(t, func(o *Options) { o.Changed = slow }, job30("a", follow("gbbbgg")), job30("b", follow("g")))
		time.Sleep(5 * time.Minute)
		w.Close()
		if n := len(w.starts("b")); n < 10 {
			t.Errorf("b was probed %d times in 5m", n)
		}
		var of []State
		for _, c := range got {
			if c.System == "a" {
				of = append(of, c.To)
			}
		}
		if diff := cmp.Diff([]State{Up, Down, Up}, of); diff != "" {
			t.Errorf("changes of a (-want +got):\n%s", diff)
		}
	})
}

func TestRunNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := follow("g"), follow("g")
		w := newWorld(t, nil, every(time.Hour, job30("a", a)), every(time.Hour, job30("b", b)))
		time.Sleep(15 * time.Second)
		n := w.RunNow(func(system, _ string) bool { return system == "a" })
		time.Sleep(time.Second)
		w.Close()
		if n != 1 || a.probed() != 2 || b.probed() != 1 {
			t.Errorf("brought %d forward; a probed %d times, b %d; want 1, 2, 1", n, a.probed(), b.probed())
		}
	})
}

// sure is a prober with a second opinion.
type sure struct {
	*probe
	opinion *probe
}

func (s sure) Confirm(ctx context.Context) checks.Result { return s.opinion.Probe(ctx) }

func TestConfirmerHasTheLastWord(t *testing.T) {
	for _, tt := range []struct {
		name, looks, opinions string
		want                  []State
		asked                 int
	}{
		{"it is really down", "gbbb", "b", []State{Up, Down}, 1},
		{"only our session is dead", "gbbbbbbg", "g", []State{Up}, 2},
		{"cannot tell", "gbbb", "l", []State{Up, Down}, 1},
		{"not asked about local trouble", "glll", "g", []State{Up, Unknown}, 0},
		{"panics", "gbbb", "p", []State{Up, Down}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opinion := follow(tt.opinions)
				w := newWorld(t, nil, job30("a", sure{follow(tt.looks), opinion}))
				time.Sleep(3 * time.Minute)
				w.Close()
				var got []State
				for _, c := range w.changes() {
					got = append(got, c.To)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("states (-want +got):\n%s", diff)
				}
				if opinion.probed() != tt.asked {
					t.Errorf("asked %d times, want %d", opinion.probed(), tt.asked)
				}
			})
		})
	}
}
