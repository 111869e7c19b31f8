package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// onFile is what a file holds, in short.
func (h *house) onFile() string {
	r := &h.state.Response
	choice := ""
	if r.Choice != nil {
		choice = " choice"
	}
	return fmt.Sprintf("%d moves, %d checklists, %d calls, %d answers, %d reports%s",
		len(r.Moves), len(r.Checklists), len(r.Calls), len(r.Answers), r.Reports, choice)
}

// records leaves one of everything that can be recorded at any time.
func (h *house) records(at string) {
	h.t.Helper()
	h.by("佐藤", at, called("server", "高橋 健", journal.Reached))
	h.by("佐藤", at, AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Fine})
	h.by("佐藤", at, IssueReport{Text: "報"})
}

// What was recorded in ordinary times belongs to the response that follows, for a day.
func TestOrdinaryTimesBelongToTheResponse(t *testing.T) {
	for at, want := range map[string]string{
		"2026-07-16 10:00:00": "1 moves, 2 checklists, 1 calls, 1 answers, 1 reports choice",
		"2026-07-16 10:00:01": "1 moves, 2 checklists, 0 calls, 0 answers, 0 reports",
	} {
		h := newHouse(t, prepared())
		h.records("10:00:00")
		h.by("佐藤", "10:00:00", ChooseOrdinary{Why: "x"})
		h.by("佐藤", at, to(initial))
		equal(t, at, h.onFile(), want)
	}
}

func TestStoodDownBeginsAFreshFile(t *testing.T) {
	h := responding(t)
	h.records("10:10:00")
	h.by("佐藤", "10:11:00", MarkStep{Step: "safety"})
	h.by("佐藤", "12:00:00", to(stoodDown))
	equal(t, "stood down", h.onFile(), "2 moves, 2 checklists, 1 calls, 1 answers, 1 reports")
	h.by("佐藤", "12:10:00", called("head", "佐藤 一郎", journal.Coming)) // the aftershock
	h.by("佐藤", "12:12:00", IssueReport{Text: "最終報"})
	e := h.by("佐藤", "12:15:00", to(initial))
	if p := e.Payload.(journal.StageMoved); !p.NewFile || len(p.Checklists) != 2 {
		t.Errorf("new file %v with %d checklists", p.NewFile, len(p.Checklists))
	}
	equal(t, "afresh", h.onFile(), "1 moves, 2 checklists, 1 calls, 0 answers, 0 reports")
	equal(t, "step", h.stepAt("first.safety", "12:16:00").State, StepOpen)
	same(t, "due", h.stepAt("first.safety", "12:16:00").DueAt, clock("12:45:00"))
	same(t, "began", h.at(clock("12:16:00")).Response.BeganAt, clock("12:15:00"))
	issued := h.by("佐藤", "12:17:00", IssueReport{Text: "報"}).Payload.(journal.ReportIssued)
	equal(t, "number", issued.Number, 1)
}

// Undoing a stand-down goes on with the file, however late.
func TestUndoneStandDownGoesOn(t *testing.T) {
	h := responding(t)
	h.records("10:10:00")
	h.by("佐藤", "12:00:00", to(stoodDown))
	h.by("佐藤", "2026-07-20 12:00:00", MoveStage{Undo: true, Why: "x"})
	equal(t, "file", h.onFile(), "3 moves, 2 checklists, 1 calls, 1 answers, 1 reports")
	same(t, "began", h.at(clock("2026-07-20 12:01:00")).Response.BeganAt, clock("10:05:00"))
}

// A fresh file that was begun by mistake gives everything back, with what came in meanwhile.
func TestUndoOfAFreshFile(t *testing.T) {
	h := responding(t)
	h.records("10:10:00")
	h.by("佐藤", "10:11:00", MarkStep{Step: "safety", Note: "一"})
	h.by("佐藤", "10:12:00", MarkStep{Step: "survey", NoteOnly: true, Note: "三"})
	h.by("佐藤", "12:00:00", to(stoodDown))
	h.by("佐藤", "12:05:00", to(initial))
	h.by("佐藤", "12:06:00", MarkStep{Step: "safety", NoteOnly: true, Note: "二"})
	h.by("佐藤", "12:06:00", MarkStep{Step: "survey"})
	h.by("佐藤", "12:07:00", called("head", "佐藤 一郎", journal.Coming))
	h.by("佐藤", "12:07:30", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Stopped})
	h.by("佐藤", "12:08:00", IssueReport{Text: "報"})
	h.by("佐藤", "12:09:00", MoveStage{Undo: true, Why: "誤操作"})

	equal(t, "stage", h.at(clock("12:10:00")).Stage, stoodDown)
	equal(t, "file", h.onFile(), "4 moves, 2 checklists, 2 calls, 1 answers, 1 reports")
	safety := h.stepAt("first.safety", "12:10:00")
	equal(t, "step", []any{safety.State, len(safety.Notes)}, []any{StepDone, 2})
	survey := h.stepAt("first.survey", "12:10:00")
	equal(t, "step of the mistake", []any{survey.State, len(survey.Notes)}, []any{StepDone, 1})
	equal(t, "newest answer", h.state.Response.Answers[SurveyKey{"main", "racks"}].Finding, journal.Stopped)
	equal(t, "next number", h.by("佐藤", "12:11:00", IssueReport{Text: "報"}).Payload.(journal.ReportIssued).Number, 2)

	h.by("佐藤", "12:12:00", MoveStage{Undo: true, Why: "まだ終わっていない"}) // the stand-down itself
	equal(t, "stage", h.at(clock("12:13:00")).Stage, initial)
	same(t, "began", h.at(clock("12:13:00")).Response.BeganAt, clock("10:05:00"))
}

// A move taken back later than the one that began the file leaves the file as it is; with that one
// taken back as well, what was recorded in it alone goes on in the file before.
func TestUndoWithinAFreshFile(t *testing.T) {
	h := responding(t)
	h.records("10:10:00")
	h.by("佐藤", "12:00:00", to(stoodDown))
	h.by("佐藤", "12:05:00", to(initial))
	h.by("佐藤", "12:06:00", Declare{Threat: "incident"})
	h.by("佐藤", "12:07:00", MarkStep{Step: "cut"})
	h.by("佐藤", "12:08:00", ChooseOrdinary{Why: "x"})
	h.by("佐藤", "12:09:00", to(continuity))
	h.by("佐藤", "12:10:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "file", h.onFile(), "3 moves, 3 checklists, 0 calls, 0 answers, 0 reports choice")
	same(t, "began", h.at(clock("12:11:00")).Response.BeganAt, clock("12:05:00"))
	h.by("佐藤", "12:12:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "file before", h.onFile(), "6 moves, 3 checklists, 1 calls, 1 answers, 1 reports choice")
	equal(t, "step", h.stepAt("isolate.cut", "12:13:00").State, StepDone)
}

// The newest report is the newest of both files, and no number comes twice.
func TestReportsOfAFileThatWasTakenBack(t *testing.T) {
	for inBoth, want := range map[[2]int]int{{2, 0}: 3, {2, 1}: 3, {1, 3}: 4} {
		h := responding(t)
		var last journal.Event
		for range inBoth[0] {
			last = h.by("佐藤", "12:00:00", IssueReport{Text: "報"})
		}
		h.by("佐藤", "12:00:00", to(stoodDown))
		h.by("佐藤", "12:00:00", to(initial))
		for range inBoth[1] {
			last = h.by("佐藤", "12:01:00", IssueReport{Text: "報"})
		}
		h.by("佐藤", "12:02:00", MoveStage{Undo: true, Why: "x"})
		equal(t, "newest", h.at(clock("12:03:00")).Response.Reports.LastID, last.ID)
		equal(t, "next", h.by("佐藤", "12:03:00", IssueReport{Text: "報"}).Payload.(journal.ReportIssued).Number, want)
	}
}

// The first move of all, made by mistake, makes nothing younger that was too old for it.
func TestUndoOfTheFirstFile(t *testing.T) {
	h := newHouse(t, prepared())
	h.records("10:00:00")
	h.by("佐藤", "2026-07-16 12:00:00", to(initial))
	equal(t, "old records are away", h.onFile(), "1 moves, 2 checklists, 0 calls, 0 answers, 0 reports")
	h.by("佐藤", "2026-07-16 12:01:00", MoveStage{Undo: true, Why: "x"})
	equal(t, "and stay away", h.onFile(), "2 moves, 0 checklists, 0 calls, 0 answers, 0 reports")
}

// A short return to ordinary times does not end a response, a long one does.
func TestReversalToOrdinaryTimes(t *testing.T) {
	for at, want := range map[string]string{
		"2026-07-16 14:00:00": "3 moves, 2 checklists, 1 calls, 1 answers, 1 reports",
		"2026-07-16 14:00:01": "1 moves, 2 checklists, 0 calls, 0 answers, 0 reports",
	} {
		h := responding(t)
		h.records("10:10:00")
		h.by("佐藤", "14:00:00", to(monitoring))
		h.by("佐藤", at, to(initial))
		equal(t, at, h.onFile(), want)
	}
}

// Numbers of reports begin anew with each event, and in ordinary times after a day.
func TestNumbersOfReports(t *testing.T) {
	h := newHouse(t, prepared())
	number := func(at string) int {
		n := h.by("佐藤", at, IssueReport{Text: "報", Remarks: "r"}).Payload.(journal.ReportIssued).Number
		r := h.at(h.clock).Response.Reports
		equal(t, at, []any{r.Issued, r.LastID}, []any{n, h.log[len(h.log)-1].ID})
		same(t, at, r.LastAt, clock(at))
		return n
	}
	equal(t, "first", number("10:00:00"), 1)
	equal(t, "second", number("2026-07-16 10:00:00"), 2)
	equal(t, "none any more", h.at(clock("2026-07-17 10:00:01")).Response.Reports, ReportCounts{})
	equal(t, "anew", number("2026-07-17 10:00:01"), 1)
	h.by("佐藤", "2026-07-17 11:00:00", to(initial))
	equal(t, "goes on", number("2026-07-17 11:01:00"), 2)
	equal(t, "for days", number("2026-07-21 11:01:00"), 3)
	h.by("佐藤", "2026-07-21 12:00:00", to(stoodDown))
	equal(t, "after the stand-down", number("2026-07-25 12:00:00"), 4)
}

func TestRefusedReports(t *testing.T) {
	h := newHouse(t, prepared())
	says(t, h.refused("佐藤", "10:00:00", IssueReport{Text: "報", Remarks: string(make([]byte, 4001))}), Invalid, "longer", "shorten")
	says(t, h.refused("佐藤", "10:00:00", IssueReport{}), Invalid, "no page", "fault")
}

// A note may correct what stands in the journal, whatever that is.
func TestCorrectingNotes(t *testing.T) {
	h := newHouse(t, prepared())
	id := journal.NewID(clock("10:00:00"))
	e := h.by("佐藤", "10:00:00", AddNote{Text: "14時ではなく15時", Corrects: id})
	equal(t, "corrects", e.Payload.(journal.NoteAdded).Corrects, id)
	for _, wrong := range []string{"14", "event-1", id + "0", "8" + id[1:], id[:25] + "U", id[:25] + "o", "01語01語01語01語01語01"} {
		says(t, h.refused("佐藤", "10:00:00", AddNote{Text: "x", Corrects: wrong}), Invalid, "is not the ID of an event", "26 letters")
	}
}

// aResponse is a journal in which every kind of event of a response occurs.
func aResponse(t tb) *house {
	h := newHouse(t, prepared())
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.records("10:00:00")
	h.by("佐藤", "10:01:00", ChooseOrdinary{Why: "x"})
	h.by("佐藤", "10:02:00", ChooseOrdinary{Withdraw: true, Why: "x"})
	h.by("佐藤", "10:03:00", to(initial))
	h.by("佐藤", "10:04:00", Declare{Threat: "disaster"})
	h.by("佐藤", "10:05:00", MarkStep{Step: "safety", Note: "x"})
	h.by("佐藤", "10:06:00", MarkStep{Step: "safety", Undo: true, Note: "x"})
	h.by("佐藤", "10:07:00", MarkStep{Step: "generator", NoteOnly: true, Note: "x"})
	wrong := h.by("佐藤", "10:08:00", called("head", "井上 誠", journal.Reached))
	h.by("佐藤", "10:09:00", RecordCall{Role: "head", Person: "井上 誠", Result: journal.NotReached, Corrects: wrong.ID})
	h.step(clock("10:10:00"), time.Minute)
	h.by("佐藤", "10:12:00", to(continuity))
	h.by("佐藤", "10:13:00", MoveStage{Undo: true, Why: "x"})
	h.by("佐藤", "10:14:00", MarkStep{Step: "safety"})
	h.start(clock("10:20:00"))
	h.records("10:21:00")
	h.by("佐藤", "10:22:00", to(stoodDown))
	h.by("佐藤", "10:23:00", to(initial))
	h.by("佐藤", "10:24:00", MoveStage{Undo: true, Why: "x"})
	h.step(clock("10:25:00"), -time.Second)
	h.by("佐藤", "10:26:00", to(monitoring))
	h.records("10:27:00")
	return h
}

// Killed between any two events, the agent goes on with what was acknowledged: the fold of every
// beginning of the journal shows its newest record, and with the rest it is the state of who was
// never killed.
func TestKilledBetweenAnyTwoEvents(t *testing.T) {
	h := aResponse(t)
	whole := fold(h.log)
	if diff := cmp.Diff(whole, h.state, cmpopts.IgnoreFields(State{}, "Live")); diff != "" {
		t.Fatalf("live and folded:\n%s", diff)
	}
	for cut := range h.log {
		s := fold(h.log[:cut+1])
		if !holdsRecord(s, h.log[cut]) {
			t.Errorf("%s of %s is lost", h.log[cut].Kind, h.log[cut].ID)
		}
		Evaluate(h.plan, s, h.log[cut].At)
		if _, err := CallOutFor(h.plan, s, "disaster", h.log[cut].At); err != nil {
			t.Error(err)
		}
		for _, e := range h.log[cut:] { // the one at the cut twice: it repeats nothing
			s.Apply(e)
		}
		if diff := cmp.Diff(whole, s); diff != "" {
			t.Fatalf("cut after %d:\n%s", cut, diff)
		}
	}
}

// holdsRecord reports whether the state shows what the event has just recorded.
func holdsRecord(s *State, e journal.Event) bool {
	r := &s.Response
	switch p := e.Payload.(type) {
	case journal.StageMoved:
		last := r.Moves[len(r.Moves)-1]
		return r.Stage == p.To && last.ID == e.ID && (len(p.Checklists) == 0 || len(r.Checklists) > 0)
	case journal.OrdinaryChosen:
		return (r.Choice != nil) == (p.Withdraws == "")
	case journal.StepDone:
		return mark(r, p.Step).DoneID == e.ID
	case journal.StepUndone:
		return mark(r, p.Step).DoneID == "" && mark(r, p.Step).UndoneAt.Equal(e.At)
	case journal.StepNoted:
		notes := mark(r, p.Step).Notes
		return len(notes) > 0 && notes[len(notes)-1].Text == p.Text
	case journal.CallMade:
		for _, c := range r.Calls {
			if c.ID == e.ID {
				return true
			}
		}
		return false
	case journal.SurveyAnswered:
		return r.Answers[SurveyKey{p.Site, p.Item}].ID == e.ID
	case journal.ReportIssued:
		return r.ReportID == e.ID && r.Reports == p.Number
	}
	return true
}

func mark(r *Response, step string) StepMark {
	for _, c := range r.Checklists {
		if m := c.Marks[step]; m != nil {
			return *m
		}
	}
	return StepMark{}
}

// A drill changes nothing of the real response.
func TestDrillsNeverTouchTheResponse(t *testing.T) {
	h := responding(t)
	h.records("10:10:00")
	want, s := fold(h.log), fold(h.log)
	for i, e := range aResponse(t).log {
		e.Drill, e.Seq, e.At = true, int64(len(h.log)+i+1), clock("11:00:00")
		s.Apply(e)
	}
	equal(t, "file", s.Response, want.Response)
}

// Events that a damaged or foreign journal may hold do no harm.
func TestStrayEvents(t *testing.T) {
	s := NewState()
	for i, p := range []journal.Payload{
		journal.StepDone{Step: "a.b"}, journal.StepUndone{Step: "a.b"}, journal.StepNoted{Step: "a.b", Text: "x"},
		journal.OrdinaryChosen{Withdraws: "nothing"}, journal.CallMade{Corrects: "nothing", Role: "r", Person: "p"},
		journal.SurveyAnswered{Corrects: "nothing"}, journal.StageMoved{To: plan.InitialResponse, Undoes: "nothing"},
		journal.StageMoved{To: plan.StoodDown},
	} {
		s.Apply(journal.Event{ID: fmt.Sprint(i), At: clock("10:00:00"), Kind: p.Kind(), Payload: p})
	}
	sit := Evaluate(prepared(), s, clock("10:01:00"))
	equal(t, "stage", sit.Stage, stoodDown)
	h := responding(t)
	h.by("佐藤", "10:10:00", MarkStep{Step: "safety"})
	h.write(journal.StepUndone{Step: "first.safety", Undoes: "nothing"})
	h.write(journal.StepDone{Step: "first.safety"})
	h.write(journal.ThreatDeclared{Threat: "disaster", Checklists: []journal.Checklist{{Procedure: "first"}}})
	equal(t, "what runs is not begun anew", h.procedures("10:11:00"), []string{"first*", "shake*"})
	equal(t, "done by", h.stepAt("first.safety", "10:11:00").DoneBy, "佐藤")
	equal(t, "by", sit.Response.Move.By, "")
	_, err := Act(prepared(), s, to(stoodDown), journal.Actor{}, clock("10:02:00"))
	var p *Problem
	if !errors.As(err, &p) {
		t.Fatal(err)
	}
	says(t, p, Conflict, "already: somebody moved it at", "")
}

// A mistake that was taken back makes nothing younger: what belonged to no response before it
// belongs to none after it, and the real response finds what was recorded shortly before.
func TestMistakenMoveBetweenTwoResponses(t *testing.T) {
	for _, end := range []plan.Stage{monitoring, stoodDown} {
		t.Run(string(end), func(t *testing.T) {
			h := responding(t)
			h.records("10:10:00")
			h.by("佐藤", "10:10:00", called("head", "佐藤 一郎", journal.Arrived))
			h.by("佐藤", "10:11:00", MarkStep{Step: "safety"})
			h.by("佐藤", "12:00:00", to(end))
			h.by("佐藤", "2026-08-20 09:00:00", called("server", "高橋 健", journal.Reached))
			h.by("佐藤", "2026-08-20 09:10:00", to(initial))
			h.by("佐藤", "2026-08-20 09:11:00", MoveStage{Undo: true, Why: "誤操作"})

			after := h.at(clock("2026-08-20 09:12:00")).Response
			equal(t, "holders", []string{after.Posture.Roles[0].Holder, after.Posture.Roles[1].Holder}, []string{"", "高橋 健"})
			equal(t, "reports", after.Reports.Issued, map[plan.Stage]int{monitoring: 0, stoodDown: 1}[end])
			equal(t, "overdue", after.Steps.Overdue, map[plan.Stage]int{monitoring: 0, stoodDown: 2}[end])

			h.by("佐藤", "2026-08-20 09:20:00", to(initial))
			equal(t, "file", h.calls(), "高橋 健")
			same(t, "began", h.at(clock("2026-08-20 09:21:00")).Response.BeganAt, clock("2026-08-20 09:20:00"))
			equal(t, "step", h.stepAt("first.safety", "2026-08-20 09:21:00").State, StepOpen)
			same(t, "due", h.stepAt("first.safety", "2026-08-20 09:21:00").DueAt, clock("2026-08-20 09:50:00"))
		})
	}
}

// calls names the people of the calls on file.
func (h *house) calls() string {
	var people []string
	for _, c := range h.state.Response.Calls {
		people = append(people, c.Person)
	}
	return strings.Join(people, " ")
}
