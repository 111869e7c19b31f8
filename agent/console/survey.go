package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// surveyPage is the damage survey (被害チェックシート): what the agents know, what people saw, and
// what nobody has looked at.
type surveyPage struct {
	*view
	// Sheets are those of the site asked for, else of all.
	Sheets []*rules.SiteSurvey
	// Site is the one asked for; Item the line for which its form stands open, although it needs none.
	Site, Item string
	// Blank sheets are to be filled in by pen: nothing stands on them but what is asked.
	Blank bool
}

func buildSurvey(_ *console, v *view, r *http.Request) (any, error) {
	q := r.URL.Query()
	p := &surveyPage{view: v, Sheets: v.Response.Survey, Site: q.Get("site"), Item: q.Get("item")}
	if !q.Has("site") {
		return p, nil
	}
	p.Sheets = slices.DeleteFunc(slices.Clone(p.Sheets), func(s *rules.SiteSurvey) bool { return s.Site != p.Site })
	if len(p.Sheets) == 0 {
		return nil, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoSheet, Data: rules.Particulars{Given: p.Site}}
	}
	return p, nil
}

// SheetTitle is what stands above a sheet.
func (p *surveyPage) SheetTitle(s *rules.SiteSurvey) string {
	return p.Say("survey_title", "Site", p.Short(p.siteTitle(s)))
}

func (p *surveyPage) siteTitle(s *rules.SiteSurvey) string {
	return cmp.Or(s.Title, p.titles.Site(s.Site))
}

// SiteLinks lead to the sheets one by one; none where there is only one.
func (p *surveyPage) SiteLinks() []link {
	if len(p.Response.Survey) < 2 {
		return nil
	}
	links := []link{{"/response/survey", p.Words.Word("console_response_all_sites"), p.Site == ""}}
	for _, s := range p.Response.Survey {
		links = append(links, link{"/response/survey?site=" + url.QueryEscape(s.Site), p.Short(p.siteTitle(s)), p.Site == s.Site})
	}
	return links
}

// Tally counts what is in order by what people saw, and what is still to be looked at.
func (p *surveyPage) Tally(s *rules.SiteSurvey) string {
	fine, open := 0, 0
	for _, item := range s.Items {
		switch {
		case item.Open():
			open++
		case item.Answer != nil && item.Answer.Finding == journal.Fine:
			fine++
		}
	}
	return p.Say("survey_count", "Fine", fine, "Open", open)
}

// line is one line of a sheet as the page shows it.
type surveyLine struct {
	*surveyPage
	Site  string
	Entry *rules.SurveyItem
	// Key names the line among all sheets: its id on the page.
	Key string
}

// Lines are the lines of a sheet.
func (p *surveyPage) Lines(s *rules.SiteSurvey) []surveyLine {
	lines := make([]surveyLine, len(s.Items))
	for i, item := range s.Items {
		lines[i] = surveyLine{p, s.Site, item, "item-" + s.Site + "-" + item.Item}
	}
	return lines
}

// Name is what the line asks about.
func (l surveyLine) Name() string {
	return l.Short(cmp.Or(l.Entry.Title, l.Words.SurveyItem(l.Entry.Item, l.titles)))
}

// WordsAlone tells a line that asks for no finding.
func (l surveyLine) WordsAlone() bool {
	return slices.Contains([]string{rules.SurveyRecovery, rules.SurveyFirstAid, rules.SurveyPhoto}, l.Entry.Item)
}

// Known is what the agents know of the line.
func (l surveyLine) Known() string {
	facts := l.Words.SurveyFacts(l.Entry)
	switch {
	case l.Entry.Open():
		return l.joined(l.Words.Word("survey_unknown"), facts)
	case l.Entry.Known == "":
		return facts
	}
	text := l.Words.Finding(l.Entry.Known)
	if !l.Entry.Since.IsZero() && l.Entry.Known != journal.Fine {
		text += l.Say("page_since", "At", l.When(l.Entry.Since))
	}
	return l.joined(text, facts)
}

// Remark is what people wrote, when and who.
func (l surveyLine) Remark() string {
	a := l.Entry.Answer
	return l.joined(l.Short(a.Note), l.Say("page_seen", "At", l.When(a.SeenAt), "By", l.Short(a.By)))
}

// Trouble tells a line that is not in order, by what people saw, or else by what the agents know.
func (l surveyLine) Trouble() bool {
	found := l.Entry.Known
	if l.Entry.Answer != nil {
		found = l.Entry.Answer.Finding
	}
	return found == journal.Impaired || found == journal.Stopped
}

// Asks reports whether the form of the line stands there: where somebody must look, and where
// somebody wants to say more.
func (l surveyLine) Asks() bool {
	return l.Entry.Open() || l.WordsAlone() && l.Entry.Answer == nil || l.Chosen()
}

// Chosen tells the line whose form was asked for.
func (l surveyLine) Chosen() bool { return l.Item == l.Entry.Item && l.surveyPage.Site == l.Site }

// Findings are what people can have seen.
func (l surveyLine) Findings() []journal.Finding { return journal.Findings[:] }

// Boxes are the findings to tick with a pen.
func (l surveyLine) Boxes() []string {
	boxes := make([]string, len(journal.Findings))
	for i, f := range journal.Findings {
		boxes[i] = "□" + l.Words.Finding(f)
	}
	return boxes
}
