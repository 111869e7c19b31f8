package alert_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

func TestTheFirstCloseIsToldAtOnceTheNextWhenItIsCalm(t *testing.T) {
	a := down("a")
	d := newDesk(t, planOf(channel("staff")))
	play(t, d, []moment{
		{"10:00:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:02:00", hold(a), []string{"staff: opened SystemDown/a"}}, // an opening is never late
		{"10:03:00", nil, nothing},
		{"10:04:00", hold(a), nothing},
		{"10:05:00", nil, nothing},
	})
	equal(t, "wakes", d.wakes(), "10:10:00")
	play(t, d, []moment{
		{"10:09:59", nil, nothing},
		{"10:10:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:11:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"10:12:00", nil, nothing},
		{"10:21:59", nil, nothing},
		{"10:22:00", nil, []string{"staff: closed SystemDown/a"}},
		{"12:22:01", hold(a), []string{"staff: opened SystemDown/a"}}, // forgotten by now
		{"12:23:00", nil, []string{"staff: closed SystemDown/a"}},
	})
}

// A new outage of the same system is the same cause: it waits, and is told with the end of the one
// before it.
func TestANewOutageWhileTheCloseWaits(t *testing.T) {
	first, second, third := down("a"), down("a", outage("o-2")), down("a", outage("o-3"))
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(first), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:02:00", hold(first), []string{"staff: opened SystemDown/a"}},
		{"10:03:00", nil, nothing},
		{"10:04:00", hold(second), nothing},
		{"10:05:00", nil, nothing}, // nobody heard of the second
		{"10:06:00", hold(third), nothing},
		{"10:06:59", hold(third), nothing},
		{"10:07:00", hold(third), []string{"staff: opened SystemDown/a, closed SystemDown/a"}},
		{"10:20:00", nil, nothing},
		{"10:30:00", nil, []string{"staff: closed SystemDown/a"}},
	})
}

// Also where two hours since the last close have passed in between: the end of the one before it,
// told after the opening, would be the last word, and not a true one.
func TestANewOutageWhileTheCloseWaitsForLong(t *testing.T) {
	first, second, third := down("a"), down("a", outage("o-2")), down("a", outage("o-3"))
	d := newDesk(t, planOf(channel("staff")))
	play(t, d, []moment{
		{"10:00:00", hold(first), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"11:56:30", hold(second), []string{"staff: opened SystemDown/a"}},
		{"11:57:00", nil, nothing},
		{"12:01:10", hold(third), nothing},
	})
	equal(t, "wakes", d.wakes(), "12:01:30")
	play(t, d, []moment{
		{"12:01:30", hold(third), []string{"staff: opened SystemDown/a, closed SystemDown/a"}},
		{"12:30:00", hold(third), nothing},
	})
}

func TestCalmIsCountedFromTheLastOfTheCause(t *testing.T) {
	first, second := down("a"), down("a", outage("o-2"))
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(first), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:02:00", hold(first), []string{"staff: opened SystemDown/a"}},
		{"10:03:00", nil, nothing},
		{"10:04:00", hold(second), nothing},
		{"10:06:00", nil, nothing},
		{"10:10:59", nil, nothing},
		{"10:11:00", nil, []string{"staff: closed SystemDown/a"}},
	})
}

// What ends with its outage is told with it, also when that has to wait.
func TestDeadlinesCloseWithTheirOutage(t *testing.T) {
	a, near := down("a"), ofSystem(DeadlineNear, "a")
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:02:00", hold(a, near), []string{"staff: opened DeadlineNear/a, opened SystemDown/a"}},
		{"10:03:00", nil, nothing},
		{"10:08:00", nil, []string{"staff: closed SystemDown/a, closed DeadlineNear/a"}},
	})
}

// A deadline that has moved away ends by itself.
func TestADeadlineThatMovesAwayCloses(t *testing.T) {
	a, near := down("a"), ofSystem(DeadlineNear, "a")
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(a, near), []string{"staff: opened DeadlineNear/a, opened SystemDown/a"}},
		{"10:03:00", hold(a), []string{"staff: closed DeadlineNear/a"}},
		{"10:04:00", nil, []string{"staff: closed SystemDown/a"}},
	})
}

func TestFlapsOfOneSystemDoNotDelayAnother(t *testing.T) {
	a, b := down("a"), down("b", severity(plan.Critical))
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:02:00", hold(a, b), []string{"staff: opened SystemDown/b", "staff: opened SystemDown/a"}},
		{"10:03:00", nil, []string{"staff: closed SystemDown/b"}},
	})
}

// What has held for long is no flapping any more, and what flaps after it begins anew.
func TestFlapsAreForgottenWhileItHolds(t *testing.T) {
	a := down("a", acknowledged)
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"10:01:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:02:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"10:03:00", nil, nothing},
		{"10:08:00", nil, []string{"staff: closed SystemDown/a"}},
		{"10:09:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"12:09:00", nil, []string{"staff: closed SystemDown/a"}},
		{"12:10:00", hold(a), []string{"staff: opened SystemDown/a"}},
		{"12:11:00", nil, nothing},
		{"12:16:00", nil, []string{"staff: closed SystemDown/a"}}, // 5 minutes, not 20
	})
}
