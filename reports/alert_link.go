package reports

import (
	"net/url"
	"strings"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// linkTo is the console's page on what an alert is about: who is called at night wants that one, and
// not to look for it.
func (m *teller) linkTo(told *alert.Told) string {
	switch {
	case told.Topic() == alert.OfOutage:
		return m.under("systems/" + url.PathEscape(told.System))
	case told.Topic() == alert.OfPower:
		return m.under("power")
	case told.Topic() == alert.OfResponse:
		return m.under("response")
	case told.Name == alert.PlanRejected, told.Name == alert.PlanReviewDue:
		return m.under("plan")
	default:
		return m.in.Link
	}
}

// linkOf is the page on all that a message tells; of many things it is the first page.
func (m *teller) linkOf(all []*alert.Told) string {
	link := m.linkTo(all[0])
	for _, told := range all[1:] {
		if m.linkTo(told) != link {
			return m.in.Link
		}
	}
	return link
}

// under is a page of the console; empty when nobody can reach that.
func (m *teller) under(page string) string {
	if m.in.Link == "" {
		return ""
	}
	return strings.TrimRight(m.in.Link, "/") + "/" + page
}

// pageOf is the console's page on what a message without alerts tells.
func (m *teller) pageOf(occasion notify.Occasion) string {
	if occasion == notify.Inspection {
		return m.under("inspection")
	}
	return m.in.Link
}
