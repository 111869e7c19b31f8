package agent

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// sato is who confirms on a page.
var sato = journal.Actor{User: "duty", Via: "console", By: "佐藤 一郎"}

// foresee previews what must be right.
func (o *office) foresee(action rules.Action) *rules.Preview {
	o.Helper()
	p, err := o.agent.Preview(o.Context(), action, sato)
	if err != nil {
		o.Fatalf("%+v: %v", action, err)
	}
	return p
}

// The page of confirmation has what would be recorded and what would change, and nothing of it is
// recorded, not even while the disk keeps those waiting who write.
func TestPreviewRecordsNothing(t *testing.T) {
	t.Parallel()
	o := responding(t)
	before := len(o.events())
	o.agent.writing.Lock()
	p := o.foresee(rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱"})
	o.agent.writing.Unlock()
	now, words := o.agent.Plan(), messages.For(plan.Japanese)
	if line := words.Event(p.Event, messages.TitlesOf(now), now.Location); !strings.Contains(line, "初動対応") || !strings.Contains(line, "震度6弱") {
		t.Errorf("what would be recorded: %s", line)
	}
	changes := reports.Changes(words, messages.TitlesOf(now), p.Before, p.After)
	for _, want := range []string{"段階: 平常監視 → 初動対応", "手順チェックリスト「初動対応手順」開始(2項目)"} {
		if !slices.Contains(changes, want) {
			t.Errorf("%q is none of %q", want, changes)
		}
	}
	if n := o.recordedSince(before); n != 0 || o.agent.Situation().Stage != plan.Monitoring {
		t.Errorf("%d actions on record, stage %s", n, o.agent.Situation().Stage)
	}
	moved := o.do("佐藤 一郎", rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱"}).Payload.(journal.StageMoved)
	if foreseen := p.Event.Payload.(journal.StageMoved); foreseen.Against != moved.Against || foreseen.Unlisted != moved.Unlisted {
		t.Errorf("foreseen %+v, recorded %+v", foreseen, moved)
	}
}

func TestPreviewOfAReportHasItsPage(t *testing.T) {
	t.Parallel()
	o := responding(t)
	o.do("佐藤 一郎", rules.IssueReport{Remarks: "初報"})
	report := o.foresee(rules.IssueReport{Remarks: "次は16時"}).Event.Payload.(journal.ReportIssued)
	if report.Number != 2 || !strings.Contains(report.Text, "第2報") || !strings.Contains(report.Text, "次は16時") || !strings.Contains(report.Text, sato.By) {
		t.Errorf("report %d:\n%s", report.Number, report.Text)
	}
}

func TestPreviewRefusesAsActDoes(t *testing.T) {
	t.Parallel()
	o := responding(t)
	for _, action := range []rules.Action{
		rules.MarkStep{Step: "first.look"},
		rules.AddNote{Text: "x", Corrects: "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		rules.MoveStage{To: plan.StoodDown, Why: "x"},
	} {
		_, want := o.agent.Act(t.Context(), action, sato)
		p, err := o.agent.Preview(t.Context(), action, sato)
		var refused *rules.Problem
		if p != nil || !errors.As(err, &refused) || err.Error() != want.Error() {
			t.Errorf("%+v: %v, want %v", action, err, want)
		}
	}
}
