package rules_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

var inoue = journal.Actor{User: "u501", Via: "console", By: "井上 誠"}

// foresee previews at the time given what must be right.
func (h *house) foresee(at string, a Action) *Preview {
	h.t.Helper()
	p, err := Foresee(h.plan, h.state, a, inoue, clock(at))
	if err != nil {
		h.t.Fatalf("%#v: %v", a, err)
	}
	return p
}

// troubled is a response in which tax is down since 09:59:30, due by 13:59:30.
func troubled(t *testing.T) *house {
	h := newHouse(t, prepared())
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.by("井上 誠", "10:05:00", to(initial))
	return h
}

func TestForesee(t *testing.T) {
	outage := func(s *Situation) *OutageFacts { return s.System("tax").Outage }
	deadline := func(s *Situation) any { return outage(s).Deadline.Format(time.TimeOnly) }
	for _, c := range []struct {
		name          string
		action        Action
		what          func(*Situation) any
		before, after any
	}{
		{"a threat moves the deadline", Declare{Threat: "disaster"}, func(s *Situation) any { return outage(s).Deadline.Day() }, 15, 16},
		{"an estimate too late", GiveETA{System: "tax", At: clock("15:00:00")}, func(s *Situation) any { return outage(s).Verdict }, OnTrack, AtRisk},
		{"a corrected start", CorrectStart{System: "tax", Start: clock("09:00:00")}, deadline, "13:59:30", "13:00:00"},
		{"an acknowledgement", Acknowledge{System: "tax", Why: "現地へ"}, func(s *Situation) any { return outage(s).AcknowledgedBy }, "", "井上 誠"},
		{"a stage", to(plan.ContinuityResponse), func(s *Situation) any { return s.Stage }, plan.InitialResponse, plan.ContinuityResponse},
		{"its checklists", to(plan.ContinuityResponse), func(s *Situation) any { return len(s.Response.Checklists) }, 2, 3},
		{"a stage taken back", MoveStage{Undo: true, Why: "誤り"}, func(s *Situation) any { return len(s.Response.Checklists) }, 2, 0},
		{"a step", MarkStep{Step: "safety"}, func(s *Situation) any { return s.Response.Steps.Done }, 0, 1},
		{"a choice", ChooseOrdinary{Why: "回線のみ"}, func(s *Situation) any { return s.Decision.Choice != nil }, false, true},
		{"a report", IssueReport{Text: "第1報"}, func(s *Situation) any { return s.Response.Reports.Issued }, 0, 1},
		{"an answer", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Stopped}, func(s *Situation) any { return s.Response.Survey[0].Items[4].Answer != nil }, false, true},
		{"a note", AddNote{Text: "余震"}, func(s *Situation) any { return s.Stage }, plan.InitialResponse, plan.InitialResponse},
	} {
		h := troubled(t)
		p := h.foresee("11:00:00", c.action)
		equal(t, c.name+": before", c.what(p.Before), c.before)
		equal(t, c.name+": after", c.what(p.After), c.after)
		if p.Event.ID != "" || p.Event.Payload == nil || !p.Event.At.Equal(clock("11:00:00")) {
			t.Errorf("%s: %+v", c.name, p.Event)
		}
	}
}

// What was foreseen is what then comes.
func TestForeseenIsWhatComes(t *testing.T) {
	for _, action := range []Action{
		Declare{Threat: "disaster"}, GiveETA{System: "tax", At: clock("15:00:00")}, to(plan.ContinuityResponse), to(plan.StoodDown),
		CorrectStart{System: "tax", Start: clock("09:00:00")}, called("head", "井上 誠", journal.Coming),
	} {
		h := troubled(t)
		foreseen := h.foresee("11:00:00", action)
		equal(t, "before", foreseen.Before, h.at(clock("11:00:00")))
		e := h.by("井上 誠", "11:00:00", action)
		after := foreseen.After
		renamed(after, e.ID)
		if diff := cmp.Diff(h.at(clock("11:00:00")), after); diff != "" {
			t.Errorf("%#v: foreseen (+) and come (-):\n%s", action, diff)
		}
		if diff := cmp.Diff(e.Payload, throughJSON(t, foreseen.Event.Payload)); diff != "" {
			t.Errorf("%#v: journaled (-) and foreseen (+):\n%s", action, diff)
		}
	}
}

// renamed puts the ID that the journal gave where a preview has none.
func renamed(s *Situation, id string) {
	if m := s.Response.Move; m != nil && m.ID == "preview" {
		m.ID = id
	}
	if p := s.Response.Posture; p != nil {
		for _, role := range p.Roles {
			for i := range role.Calls {
				role.Calls[i].ID = id
			}
		}
	}
}

func TestForeseeChangesNothing(t *testing.T) {
	h := troubled(t)
	want := fold(h.log)
	h.foresee("11:00:00", to(plan.StoodDown))
	h.foresee("11:00:00", Declare{Threat: "disaster"})
	h.foresee("11:00:00", CorrectStart{System: "tax", Start: clock("09:00:00")})
	h.state.Live = want.Live
	equal(t, "state", h.state, want)
}

func TestForeseeRefusesAsActDoes(t *testing.T) {
	h := troubled(t)
	for _, action := range []Action{to(plan.InitialResponse), GiveETA{System: "mail", At: clock("15:00:00")}, AddNote{}} {
		_, want := Act(h.plan, h.state, action, inoue, clock("11:00:00"))
		got, err := Foresee(h.plan, h.state, action, inoue, clock("11:00:00"))
		var refused *Problem
		if got != nil || !errors.As(err, &refused) || !cmp.Equal(err, want) {
			t.Errorf("%#v: %v, want %v", action, err, want)
		}
	}
}
