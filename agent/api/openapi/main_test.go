package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/api/apitest"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// parsed is the part of the document that these tests look at.
type parsed struct {
	Paths      map[string]map[string]struct{ OperationID, Summary, Description string }
	Components struct {
		Schemas map[string]struct {
			Enum       []string
			Required   []string
			Properties map[string]struct{ Description string }
		}
	}
}

func generated(t *testing.T) (data []byte, doc parsed) {
	t.Helper()
	data, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return data, doc
}

func TestDocumentIsFresh(t *testing.T) {
	data, _ := generated(t)
	again, _ := generated(t)
	if string(data) != string(again) {
		t.Error("the same source gives two documents")
	}
	path := filepath.Join(t.TempDir(), "openapi.json")
	if err := write(path); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(path)
	if err != nil || string(written) != string(data) {
		t.Errorf("what is written is another document, %v", err)
	}
	have, err := os.ReadFile("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != string(data) {
		t.Errorf("agent/api/openapi.json is stale, run make generate (-committed +generated):\n%s", cmp.Diff(lines(t, have), lines(t, data)))
	}
}

func lines(t *testing.T, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", " "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDocumentIsOpenAPI(t *testing.T) {
	data, _ := generated(t)
	if _, err := apitest.Open(data); err != nil {
		t.Error(err)
	}
}

// Where Go has a list beside the constants, the two must be the same.
func TestClosedLists(t *testing.T) {
	_, doc := generated(t)
	for name, want := range map[string][]string{
		"SystemState": texts(rules.States[:]), "Calm": texts(rules.Calms[:]), "EventKind": texts(journal.Kinds()),
		"CallResult": texts(journal.CallResults[:]), "Finding": texts(journal.Findings[:]), "UPSAlarm": texts(journal.UPSAlarms[:]),
		"PowerCondition": texts(journal.PowerConditions[:]), "SupplyProblem": texts(supply.Problems[:]), "ShedReason": texts(supply.Reasons[:]),
		"DoubtCode": texts(supply.DoubtCodes[:]), "Stage": texts(plan.Stages[:]),
		"Verdict": {"on_track", "at_risk", "missed"}, "Recommendation": {"normal", "ordinary_failure", "establish_posture"}, "Locale": {"ja", "en"},
	} {
		got := slices.Clone(doc.Components.Schemas[name].Enum)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-Go +document):\n%s", name, diff)
		}
	}
}

func texts[T ~string](all []T) []string {
	list := make([]string, len(all))
	for i, v := range all {
		list[i] = string(v)
	}
	return list
}

func TestWordsOfTheDocument(t *testing.T) {
	_, doc := generated(t)
	for path, item := range doc.Paths {
		for method, o := range item {
			if o.OperationID == "" || o.Summary == "" {
				t.Errorf("%s %s has no name or no summary", method, path)
			}
		}
	}
	schemas := doc.Components.Schemas
	if got, want := schemas["OutageFacts"].Properties["start"].Description, "`start` is where the clock counts from; a person may have corrected it."; got != want {
		t.Errorf("a comment reads %q, want %q", got, want)
	}
	if got, want := doc.Paths["/api/v1/stage"]["post"].Summary, "Moves the stage of the response"; got != want {
		t.Errorf("the summary of an action reads %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"why", "by"}, schemas["MoveStage"].Required); diff != "" {
		t.Errorf("what a move of the stage must have (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"text"}, schemas["AddNote"].Required); diff != "" {
		t.Errorf("what a note must have (-want +got):\n%s", diff)
	}
}

// Two types of one name would be one component, and one of them a lie.
func TestNamesThatClash(t *testing.T) {
	s, err := newSource()
	if err != nil {
		t.Fatal(err)
	}
	all := newSchemas(s)
	all.of(rules.MarkStep{}, true)
	if all.err != nil {
		t.Error(all.err)
	}
	type MarkStep struct{ X int }
	all.of(MarkStep{}, false)
	if all.err == nil {
		t.Error("two types share a name, and nobody minds")
	}
}

// clashing has a closed list that has no values.
type clashing struct{ Open openText }

type openText string

func TestClosedListWithoutValues(t *testing.T) {
	s, err := newSource()
	if err != nil {
		t.Fatal(err)
	}
	all := newSchemas(s)
	all.of(clashing{}, false)
	if all.err == nil {
		t.Error("a type of text without constants is taken for a closed list")
	}
}
