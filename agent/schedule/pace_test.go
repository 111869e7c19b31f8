package schedule

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/plan"
)

const someDay = 1_775_000_000 * time.Second // an instant in April 2026

func TestPhaseIsStableAndEven(t *testing.T) {
	const jobs, interval = 1000, 10 * time.Second
	var slots [10]int
	for n := range jobs {
		key := fmt.Sprintf("system_%03d/icmp", n)
		p := newPace(&plan.Check{Interval: interval}, key)
		if again := newPace(&plan.Check{Interval: interval}, key); again != p {
			t.Fatalf("%s has the paces %v and %v", key, p, again)
		}
		slots[p.phase/time.Second]++
	}
	for n, got := range slots {
		if got < 70 || got > 130 {
			t.Errorf("slot %d has %d of %d checks, want about %d: %v", n, got, jobs, jobs/10, slots)
		}
	}
}

func TestPaceCompletesTheCheck(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		check                    plan.Check
		interval, retry, timeout time.Duration
	}{
		{"all open", plan.Check{}, 30 * time.Second, 6 * time.Second, 5 * time.Second},
		{"retry at least a second", plan.Check{Interval: 3 * time.Second}, 3 * time.Second, time.Second, 2400 * time.Millisecond},
		{"retry not beyond the interval", plan.Check{Interval: 10 * time.Second, RetryInterval: time.Minute}, 10 * time.Second, 10 * time.Second, 5 * time.Second},
		{"timeout within the interval", plan.Check{Interval: 10 * time.Second, Timeout: 10 * time.Second}, 10 * time.Second, 2 * time.Second, 8 * time.Second},
		{"as said", plan.Check{Interval: 5 * time.Minute, RetryInterval: 10 * time.Second, Timeout: 20 * time.Second}, 5 * time.Minute, 10 * time.Second, 20 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPace(&tt.check, "a/b")
			if p.interval != tt.interval || p.retry != tt.retry || p.timeout != tt.timeout {
				t.Errorf("got %v, %v, %v, want %v, %v, %v", p.interval, p.retry, p.timeout, tt.interval, tt.retry, tt.timeout)
			}
		})
	}
}

func TestPaceKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval := time.Duration(rapid.Int64Range(1, 3600).Draw(t, "interval s")) * time.Second
		now := someDay + time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "now"))
		p := newPace(&plan.Check{Interval: interval}, rapid.String().Draw(t, "key"))

		first := p.soon(now)
		if wait := first - now; wait < 0 || wait > min(interval, firstSpread)+wideSlot {
			t.Fatalf("first look after %v", wait)
		}
		second := p.next(first)
		if wait := second - first; wait < interval/8 || wait > interval+interval/4+wideSlot {
			t.Fatalf("second look %v after the first, interval %v", wait, interval)
		}
		slot := slotOf(interval)
		for due := second; due < second+5*interval; {
			next := p.next(due)
			if drift := next - due - interval; drift < -slot || drift > slot {
				t.Fatalf("regular looks %v apart, interval %v", next-due, interval)
			}
			if off := due - p.phase - (due-p.phase)/interval*interval; off >= slot {
				t.Fatalf("regular look %v behind its phase", off)
			}
			due = next
		}
	})
}

func TestRetryComesInTime(t *testing.T) {
	p := newPace(&plan.Check{Interval: 30 * time.Second}, "a/b")
	if got := p.again(someDay, someDay+time.Second); got != someDay+6*time.Second {
		t.Errorf("retry %v after the start, want 6s", got-someDay)
	}
	if got := p.again(someDay, someDay+7*time.Second); got != someDay+7*time.Second {
		t.Errorf("late retry %v after the start, want at once, at 7s", got-someDay)
	}
}

func TestAgendaGivesTheEarliestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a agenda
		jobs := make([]*job, 20)
		for n := range jobs {
			jobs[n] = &job{place: -1}
		}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			j := jobs[rapid.IntRange(0, len(jobs)-1).Draw(t, "job")]
			if rapid.Bool().Draw(t, "drop") {
				a.drop(j)
			} else {
				a.put(j, time.Duration(rapid.IntRange(0, 100).Draw(t, "due")))
			}
		}
		left := len(a.jobs)
		var last time.Duration
		for j := a.take(50); j != nil; j = a.take(50) {
			if j.due < last || j.due > 50 || j.place != -1 {
				t.Fatalf("got a job due at %d after %d, by 50, in place %d", j.due, last, j.place)
			}
			last = j.due
			left--
		}
		if due, ok := a.next(); ok != (left > 0) || ok && due <= 50 {
			t.Fatalf("%d are left, the next is due at %d (%t)", left, due, ok)
		}
	})
}
