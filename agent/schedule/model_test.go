package schedule

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/checks"
)

// TestNoChangeIsLostOrDoubled runs engines with random checks, answers, reloads and nudges, and
// compares what they told with the slow reading of the looks they had.
func TestNoChangeIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var jobs []Job
		for n := range rapid.IntRange(1, 5).Draw(rt, "jobs") {
			j := job30(fmt.Sprint("s", n), follow(rapid.StringMatching("[ggbbblt]{1,20}g").Draw(rt, "answers")))
			j = every(time.Duration(rapid.IntRange(2, 60).Draw(rt, "interval"))*time.Second, j)
			j.Check.FailAfter = rapid.IntRange(1, 4).Draw(rt, "fail_after")
			j.Check.RecoverAfter = rapid.IntRange(1, 3).Draw(rt, "recover_after")
			j.Known.State = rapid.SampledFrom([]State{Pending, Up, Down, Unknown}).Draw(rt, "known")
			jobs = append(jobs, j)
		}
		pauses := rapid.SliceOfN(rapid.IntRange(1, 100_000), 0, 10).Draw(rt, "pauses")

		var w *world
		synctest.Test(t, func(t *testing.T) {
			w = newWorld(t, nil, jobs...)
			for n, ms := range pauses {
				time.Sleep(time.Duration(ms) * time.Millisecond)
				if n%2 == 0 {
					w.Set(jobs)
				} else {
					w.RunNow(nil)
				}
			}
			time.Sleep(30*time.Minute + gather + gather/2)
			w.Close()
		})
		for _, j := range jobs {
			compareWithLooks(rt, w, j)
		}
	})
}

// compareWithLooks reads the looks that w had at one job and compares.
func compareWithLooks(t *rapid.T, w *world, j Job) {
	var looks []byte
	var times []time.Time
	for _, l := range w.looks {
		if l.System != j.System {
			continue
		}
		times = append(times, l.At)
		switch {
		case l.Result.OK():
			looks = append(looks, 'g')
		case l.Result.Reason == checks.NoRoute:
			looks = append(looks, 'l')
		default:
			looks = append(looks, 'b')
		}
	}
	if len(looks) < 22 {
		t.Fatalf("%s was looked at %d times only", j.System, len(looks))
	}
	var got []Transition
	for _, ch := range w.changes() {
		if ch.System == j.System {
			got = append(got, ch)
		}
	}
	want := byHistory(j.Check, j.Known.State, string(looks), func(n int) time.Time { return times[n-1] })
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Transition{}, "System", "Check", "Reason", "Text")); diff != "" {
		t.Fatalf("%s saw %q (-history +engine):\n%s", j.System, looks, diff)
	}
}
