package rules_test

import (
	"errors"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// onlyIf is a condition that a test sets.
type onlyIf struct{ plan.Judgement }

func (c *onlyIf) Judge(*plan.Facts) plan.Judgement { return c.Judgement }
func (c *onlyIf) Text() string                     { return "power.lost" }

// prepared is a plan with everything that a response needs. Only a declared threat recommends to
// establish the posture.
func prepared() *plan.Plan {
	at := func(site string, s *plan.System) *plan.System { s.Site = site; return s }
	p := planOf(at("main", system("tax", "tcp")), at("annex", system("mail", "tcp")), system("lift", "tcp"))
	p.Systems[0].Title = "税"
	p.Sites = []*plan.Site{{Name: "main", Title: "本庁舎"}, {Name: "annex", Title: "別館"}}
	p.Decision = &plan.Decision{BuiltIn: true, BetterAfter: time.Second}
	person := func(name string, contacts ...plan.Contact) *plan.Person {
		return &plan.Person{Name: name, Contacts: contacts}
	}
	p.Roles = []*plan.Role{
		{Name: "head", Title: "統括", People: []*plan.Person{
			{
				Name: "井上 誠", Position: "課長", Confirmed: clock("2026-04-01 00:00:00"),
				Contacts: []plan.Contact{{Medium: plan.Mobile, Address: "090-0000-0001", Note: "夜間可"}, {Medium: plan.Mail, Address: "inoue@city.example"}},
			},
			person("佐藤 一郎"),
		}},
		{Name: "server", Title: "サーバ班", People: []*plan.Person{person("高橋 健"), person("中村 陽子"), person("伊藤 実")}},
		{Name: "nobody", Title: "空席"},
	}
	p.Postures = []*plan.Posture{{Name: "quake", Title: "災害時体制", Threats: []string{"disaster"}, Roles: []string{"head", "server"}, Conditions: []string{"震度6弱以上"}}}
	step := func(name, role string, due time.Duration) *plan.Step {
		return &plan.Step{Name: name, Title: name + "する", Role: role, Due: due, Links: []plan.Link{{To: "手順書 " + name}}}
	}
	p.Procedures = []*plan.Procedure{
		{Name: "first", Title: "初動", Stage: plan.InitialResponse, Steps: []*plan.Step{step("safety", "head", 30*time.Minute), step("survey", "server", time.Hour), step("report", "", 0)}},
		{Name: "shake", Title: "地震", Stage: plan.InitialResponse, Threats: []string{"disaster"}, Steps: []*plan.Step{step("generator", "server", 10*time.Minute)}},
		{Name: "isolate", Title: "遮断", Stage: plan.InitialResponse, Threats: []string{"incident"}, Steps: []*plan.Step{step("cut", "server", 5*time.Minute)}},
		{Name: "recover", Title: "復旧", Stage: plan.ContinuityResponse, Steps: []*plan.Step{step("order", "head", 20*time.Minute), step("survey", "server", 0)}},
	}
	return p
}

// by does what must be right, in the name of somebody.
func (h *house) by(name, at string, a Action) journal.Event {
	h.t.Helper()
	h.clock = clock(at)
	e, err := Act(h.plan, h.state, a, journal.Actor{User: "u501", Via: "socket", By: name}, h.clock)
	if err != nil {
		h.t.Fatalf("%s: %#v: %v", at, a, err)
	}
	return h.append(e)[0]
}

// refused returns why somebody may not do what they want; the state must stay as it is.
func (h *house) refused(name, at string, a Action) *Problem {
	h.t.Helper()
	_, err := Act(h.plan, h.state, a, journal.Actor{User: "u502", Via: "http", By: name}, clock(at))
	var p *Problem
	if !errors.As(err, &p) {
		h.t.Fatalf("%s: %#v is not refused: %v", at, a, err)
	}
	return p
}

// says checks kind and parts of text and hint of a problem.
func says(t interface{ Errorf(string, ...any) }, p *Problem, kind ProblemKind, text, hint string) {
	gotText, gotHint := inEnglish(p)
	if p.Kind != kind || !strings.Contains(gotText, text) || !strings.Contains(gotHint, hint) {
		t.Errorf("%s %q, hint %q; want %s %q, hint %q", p.Kind, gotText, gotHint, kind, text, hint)
	}
}

// inEnglish is what somebody at the command line reads of a problem.
func inEnglish(p *Problem) (text, hint string) { return messages.For(plan.English).Problem(p) }

func to(stage plan.Stage) MoveStage { return MoveStage{To: stage, Why: "理由"} }

// responding is a house in which the disaster was declared at 10:00 and people respond since 10:05.
func responding(t tb) *house {
	h := newHouse(t, prepared())
	h.by("井上 誠", "10:00:00", Declare{Threat: "disaster"})
	h.by("井上 誠", "10:05:00", to(plan.InitialResponse))
	return h
}

// stepAt returns the facts of a step at the instant.
func (h *house) stepAt(id, at string) *StepFacts {
	h.t.Helper()
	for _, c := range h.at(clock(at)).Response.Checklists {
		for _, s := range c.Steps {
			if s.ID == id {
				return s
			}
		}
	}
	h.t.Fatalf("no step %s", id)
	return nil
}

// procedures are the running checklists at the instant, the current ones marked.
func (h *house) procedures(at string) (names []string) {
	for _, c := range h.at(clock(at)).Response.Checklists {
		name := c.Procedure
		if c.Current {
			name += "*"
		}
		names = append(names, name)
	}
	return names
}
