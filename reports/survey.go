package reports

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Survey is the damage survey (被害チェックシート) of each site: filled with what the agents know
// and what people saw, and blank where a person must look.
func Survey(w *messages.Words, sites []*rules.SiteSurvey, at time.Time) string {
	p := newPage(w, func(name string) string { return name }, at)
	for i, site := range sites {
		if i > 0 {
			p.blank()
		}
		p.site(site)
	}
	if len(sites) == 0 {
		p.head(p.Say("survey_title", map[string]any{"Site": ""}), p.Say("page_as_of", map[string]any{"At": p.Office(at)}))
		p.put("  " + p.Word("survey_none"))
	}
	return p.String()
}

func (p *page) site(site *rules.SiteSurvey) {
	p.head(p.Say("survey_title", map[string]any{"Site": p.siteTitle(site)}), p.Say("page_as_of", map[string]any{"At": p.Office(p.now)}),
		p.Word("survey_checked_by"))
	rows := []row{{cells: p.words("survey_item", "survey_known", "survey_seen", "survey_note")}}
	for _, item := range site.Items {
		rows = append(rows, row{cells: p.surveyCells(item)})
	}
	p.table(0, rows)
	p.blank()
	p.block("", p.Say("survey_legend", map[string]any{"Findings": p.List(p.findings())}))
}

// surveyCells is a line of the sheet.
func (p *page) surveyCells(item *rules.SurveyItem) []string {
	return []string{p.itemTitle(item), p.known(item), p.seen(item), p.note(item)}
}

// seen is what people saw. It is blank to write in where nobody has looked and the agents cannot
// tell; where they can, a person may still look.
func (p *page) seen(item *rules.SurveyItem) string {
	switch {
	case item.Answer != nil:
		return p.Finding(item.Answer.Finding)
	case item.Open():
		return p.Word("survey_blank")
	case item.Known == "":
		return p.Word("survey_words")
	default:
		return ""
	}
}

// note is what people wrote. Lines that are words alone are blank to write in.
func (p *page) note(item *rules.SurveyItem) string {
	switch a := item.Answer; {
	case a != nil:
		return p.join(a.Note, p.Say("page_seen", map[string]any{"At": p.clock(a.SeenAt), "By": a.By}))
	case item.Known == "" && !item.Open():
		return p.Word("survey_blank")
	default:
		return ""
	}
}

// known is what the agents know of a line.
func (p *page) known(item *rules.SurveyItem) string {
	switch {
	case item.Open():
		return p.join(p.Word("survey_unknown"), p.SurveyFacts(item))
	case item.Known == "":
		return p.SurveyFacts(item)
	}
	text := p.Finding(item.Known)
	if !item.Since.IsZero() && item.Known != journal.Fine {
		text += p.Say("page_since", map[string]any{"At": p.clock(item.Since)})
	}
	return p.join(text, p.SurveyFacts(item))
}

func (p *page) findings() []string {
	said := make([]string, len(journal.Findings))
	for i, f := range journal.Findings {
		said[i] = p.Finding(f)
	}
	return said
}
