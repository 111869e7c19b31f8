package rules_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// conditioned is a response since 10:00 with a step first.survey, due after an hour, whose
// condition the test sets. Somebody looks each second.
func conditioned(t *testing.T, holds bool) (h *house, cond *onlyIf) {
	p := prepared()
	cond = &onlyIf{}
	cond.Holds = holds
	p.Procedures[0].Steps[1].OnlyIf = cond
	h = newHouse(t, p)
	h.decide(clock("09:59:59"))
	h.by("井上 誠", "10:00:00", to(initial))
	h.decide(clock("10:00:00"))
	return h, cond
}

// turns lets the condition hold or not from then on.
func (h *house) turns(cond *onlyIf, at string, holds bool) {
	h.t.Helper()
	h.decide(clock(at).Add(-time.Second))
	cond.Holds = holds
	h.decide(clock(at))
}

// due is when first.survey is due at the instant; "" when it is not.
func (h *house) due(at string) string {
	h.t.Helper()
	due := h.stepAt("first.survey", at).DueAt
	if due.IsZero() {
		return ""
	}
	return due.Format(time.TimeOnly)
}

func TestDueFromWhenTheConditionHolds(t *testing.T) {
	h, cond := conditioned(t, false)
	equal(t, "does not hold", h.due("10:30:00"), "")
	h.turns(cond, "12:00:00", true)
	equal(t, "holds", h.due("12:00:00"), "13:00:00")
	equal(t, "not overdue at once", h.stepAt("first.survey", "13:00:00").Overdue, false)
	equal(t, "overdue", h.stepAt("first.survey", "13:00:01").Overdue, true)

	h.turns(cond, "12:10:00", false)
	equal(t, "ceases", h.due("12:10:00"), "")
	h.turns(cond, "12:14:59", true)
	equal(t, "a short break is none", h.due("12:15:00"), "13:00:00")
	h.turns(cond, "12:20:00", false)
	h.turns(cond, "12:25:00", true)
	equal(t, "another spell", h.due("12:30:00"), "13:25:00")
}

func TestDueFromTheStage(t *testing.T) {
	h, cond := conditioned(t, true)
	equal(t, "held when the stage began", h.due("10:30:00"), "11:00:00")
	cond.Judgement = plan.Judgement{Unjudged: "power.lost is not known"}
	h.decide(clock("10:31:00"))
	equal(t, "cannot be judged", h.due("10:31:00"), "11:00:00")
	equal(t, "without a condition", h.stepAt("first.safety", "10:30:00").DueAt.Format(time.TimeOnly), "10:30:00")
}

// The first to see that it holds may be the one who asks, between two looks.
func TestDueBetweenTwoLooks(t *testing.T) {
	h, cond := conditioned(t, false)
	cond.Holds = true
	equal(t, "from now", h.due("12:00:00"), "13:00:00")
	equal(t, "still", h.due("12:00:00"), "13:00:00")
}

// A run that begins later does not know since when the condition holds: no more than the time
// until its beginning is promised beyond what there is.
func TestDueAfterARestart(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.start(clock("12:10:00"))
	equal(t, "holds", h.due("12:10:01"), "13:10:00")
	h.decide(clock("12:10:01"))
	equal(t, "and stays", h.due("12:50:00"), "13:10:00")
	equal(t, "without a condition", h.stepAt("first.safety", "12:11:00").DueAt.Format(time.TimeOnly), "10:30:00")

	h.by("井上 誠", "12:20:00", to(continuity))
	h.by("井上 誠", "12:21:00", to(stoodDown))
	h.by("井上 誠", "12:30:00", to(initial)) // a new file, in this run
	h.decide(clock("12:30:00"))
	equal(t, "begun in this run", h.due("12:31:00"), "13:30:00")
}

func TestDoneWithACondition(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.by("高橋 健", "12:59:00", MarkStep{Step: "first.survey"})
	h.turns(cond, "14:00:00", false)
	s := h.stepAt("first.survey", "14:30:00")
	equal(t, "in time", []any{s.State, s.Overdue, s.DueAt.Format(time.TimeOnly)}, []any{StepReady, false, "13:00:00"})
	h.start(clock("15:00:00"))
	s = h.stepAt("first.survey", "15:00:01")
	equal(t, "nobody knows any more", []any{s.State, s.Overdue, h.due("15:00:01")}, []any{StepReady, false, ""})
}

func TestSpellsFollowTheClock(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.step(clock("12:10:00"), time.Hour)
	equal(t, "moved", h.due("13:11:00"), "14:00:00")
}

// What is undone is due when it was: ticking it off by mistake wins no time.
func TestUndoneWithACondition(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.by("高橋 健", "12:30:00", MarkStep{Step: "first.survey"})
	h.decide(clock("12:30:00"))
	h.decide(clock("12:49:59"))
	h.by("高橋 健", "12:50:00", MarkStep{Step: "first.survey", Undo: true})
	equal(t, "due", h.due("12:50:00"), "13:00:00")
}

func TestSpellsGoWithTheirSteps(t *testing.T) {
	h, _ := conditioned(t, true)
	equal(t, "noted", len(h.state.Live.Spells), 1)
	h.by("井上 誠", "10:05:00", MoveStage{Undo: true, Why: "誤り"})
	h.decide(clock("10:05:00"))
	equal(t, "gone", len(h.state.Live.Spells), 0)
}
