package console

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// The draft tells what has changed since the last report; what was issued is shown as it went out.
func TestSituationReport(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	first := h.page("", "/response/report", "ja")
	lacks(t, "the first draft", first, "【案】", "第1報", "初報", "まだ発行していません")
	holds(t, "the first draft", first, "計画の言語")

	h = quakeHall(t)
	h.at("15:20")
	before := h.Situation()
	h.write(journal.ReportIssued{Number: 2, Remarks: "第2報です", Text: "前の紙面", Situation: situationJSON(t, before)})
	h.at("16:30")
	h.fail("website")
	draft := h.page(access.Operator, "/response/report", "en")
	lacks(t, "the draft", draft, "DRAFT", "no. 3", "Newly down", `action="/act/report"`, `name="remarks"`, "in the language of the plan, Japanese",
		`href="/response/report/`+h.last(journal.KindReportIssued).ID+`"`, "第2報です", "第1報です")
	if strings.Index(draft, "第2報です") > strings.Index(draft, "第1報です") {
		t.Error("the reports do not begin with the newest")
	}
	holds(t, "the draft of a reader", h.page("", "/response/report", "ja"), `action="/act/report"`)
}

func TestReportAsIssued(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	issued := h.last(journal.KindReportIssued)
	body := h.page("", "/response/report/"+issued.ID, "en")
	lacks(t, "the report", body, "状況報告 第1報の紙面\n  &lt;b&gt;", "Situation report no. 1", "佐藤 一郎 / u501", "Fri 20 Nov 2026 15:20", `href="/timeline/`+issued.ID+`"`)
	holds(t, "the report", body, "DRAFT")
	for _, id := range []string{"none", h.last(journal.KindStageMoved).ID} {
		if w := h.ask("", "/response/report/"+id, "ja"); w.Code != http.StatusNotFound {
			t.Errorf("%s is a report: %d", id, w.Code)
		}
	}
}

// A report whose Situation cannot be read keeps no draft from being shown.
func TestDraftAfterADamagedReport(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.do("佐藤 一郎", rules.IssueReport{Text: "紙面"})
	i := len(h.log) - 1
	for h.log[i].Kind != journal.KindReportIssued {
		i--
	}
	report := h.log[i].Payload.(journal.ReportIssued)
	report.Situation = []byte(`{"at": 5}`)
	h.log[i].Payload = report
	lacks(t, "the draft", h.page("", "/response/report", "ja"), "【案】", "第3報", "初報")
}
