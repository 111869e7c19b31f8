package console

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func surveyRow(t *testing.T, body, key string) string {
	t.Helper()
	found := regexp.MustCompile(`(?s)<tr id="item-` + regexp.QuoteMeta(key) + `".*?</tr>`).FindString(body)
	if found == "" {
		t.Fatalf("no line %s", key)
	}
	return found
}

func TestSurveySheet(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	body := h.page(access.Operator, "/response/survey", "ja")
	blank := surveyRow(t, body, "main_hall-building")
	lacks(t, "a line that nobody has looked at", blank, `class="blank"`, "建物への立入り", "(要確認)", `name="item" value="building"`, `name="site" value="main_hall"`,
		`<select name="finding" required>`, "□異常なし", `name="seen_at"`)
	for _, finding := range journal.Findings {
		lacks(t, "a line that nobody has looked at", blank, `<option value="`+string(finding)+`">`)
	}
	answered := surveyRow(t, body, "main_hall-racks")
	lacks(t, "an answer", answered, `class="trouble"`, "一部支障", "ラックが10cm移動", "15:05 u501", "?site=main_hall&amp;item=racks#item-main_hall-racks", "訂正する")
	holds(t, "an answer", answered, "<form", "□")
	known := surveyRow(t, body, "main_hall-system.tax")
	lacks(t, "what the agents know", known, `class="trouble"`, "停止・使用不可(14:45から)", "□異常なし", "記入する")
	holds(t, "what the agents know", known, "<form")
	words := surveyRow(t, body, "main_hall-photo")
	lacks(t, "a line of words", words, "写真の保管先", `name="note" maxlength="1000" required`)
	holds(t, "a line of words", words, "finding", "□")

	chosen := h.page(access.Operator, "/response/survey?site=main_hall&item=racks", "ja")
	lacks(t, "the line that was asked for", surveyRow(t, chosen, "main_hall-racks"), `<details class="screen" open>`, `name="item" value="racks"`)
	reader := h.page("", "/response/survey", "en")
	lacks(t, "the sheet of a reader", reader, "works in part", "Sign in")
	if w := h.ask("", "/response/survey?site=nowhere", "ja"); w.Code != http.StatusNotFound {
		t.Errorf("a site that there is not: %d", w.Code)
	}
}

func TestSurveyOfSeveralSites(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.plan.Sites = append(h.plan.Sites, &plan.Site{Name: "annex", Title: "別館"})
	h.handler = nil
	body := h.page("", "/response/survey", "ja")
	lacks(t, "the page", body, `href="/response/survey?site=annex"`, `id="sheet-main_hall"`, `id="sheet-annex"`, "被害チェックシート 別館", "異常なし 0項目、未確認 ")
	one := h.page("", "/response/survey?site=annex", "ja")
	lacks(t, "one sheet", one, `href="/response/survey?site=annex" aria-current="true"`, `id="sheet-annex"`)
	holds(t, "one sheet", one, `id="sheet-main_hall"`)
}

// A plan may name no site at all: its one sheet has no name.
func TestSurveyWithoutSites(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	h.plan.Sites = nil
	for _, path := range []string{"/response/survey", "/response/survey?site="} {
		h.handler = nil
		lacks(t, path, h.page(access.Operator, path, "ja"), `id="sheet-"`, `name="site" value=""`)
	}
	h.do("", rules.AnswerSurvey{Item: "water", Finding: journal.Fine, Note: "乾いている"})
	if row := surveyRow(t, h.page("", "/response/survey", "ja"), "-water"); !strings.Contains(row, "異常なし") || strings.Contains(row, "trouble") {
		t.Errorf("the answer: %s", row)
	}
}
