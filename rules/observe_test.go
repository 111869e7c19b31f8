package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func TestStartBracket(t *testing.T) {
	tests := []struct {
		name             string
		lastOK, firstBad string
		start, deadline  string // 4 h after the start
	}{
		{"known to work 30 s before", "09:59:30", "10:00:00", "09:59:30", "13:59:30"},
		{"never seen to work", "", "10:00:00", "10:00:00", "14:00:00"},
		{"last seen before a blind stretch", "08:10:00", "10:00:00", "08:10:00", "12:10:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, planOf(system("tax", "tcp")))
			h.observe(failed("tax", "tcp", tt.lastOK, tt.firstBad))
			o := h.system("tax", clock("11:00:00")).Outage
			same(t, "last ok", o.LastOKAt, clock(tt.lastOK))
			same(t, "first bad", o.FirstBadAt, clock(tt.firstBad))
			same(t, "start", o.Start, clock(tt.start))
			same(t, "deadline", o.Deadline, clock(tt.deadline))
			equal(t, "elapsed", o.Elapsed, SecondsOf(clock("11:00:00").Sub(clock(tt.start))))
		})
	}
}

func TestBackdatedEnd(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	equal(t, "failure", h.observe(failed("tax", "tcp", "09:59:30", "10:00:00")), []journal.Kind{bad, opened})
	equal(t, "recovery", h.observe(recovered("tax", "tcp", "10:29:30", "10:30:00")), []journal.Kind{good, closed})
	past := Outages(h.plan, h.state, h.clock)[0]
	same(t, "end", past.EndedAt, clock("10:30:00"))
	same(t, "last bad", past.LastBadAt, clock("10:29:30"))
	equal(t, "elapsed", past.Elapsed, Seconds(30*60+30))
	equal(t, "met", past.Met != nil && *past.Met, true)
	tax := h.system("tax", clock("11:00:00"))
	equal(t, "total", tax.OutageSeconds, Seconds(30*60+30))
	same(t, "up since", tax.Since, clock("10:30:00"))
}

func TestMetToTheInstant(t *testing.T) {
	for end, want := range map[string]bool{"13:59:30": true, "13:59:31": false} {
		h := newHouse(t, planOf(system("tax", "tcp")))
		h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
		h.observe(recovered("tax", "tcp", "13:59:20", end))
		equal(t, end, h.state.Closed[0].Met, want)
	}
	h := newHouse(t, planOf(with(system("tax", "tcp"), func(s *plan.System) { s.AllowableDowntime = nil })))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"), recovered("tax", "tcp", "13:59:20", "13:59:30"))
	equal(t, "without a deadline", h.state.Closed[0].Met, true)
}

func TestReopening(t *testing.T) {
	tests := []struct {
		name, bad string
		want      journal.Kind
		outages   int
		total     Seconds // at 11:00, the newest failed probe being the first
	}{
		// The first outage lasts from 09:59:30 to 10:10:00 (630 s); 5 minutes later is 10:15:00.
		{"soon", "10:12:00", reopened, 1, 750},
		{"at the very limit", "10:15:00", reopened, 1, 930},
		{"a second late", "10:15:01", opened, 2, 630 + 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, planOf(system("tax", "tcp")))
			h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
			h.observe(recovered("tax", "tcp", "10:09:30", "10:10:00"))
			again := failed("tax", "tcp", "", tt.bad)
			again.LastOKAt = again.FirstBadAt.Add(-10 * time.Second)
			equal(t, "kinds", h.observe(again), []journal.Kind{bad, tt.want})
			tax := h.system("tax", clock("11:00:00"))
			equal(t, "outages", tax.OutagesTotal, tt.outages)
			equal(t, "seconds", tax.OutageSeconds, tt.total)
			if tt.want == reopened {
				same(t, "start", tax.Outage.Start, clock("09:59:30"))
				same(t, "deadline", tax.Outage.Deadline, clock("13:59:30"))
				equal(t, "closed ones", len(h.state.Closed), 0)
			}
			h.observe(recovered("tax", "tcp", tt.bad, "11:00:00"))
			equal(t, "closed in the end", len(h.state.Closed), tt.outages)
			equal(t, "counted in the end", h.system("tax", h.clock).OutagesTotal, tt.outages)
		})
	}
}

func TestReopenedUnderAnotherThreat(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.observe(recovered("tax", "tcp", "10:09:30", "10:10:00"))
	h.act(clock("10:11:00"), Declare{Threat: "disaster"})
	h.observe(failed("tax", "tcp", "10:11:00", "10:12:00"))
	o := h.system("tax", h.clock).Outage
	equal(t, "threat", o.Threat, "disaster")
	same(t, "deadline", o.Deadline, clock("2026-07-16 09:59:30"))
	equal(t, "reopened", o.Reopened, 1)
}

// A batch is judged as if every event had been applied before the next observation.
func TestFlappingInOneBatch(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	got := h.observe(
		failed("tax", "tcp", "09:59:30", "10:00:00"),
		recovered("tax", "tcp", "10:00:30", "10:01:00"),
		failed("tax", "tcp", "10:01:30", "10:02:00"),
		recovered("tax", "tcp", "10:02:30", "10:03:00"),
		failed("tax", "tcp", "10:03:30", "10:04:00"),
	)
	equal(t, "kinds", got, []journal.Kind{bad, opened, good, closed, bad, reopened, good, closed, bad, reopened})
	equal(t, "outages", h.system("tax", h.clock).OutagesTotal, 1)
	equal(t, "reopened", h.state.Open["tax"].Reopened, 2)
}

// The end of an outage that was reopened within the batch is judged by the new terms.
func TestReopenedAndClosedInOneBatch(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"), recovered("tax", "tcp", "13:58:00", "13:59:00"))
	h.act(clock("13:59:40"), Declare{Threat: "disaster"})
	h.observe(failed("tax", "tcp", "13:59:30", "14:00:00"), recovered("tax", "tcp", "14:01:00", "14:02:00"))
	equal(t, "met", h.state.Closed[0].Met, true)
}

func TestUpWhen(t *testing.T) {
	up, down := seen("dns", "", "09:00:00"), failed("dns", "", "09:00:00", "10:00:00")
	blind := unclear("dns", "", "10:00:00")
	tests := []struct {
		name   string
		upWhen plan.UpWhen
		checks []Observation // of the checks a, b, c; a zero one was not looked at
		want   SystemState
	}{
		{"all: every one up", 0, []Observation{up, up, up}, Up},
		{"all: one down", 0, []Observation{up, down, up}, Down},
		{"all: one down, the rest not looked at", 0, []Observation{{}, down, {}}, Down},
		{"all: one unknown", 0, []Observation{up, blind, up}, Unknown},
		{"all: one pending", 0, []Observation{up, {}, up}, Pending},
		{"all: nothing seen yet", 0, []Observation{{}, {}, {}}, Pending},
		{"all: unknown goes before pending", 0, []Observation{blind, {}, up}, Unknown},
		{"any: one up is enough", 1, []Observation{down, down, up}, Degraded},
		{"any: one up, the others unknown", 1, []Observation{blind, blind, up}, Up},
		{"any: the last may be up", 1, []Observation{down, down, blind}, Unknown},
		{"any: the last was not looked at", 1, []Observation{down, down, {}}, Pending},
		{"any: all down", 1, []Observation{down, down, down}, Down},
		{"two: one may fail", 2, []Observation{up, down, up}, Degraded},
		{"two: two failed", 2, []Observation{down, down, up}, Down},
		{"two: two failed, the third unknown", 2, []Observation{down, down, blind}, Down},
		{"two: one failed, one unknown", 2, []Observation{down, blind, up}, Unknown},
		{"two: two up, one unknown", 2, []Observation{up, blind, up}, Up},
		{"five of three is all", 5, []Observation{up, down, up}, Down},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, planOf(with(system("dns", "a", "b", "c"), func(s *plan.System) { s.UpWhen = tt.upWhen })))
			for i, o := range tt.checks {
				if o.To != "" {
					o.Check = string(rune('a' + i))
					h.observe(o)
				}
			}
			dns := h.system("dns", clock("10:30:00"))
			equal(t, "state", dns.State, tt.want)
			equal(t, "outage", dns.Outage != nil, tt.want == Down)
		})
	}
}

func TestSystemWithoutChecksIsPending(t *testing.T) {
	elsewhere := with(system("tax", "tcp"), func(s *plan.System) { s.Checks[0].From = []string{"branch"} })
	h := newHouse(t, planOf(system("paper"), elsewhere))
	equal(t, "another agent's", h.observe(failed("tax", "tcp", "", "10:00:00")), []journal.Kind(nil))
	for _, name := range []string{"paper", "tax"} {
		equal(t, name, h.system(name, clock("10:30:00")).State, Pending)
	}
	equal(t, "checks shown", len(h.system("tax", clock("10:30:00")).Checks), 0)
}

// Where a system bears failures, the one that was too many makes the bracket, and the recovery
// that was enough makes the end.
func TestBracketOfSeveralChecks(t *testing.T) {
	anyIsEnough := func() *plan.Plan {
		return planOf(with(system("dns", "a", "b"), func(s *plan.System) { s.UpWhen = 1 }))
	}
	t.Run("any", func(t *testing.T) {
		h := newHouse(t, anyIsEnough())
		h.observe(failed("dns", "a", "08:59:30", "09:00:00"))
		equal(t, "one of two", h.system("dns", clock("09:30:00")).State, Pending)
		h.observe(failed("dns", "b", "09:59:30", "10:00:00"))
		same(t, "start", h.state.Open["dns"].Start(), clock("09:59:30"))
		equal(t, "check", h.state.Open["dns"].Check, "b")
		h.observe(recovered("dns", "a", "10:19:30", "10:20:00"))
		same(t, "end", h.state.Closed[0].EndedAt, clock("10:20:00"))
		equal(t, "state", h.system("dns", h.clock).State, Degraded)
		same(t, "degraded since", h.system("dns", h.clock).Since, clock("10:20:00"))
	})
	t.Run("recovered before the other failed", func(t *testing.T) {
		h := newHouse(t, anyIsEnough())
		h.observe(failed("dns", "a", "08:59:30", "09:00:00"))
		h.observe(failed("dns", "b", "09:59:30", "10:00:00"))
		h.observe(recovered("dns", "a", "09:59:00", "09:59:58")) // confirmed late
		ended := h.state.Closed[0]
		same(t, "end is not before the first bad probe", ended.EndedAt, ended.FirstBadAt)
	})
	t.Run("all", func(t *testing.T) {
		h := newHouse(t, planOf(system("web", "a", "b")))
		h.observe(seen("web", "a", "09:00:00"), seen("web", "b", "09:00:00"))
		h.observe(failed("web", "a", "09:59:30", "10:00:00"))
		h.observe(failed("web", "b", "10:04:30", "10:05:00"))
		h.observe(recovered("web", "b", "10:09:30", "10:10:00"))
		equal(t, "half", h.system("web", h.clock).State, Down)
		h.observe(recovered("web", "a", "10:14:30", "10:15:00"))
		same(t, "start", h.state.Closed[0].Start(), clock("09:59:30"))
		same(t, "end", h.state.Closed[0].EndedAt, clock("10:15:00"))
	})
}

func TestUnknownOpensAndResolvesNothing(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(seen("tax", "tcp", "09:00:00"))
	equal(t, "unknown", h.observe(unclear("tax", "tcp", "09:30:00")), []journal.Kind(nil))
	tax := h.system("tax", clock("09:40:00"))
	equal(t, "state", tax.State, Unknown)
	same(t, "since", tax.Since, clock("09:30:00"))
	h.observe(failed("tax", "tcp", "09:29:30", "10:00:00"))
	h.write(journal.BlindBegan{Since: clock("10:05:00"), Text: "no vantage answers"})
	equal(t, "blind", h.observe(unclear("tax", "tcp", "10:06:00")), []journal.Kind(nil))
	equal(t, "still down", h.system("tax", clock("12:00:00")).State, Down)
	equal(t, "agent", h.at(clock("12:00:00")).Agent.Blind, true)
	h.write(journal.BlindEnded{From: clock("10:05:00"), To: clock("12:30:00")})
	equal(t, "start stands", h.system("tax", clock("12:40:00")).Outage.Start.Equal(clock("09:29:30")), true)
	want := []Stretch{{From: clock("10:05:00"), To: clock("12:30:00"), Why: "blind"}}
	equal(t, "stretches", h.at(clock("12:40:00")).Unobserved, want)
}

// A check that recovered while the agent was not running ends the outage as soon as what else is
// needed has been seen, and not before.
func TestRecoveryOverARestart(t *testing.T) {
	h := newHouse(t, planOf(system("web", "a", "b")))
	h.observe(seen("web", "a", "09:00:00"), seen("web", "b", "09:00:00"))
	h.observe(failed("web", "a", "09:59:30", "10:00:00"))
	before := h.system("web", clock("10:59:00")).Outage
	h.start(clock("11:00:00"))
	after := h.system("web", clock("11:00:00"))
	equal(t, "same outage", after.Outage.ID, before.ID)
	equal(t, "counted at least to the start", after.OutageSeconds >= 3600, true)
	equal(t, "a is back", h.observe(recovered("web", "a", "10:00:00", "11:00:05")), []journal.Kind{good})
	equal(t, "b not looked at", h.system("web", h.clock).State, Down)
	equal(t, "b is seen", h.observe(seen("web", "b", "11:00:20")), []journal.Kind{closed})
	same(t, "known to work since", h.state.Closed[0].EndedAt, clock("11:00:20"))
	equal(t, "state", h.system("web", h.clock).State, Up)
	equal(t, "stretch", h.state.Unobserved[0].Why, "not_running")
}

func TestFailureOverARestart(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	for i := range 5 {
		h.start(clock("11:00:00").Add(time.Duration(i) * time.Minute))
		again := failed("tax", "tcp", "09:59:30", "10:00:00")
		again.At = h.clock.Add(time.Second)
		equal(t, "nothing doubled", h.observe(again), []journal.Kind(nil))
	}
	tax := h.system("tax", clock("11:10:00"))
	equal(t, "outages", tax.OutagesTotal, 1)
	same(t, "start", tax.Outage.Start, clock("09:59:30"))
}

func TestLateObservationsOfAnOldPlan(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	for _, o := range []Observation{failed("tax", "gone", "", "10:00:00"), failed("gone", "tcp", "", "10:00:00")} {
		equal(t, o.System+"/"+o.Check, h.observe(o), []journal.Kind(nil))
	}
	equal(t, "checks", h.state.Checks, map[CheckKey]CheckAccount{})
}

// The counter of seconds never falls while an outage goes through its probes.
func TestSecondsNeverFall(t *testing.T) {
	a, b := CheckKey{"dns", "a"}, CheckKey{"dns", "b"}
	h := newHouse(t, planOf(with(system("dns", "a", "b"), func(s *plan.System) { s.UpWhen = 1 })))
	var last Seconds
	grown := func(at string) {
		t.Helper()
		if now := h.system("dns", clock(at)).OutageSeconds; now < last {
			t.Errorf("at %s it fell from %v to %v", at, last, now)
		} else {
			last = now
		}
	}
	h.observe(failed("dns", "a", "09:59:30", "10:00:00"), failed("dns", "b", "09:59:40", "10:00:10"))
	grown("10:01:00")
	h.look(a, clock("10:30:00"), false)
	h.look(b, clock("10:30:10"), false)
	grown("10:30:20")
	equal(t, "up to the last failed probe of the better one", last, Seconds(30*60+20))
	h.look(b, clock("10:31:00"), true) // first good probe, not confirmed yet
	grown("10:31:01")
	h.look(a, clock("10:31:03"), false)
	grown("10:31:05")
	h.look(b, clock("10:31:06"), true)
	h.observe(recovered("dns", "b", "10:30:10", "10:31:00"))
	grown("10:31:07")
	h.observe(failed("dns", "b", "10:32:00", "10:33:00"))
	grown("10:33:20")
	h.start(clock("10:40:00"))
	grown("10:40:00")
	if diff := cmp.Diff(1, h.system("dns", h.clock).OutagesTotal); diff != "" {
		t.Error(diff)
	}
}

// The check that broke the system is the one whose failure was too many in time, whatever the plan's
// order: with one of two enough, the later.
func TestTheCheckThatBreaksIsTheLaterOne(t *testing.T) {
	for first, second := range map[string]string{"a": "b", "b": "a"} {
		h := newHouse(t, planOf(with(system("tax", "a", "b"), func(s *plan.System) { s.UpWhen = 1 })))
		h.observe(seen("tax", "a", "09:59:00"), seen("tax", "b", "09:59:00"))
		h.observe(failed("tax", first, "09:59:30", "10:00:00"), failed("tax", second, "10:04:30", "10:05:00"))
		o := h.system("tax", h.clock).Outage
		equal(t, "check", o.Check, second)
		same(t, "last ok", o.LastOKAt, clock("10:04:30"))
		same(t, "first bad", o.FirstBadAt, clock("10:05:00"))
	}
}

// A person says that it began later than the probes, which by then saw it work again: it lasted no time,
// and not less than none.
func TestAnOutageLastsNoLessThanNothing(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.act(clock("10:40:00"), CorrectStart{System: "tax", Start: clock("10:30:00")})
	h.observe(recovered("tax", "tcp", "10:19:30", "10:20:00"))
	same(t, "ended", h.state.Closed[0].EndedAt, clock("10:30:00"))
	equal(t, "seconds", h.system("tax", h.clock).OutageSeconds, Seconds(0))
}
