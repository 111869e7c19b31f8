package rules_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// responseStory drives a response through a random history of people's actions, right and wrong.
type responseStory struct {
	*house
	t    *rapid.T
	done map[string]string // by step: the ID of the event that it is done, as a simple reader sees it
}

func TestResponses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &responseStory{house: newHouse(t, prepared()), t: t, done: make(map[string]string)}
		for range rapid.IntRange(1, 60).Draw(t, "length") {
			s.chapter()
		}
		foldsAlike(t, s.house)
		s.evaluatesPurely()
		clonesApart(t, s.log, rapid.IntRange(0, len(s.log)).Draw(t, "cloned at"))
	})
}

// chapter lets some time pass and one thing happen.
func (s *responseStory) chapter() {
	s.clock = s.clock.Add(time.Duration(rapid.SampledFrom([]int{1, 60, 1800, 40_000, 90_000}).Draw(s.t, "pass")) * time.Second)
	before := s.at(s.clock)
	switch rapid.IntRange(0, 14).Draw(s.t, "what") {
	case 0:
		s.step(s.clock, time.Duration(rapid.IntRange(-int(s.clock.Sub(s.state.LastAt).Seconds()), 7200).Draw(s.t, "by"))*time.Second)
	case 1:
		s.start(s.clock)
	case 2:
		s.reload(s.clock, s.drawPlan())
	default:
		s.acts(before)
	}
	s.holds()
}

func (s *responseStory) drawPlan() *plan.Plan {
	p := prepared()
	i := rapid.IntRange(0, len(p.Procedures)-1).Draw(s.t, "procedure")
	if rapid.Bool().Draw(s.t, "lost") {
		p.Procedures = append(p.Procedures[:i:i], p.Procedures[i+1:]...)
	} else {
		p.Procedures[i].Steps = append(p.Procedures[i].Steps, &plan.Step{Name: "more", Title: "追加"})
	}
	return p
}

// acts lets a person do something. What is refused is a Problem and changes nothing; what is not,
// shows in the state at once.
func (s *responseStory) acts(before *Situation) {
	e, err := Act(s.plan, s.state, s.drawAction(), journal.Actor{User: "u", By: "佐藤 一郎"}, s.clock)
	var p *Problem
	if err != nil && (!errors.As(err, &p) || p.Code == "") {
		s.t.Fatalf("%v is no problem", err)
	}
	if err != nil {
		if diff := cmp.Diff(before, s.at(s.clock)); diff != "" {
			s.t.Fatalf("a refusal changed something:\n%s", diff)
		}
		return
	}
	e = s.append(e)[0]
	if !holdsRecord(s.state, e) {
		s.t.Fatalf("%s is not in the state", e.Kind)
	}
	s.read(e, before)
}

func (s *responseStory) drawAction() Action {
	step := rapid.SampledFrom([]string{"safety", "first.survey", "survey", "generator", "cut", "order", "more", "ghost"}).Draw(s.t, "step")
	role := rapid.SampledFrom([]string{"head", "server", "nobody"}).Draw(s.t, "role")
	person := rapid.SampledFrom([]string{"井上 誠", "佐藤 一郎", "高橋 健", "中村 陽子"}).Draw(s.t, "person")
	call := called(role, person, rapid.SampledFrom(journal.CallResults[:]).Draw(s.t, "result"))
	if n := len(s.log); rapid.Bool().Draw(s.t, "correct") {
		call.Corrects = s.log[rapid.IntRange(max(0, n-8), n-1).Draw(s.t, "of")].ID
	}
	stage := rapid.SampledFrom(plan.Stages[:]).Draw(s.t, "stage")
	item := rapid.SampledFrom([]string{"racks", "system.tax", "photo"}).Draw(s.t, "item")
	return rapid.SampledFrom([]Action{
		to(stage), to(stage), to(stage), MoveStage{Undo: true, Why: "x"}, MoveStage{Undo: true, Why: "x"},
		ChooseOrdinary{Why: "x"}, ChooseOrdinary{Why: "x", Withdraw: true},
		MarkStep{Step: step, Note: "x"}, MarkStep{Step: step}, MarkStep{Step: step, Undo: true}, MarkStep{Step: step, NoteOnly: true, Note: "x"},
		call, call, AnswerSurvey{Site: "main", Item: item, Finding: journal.Stopped, Note: "x"},
		IssueReport{Text: "報"}, Declare{Threat: "disaster"}, End{Threat: "disaster"},
	}).Draw(s.t, "action")
}

// read keeps what a simple reader of the journal thinks of the steps, and checks what the event
// says of itself.
func (s *responseStory) read(e journal.Event, before *Situation) {
	switch p := e.Payload.(type) {
	case journal.StepDone:
		if s.done[p.Step] != "" {
			s.t.Fatalf("%s is done twice", p.Step)
		}
		s.done[p.Step] = e.ID
	case journal.StepUndone:
		if s.done[p.Step] != p.Undoes {
			s.t.Fatalf("%s was done by %q, not by %q", p.Step, s.done[p.Step], p.Undoes)
		}
		s.done[p.Step] = ""
	case journal.StageMoved:
		if p.From != before.Stage || p.From == p.To {
			s.t.Fatalf("a move from %s to %s at %s", p.From, p.To, before.Stage)
		}
		if p.NewFile || p.Undoes != "" { // other checklists than before: read the state's
			s.done = make(map[string]string)
			for id, m := range s.marks() {
				s.done[id] = m.DoneID
			}
		}
	case journal.ReportIssued:
		if p.Number != before.Response.Reports.Issued+1 {
			s.t.Fatalf("report %d after %d", p.Number, before.Response.Reports.Issued)
		}
	}
}

func (s *responseStory) marks() map[string]*StepMark {
	all := make(map[string]*StepMark)
	for _, c := range s.state.Response.Checklists {
		for id, m := range c.Marks {
			all[id] = m
		}
	}
	return all
}

// holds checks what must hold at any time.
func (s *responseStory) holds() {
	r, sit := &s.state.Response, s.at(s.clock)
	if n := len(r.Moves); n > 0 && sit.Stage != r.Moves[n-1].To || n == 0 && sit.Stage != plan.Monitoring {
		s.t.Fatalf("stage %s after %d moves", sit.Stage, n)
	}
	if sit.Stage.Responding() == sit.Response.BeganAt.IsZero() && sit.Stage != plan.StoodDown {
		s.t.Fatalf("stage %s began at %v", sit.Stage, sit.Response.BeganAt)
	}
	if r.Before != nil && r.Before.Before != nil {
		s.t.Fatal("files hang together without end")
	}
	seen, counts := make(map[string]bool), StepCounts{}
	for _, c := range sit.Response.Checklists {
		for _, step := range c.Steps {
			if seen[step.ID] || (step.State == StepDone) != (s.done[step.ID] != "") || step.State == StepDone && step.DoneBy == "" {
				s.t.Fatalf("step %+v, read as %q, seen %v", step, s.done[step.ID], seen[step.ID])
			}
			seen[step.ID] = true
			if c.Current && step.State == StepDone {
				counts.Done++
			} else if c.Current {
				counts.Open++
			}
		}
	}
	if got := sit.Response.Steps; got.Open != counts.Open || got.Done != counts.Done || got.Overdue > got.Open {
		s.t.Fatalf("counted %+v, want %+v", got, counts)
	}
}

// evaluatesPurely: a Situation shares nothing with the state.
func (s *responseStory) evaluatesPurely() {
	before := fold(s.log)
	first := s.at(s.clock)
	spoilResponse(&s.at(s.clock).Response)
	if diff := cmp.Diff(first, s.at(s.clock)); diff != "" {
		s.t.Fatalf("evaluated twice:\n%s", diff)
	}
	if diff := cmp.Diff(before, s.state, cmpopts.IgnoreFields(State{}, "Live")); diff != "" {
		s.t.Fatalf("evaluating changed the state:\n%s", diff)
	}
}

// spoilResponse overwrites whatever the facts point to.
func spoilResponse(r *ResponseFacts) {
	if p := r.Posture; p != nil {
		clear(p.Conditions)
		clear(p.DeclaredBy)
		for _, role := range p.Roles {
			clear(role.Calls)
			*role = RoleFacts{}
		}
	}
	for _, c := range r.Checklists {
		for _, step := range c.Steps {
			clear(step.Notes)
			clear(step.Links)
			*step = StepFacts{}
		}
	}
	for _, site := range r.Survey {
		for _, item := range site.Items {
			if item.Answer != nil {
				*item.Answer = SurveyAnswer{}
			}
			clear(item.Facts)
			*item = SurveyItem{}
		}
	}
}
