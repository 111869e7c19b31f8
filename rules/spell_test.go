package rules_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
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

// A restart wins no time, and loses none.
func TestDueAfterARestart(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.decide(clock("12:01:00"))
	h.start(clock("12:10:00"))
	equal(t, "holds", h.due("12:10:01"), "13:00:00")
	h.decide(clock("12:10:01"))
	equal(t, "and stays", h.due("12:50:00"), "13:00:00")
	equal(t, "without a condition", h.stepAt("first.safety", "12:11:00").DueAt.Format(time.TimeOnly), "10:30:00")

	h.turns(cond, "12:11:00", false)
	h.start(clock("12:15:00"))
	h.decide(clock("12:15:00"))
	h.turns(cond, "12:19:00", true)
	equal(t, "a break that is not known to be long", h.due("12:20:00"), "13:00:00")
	h.step(clock("12:21:00"), time.Hour)
	equal(t, "times of an earlier run stand", h.due("13:22:00"), "13:00:00")
	h.turns(cond, "13:23:00", false)
	h.decide(clock("13:28:00"))
	h.start(clock("13:40:00"))
	cond.Holds = true
	equal(t, "began while nobody looked", h.due("13:40:01"), "14:28:00")

	h.by("井上 誠", "14:20:00", to(continuity))
	h.by("井上 誠", "14:21:00", to(stoodDown))
	h.by("井上 誠", "14:30:00", to(initial)) // a new file, in this run
	h.decide(clock("14:30:00"))
	equal(t, "begun in this run", h.due("14:31:00"), "15:30:00")
}

func TestDoneWithACondition(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.by("高橋 健", "12:59:00", MarkStep{Step: "first.survey"})
	h.turns(cond, "14:00:00", false)
	s := h.stepAt("first.survey", "14:30:00")
	equal(t, "in time", []any{s.State, s.Overdue, s.DueAt.Format(time.TimeOnly)}, []any{StepDone, false, "13:00:00"})
	h.start(clock("15:00:00"))
	s = h.stepAt("first.survey", "15:00:01")
	equal(t, "after a restart", []any{s.State, s.Overdue, h.due("15:00:01")}, []any{StepDone, false, "13:00:00"})
}

func TestSpellsFollowTheClock(t *testing.T) {
	h, cond := conditioned(t, false)
	h.turns(cond, "12:00:00", true)
	h.decide(clock("12:05:00")) // it is on record by now
	h.step(clock("12:10:00"), time.Hour)
	equal(t, "moved", h.due("13:11:00"), "14:00:00")
	h.start(clock("13:12:00"))
	equal(t, "after a restart", h.due("13:13:00"), "14:00:00")
}

// What held when the checklist began is on record at once: the agent may be killed the next moment.
func TestKilledAfterTheStageBegan(t *testing.T) {
	h, _ := conditioned(t, true)
	h.start(clock("10:05:00"))
	h.decide(clock("10:05:01"))
	equal(t, "due", h.due("10:06:00"), "11:00:00")
}

// A response that began by mistake and was taken back changes nothing in the one before it.
func TestSpellOverAMistakenResponse(t *testing.T) {
	h, _ := conditioned(t, true)
	h.decideFor(clock("10:00:01"), clock("10:02:00"))
	h.by("井上 誠", "10:20:00", to(stoodDown))
	h.by("井上 誠", "10:25:00", to(initial))
	h.decideFor(clock("10:25:00"), clock("10:27:00"))
	equal(t, "of the mistake", h.due("10:27:00"), "11:25:00")
	h.by("井上 誠", "10:28:00", MoveStage{Undo: true, Why: "誤り"})
	h.by("井上 誠", "10:29:00", MoveStage{Undo: true, Why: "続ける"})
	h.decideFor(clock("10:29:00"), clock("10:32:00"))
	equal(t, "goes on", h.due("10:32:00"), "11:00:00")
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

// What began to apply and ceased to is on record, each once; when the response is over, nothing is.
func TestSpellsAreOnRecord(t *testing.T) {
	h, cond := conditioned(t, false)
	said := func() (all []string) {
		for _, e := range h.log {
			switch p := e.Payload.(type) {
			case journal.StepApplies:
				all = append(all, p.Since.In(tokyo).Format(time.TimeOnly)+" "+p.OnlyIf+p.Unjudged)
			case journal.StepLapsed:
				all = append(all, p.Since.In(tokyo).Format(time.TimeOnly)+" over")
			}
		}
		return all
	}
	h.turns(cond, "11:00:00", true)
	h.turns(cond, "11:00:59", false)
	h.decideFor(clock("11:01:00"), clock("11:10:00"))
	equal(t, "for a moment", said(), []string(nil))
	h.turns(cond, "12:00:00", true)
	h.decideFor(clock("12:00:01"), clock("12:02:00"))
	h.start(clock("12:05:00"))
	h.decideFor(clock("12:05:00"), clock("12:07:00"))
	equal(t, "began", said(), []string{"12:00:00 power.lost"})
	h.turns(cond, "12:10:00", false)
	h.decideFor(clock("12:14:50"), clock("12:20:00"))
	equal(t, "ceased", said(), []string{"12:00:00 power.lost", "12:10:00 over"})
	cond.Judgement = plan.Judgement{Unjudged: "?"}
	h.decideFor(clock("12:30:00"), clock("12:32:00"))
	equal(t, "cannot be judged", said()[2:], []string{"12:30:00 power.lost?"})

	h.by("井上 誠", "12:40:00", to(stoodDown))
	cond.Judgement = plan.Judgement{}
	h.decideFor(clock("12:41:00"), clock("12:50:00"))
	equal(t, "over", len(said()), 3)
	cond.Holds = true
	h.decideFor(clock("12:51:00"), clock("12:54:00"))
	h.by("井上 誠", "12:55:00", to(initial))
	h.decide(clock("12:55:00"))
	equal(t, "of the next response", said()[3:], []string{"12:55:00 power.lost"})
}
