package agent

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// responsePlan is what the plan of a city says of people and their work.
const responsePlan = `
site "main_hall" { title = "本庁舎" }
role "leader" {
  title = "統括"
  person "佐藤 一郎" {
    contact "mobile" { to = "090-0000-0001" }
  }
  person "鈴木 花子" {
    contact "mobile" { to = "090-0000-0002" }
  }
}
posture "continuity" {
  title = "ICT業務継続体制"
  roles = [role.leader]
}
procedure "first" {
  title = "初動対応手順"
  stage = "initial"
  step "look" {
    title = "目視点検"
    role  = role.leader
    due   = "30m"
  }
  step "call" { title = "職員参集" }
}
`

// responding is an office with people in its plan, whose systems are not looked at soon.
func responding(t *testing.T) *office {
	t.Helper()
	o := quiet(t, "")
	o.text += responsePlan
	o.start()
	return o
}

// do acts as a person who is named, and fails the test when that is refused.
func (o *office) do(by string, action rules.Action) journal.Event {
	o.Helper()
	e, err := o.agent.Act(o.Context(), action, journal.Actor{User: "duty", Via: "socket", By: by})
	if err != nil {
		o.Fatalf("%+v: %v", action, err)
	}
	return e
}

// refused acts and wants a problem of the kind given, which it returns.
func (o *office) refused(kind rules.ProblemKind, by string, action rules.Action) *rules.Problem {
	o.Helper()
	_, err := o.agent.Act(o.Context(), action, journal.Actor{User: "duty", Via: "socket", By: by})
	var p *rules.Problem
	if !errors.As(err, &p) || p.Kind != kind {
		o.Fatalf("%+v: %v, want it refused as %s", action, err, kind)
	}
	return p
}

// Two people do the same at the same moment: one of them does it, the other is told who was first.
func TestTwoOperatorsAtOnce(t *testing.T) {
	t.Parallel()
	o := responding(t)
	for _, action := range []rules.Action{
		rules.MoveStage{To: plan.InitialResponse, From: plan.Monitoring, Why: "震度6弱"},
		rules.MarkStep{Step: "first.look"},
		rules.MarkStep{Step: "first.look", Undo: true},
		rules.ChooseOrdinary{Why: "回線のみ"},
		rules.ChooseOrdinary{Withdraw: true, Why: "悪化"},
		rules.MoveStage{To: plan.ContinuityResponse, From: plan.InitialResponse, Why: "停止が続く"},
		rules.MoveStage{Undo: true, From: plan.ContinuityResponse, Why: "誤報"},
	} {
		before := len(o.events())
		winner, loser, problem := o.race(action)
		if problem.Kind != rules.Conflict {
			t.Errorf("%+v: %s is refused for %v", action, loser, problem)
		}
		withdrawn := action == rules.Action(rules.ChooseOrdinary{Withdraw: true, Why: "悪化"}) // nothing is left that names who
		if !withdrawn && problem.Data.Deed.By != winner {
			t.Errorf("%+v: %s was first, and %s reads: %v", action, winner, loser, problem)
		}
		if n := o.recordedSince(before); n != 1 {
			t.Errorf("%+v: recorded %d times", action, n)
		}
	}
}

// race lets two people do the same at once.
func (o *office) race(action rules.Action) (winner, loser string, problem *rules.Problem) {
	o.Helper()
	people := [...]string{"佐藤 一郎", "鈴木 花子"}
	ready, errs := make(chan struct{}), make([]chan error, len(people))
	for i, by := range people {
		errs[i] = make(chan error, 1)
		go func() {
			<-ready
			_, err := o.agent.Act(context.WithoutCancel(o.Context()), action, journal.Actor{User: "duty", Via: "socket", By: by})
			errs[i] <- err
		}()
	}
	close(ready)
	first, second := <-errs[0], <-errs[1]
	if (first == nil) == (second == nil) || !errors.As(errors.Join(first, second), &problem) {
		o.Fatalf("%+v: %v and %v; one of them must do it", action, first, second)
	}
	if first != nil {
		return people[1], people[0], problem
	}
	return people[0], people[1], problem
}

// recordedSince counts what people did after the first n events.
func (o *office) recordedSince(n int) (acted int) {
	for _, e := range o.events()[n:] {
		if e.Actor != nil {
			acted++
		}
	}
	return acted
}

// An agent that is killed between any two actions, or in the middle of what follows them, knows
// each of them, once.
func TestKilledBetweenActions(t *testing.T) {
	t.Parallel()
	o := responding(t)
	for n, action := range []rules.Action{
		rules.RecordCall{Role: "leader", Person: "佐藤 一郎", Medium: plan.Mobile, Result: journal.NotReached},
		rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱"},
		rules.MarkStep{Step: "first.look", Note: "異常なし"},
		rules.MarkStep{Step: "first.look", Undo: true},
		rules.AnswerSurvey{Site: "main_hall", Item: "building", Finding: journal.Fine},
		rules.IssueReport{Remarks: "初報"},
		rules.MoveStage{To: plan.ContinuityResponse, Why: "停止が続く"},
	} {
		o.do("佐藤 一郎", action)
		successor := o.afterKill()
		acted := 0
		for e, err := range successor.Events(t.Context(), journal.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Actor != nil {
				acted++
			}
		}
		if acted != n+1 {
			t.Errorf("after %+v the successor knows %d actions, want %d", action, acted, n+1)
		}
		if diff := cmp.Diff(o.agent.state.Response, successor.state.Response); diff != "" {
			t.Errorf("after %+v (-killed +successor):\n%s", action, diff)
		}
		successor.Stop("end of the test")
	}
}

// afterKill opens another agent on the files as they lie on the disk at this moment.
func (o *office) afterKill() *Agent {
	o.Helper()
	dir, err := os.MkdirTemp("", "kz")
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(filepath.Join(o.opts.StateDir, journal.FileName+suffix))
		if err != nil {
			o.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, journal.FileName+suffix), data, 0o600); err != nil {
			o.Fatal(err)
		}
	}
	opts := o.opts
	opts.StateDir = dir
	a, err := New(o.Context(), opts)
	if err != nil {
		o.Fatal(err)
	}
	return a
}

// The page that went out is the one on record, under its number, and tells of the Situation beside
// it compared with that of the report before.
func TestIssuedReportIsWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	o := responding(t)
	o.do("佐藤 一郎", rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱"})
	var before *rules.Situation
	for n := 1; n <= 3; n++ {
		o.do("", rules.MarkStep{Step: "first.look", Undo: n == 2, Note: "回"})
		issued := o.do("佐藤 一郎", rules.IssueReport{Remarks: "次は16時"}).Payload.(journal.ReportIssued)
		now := new(rules.Situation)
		if err := json.Unmarshal(issued.Situation, now); err != nil {
			t.Fatal(err)
		}
		want := reports.Sitrep(messages.For(plan.Japanese), reports.SitrepInput{
			Number: n, Now: now, Before: before, Titles: messages.TitlesOf(o.agent.Plan()), Remarks: "次は16時", IssuedBy: "佐藤 一郎",
		})
		if issued.Number != n || issued.Text != want {
			t.Errorf("report %d, number %d (-by its situation +on record):\n%s", n, issued.Number, cmp.Diff(want, issued.Text))
		}
		before = now
	}
	o.restart()
	if again := o.do("佐藤 一郎", rules.IssueReport{}).Payload.(journal.ReportIssued); again.Number != 4 {
		t.Errorf("after a restart the number is %d", again.Number)
	}
}

func TestCorrectionsPointAtWhatIsThere(t *testing.T) {
	t.Parallel()
	o := responding(t)
	wrong := o.do("", rules.AddNote{Text: "3階で漏水"})
	right := o.do("", rules.AddNote{Text: "2階で漏水", Corrects: wrong.ID})
	if p := right.Payload.(journal.NoteAdded); p.Corrects != wrong.ID {
		t.Errorf("corrects %q, want %s", p.Corrects, wrong.ID)
	}
	if e, err := o.agent.Event(t.Context(), wrong.ID); err != nil || cmp.Diff(wrong, e) != "" {
		t.Errorf("what was corrected has changed: %+v, %v", e, err)
	}
	for _, id := range []string{"01ARZ3NDEKTSV4RRFFQ69G5FAV", "17"} {
		p := o.refused(rules.NotFound, "", rules.AddNote{Text: "x", Corrects: id})
		if text, hint := messages.For(plan.English).Problem(p); !strings.Contains(text, id) || !strings.Contains(hint, "timeline") {
			t.Errorf("the refusal says %q, %q", text, hint)
		}
		o.refused(rules.NotFound, "", rules.RecordCall{Role: "leader", Person: "佐藤 一郎", Result: journal.Reached, Corrects: id})
	}
	if n := len(o.events(journal.KindNoteAdded)); n != 2 {
		t.Errorf("%d notes are on record, want 2", n)
	}
}

// Contacts are shown to operators and are in nothing else that the agent tells.
func TestContactsAreForOperators(t *testing.T) {
	t.Parallel()
	o := responding(t)
	const number = "090-0000-0001"
	list, err := api.NewSocketClient(o.agent.SocketPath()).CallOut(t.Context(), "disaster")
	if err != nil || list.Roles[0].Candidates[0].Contacts[0].Address != number {
		t.Fatalf("%+v, %v", list, err)
	}
	if status, body := o.ask(http.MethodGet, "/api/v1/callout", nil, ""); status != http.StatusForbidden || strings.Contains(body, number) {
		t.Errorf("a stranger gets %d %s", status, body)
	}
	for _, path := range []string{"/api/v1/situation", "/api/v1/survey", "/api/v1/events?limit=0", "/metrics"} {
		if strings.Contains(o.get(path), number) {
			t.Errorf("%s tells a number", path)
		}
	}
}
