package rules_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// refusedOnes are refusals of every code that the rules make, and more where the words differ.
func refusedOnes(t *testing.T) []*Problem {
	calm, busy := newHouse(t, prepared()), responding(t)
	busy.fails("tax", clock("09:00:00"))
	busy.by("井上 誠", "10:06:00", MarkStep{Step: "safety"})
	busy.by("", "10:06:00", MarkStep{Step: "survey"})
	busy.by("井上 誠", "10:07:00", MarkStep{Step: "survey", Undo: true})
	first := busy.by("鈴木", "10:08:00", called("server", "高橋 健", journal.NotReached))
	again := called("server", "高橋 健", journal.Declined)
	again.Corrects = first.ID
	busy.by("鈴木", "10:09:00", again)
	coming := called("server", "高橋 健", journal.Declined)
	coming.ComingAt = clock("11:00:00")
	late := called("server", "高橋 健", journal.Coming)
	late.ComingAt = clock("09:00:00")
	unknown := called("server", "高橋 健", journal.Coming)
	unknown.Corrects = "01KAPX8Q8S3Z6V2N4W0B7C9DEF"
	ask := func(h *house, actions ...Action) (all []*Problem) {
		for _, a := range actions {
			all = append(all, h.refused("佐藤 一郎", "10:20:00", a))
		}
		return all
	}
	all := slices.Concat(
		ask(busy, Declare{Threat: "disastre"}, Declare{Threat: "flood"}, GiveETA{System: "mail"}, GiveETA{System: "tax", At: clock("10:00:00")},
			Declare{Threat: "disaster", Onset: clock("10:00:00")}, End{Threat: "pandemic"}, CorrectStart{System: "tax"}, Acknowledge{System: "tax"},
			Acknowledge{Alert: "tex", Why: "x"}, Acknowledge{Alert: "OnBattery/rack", Why: "x"}, Acknowledge{System: "tax", Alert: "OnBattery/rack", Why: "x"},
			CorrectStart{System: "tax", Start: clock("12:00:00")}, CorrectStart{System: "tax", Start: clock("12:00:00").AddDate(900, 0, 0)},
			AddNote{}, AddNote{Text: strings.Repeat("x", 4001)}, AddNote{Text: "x", Corrects: "17"}),
		ask(busy, to(initial), MoveStage{To: continuity, From: monitoring, Why: "x"}, MoveStage{Undo: true, To: stoodDown, Why: "x"}, to("party"), MoveStage{To: continuity}),
		ask(busy, MarkStep{}, MarkStep{Step: "safety", Undo: true, NoteOnly: true}, MarkStep{Step: "coffee"}, MarkStep{Step: "first.safty"}, MarkStep{Step: "isolate.cut"},
			MarkStep{Step: "safety"}, MarkStep{Step: "survey", Undo: true}, MarkStep{Step: "generator", Undo: true}),
		ask(busy, called("server", "中村 洋子", journal.Reached), called("server", "誰か", journal.Reached), called("nobody", "誰か", journal.Reached), coming, late, unknown, again),
		ask(busy, AnswerSurvey{Item: "racks"}, AnswerSurvey{Site: "annex"}, AnswerSurvey{Site: "annex", Item: "rack"}, AnswerSurvey{Site: "annex", Item: "racks"},
			AnswerSurvey{Site: "annex", Item: "photo", Finding: journal.Fine}, AnswerSurvey{Site: "annex", Item: "photo"}),
		ask(busy, IssueReport{}, ChooseOrdinary{Withdraw: true, Why: "x"}),
		ask(calm, End{Threat: "disaster"}, to(stoodDown), MoveStage{Undo: true, Why: "x"}, MarkStep{Step: "coffee"}),
	)
	all = append(all, busy.refused(" ", "10:20:00", to(continuity)))
	var uncalled *Problem
	if _, err := CallOutFor(calm.plan, calm.state, "pandemic", calm.clock); !errors.As(err, &uncalled) {
		t.Fatal(err)
	}
	all = append(all, uncalled)
	busy.by("井上 誠", "10:21:00", to(continuity))
	all = append(all, ask(busy, ChooseOrdinary{Why: "x"}, MarkStep{Step: "survey"})...)
	busy.by("井上 誠", "10:22:00", MoveStage{Undo: true, Why: "誤り"})
	busy.by("佐藤", "10:23:00", MoveStage{Undo: true, Why: "誤り"})
	all = append(all, ask(busy, MarkStep{Step: "survey"})...)
	calm.by("鈴木", "10:10:00", ChooseOrdinary{Why: "回線のみ"})
	return append(all, ask(calm, ChooseOrdinary{Why: "x"})...)
}

// agentsOnes are those that the agent makes, which sees what the rules do not.
func agentsOnes() []*Problem {
	return []*Problem{
		NoAlert(prepared(), "onbattery/rack", []string{"tax", "OnBattery/rack"}),
		NoAlert(prepared(), "power", []string{"tax", "OnBattery/rack"}),
		AlertAmbiguous("OnBattery", []string{"OnBattery/rack", "OnBattery/closet"}),
		{NotFound, CodeNoEvent, Particulars{Given: "01KAPX8Q8S3Z6V2N4W0B7C9DEF"}},
		{NotFound, CodeNoSheet, Particulars{Given: "moon"}},
		{NotFound, CodeNoChannel, Particulars{Given: "chef", Known: []string{"staff", "chief"}}},
		{NotFound, CodeNoChannel, Particulars{Given: "chef"}},
		{NotFound, CodeNoInspection, Particulars{Given: "openning", Known: []string{"opening"}}},
		{NotFound, CodeNoInspection, Particulars{Given: "openning"}},
		{Conflict, CodeInspectionRunning, Particulars{Given: "opening"}},
		{Conflict, CodeInspectionRunning, Particulars{}},
	}
}

func TestEveryCodeIsMade(t *testing.T) {
	made := map[ProblemCode]bool{}
	for _, p := range append(refusedOnes(t), agentsOnes()...) {
		made[p.Code] = true
	}
	for _, code := range ProblemCodes {
		if !made[code] {
			t.Errorf("no refusal of this test has the code %s", code)
		}
	}
	equal(t, "codes made and listed", len(made), len(ProblemCodes))
}

// The lists are complete.
func TestCodesAndNounsAreListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "problem_code.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if of, ok := spec.Type.(*ast.Ident); ok {
				count[of.Name]++
			}
		}
		return true
	})
	equal(t, "constants", count, map[string]int{"ProblemCode": len(ProblemCodes), "Noun": len(Nouns)})
	equal(t, "codes, each once", len(slices.Compact(slices.Sorted(slices.Values(ProblemCodes[:])))), len(ProblemCodes))
	equal(t, "nouns, each once", len(slices.Compact(slices.Sorted(slices.Values(Nouns[:])))), len(Nouns))
}

// What people read of every refusal: at the command line in English, on a page in both languages.
func TestProblemsInWords(t *testing.T) {
	titles, now := messages.TitlesOf(prepared()), clock("10:20:00")
	var b strings.Builder
	for _, p := range append(refusedOnes(t), agentsOnes()...) {
		data, err := json.Marshal(p.Data)
		if err != nil {
			t.Fatalf("%s cannot be told to programs: %v", p.Code, err)
		}
		fmt.Fprintf(&b, "%s (%s) %s\n", p.Code, p.Kind, data)
		write := func(where, text, hint string) {
			fmt.Fprintf(&b, "  %-4s %s\n       %s\n", where, text, hint)
			if all := text + hint; hint == "" || strings.Contains(all, "<no value>") || strings.Contains(all, "problem_") || strings.Contains(all, "「」") || strings.Contains(all, `""`) {
				t.Errorf("%s: %q, hint %q", p.Code, text, hint)
			}
		}
		text, hint := inEnglish(p)
		write("cli", text, hint)
		for _, locale := range messages.Locales {
			text, hint := messages.For(locale).ProblemOnPage(p, titles, now)
			write(string(locale), text, hint)
			if strings.Contains(hint, "`keizoku") {
				t.Errorf("%s: on a page nobody can type %q", p.Code, hint)
			}
		}
	}
	const path = "testdata/problems.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// A problem reads the same after a journey through JSON.
func TestProblemsThroughJSON(t *testing.T) {
	for _, p := range refusedOnes(t) {
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back := new(Problem)
		if err := json.Unmarshal(data, back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, back); diff != "" {
			t.Errorf("%s:\n%s", p.Code, diff)
		}
	}
}

// A time near the ends of what can be written still makes a refusal that can be told.
func TestImpossibleTimesCanBeTold(t *testing.T) {
	h := newHouse(t, prepared())
	h.fails("tax", clock("09:00:00"))
	late := must(time.Parse(time.RFC3339, "9999-12-31T23:59:59Z"))
	for _, a := range []Action{Declare{Threat: "disaster", Onset: late}, GiveETA{System: "tax", At: late}, CorrectStart{System: "tax", Start: late}} {
		p := h.refused("佐藤", "10:00:00", a)
		if _, err := json.Marshal(p); err != nil || p.Code != CodeImpossibleYear {
			t.Errorf("%#v: %v, %v", a, p, err)
		}
	}
}

// What a log says of a problem names its code, whatever it is about.
func TestProblemsInLogs(t *testing.T) {
	equal(t, "log", (&Problem{Code: CodeNoOutage, Data: Particulars{System: "tax"}}).Error(), `no_outage {"system":"tax"}`)
	equal(t, "log", (&Problem{Code: CodeInPast, Data: Particulars{At: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}}).Error(), "in_past")
}
