package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a AnswerSurvey) event(p *plan.Plan, s *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	site, err := siteOfSurvey(p, a.Site)
	if err != nil {
		return "", nil, err
	}
	items := namesOf(site.Items, func(i *SurveyItem) string { return i.Item })
	if !slices.Contains(items, a.Item) {
		return "", nil, noLine(site, a.Item, items)
	}
	if err := firstOf(a.judge(), notFuture(p, SeenNoun, a.SeenAt, now), wordsFit(NoteNoun, a.Note)); err != nil {
		return "", nil, err
	}
	answered := journal.SurveyAnswered{Site: site.Site, Item: a.Item, Finding: a.Finding, Note: a.Note, SeenAt: a.SeenAt}
	if before, ok := s.Response.answered(SurveyKey{site.Site, a.Item}, now); ok {
		answered.Corrects = before.ID
	}
	return subjectOf(site.Site, a.Item), answered, nil
}

// judge wants a finding, and on a line that is words alone nothing but words.
func (a AnswerSurvey) judge() error {
	switch {
	case !words(a.Item):
		return oneOf(FindingNoun, a.Finding, journal.Findings[:])
	case a.Finding != "":
		return invalid(CodeWordsOnly, Particulars{Line: a.Item})
	case strings.TrimSpace(a.Note) == "":
		return invalid(CodeWordsWanted, Particulars{Line: a.Item})
	default:
		return nil
	}
}

// siteOfSurvey returns the empty sheet of the site named. The name may be left out where there is
// only one sheet.
func siteOfSurvey(p *plan.Plan, name string) (*SiteSurvey, error) {
	sites := blankSheets(p).sites
	for _, site := range sites {
		if site.Site == name || name == "" && len(sites) == 1 {
			return site, nil
		}
	}
	if name == "" {
		return nil, invalid(CodeMissing, Particulars{What: SiteNoun}.listing(siteNames(p)))
	}
	return nil, unknownName(SiteNoun, name, siteNames(p), siteTitles(p))
}

// noLine says that a sheet has no such line, and which one was perhaps meant.
func noLine(site *SiteSurvey, name string, items []string) error {
	if name == "" {
		return invalid(CodeLineMissing, Particulars{What: LineNoun}.listing(items))
	}
	data := Particulars{What: LineNoun, Site: site.Site, Given: name}
	return notFound(CodeNoLine, data.among(items).meaning(bareLine(name, items)))
}

// bareLine finds the line of a system or supply that was named without its kind.
func bareLine(name string, items []string) string {
	for _, item := range items {
		if _, bare, ok := strings.Cut(item, "."); ok && bare == name {
			return item
		}
	}
	return ""
}

// answered is the answer that stands for a line at now.
func (r *Response) answered(key SurveyKey, now time.Time) (Answer, bool) {
	a, ok := r.Answers[key]
	return a, ok && !a.At.Before(r.since(now))
}

// answer folds an answer.
func (r *Response) answer(e journal.Event, p journal.SurveyAnswered) {
	if r.Answers == nil {
		r.Answers = make(map[SurveyKey]Answer)
	}
	r.Answers[SurveyKey{p.Site, p.Item}] = Answer{ID: e.ID, At: e.At, SurveyAnswered: p, Actor: actorOf(e)}
}

// subjectOf is what an answer is about: the system or supply of its line, else the site.
func subjectOf(site, item string) string {
	if _, name, ok := strings.Cut(item, "."); ok {
		return name
	}
	return site
}
