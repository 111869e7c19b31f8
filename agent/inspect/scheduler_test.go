package inspect

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// desk is a scheduler whose inspections only take time, and what it recorded.
type desk struct {
	*testing.T
	*Scheduler
	takes time.Duration

	mu       sync.Mutex
	log      []string
	lastDue  map[string]time.Time
	step     time.Duration // of the clock
	together int           // inspections that run
	most     int           // of them at once
}

// dawn is when the tests begin: 06:00 on a Monday.
func dawn() time.Time { return time.Date(2000, 1, 3, 6, 0, 0, 0, tokyo) }

// newDesk sleeps until dawn and makes a scheduler that knows of the time before.
func newDesk(t *testing.T, known Known) *desk {
	time.Sleep(time.Until(dawn()))
	d := &desk{T: t, takes: 3 * time.Second, lastDue: known.LastDueAt}
	if d.lastDue == nil {
		d.lastDue = map[string]time.Time{}
	}
	d.Scheduler = NewScheduler(Options{Agent: "main", Now: d.now, Inspect: d.inspect, Record: d.record, Known: known})
	return d
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Now().Add(d.step).In(tokyo)
}

func (d *desk) inspect(ctx context.Context, t Task) (journal.InspectionDone, error) {
	d.count(1)
	defer d.count(-1)
	done := journal.InspectionDone{Trigger: t.Trigger, DueAt: t.DueAt, Missed: t.Missed, StartedAt: d.now()}
	if t.Inspection != nil {
		done.Name = t.Inspection.Name
	}
	if !pause(ctx, d.takes) {
		return journal.InspectionDone{}, ctx.Err()
	}
	done.EndedAt = d.now()
	return done, nil
}

func (d *desk) count(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.together += n
	d.most = max(d.most, d.together)
}

// record notes an inspection: name, what was done, the time it was due, those missed.
func (d *desk) record(_ context.Context, done journal.InspectionDone) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	what, due := "missed", done.DueAt.Format("15:04")
	if done.Ran() {
		what = "ran " + done.StartedAt.Format("15:04:05")
	}
	if done.DueAt.IsZero() {
		due = "by hand"
	} else {
		d.lastDue[done.Name] = done.DueAt
	}
	d.log = append(d.log, fmt.Sprintf("%s %s (%s, %d)", done.Name, what, due, done.Missed))
	return nil
}

// during runs the scheduler for d and returns what was recorded meanwhile.
func (d *desk) during(span time.Duration) []string {
	ctx, cancel := context.WithCancel(d.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Scheduler.Run(ctx) })
	time.Sleep(span)
	cancel()
	running.Wait()
	return d.recorded()
}

func (d *desk) recorded() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	log := d.log
	d.log = nil
	return log
}

func (d *desk) want(name string, got []string, want ...string) {
	d.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		d.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func opening(at plan.ClockTime) *plan.Inspection { return &plan.Inspection{Name: "opening", At: at} }

func inspectionsOf(t *testing.T, all ...*plan.Inspection) *plan.Plan {
	p := planOf(t)
	p.Inspections = all
	return p
}

const halfPastSeven = plan.ClockTime(7*60 + 30)

func TestSchedulerRunsAtItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Known{})
		d.Set(inspectionsOf(t, opening(halfPastSeven), &plan.Inspection{Name: "hourly", Cron: "0 8-9 * * *"},
			&plan.Inspection{Name: "elsewhere", At: halfPastSeven, From: []string{"branch"}}))
		d.want("two days", d.during(28*time.Hour),
			"opening ran 07:30:00 (07:30, 0)", "hourly ran 08:00:00 (08:00, 0)", "hourly ran 09:00:00 (09:00, 0)",
			"opening ran 07:30:00 (07:30, 0)", "hourly ran 08:00:00 (08:00, 0)", "hourly ran 09:00:00 (09:00, 0)")
	})
}

// A fault in one inspection ends neither the agent nor the inspections to come.
func TestSchedulerOutlivesAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Known{})
		d.opts.Record = func(ctx context.Context, done journal.InspectionDone) error {
			if done.DueAt.Hour() == 8 {
				panic("index out of range")
			}
			return d.record(ctx, done)
		}
		d.Set(inspectionsOf(t, &plan.Inspection{Name: "hourly", Cron: "0 8-9 * * *"}))
		d.want("a day", d.during(12*time.Hour), "hourly ran 09:00:00 (09:00, 0)")
	})
}

// An agent that was off tells what it missed, once, or runs what is not too late.
func TestSchedulerAfterTheAgentWasOff(t *testing.T) {
	ago := func(d time.Duration) time.Time { return dawn().Add(-d) }
	due := func(hour, minute int) time.Time { return time.Date(2000, 1, 3, hour, minute, 0, 0, tokyo) }
	last := func(at time.Time) map[string]time.Time { return map[string]time.Time{"opening": at} }
	for _, c := range []struct {
		name  string
		at    plan.ClockTime
		known Known
		want  []string
	}{
		{"never before", 5*60 + 50, Known{}, nil},
		{"off over night, nothing due", halfPastSeven, Known{OffSince: ago(10 * time.Hour), LastDueAt: last(ago(22*time.Hour + 30*time.Minute))}, nil},
		{"ten minutes late", 5*60 + 50, Known{OffSince: ago(time.Hour), LastDueAt: last(due(5, 50).AddDate(0, 0, -1))}, []string{"opening ran 06:00:00 (05:50, 0)"}},
		{"as late as is worth it", 5*60 + 30, Known{OffSince: ago(time.Hour)}, []string{"opening ran 06:00:00 (05:30, 0)"}},
		{"too late", 5*60 + 29, Known{OffSince: ago(time.Hour)}, []string{"opening missed (05:29, 1)"}},
		{"late, and three missed before", 5*60 + 50, Known{OffSince: ago(80 * time.Hour)}, []string{"opening ran 06:00:00 (05:50, 3)"}},
		{"four missed", 5 * 60, Known{OffSince: ago(80 * time.Hour)}, []string{"opening missed (05:00, 4)"}},
		{"run before the agent went", 5*60 + 50, Known{OffSince: due(5, 50).Add(time.Minute), LastDueAt: last(due(5, 50))}, nil},
		{"ended in the middle of it", 5*60 + 50, Known{OffSince: due(5, 50).Add(time.Second), LastDueAt: last(due(5, 50).AddDate(0, 0, -1))}, []string{"opening ran 06:00:00 (05:50, 0)"}},
		{"the plan got it long after it was run last", 5 * 60, Known{OffSince: ago(2 * time.Hour), LastDueAt: last(ago(1000 * time.Hour))}, []string{"opening missed (05:00, 1)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, c.known)
				p := inspectionsOf(t, opening(c.at))
				d.Set(p)
				d.want("recorded", d.during(time.Hour), c.want...)
				again := newDesk(t, Known{LastDueAt: d.lastDue, OffSince: d.now()})
				again.Set(p)
				d.want("after another restart", again.during(time.Minute))
			})
		})
	}
}

// A restart in the middle of an inspection runs it again; one that is over is not run twice.
func TestSchedulerIsStoppedInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inspectionsOf(t, opening(6*60+5))
		d := newDesk(t, Known{})
		d.Set(p)
		d.want("stopped in the middle", d.during(5*time.Minute+time.Second))
		again := newDesk(t, Known{OffSince: d.now()})
		again.Set(p)
		d.want("started again", again.during(time.Hour), "opening ran 06:05:01 (06:05, 0)")
	})
}

func TestSchedulerSurvivesReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Known{})
		d.takes = time.Minute
		d.Set(inspectionsOf(t, opening(halfPastSeven)))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Scheduler.Run(ctx) })
		time.Sleep(90*time.Minute + 30*time.Second) // in the middle of a run
		renamed := opening(halfPastSeven)
		renamed.Title = "another"
		d.Set(inspectionsOf(t, renamed))
		time.Sleep(time.Hour)
		d.want("the same schedule", d.recorded(), "opening ran 07:30:00 (07:30, 0)")
		d.Set(inspectionsOf(t, opening(8*60))) // past already: tomorrow
		time.Sleep(time.Hour)
		d.want("a schedule that is past today", d.recorded())
		d.Set(inspectionsOf(t, opening(10*60)))
		time.Sleep(time.Hour)
		d.want("a schedule to come", d.recorded(), "opening ran 10:00:00 (10:00, 0)")
		d.Set(inspectionsOf(t))
		time.Sleep(48 * time.Hour)
		d.want("taken out", d.recorded())
		d.Set(inspectionsOf(t, opening(10*60)))
		time.Sleep(time.Minute)
		d.want("taken in again", d.recorded())
		cancel()
		running.Wait()
	})
}

// What takes longer than its interval is run when the one before has ended. The third is under way
// when the test ends, and is not told: it is for the next start.
func TestSchedulerDoesNotOverlapItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Known{})
		d.takes = 100 * time.Second
		d.Set(inspectionsOf(t, &plan.Inspection{Name: "often", Cron: "* 6 * * *"}))
		log := d.during(5*time.Minute + 50*time.Second)
		d.want("recorded", log, "often ran 06:01:00 (06:01, 0)", "often ran 06:02:40 (06:02, 0)")
		if d.most != 1 {
			t.Errorf("%d at once", d.most)
		}
	})
}

// A clock that steps forward over the time, or a machine that slept, is as an agent that was off.
func TestSchedulerWhenTheClockSteps(t *testing.T) {
	for _, c := range []struct {
		name string
		step time.Duration
		want string
	}{
		{"a little", 95 * time.Minute, "opening ran 07:36:15 (07:30, 0)"},
		{"far", 9 * time.Hour, "opening missed (07:30, 1)"},
		{"by days", 50 * time.Hour, "opening missed (07:30, 3)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, Known{})
				d.Set(inspectionsOf(t, opening(halfPastSeven)))
				ctx, cancel := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { d.Scheduler.Run(ctx) })
				time.Sleep(61 * time.Second)
				d.mu.Lock()
				d.step = c.step
				d.mu.Unlock()
				time.Sleep(time.Minute)
				d.want("recorded", d.recorded(), c.want)
				cancel()
				running.Wait()
			})
		})
	}
}

func TestRunNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Known{})
		if _, err := d.RunNow(t.Context(), "opening", nil); !errors.Is(err, ErrUnknown) {
			t.Errorf("without a plan: %v", err)
		}
		d.Set(inspectionsOf(t, opening(6*60+1), &plan.Inspection{Name: "elsewhere", From: []string{"branch"}}))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Scheduler.Run(ctx) })

		if _, err := d.RunNow(t.Context(), "closing", nil); !errors.Is(err, ErrUnknown) {
			t.Errorf("an inspection that is not there: %v", err)
		}
		for _, name := range []string{"opening", "", "elsewhere"} {
			if done, err := d.RunNow(t.Context(), name, nil); err != nil || !done.Ran() || done.Trigger != journal.ByHand || done.Name != name {
				t.Errorf("%q: %v, %+v", name, err, done)
			}
		}
		d.want("by hand", d.recorded(), "opening ran 06:00:00 (by hand, 0)", " ran 06:00:03 (by hand, 0)", "elsewhere ran 06:00:06 (by hand, 0)")

		time.Sleep(time.Until(dawn().Add(time.Minute + time.Second))) // it runs, for its time has come
		if _, err := d.RunNow(t.Context(), "opening", nil); !errors.Is(err, ErrRunning) {
			t.Errorf("while it runs: %v", err)
		}
		time.Sleep(time.Minute)
		d.want("at its time", d.recorded(), "opening ran 06:01:00 (06:01, 0)")

		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := d.RunNow(gone, "opening", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("for somebody who has gone: %v", err)
		}
		cancel()
		running.Wait()
		d.want("nothing of that", d.recorded())
	})
}

// Its time comes while it is run by hand: it waits, and is run then.
func TestSchedulerWaitsForARunByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, Known{})
		d.takes = 2 * time.Minute
		d.Set(inspectionsOf(t, opening(6*60+1)))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Scheduler.Run(ctx) })
		if _, err := d.RunNow(t.Context(), "opening", nil); err != nil {
			t.Error(err)
		}
		time.Sleep(3 * time.Minute)
		d.want("recorded", d.recorded(), "opening ran 06:00:00 (by hand, 0)", "opening ran 06:02:00 (06:01, 0)")
		if d.most != 1 {
			t.Errorf("%d at once", d.most)
		}
		cancel()
		running.Wait()
	})
}
