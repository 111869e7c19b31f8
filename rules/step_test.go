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

func TestRefusedMarks(t *testing.T) {
	h := responding(t)
	h.by("井上 誠", "10:06:00", to(continuity)) // both procedures have a step "survey" now
	h.by("高橋 健", "10:07:00", MarkStep{Step: "first.safety", Note: "全員無事"})
	h.by("高橋 健", "10:08:00", MarkStep{Step: "recover.order"})
	h.by("伊藤 実", "10:09:00", MarkStep{Step: "recover.order", Undo: true, Note: "誤り"})
	long := strings.Repeat("x", 4001)
	tests := []struct {
		name   string
		action MarkStep
		kind   ProblemKind
		text   string
		hint   string
	}{
		{"no step", MarkStep{}, Invalid, "the step is missing", "PROCEDURE.STEP"},
		{"misspelt ID", MarkStep{Step: "first.safty"}, NotFound, `no running checklist has a step "first.safty"`, `did you mean "first.safety"?`},
		{"misspelt name", MarkStep{Step: "generater"}, NotFound, `"generater"`, `did you mean "shake.generator"?`},
		{"unlike any", MarkStep{Step: "coffee"}, NotFound, `"coffee"`, "steps are: first.safety, first.survey"},
		{"of a procedure that does not run", MarkStep{Step: "isolate.cut"}, NotFound, `"isolate.cut"`, "begins with its stage and threat"},
		{"name of two steps", MarkStep{Step: "survey"}, Invalid, `several checklists have a step "survey"`, "first.survey, recover.survey"},
		{"done again", MarkStep{Step: "first.safety"}, Conflict, `"first.safety" is done already: 高橋 健 did it at 2026-07-15T10:07:00+09:00`, "undo it first"},
		{"done again by its name", MarkStep{Step: "safety"}, Conflict, "高橋 健 did it", ""},
		{"undo of what is open", MarkStep{Step: "generator", Undo: true}, Conflict, `"shake.generator" is not done`, ""},
		{"undo of what was undone", MarkStep{Step: "order", Undo: true}, Conflict, "is not done: 伊藤 実 took it back at 2026-07-15T10:09:00+09:00", ""},
		{"undo and note only", MarkStep{Step: "safety", Undo: true, NoteOnly: true, Note: "x"}, Invalid, "exclude each other", "takes a note along"},
		{"note only, empty", MarkStep{Step: "safety", NoteOnly: true, Note: " "}, Invalid, "the note is empty", ""},
		{"long note", MarkStep{Step: "generator", Note: long}, Invalid, "longer than 4000 bytes", "shorten"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { says(t, h.refused("佐藤", "10:10:00", tt.action), tt.kind, tt.text, tt.hint) })
	}
	calm := newHouse(t, prepared())
	says(t, calm.refused("佐藤", "10:00:00", MarkStep{Step: "coffee"}), NotFound, "no running checklist", "none runs: checklists begin when the stage is moved")
	says(t, calm.refused("佐藤", "10:00:00", MarkStep{Step: "first.safety"}), NotFound, "no running checklist", "begins with its stage")
}

func TestMarksOfAStep(t *testing.T) {
	h := responding(t)
	done := h.by("高橋 健", "10:10:00", MarkStep{Step: "safety", Note: "全員無事"})
	equal(t, "subject", done.Subject, "first.safety")
	noted := h.by("", "10:12:00", MarkStep{Step: "safety", NoteOnly: true, Note: "1名は外出中"})
	equal(t, "note", noted.Payload, journal.Payload(journal.StepNoted{Step: "first.safety", Text: "1名は外出中"}))
	equal(t, "done", h.stepAt("first.safety", "10:13:00"), &StepFacts{
		ID: "first.safety", Title: "safetyする", Role: "head", RoleTitle: "統括", State: StepDone,
		DueAt: clock("10:35:00"), DoneAt: clock("10:10:00"), DoneBy: "高橋 健", Links: []journal.Link{{To: "手順書 safety"}},
		Notes: []StepNote{{clock("10:10:00"), "高橋 健", "全員無事"}, {clock("10:12:00"), "u501", "1名は外出中"}},
	})

	undone := h.by("伊藤 実", "10:14:00", MarkStep{Step: "safety", Undo: true, Note: "1名未確認"})
	equal(t, "undo", undone.Payload, journal.Payload(journal.StepUndone{Step: "first.safety", Undoes: done.ID, Why: "1名未確認"}))
	s := h.stepAt("first.safety", "10:15:00")
	equal(t, "state", s.State, StepOpen)
	equal(t, "by", s.DoneBy, "")
	equal(t, "notes", len(s.Notes), 3)

	h.by("伊藤 実", "10:40:00", MarkStep{Step: "safety"})
	s = h.stepAt("first.safety", "10:41:00")
	equal(t, "done late", []any{s.State, s.Overdue, s.DoneBy}, []any{StepDone, true, "伊藤 実"})
}

// The second of two who tick the same box learns who was first.
func TestTwoOperatorsTickAtOnce(t *testing.T) {
	h := responding(t)
	h.by("高橋 健", "10:10:00", MarkStep{Step: "safety"})
	says(t, h.refused("伊藤 実", "10:10:00", MarkStep{Step: "first.safety"}), Conflict, "高橋 健 did it at 2026-07-15T10:10:00+09:00", "")
	h.by("高橋 健", "10:11:00", MarkStep{Step: "safety", Undo: true})
	says(t, h.refused("伊藤 実", "10:11:00", MarkStep{Step: "safety", Undo: true}), Conflict, "高橋 健 took it back at", "")
}

// Due is due to the second, and overdue after it.
func TestOverdueSteps(t *testing.T) {
	h := responding(t)
	for at, want := range map[string]StepCounts{
		"10:15:00": {Open: 4}, "10:15:01": {Open: 4, Overdue: 1}, "10:35:00": {Open: 4, Overdue: 1},
		"10:35:01": {Open: 4, Overdue: 2}, "11:05:01": {Open: 4, Overdue: 3}, "23:00:00": {Open: 4, Overdue: 3},
	} {
		equal(t, at, h.at(clock(at)).Response.Steps, want)
	}
	h.by("高橋 健", "10:35:00", MarkStep{Step: "safety"})
	equal(t, "on time", h.stepAt("first.safety", "12:00:00").Overdue, false)
	h.by("高橋 健", "10:36:00", MarkStep{Step: "generator"})
	equal(t, "too late", h.stepAt("shake.generator", "12:00:00").Overdue, true)
	equal(t, "counts", h.at(clock("12:00:00")).Response.Steps, StepCounts{Open: 2, Done: 2, Overdue: 1})
}

// Due counts from when a stage was entered first; returning to it continues its checklists.
func TestReturningContinuesTheChecklists(t *testing.T) {
	h := responding(t)
	h.by("高橋 健", "10:10:00", MarkStep{Step: "safety"})
	h.by("井上 誠", "10:20:00", to(continuity))
	equal(t, "in continuity", h.procedures("10:21:00"), []string{"first*", "shake*", "recover*"})
	equal(t, "counted", h.at(clock("10:21:00")).Response.Steps, StepCounts{Open: 5, Done: 1, Overdue: 1})
	same(t, "due", h.stepAt("recover.order", "10:21:00").DueAt, clock("10:40:00"))
	h.by("伊藤 実", "10:22:00", MarkStep{Step: "generator"}) // of the stage before
	moved := h.by("井上 誠", "10:25:00", to(initial)).Payload.(journal.StageMoved)
	equal(t, "begun again", len(moved.Checklists), 0)
	equal(t, "back", h.procedures("10:26:00"), []string{"first*", "shake*", "recover"})
	equal(t, "counted", h.at(clock("10:26:00")).Response.Steps, StepCounts{Open: 2, Done: 2})
	same(t, "due", h.stepAt("first.safety", "10:26:00").DueAt, clock("10:35:00"))
	h.by("井上 誠", "10:30:00", to(stoodDown))
	equal(t, "stood down", h.procedures("10:31:00"), []string{"first*", "shake*", "recover*"})
	equal(t, "counted", h.at(clock("10:31:00")).Response.Steps, StepCounts{Open: 4, Done: 2})
}

func TestThreatChangesDuringTheResponse(t *testing.T) {
	h := newHouse(t, prepared())
	h.by("井上 誠", "10:00:00", to(initial)) // under the default threat, an incident
	equal(t, "incident", h.procedures("10:01:00"), []string{"first*", "isolate*"})
	declared := h.by("井上 誠", "10:10:00", Declare{Threat: "disaster"}).Payload.(journal.ThreatDeclared)
	equal(t, "begun", len(declared.Checklists), 1)
	equal(t, "disaster", h.procedures("10:11:00"), []string{"first*", "isolate", "shake*"})
	same(t, "due", h.stepAt("shake.generator", "10:11:00").DueAt, clock("10:20:00"))
	again := h.by("井上 誠", "10:12:00", Declare{Threat: "disaster", Onset: clock("09:00:00")}).Payload.(journal.ThreatDeclared)
	equal(t, "begun again", len(again.Checklists), 0)
	h.by("井上 誠", "10:20:00", End{Threat: "disaster"})
	equal(t, "work goes on", h.procedures("10:21:00"), []string{"first*", "isolate*", "shake*"})
}

// A procedure for two threats is current under both.
func TestProcedureForTwoThreats(t *testing.T) {
	p := prepared()
	p.Procedures[2].Threats = []string{"incident", "disaster"}
	h := newHouse(t, p)
	h.by("井上 誠", "10:00:00", to(initial))
	h.by("井上 誠", "10:10:00", Declare{Threat: "disaster"})
	equal(t, "disaster", h.procedures("10:11:00"), []string{"first*", "isolate*", "shake*"})
	h.by("井上 誠", "10:12:00", Declare{Threat: "pandemic"})
	equal(t, "pandemic", h.procedures("10:13:00"), []string{"first*", "isolate", "shake"})
}

func TestThreatDeclaredInOrdinaryTimesBeginsNothing(t *testing.T) {
	h := newHouse(t, prepared())
	declared := h.by("井上 誠", "10:10:00", Declare{Threat: "disaster"}).Payload.(journal.ThreatDeclared)
	equal(t, "begun", len(declared.Checklists), 0)
	if lists := h.procedures("10:11:00"); lists != nil {
		t.Errorf("%v run in ordinary times", lists)
	}
}

func TestOnlyIf(t *testing.T) {
	p := prepared()
	cond := &onlyIf{}
	p.Procedures[0].Steps[1].OnlyIf = cond
	h := newHouse(t, p)
	h.by("井上 誠", "10:00:00", to(initial))
	look := func() []any {
		s := h.stepAt("first.survey", "12:00:00")
		return []any{s.State, s.Overdue, s.OnlyIf, s.Unjudged}
	}
	equal(t, "does not hold", look(), []any{StepIdle, false, "power.lost", ""})
	equal(t, "not counted", h.at(clock("10:01:00")).Response.Steps, StepCounts{Open: 3})
	cond.Holds = true
	equal(t, "holds", look(), []any{StepOpen, true, "power.lost", ""})
	cond.Judgement = plan.Judgement{Unjudged: "power.lost is not known"}
	equal(t, "cannot be judged", look(), []any{StepOpen, true, "power.lost", "power.lost is not known"})

	cond.Judgement = plan.Judgement{}
	h.by("高橋 健", "10:10:00", MarkStep{Step: "first.survey"})
	equal(t, "done although it need not be", look(), []any{StepDone, false, "power.lost", ""})
	h.by("高橋 健", "10:11:00", MarkStep{Step: "first.survey", Undo: true})

	without := prepared() // the plan drops the condition: the step applies again
	h.reload(clock("10:12:00"), without)
	equal(t, "condition gone", look(), []any{StepOpen, true, "", ""})
	without.Procedures[0].Steps = slices.Delete(without.Procedures[0].Steps, 1, 2)
	equal(t, "step gone", look(), []any{StepOpen, true, "", ""})
}

// A plan that changes during a response leaves the running checklist alone, and it shows.
func TestPlanChangesDuringTheResponse(t *testing.T) {
	p := prepared()
	h := newHouse(t, p)
	h.by("井上 誠", "10:00:00", to(initial))
	h.by("高橋 健", "10:10:00", MarkStep{Step: "report"})
	changed := prepared()
	first := changed.Procedures[0]
	first.Steps[0].Due = time.Hour
	first.Steps = append(first.Steps[:2:2], &plan.Step{Name: "photo", Title: "写真"}) // report is gone
	h.reload(clock("10:20:00"), changed)

	list := h.at(clock("10:21:00")).Response.Checklists[0]
	var got []string
	for _, s := range list.Steps {
		got = append(got, s.ID+" "+string(s.State)+" "+s.Change)
	}
	equal(t, "steps", got, []string{"first.safety open changed", "first.survey open ", "first.report done removed"})
	equal(t, "added", [][]string{list.Added, list.AddedTitles}, [][]string{{"first.photo"}, {"写真"}})
	equal(t, "departs in", list.Steps[0].Departs, []string{"due"})
	equal(t, "is now", list.Steps[0].Planned.Due, time.Hour)
	same(t, "due as it was", list.Steps[0].DueAt, clock("10:30:00"))
	h.by("高橋 健", "10:22:00", MarkStep{Step: "first.report", NoteOnly: true, Note: "提出済"})
	says(t, h.refused("高橋 健", "10:23:00", MarkStep{Step: "first.photo"}), NotFound, `"first.photo"`, "the plan has it")

	for field, edit := range map[string]func(*plan.Step){
		"title": func(s *plan.Step) { s.Title = "別" }, "role": func(s *plan.Step) { s.Role = "server" },
		"only_if": func(s *plan.Step) { s.OnlyIf = &onlyIf{} }, "links": func(s *plan.Step) { s.Links = nil },
	} {
		other := prepared()
		edit(other.Procedures[0].Steps[0])
		s := Evaluate(other, h.state, clock("10:21:00")).Response.Checklists[0].Steps[0]
		equal(t, field, []any{s.Change, s.Departs}, []any{"changed", []string{field}})
	}
	changed.Procedures = changed.Procedures[1:]
	list = h.at(clock("10:24:00")).Response.Checklists[0]
	equal(t, "procedure gone", []any{list.Current, list.Steps[0].Change, len(list.Added)}, []any{true, "removed", 0})
}

// A step of the clock moves what counts from it: half an hour is half an hour.
func TestClockStepDuringTheResponse(t *testing.T) {
	h := responding(t)
	h.by("高橋 健", "10:10:00", MarkStep{Step: "safety", Note: "x"})
	h.step(clock("10:20:00"), time.Hour)
	same(t, "began", h.at(clock("11:20:00")).Response.BeganAt, clock("11:05:00"))
	s := h.stepAt("first.safety", "11:20:00")
	same(t, "due", s.DueAt, clock("11:35:00"))
	same(t, "done", s.DoneAt, clock("11:10:00"))
	same(t, "noted", s.Notes[0].At, clock("11:10:00"))
	equal(t, "overdue", s.Overdue, false)
	equal(t, "survey is due in 45 minutes", h.stepAt("first.survey", "12:05:00").Overdue, false)

	h.start(clock("11:30:00")) // what an earlier run noted stands
	h.step(clock("11:40:00"), time.Hour)
	same(t, "due", h.stepAt("first.safety", "12:41:00").DueAt, clock("11:35:00"))
}

// What was left open when the response ended does not become overdue afterwards, and goes on where
// it was when the response does.
func TestNothingBecomesOverdueAfterTheResponse(t *testing.T) {
	for _, end := range []plan.Stage{plan.StoodDown, plan.Monitoring} {
		t.Run(string(end), func(t *testing.T) {
			h := responding(t)
			overdue := func(at string) int { return h.at(clock(at)).Response.Steps.Overdue }
			h.by("井上 誠", "10:20:00", to(end))
			equal(t, "one was late", []int{overdue("10:20:00"), overdue("23:00:00")}, []int{1, 1})
			h.by("井上 誠", "23:01:00", MoveStage{Undo: true, Why: "まだ続く"})
			equal(t, "it goes on", overdue("23:02:00"), 3)
		})
	}
}

// A declared threat that a new plan has lost is active no more: the work that it brought goes on,
// as it does when the threat is ended.
func TestPlanLosesTheThreatOfTheResponse(t *testing.T) {
	h := responding(t)
	p := prepared()
	p.Threats = p.Threats[1:]
	for _, s := range p.Systems {
		delete(s.AllowableDowntime, "disaster")
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	h.reload(clock("10:10:00"), p)
	equal(t, "threat", h.at(clock("10:11:00")).Threat.Name, "incident")
	equal(t, "work goes on", h.procedures("10:11:00"), []string{"first*", "shake*"})
}

// Once the move into the response is taken back, what was touched stays to be seen, and nobody
// ticks it off: a note and a correction still go on record.
func TestNothingIsTickedInOrdinaryTimes(t *testing.T) {
	h := responding(t)
	h.by("高橋 健", "10:10:00", MarkStep{Step: "safety"})
	h.by("井上 誠", "10:20:00", MoveStage{Undo: true, Why: "誤り"})
	says(t, h.refused("高橋 健", "10:21:00", MarkStep{Step: "first.survey"}), Conflict,
		`nobody responds, so step "first.survey" cannot be done: 井上 誠 took the move before back at 2026-07-15T10:20:00+09:00`, "move to the stage first")
	h.by("高橋 健", "10:22:00", MarkStep{Step: "survey", NoteOnly: true, Note: "見回り済"})
	h.by("高橋 健", "10:23:00", MarkStep{Step: "safety", Undo: true})
	h.by("井上 誠", "10:24:00", to(initial))
	h.by("高橋 健", "10:25:00", MarkStep{Step: "survey"})
	h.by("井上 誠", "10:30:00", to(stoodDown))
	h.by("高橋 健", "10:31:00", MarkStep{Step: "safety"}) // the last of the work, ticked off afterwards
}
