package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// decide lets the house judge, as an agent does every second and after what happened. It returns
// what the recommendation became, or "" when it did not change.
func (h *house) decide(at time.Time) plan.Recommendation {
	h.t.Helper()
	if at.After(h.clock) {
		h.clock = at
	}
	for _, e := range h.append(Decide(h.state, h.at(at))...) {
		if changed, ok := e.Payload.(journal.RecommendationChanged); ok {
			return changed.To
		}
	}
	return ""
}

// decideFor judges every second from one time to another, both included.
func (h *house) decideFor(from, to time.Time) string {
	h.t.Helper()
	var changes []string
	for at := from; !at.After(to); at = at.Add(time.Second) {
		if r := h.decide(at); r != "" {
			changes = append(changes, at.Format(time.TimeOnly)+" "+string(r))
		}
	}
	return strings.Join(changes, ", ")
}

// reason returns a criterion as it stands at the instant.
func (h *house) reason(criterion string, at time.Time) *ReasonFacts {
	h.t.Helper()
	all := h.at(at).Decision.Reasons
	i := slices.IndexFunc(all, func(r *ReasonFacts) bool { return r.Criterion == criterion })
	if i < 0 {
		h.t.Fatalf("no criterion %s among %d", criterion, len(all))
	}
	return all[i]
}

func (h *house) recommended(at time.Time) plan.Recommendation {
	return h.at(at).Decision.Recommendation
}

// fails lets a system with one check named "tcp" go down, recovers lets it come back. Both are
// confirmed at the instant given, and bracketed by it.
func (h *house) fails(system string, at time.Time) {
	h.observe(Observation{System: system, Check: "tcp", To: Down, At: at, LastOKAt: at, FirstBadAt: at, Reason: "refused", Text: "refused"})
}

func (h *house) recovers(system string, at time.Time) {
	h.observe(Observation{System: system, Check: "tcp", To: Up, At: at, LastBadAt: at, FirstOKAt: at})
}

// office has three systems, of priority 1 to 3, with a deadline after four hours and a recovery
// of one.
func office(edit ...func(*plan.Plan)) *plan.Plan {
	p := planOf(system("tax", "tcp"), system("mail", "tcp"), system("water", "tcp"))
	for i, s := range p.Systems {
		s.Priority = i + 1
	}
	for _, f := range edit {
		f(p)
	}
	return p
}

func decidedBy(d *plan.Decision) func(*plan.Plan) {
	return func(p *plan.Plan) { p.Decision = d }
}

// Each built-in criterion begins and ceases to the nanosecond, and counts for exactly five minutes
// after it has ceased.
func TestBuiltInCriteriaFlipAtTheirLimit(t *testing.T) {
	tests := []struct {
		criterion string
		plan      *plan.Plan
		// before is what happened before the house is asked whether the criterion holds, whose
		// first instant is on; the criterion ceases with off.
		before func(*house)
		on     time.Time
		off    func(*house, time.Time)
	}{
		{"deadline_missed", office(), func(h *house) { h.fails("tax", clock("10:00:00")) },
			clock("14:00:00").Add(1), func(h *house, at time.Time) { h.recovers("tax", at) }},
		{"deadline_at_risk", office(), func(h *house) { h.fails("tax", clock("10:00:00")) },
			clock("13:00:00").Add(1), func(h *house, at time.Time) { h.act(at, GiveETA{System: "tax", At: clock("14:00:00")}) }},
		{"many_down", office(), func(h *house) {
			h.fails("tax", clock("10:00:00"))
			h.fails("mail", clock("10:00:00"))
			h.decide(clock("10:00:01"))
			h.fails("water", clock("10:10:00"))
		}, clock("10:10:00"), func(h *house, at time.Time) { h.recovers("mail", at) }},
		{"short_power", machineRoom(), func(h *house) { h.utilityLost(clock("10:10:00")) },
			clock("10:10:00"), func(h *house, at time.Time) { h.utilityBack(at) }},
		{"threat_declared", office(), func(h *house) { h.act(clock("10:10:00"), Declare{Threat: "disaster"}) },
			clock("10:10:00"), func(h *house, at time.Time) { h.act(at, End{Threat: "disaster"}) }},
		{"priority_down", office(), func(h *house) { h.fails("tax", clock("10:10:00")) },
			clock("10:10:00"), func(h *house, at time.Time) { h.recovers("tax", at) }},
	}
	for i, tt := range tests {
		t.Run(tt.criterion, func(t *testing.T) {
			if name := BuiltIn()[i].Name; name != tt.criterion {
				t.Fatalf("criterion %d is %s", i, name)
			}
			h := newHouse(t, tt.plan)
			h.decide(clock("09:00:00"))
			if h.reason(tt.criterion, clock("09:00:00")).Holds {
				t.Error("it holds on a calm day")
			}
			tt.before(h)
			if tt.on.Nanosecond() == 1 && h.reason(tt.criterion, tt.on.Add(-1)).Holds {
				t.Error("it holds at the limit")
			}
			if r := h.reason(tt.criterion, tt.on); !r.Holds || !r.KeptUntil.IsZero() {
				t.Errorf("it does not hold beyond the limit: %+v", r)
			}
			off := tt.on.Add(10 * time.Minute).Truncate(time.Second)
			h.decide(tt.on)
			h.decide(off.Add(-time.Second))
			tt.off(h, off)
			h.decide(off)
			ceasesAt(t, h, tt.criterion, off, off.Add(5*time.Minute))
		})
	}
}

// ceasesAt: a criterion that ceased at off counts to the last nanosecond before until.
func ceasesAt(t *testing.T, h *house, criterion string, off, until time.Time) {
	t.Helper()
	for _, at := range []time.Time{off, off.Add(time.Second), until.Add(-1)} {
		if r := h.reason(criterion, at); !r.Holds || !r.KeptUntil.Equal(until) {
			t.Errorf("at %v: %+v, to be kept until %v", at, r, until)
		}
	}
	for _, at := range []time.Time{until, until.Add(time.Hour)} {
		if r := h.reason(criterion, at); r.Holds || !r.KeptUntil.IsZero() {
			t.Errorf("at %v it still counts: %+v", at, r)
		}
	}
}

func (h *house) utilityLost(at time.Time) {
	h.clock = at
	h.write(journal.PowerBegan{Supply: journal.Utility, Condition: journal.UtilityLost, LastNotAt: at, FirstAt: at})
}

func (h *house) utilityBack(at time.Time) {
	h.clock = at
	h.write(journal.PowerEnded{Supply: journal.Utility, Condition: journal.UtilityLost, LastAt: at, EndedAt: at})
}

// Worse at once, better step by step, each step when the last criterion that speaks for the
// worse has ceased for five minutes.
func TestBetterStepByStep(t *testing.T) {
	h := newHouse(t, office())
	h.decide(clock("08:00:00"))
	h.fails("tax", clock("10:00:00"))
	equal(t, "one down", h.decideFor(clock("10:00:00"), clock("10:01:00")), "10:00:00 ordinary_failure")
	h.fails("mail", clock("10:01:30"))
	h.fails("water", clock("10:01:30"))
	equal(t, "three down", h.decideFor(clock("10:01:30"), clock("10:03:00")), "10:01:30 establish_posture")
	h.recovers("mail", clock("10:03:00"))
	equal(t, "two down", h.decideFor(clock("10:03:00"), clock("10:05:00")), "")
	h.recovers("water", clock("10:05:00"))
	h.recovers("tax", clock("10:06:00"))
	equal(t, "none down", h.decideFor(clock("10:06:00"), clock("11:00:00")),
		"10:08:00 ordinary_failure, 10:11:00 normal")
	same(t, "since", h.at(clock("11:00:00")).Decision.Since, clock("10:11:00"))
}

// The reasons of a change are those that count for it.
func TestChangeTellsItsReasons(t *testing.T) {
	h := newHouse(t, office())
	h.fails("tax", clock("10:00:00"))
	h.decide(clock("10:00:00"))
	equal(t, "change", last[journal.RecommendationChanged](h), journal.RecommendationChanged{
		From: plan.Normal, To: plan.OrdinaryFailure,
		Reasons: []journal.Reason{{
			Criterion: "priority_down", Title: "A priority system is down", Used: []plan.Used{{Name: "down.priority_count", Value: 1.0}},
		}},
	})
	equal(t, "judged", h.state.Judged, Judged{
		Recommendation: plan.OrdinaryFailure, Since: clock("10:00:00"), Run: h.run, Held: []string{"priority_down"},
	})
}

// What comes and goes each minute changes the recommendation once.
func TestFlappingIsOneChange(t *testing.T) {
	h := newHouse(t, office(func(p *plan.Plan) { p.ReopenWithin = time.Nanosecond }))
	h.decide(clock("09:59:59"))
	var changes string
	for minute := range 60 {
		at := clock("10:00:00").Add(time.Duration(minute) * time.Minute)
		if minute%2 == 0 {
			h.fails("tax", at)
		} else {
			h.recovers("tax", at)
		}
		changes += h.decideFor(at, at.Add(59*time.Second))
	}
	changes += ", " + h.decideFor(clock("11:00:00"), clock("11:30:00"))
	equal(t, "changes", changes, "10:00:00 ordinary_failure, 11:04:00 normal")
}

// After a restart nobody knows when a criterion ceased: five minutes count from its beginning.
func TestRestartDuringHysteresis(t *testing.T) {
	h := newHouse(t, office())
	h.act(clock("10:00:00"), Declare{Threat: "disaster"})
	h.decide(clock("10:00:00"))
	h.act(clock("10:20:00"), End{Threat: "disaster"})
	h.decideFor(clock("10:20:00"), clock("10:24:00"))
	h.start(clock("10:24:30"))
	ceasesAt(t, h, "threat_declared", clock("10:24:30"), clock("10:29:30"))
	equal(t, "changes", h.decideFor(clock("10:24:30"), clock("10:40:00")), "10:29:30 normal")
	h.start(clock("10:50:00"))
	equal(t, "changes of the calm", h.decideFor(clock("10:50:00"), clock("10:51:00")), "")
}

// A state that nobody has judged since its newest change goes by that: so does one that was folded
// from the journal to look back.
func TestHysteresisFromTheJournalAlone(t *testing.T) {
	h := newHouse(t, office())
	h.act(clock("10:00:00"), Declare{Threat: "disaster"})
	h.decide(clock("10:00:00"))
	h.act(clock("10:02:00"), End{Threat: "disaster"})
	h.state = fold(h.log)
	ceasesAt(t, h, "threat_declared", clock("10:02:00"), clock("10:05:00"))
}

// What still holds after a restart is not taken to have ceased in between.
func TestRestartWhileItHolds(t *testing.T) {
	h := newHouse(t, office())
	h.fails("tax", clock("10:00:00"))
	h.decide(clock("10:00:00"))
	h.start(clock("10:30:00"))
	equal(t, "changes", h.decideFor(clock("10:30:00"), clock("10:45:00")), "")
	h.recovers("tax", clock("10:45:00"))
	equal(t, "changes after", h.decideFor(clock("10:45:00"), clock("11:00:00")), "10:50:00 normal")
}

// A clock that jumps changes nothing of how long a criterion has ceased.
func TestClockStepDuringHysteresis(t *testing.T) {
	for _, by := range []time.Duration{2 * time.Hour, -30 * time.Second, 4 * time.Minute} {
		t.Run(by.String(), func(t *testing.T) {
			h := newHouse(t, office())
			h.decide(clock("08:00:00"))
			h.act(clock("09:00:00"), Declare{Threat: "disaster"})
			h.decide(clock("09:00:00"))
			h.act(clock("10:00:00"), End{Threat: "disaster"})
			h.decideFor(clock("10:00:00"), clock("10:01:00"))
			h.step(clock("10:01:00"), by)
			off := clock("10:00:00").Add(by)
			ceasesAt(t, h, "threat_declared", off.Add(time.Minute), off.Add(5*time.Minute))
			same(t, "since", h.at(off).Decision.Since, clock("09:00:00").Add(by))
		})
	}
}

// A criterion that leaves the plan while it counts is forgotten with it.
func TestCriterionLeavesThePlan(t *testing.T) {
	h := newHouse(t, office())
	h.act(clock("10:00:00"), Declare{Threat: "disaster"})
	h.decide(clock("10:00:00"))
	h.reload(clock("10:01:00"), office(decidedBy(&plan.Decision{BetterAfter: time.Minute})))
	if got := h.decide(clock("10:01:00")); got != plan.Normal {
		t.Errorf("without its criterion it is %q", got)
	}
	h.act(clock("10:02:00"), End{Threat: "disaster"})
	h.decide(clock("10:02:00"))
	h.reload(clock("10:03:00"), office())
	if r := h.reason("threat_declared", clock("10:03:00")); r.Holds {
		t.Errorf("it comes back as if it had held until now: %+v", r)
	}
}

func TestChoiceIsOvertaken(t *testing.T) {
	h := newHouse(t, office())
	h.fails("tax", clock("10:00:00"))
	h.decide(clock("10:00:00"))
	if c := h.at(clock("10:00:30")).Decision.Choice; c != nil {
		t.Fatalf("nobody chose: %+v", c)
	}
	h.state.Response.Choice = &Choice{
		ID: "chosen", At: clock("10:01:00").UTC(), Actor: journal.Actor{User: "u501", By: "佐藤"},
		OrdinaryChosen: journal.OrdinaryChosen{Why: "予備機あり", Recommendation: plan.OrdinaryFailure},
	}
	want := &ChoiceFacts{ID: "chosen", At: clock("10:01:00"), By: "佐藤", User: "u501", Why: "予備機あり"}
	equal(t, "choice", h.at(clock("10:02:00")).Decision.Choice, want)
	h.act(clock("10:03:00"), Declare{Threat: "disaster"})
	want.Overtaken = true
	equal(t, "choice after it got worse", h.at(clock("10:03:00")).Decision.Choice, want)
}
