package messages

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Every refusal and everything that refusals speak of has words, and there are words for nothing
// else. What they say of real ones is on record in rules/testdata/problems.txt.
func TestProblemsHaveWords(t *testing.T) {
	shared := []string{"problem_quoted", "problem_near", "problem_known", "problem_moved", "problem_somebody"}
	optional := []string{}
	for _, noun := range rules.Nouns {
		shared = append(shared, "problem_noun_"+string(noun))
	}
	for _, code := range rules.ProblemCodes {
		shared = append(shared, problemID(code), problemID(code)+"_hint")
		optional = append(optional, problemID(code)+"_page_hint")
	}
	for _, locale := range Locales {
		texts := read(t, "problem", locale)
		for _, id := range shared {
			if texts[id] == "" {
				t.Errorf("the catalogue lacks %s in %s", id, locale)
			}
		}
		for id := range texts {
			if !slices.Contains(shared, id) && !slices.Contains(optional, id) {
				t.Errorf("%s in %s is of no code", id, locale)
			}
		}
	}
}

// Whoever sends a page of text for a name does not get it back.
func TestLongNamesAreCut(t *testing.T) {
	p := &rules.Problem{Kind: rules.NotFound, Code: rules.CodeUnknownName, Data: rules.Particulars{What: rules.SystemNoun, Given: strings.Repeat("長", 10_000)}}
	text, hint := For(plan.Japanese).Problem(p)
	want := []string{"計画にシステム「" + strings.Repeat("長", 80) + "…」はありません", "計画にはシステムがひとつもありません。"}
	if diff := cmp.Diff(want, []string{text, hint}); diff != "" {
		t.Error(diff)
	}
}

// At the command line a Japanese reader gets names that can be typed, too.
func TestProblemsByName(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	at := time.Date(2026, 7, 15, 10, 5, 0, 0, jst)
	p := &rules.Problem{Kind: rules.Conflict, Code: rules.CodeStageAlready, Data: rules.Particulars{
		Stage: plan.InitialResponse, Deed: &rules.Deed{At: at},
	}}
	text, hint := For(plan.Japanese).Problem(p)
	want := []string{"段階はすでに「initial_response」です(2026-07-15T10:05:00+09:00、氏名不明の職員が移行)", "別の段階のつもりでなければ、何もする必要はありません。"}
	if diff := cmp.Diff(want, []string{text, hint}); diff != "" {
		t.Error(diff)
	}
	text, _ = For(plan.English).ProblemOnPage(p, func(name string) string { return name }, at)
	if want := "the stage is initial response already: somebody moved it at 10:05:00"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
}
