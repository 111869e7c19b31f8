package agent

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/console"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// What a message links to, whatever it is about, is a page that there is.
func TestLinksOfAlertsLeadToPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t, `
plan "links" {}
threat "incident" {
  title   = "非災害"
  default = true
}
system "web" {
  power {
    watts  = 800
    va     = 900
    fed_by = ups.rack
  }
}
ups "rack" {
  capacity_w  = 2700
  capacity_va = 3000
  battery_wh  = 600
}
agent "a1" {}
`)
	o.start()
	const root = "https://keizoku.example"
	var all []alert.Alert
	for _, n := range alert.Names {
		all = append(all, alert.Alert{Name: n.Name, Subject: "web", System: "web"})
	}
	in := reports.MessageInput{Situation: o.agent.Situation(), Link: root + "/"}
	pages := map[string]bool{}
	for _, a := range reports.Alerts(messages.For(plan.Japanese), all, in) {
		pages[strings.TrimPrefix(a.Link, root)] = true
	}
	report := reports.InspectionMessage(messages.For(plan.Japanese), "x", "page\n", plan.Info, in)
	pages[strings.TrimPrefix(report.Link, root)] = true
	if len(pages) < 6 {
		t.Errorf("pages %v", pages)
	}
	handler := console.Handler(o.agent, o.opts.Log)
	for page := range pages {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, page, nil))
		if answer.Code != http.StatusOK {
			t.Errorf("%s: %d %s", page, answer.Code, answer.Body)
		}
	}
}
