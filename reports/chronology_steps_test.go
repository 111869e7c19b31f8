package reports_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
)

// A checklist that is over is in no Situation: its steps keep the titles with which it began.
func TestStepsOfAnEndedChecklistKeepTheirTitles(t *testing.T) {
	at := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	began := []journal.Checklist{{Procedure: "first", Steps: []journal.Step{{ID: "first.safety", Title: "安否の確認"}}}}
	events := []journal.Event{
		{Seq: 1, ID: "1", At: at, Kind: journal.KindStageMoved, Payload: journal.StageMoved{From: plan.Monitoring, To: plan.InitialResponse, Checklists: began}},
		{Seq: 2, ID: "2", At: at.Add(time.Minute), Kind: journal.KindStepApplies, Subject: "first.safety", Payload: journal.StepApplies{Step: "first.safety"}},
		{Seq: 3, ID: "3", At: at.Add(2 * time.Minute), Kind: journal.KindStepDone, Subject: "first.report", Payload: journal.StepDone{Step: "first.report"}},
	}
	asked := func(name string) string { return name }
	lines := reports.Lines(messages.For(plan.Japanese), events, asked, nil)
	if lines[1].Title != "安否の確認" || lines[1].Text != "手順「安否の確認」が対象に(条件 )" {
		t.Errorf("%+v", lines[1])
	}
	if lines[2].Title != "first.report" {
		t.Errorf("a title nobody told: %+v", lines[2])
	}
}
