package reports

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// SitrepInput is what a situation report (第n報) is written from.
type SitrepInput struct {
	// Number counts the reports of the response from 1.
	Number int
	// Now is what is reported, Before what the last report told; nil for the first one (初報).
	Now, Before *rules.Situation
	// Titles are the titles of what the Situations name; nil: those that Now tells.
	Titles messages.Titles
	// Remarks are a person's words below all else, IssuedBy who sends it out; either may be empty.
	Remarks, IssuedBy string
	// Draft marks a page that has not been issued, Drill one of an exercise (訓練): its first
	// characters say so.
	Draft, Drill bool
}

// Sitrep is the situation report: a fixed page, read in a minute, the same order each time.
func Sitrep(w *messages.Words, in SitrepInput) string {
	s := in.Now
	if in.Titles == nil {
		in.Titles = messages.TitlesIn(s)
	}
	p := newPage(w, in.Titles, s.At)
	p.cover(in)
	p.section(p.Word("sitrep_decision"))
	p.threat(s)
	p.stage(s)
	p.recommendation(&s.Decision)
	p.changes(in)
	p.systems(s)
	p.power(s.Power)
	p.posture(s.Response.Posture)
	p.steps(s)
	p.answers(s.Response.Survey)
	p.remarks(in.Remarks)
	return p.String()
}

// cover is the head of the report.
func (p *page) cover(in SitrepInput) {
	s, title := in.Now, p.Say("sitrep_title", map[string]any{"Number": in.Number})
	if in.Draft {
		title = p.Word("page_draft") + title
	}
	if in.Drill {
		title = p.Word("page_drill") + title
	}
	p.head(title, p.planLine(&s.Plan), p.asOf(s), p.origin(in))
	p.warnings(s)
}

func (p *page) planLine(f *rules.PlanFacts) string {
	title := f.Title
	if title == "" {
		title = f.Name
	}
	return p.Say("page_plan", map[string]any{"Title": title, "Version": f.Version})
}

// asOf tells of when the page is.
func (p *page) asOf(s *rules.Situation) string {
	return p.Say("page_as_of", map[string]any{"At": p.Office(s.At) + p.estimated(s.Clock.Estimated)})
}

// origin tells which agent looked, and who issues the report.
func (p *page) origin(in SitrepInput) string {
	a := in.Now.Agent
	site := ""
	if a.Site != "" {
		site = p.titles.Site(a.Site)
	}
	return p.Say("sitrep_origin", map[string]any{"Agent": a.Name, "Site": site, "IssuedBy": in.IssuedBy})
}

// warnings are what a reader must know before they believe the rest.
func (p *page) warnings(s *rules.Situation) {
	if s.Agent.Blind {
		p.warn(p.Say("console_blind", map[string]any{"Since": p.clock(s.Agent.BlindSince)}))
	}
	if s.Clock.Estimated {
		p.warn(p.Word("console_estimated"))
	}
	if s.Journal.Failing != "" {
		p.warn(p.Say("console_journal_failing", map[string]any{"Unwritten": s.Journal.Unwritten, "Why": s.Journal.Failing}))
	}
	if s.Plan.Rejected != "" {
		p.warn(p.Word("console_rejected"))
	}
}

func (p *page) warn(text string) { p.block(markMissed+" ", text) }

// The marks in front of a line; of equal width.
const (
	markMissed = "!!"
	markRisk   = "! "
	markNone   = "  "
)

func (p *page) threat(s *rules.Situation) {
	t := &s.Threat
	title := t.Title
	if title == "" {
		title = p.titles(t.Name)
	}
	text := title + " " + p.Word("sitrep_undeclared")
	if !t.DeclaredAt.IsZero() {
		text = p.Say("sitrep_threat", map[string]any{
			"Title": title, "Onset": p.clock(t.Onset), "At": p.clock(t.DeclaredAt), "By": t.DeclaredBy,
		})
	}
	p.field(p.Word("sitrep_threat_label"), text)
}

func (p *page) stage(s *rules.Situation) {
	p.field(p.Word("sitrep_stage_label"), p.Standing(s))
}

func stageOf(s *rules.Situation) plan.Stage {
	if s.Stage == "" {
		return plan.Monitoring
	}
	return s.Stage
}

// recommendation tells what is recommended and what a person chose. Reasons that do not hold are
// named and not explained: the page of the decision does that.
func (p *page) recommendation(d *rules.DecisionFacts) {
	p.recommended(d)
	var against []string
	for _, r := range d.Reasons {
		if r.Holds {
			p.bullet(labelWidth, p.reason(r, d.Reasons))
		} else {
			against = append(against, p.CriterionTitle(r))
		}
	}
	p.field(p.Word("sitrep_not_holding"), p.List(against))
	p.calm(d.Calm)
	p.choice(d.Choice)
}

func (p *page) recommended(d *rules.DecisionFacts) {
	recommendation := d.Recommendation
	if recommendation == "" {
		recommendation = plan.Normal
	}
	text := p.Recommendation(recommendation)
	if !d.Since.IsZero() {
		text += p.Say("page_since", map[string]any{"At": p.clock(d.Since)})
	}
	p.field(p.Word("sitrep_recommendation"), text)
}

func (p *page) calm(all []rules.CalmFacts) {
	label := p.Word("sitrep_continuity")
	for i := range all {
		p.field(label, p.Calm(&all[i], p.titles, p.now))
		label = ""
	}
}

func (p *page) choice(c *rules.ChoiceFacts) {
	if c == nil {
		return
	}
	p.field(p.Word("sitrep_choice"), p.Words.Choice(c, p.now))
}

func (p *page) changes(in SitrepInput) {
	if in.Before == nil {
		p.section(p.Word("sitrep_changes"))
		p.put("  " + p.Word("sitrep_first"))
		return
	}
	p.section(p.Say("sitrep_changes_since", map[string]any{"At": p.clock(in.Before.At)}))
	said := p.changed(in.Before, in.Now)
	if len(said) == 0 {
		p.put("  " + p.Word("sitrep_unchanged"))
	}
	for _, text := range said {
		p.bullet(2, text)
	}
}

// remarks are a person's words; their line breaks stay.
func (p *page) remarks(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p.section(p.Word("sitrep_remarks"))
	for line := range strings.Lines(text) {
		p.block("  ", strings.TrimSpace(line))
	}
}
