package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func TestPlanMovesDeadlines(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp")))
	h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"), failed("mail", "tcp", "10:00:00", "10:00:30"))
	shorter := with(system("tax", "tcp"), func(s *plan.System) {
		s.AllowableDowntime = map[string]plan.Allowance{"incident": plan.For(2 * time.Hour)}
	})
	loaded := h.reload(clock("11:00:00"), planOf(shorter, system("mail", "tcp")))
	if len(loaded.Moved) != 1 || len(loaded.Dropped) != 0 || len(loaded.Gone) != 0 {
		t.Fatalf("loaded %+v", loaded)
	}
	same(t, "from", loaded.Moved[0].From.Deadline, clock("14:00:00"))
	same(t, "to", loaded.Moved[0].To.Deadline, clock("12:00:00"))
	same(t, "deadline", h.system("tax", h.clock).Outage.Deadline, clock("12:00:00"))
	same(t, "the other", h.system("mail", h.clock).Outage.Deadline, clock("14:00:00"))
	equal(t, "again", len(LoadPlan(h.plan, h.state).Moved), 0)
	slower := planOf(shorter, with(system("mail", "tcp"), func(s *plan.System) { s.TypicalRecovery = 90 * time.Minute }))
	equal(t, "typical recovery", len(h.reload(clock("11:01:00"), slower).Moved), 1)
	same(t, "start by", h.system("mail", h.clock).Outage.StartRecoveryBy, clock("12:30:00"))
}

func TestPlanDropsSystems(t *testing.T) {
	unwatched := system("mail")
	tests := []struct {
		name string
		plan *plan.Plan
		want []string
	}{
		{"gone from the plan", planOf(system("tax", "tcp")), []string{"mail"}},
		{"left without a check", planOf(system("tax", "tcp"), unwatched), []string{"mail"}},
		{"all gone", planOf(), []string{"mail", "tax"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp")))
			h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"), failed("mail", "tcp", "10:00:00", "10:00:30"))
			loaded := h.reload(clock("11:00:00"), tt.plan)
			equal(t, "dropped", loaded.Dropped, tt.want)
			past := h.state.Closed[0]
			same(t, "end", past.EndedAt, clock("11:00:00"))
			equal(t, "dropped", past.Dropped, true)
			for _, o := range Outages(h.plan, h.state, h.clock) {
				if o.Dropped && o.Met != nil {
					t.Errorf("%s was dropped, yet it is said whether it met its deadline", o.System)
				}
			}
		})
	}
}

// A plan says which systems are looked at from now on, and which no more; one without a check, or
// with those of another agent, is not looked at.
func TestPlanTellsWhatIsLookedAt(t *testing.T) {
	elsewhere := with(system("branch", "tcp"), func(s *plan.System) { s.Checks[0].From = []string{"other"} })
	first := planOf(system("tax", "tcp"), system("mail", "tcp"), system("paper"), elsewhere)
	equal(t, "the first", LoadPlan(first, NewState()).Begun, []string{"mail", "tax"})
	h := newHouse(t, first)
	again := LoadPlan(h.plan, h.state)
	equal(t, "again", len(again.Begun)+len(again.Ended), 0)
	loaded := h.reload(clock("11:00:00"), planOf(system("tax", "tcp"), system("paper", "tcp")))
	equal(t, "begun", loaded.Begun, []string{"paper"})
	equal(t, "ended", loaded.Ended, []string{"mail"})
	equal(t, "back", h.reload(clock("12:00:00"), first).Begun, []string{"mail"})
}

// What is remembered of a check goes with it: when it comes back it begins anew.
func TestPlanForgetsChecks(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp", "login")))
	key := CheckKey{"tax", "login"}
	h.observe(seen("tax", "tcp", "09:00:00"), failed("tax", "login", "10:00:00", "10:00:30"))
	h.look(key, clock("10:01:00"), false)
	loaded := h.reload(clock("11:00:00"), planOf(system("tax", "tcp")))
	equal(t, "gone", loaded.Gone, []journal.CheckName{{System: "tax", Check: "login"}})
	_, account := h.state.Checks[key]
	_, look := h.state.Live.Looks[key]
	_, live := h.state.Live.Checks[key]
	equal(t, "remembered", []bool{account, look, live}, []bool{false, false, false})
	h.reload(clock("2026-12-01 09:00:00"), planOf(system("tax", "tcp", "login")))
	equal(t, "opens nothing", h.observe(seen("tax", "tcp", "2026-12-01 09:00:10")), []journal.Kind(nil))
	equal(t, "state", h.system("tax", h.clock).State, Pending)
}

func TestPlanChangesWhatIsNeeded(t *testing.T) {
	anyIsEnough := func(s *plan.System) { s.UpWhen = 1 }
	h := newHouse(t, planOf(system("dns", "a", "b")))
	h.observe(seen("dns", "a", "09:00:00"), seen("dns", "b", "09:00:00"))
	h.observe(failed("dns", "a", "10:00:00", "10:00:30"))
	h.reload(clock("11:00:00"), planOf(with(system("dns", "a", "b"), anyIsEnough)))
	same(t, "ended with the plan", h.state.Closed[0].EndedAt, clock("11:00:00"))
	equal(t, "state", h.system("dns", h.clock).State, Degraded)
	h.reload(clock("11:02:00"), planOf(system("dns", "a", "b")))
	o := h.system("dns", h.clock).Outage
	if o == nil {
		t.Fatal("the failure counts again, yet no outage is open")
	}
	equal(t, "the same one", o.ID, "outage-1")
	same(t, "start", o.Start, clock("10:00:00"))
}

// Within a minute of being dropped by mistake a system has its outage back.
func TestDroppedByMistake(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"))
	h.reload(clock("11:00:00"), planOf())
	h.reload(clock("11:01:00"), planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "", "11:01:05"))
	o := h.state.Open["tax"]
	equal(t, "id", o.ID, "outage-1")
	equal(t, "dropped", o.Dropped, false)
}

func TestClockSteps(t *testing.T) {
	// The run began at 08:00. The first outage is of an earlier run, the second of this one; the
	// third began in this run too but was last seen to work before it.
	setUp := func(t *testing.T) *house {
		h := newHouse(t, planOf(system("old", "tcp"), system("tax", "tcp"), system("mail", "tcp")))
		h.observe(failed("old", "tcp", "08:09:30", "08:10:00"))
		h.start(clock("09:00:00"))
		h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"), failed("mail", "tcp", "08:59:00", "10:00:00"))
		return h
	}
	for _, by := range []time.Duration{3 * time.Hour, -20 * time.Minute} {
		t.Run(by.String(), func(t *testing.T) {
			h := setUp(t)
			before := h.at(clock("10:30:00"))
			stepped := h.step(clock("10:30:00"), by)
			after := h.at(h.clock)
			tax := after.System("tax").Outage
			equal(t, "elapsed stays true", tax.Elapsed, before.System("tax").Outage.Elapsed)
			same(t, "first bad", tax.FirstBadAt, clock("10:00:00").Add(by))
			same(t, "last ok", tax.LastOKAt, clock("09:59:30").Add(by))
			same(t, "deadline", tax.Deadline, clock("13:59:30").Add(by))
			equal(t, "left stays true", *tax.Left, *before.System("tax").Outage.Left)
			old := after.System("old").Outage
			same(t, "noted before the run", old.Start, clock("08:09:30"))
			same(t, "its deadline", old.Deadline, clock("12:09:30"))
			mail := after.System("mail").Outage
			same(t, "seen before the run", mail.LastOKAt, clock("08:59:00"))
			same(t, "failed in the run", mail.FirstBadAt, clock("10:00:00").Add(by))
			equal(t, "moved", len(stepped.Moved), 1)
			equal(t, "named", stepped.Moved[0].System, "tax")
			same(t, "run", after.Agent.StartedAt, clock("09:00:00").Add(by))
		})
	}
}

// A check that fails, of a system that works without it, fails for as long as it did.
func TestClockStepsWhileDegraded(t *testing.T) {
	h := newHouse(t, planOf(with(system("dns", "a", "b"), func(s *plan.System) { s.UpWhen = 1 })))
	h.observe(seen("dns", "a", "09:59:00"), seen("dns", "b", "09:59:00"), failed("dns", "b", "09:59:30", "10:00:00"))
	h.step(clock("10:30:00"), time.Hour)
	dns := h.system("dns", h.clock)
	equal(t, "state", dns.State, Degraded)
	same(t, "since", dns.Since, clock("11:00:00"))
}

// Two steps, there and back, leave everything as it was.
func TestClockStepsThereAndBack(t *testing.T) {
	h := newHouse(t, planOf(system("old", "tcp"), system("tax", "tcp"), system("mail", "tcp")))
	h.observe(failed("old", "tcp", "08:09:30", "08:10:00"))
	h.start(clock("08:30:00"))
	h.observe(failed("tax", "tcp", "08:39:30", "08:40:00"))
	h.observe(failed("mail", "tcp", "08:39:30", "08:40:00"), recovered("mail", "tcp", "08:49:30", "08:50:00"))
	h.act(clock("08:55:00"), Acknowledge{System: "tax", Why: "現地へ"})
	h.look(CheckKey{"tax", "tcp"}, clock("08:56:00"), false)
	h.write(journal.BlindBegan{Since: clock("08:57:00")})
	before := h.at(clock("12:00:00"))
	h.step(clock("12:00:00"), -3*time.Hour)
	same(t, "recovery began", h.state.Open["tax"].AcknowledgedAt, clock("05:55:00"))
	same(t, "blind since", h.state.Blind.Since, clock("05:57:00"))
	stretches := h.at(h.clock).Unobserved
	lasts := stretches[len(stretches)-1]
	equal(t, "nobody looks since then", []any{lasts.From, lasts.To, lasts.Why}, []any{clock("05:57:00"), time.Time{}, "blind"})
	same(t, "looked at", h.state.Live.Looks[CheckKey{"tax", "tcp"}].LastBadAt, clock("05:56:00"))
	same(t, "up since", h.system("mail", h.clock).Since, clock("05:50:00"))
	h.step(clock("09:00:00"), 3*time.Hour)
	equal(t, "situation", cmp.Diff(before, h.at(clock("12:00:00"))), "")
}

// A system that flaps over a step of the clock has one outage, as long as it really was.
func TestReopeningOverAClockStep(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.observe(recovered("tax", "tcp", "10:09:30", "10:10:00"))
	h.step(clock("10:11:00"), 5*time.Hour)
	same(t, "history stands", h.state.Closed[0].EndedAt, clock("10:10:00"))
	equal(t, "kinds", h.observe(failed("tax", "tcp", "15:11:30", "15:12:00")), []journal.Kind{bad, reopened})
	tax := h.system("tax", h.clock)
	same(t, "start", tax.Outage.Start, clock("14:59:30"))
	same(t, "deadline", tax.Outage.Deadline, clock("18:59:30"))
	equal(t, "outages", tax.OutagesTotal, 1)
	equal(t, "seconds", tax.OutageSeconds, Seconds(750))
}

func TestClockStepOfAnotherRun(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	equal(t, "moves nothing", len(StepClock(h.plan, h.state, "another", time.Hour).Moved), 0)
	h.append(journal.Event{Kind: journal.KindClockStepped, Payload: journal.ClockStepped{By: time.Hour}})
	same(t, "own", h.state.Open["tax"].FirstBadAt, clock("11:00:00"))
}

func TestTrustInTheClock(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.write(journal.ClockUntrusted{Wall: clock("2000-01-01 00:00:00")})
	equal(t, "untrusted", h.at(h.clock).Clock.Estimated, true)
	e := journal.Event{At: clock("10:00:00"), Kind: journal.KindAgentStarted, Estimated: true, Payload: journal.AgentStarted{}}
	h.append(e)
	equal(t, "a run that cannot tell", h.at(h.clock).Clock.Estimated, true)
	h.start(clock("10:10:00"))
	equal(t, "a run that can", h.at(h.clock).Clock.Estimated, false)
	h.write(journal.ClockUntrusted{})
	h.write(journal.ClockTrusted{})
	equal(t, "trusted", h.at(h.clock).Clock.Estimated, false)
}
