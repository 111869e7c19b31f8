package messages

import (
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func recommendationChanged(l *line, p journal.RecommendationChanged) {
	l.say("From", l.words.Recommendation(p.From))
	l.say("To", l.words.Recommendation(p.To))
	var said []string
	for _, r := range p.Reasons {
		if f := factsOf(r); p.To != plan.EstablishPosture || !f.BuiltIn || r.Criterion != plan.PriorityDown { // that speaks for less
			said = append(said, l.words.Criterion(f, l.titles))
		}
	}
	l.say("Reasons", strings.Join(said, l.words.Word("list_semicolon")))
}

// factsOf gives a journaled reason the form of a Situation's.
func factsOf(r journal.Reason) *rules.ReasonFacts {
	builtIn := slices.ContainsFunc(rules.BuiltIn(), func(c *plan.Criterion) bool { return c.Name == r.Criterion && c.Title == r.Title })
	return &rules.ReasonFacts{
		Criterion: r.Criterion, Title: r.Title, Used: r.Used, Unjudged: r.Unjudged, Holds: true, BuiltIn: builtIn,
	}
}

func stageMoved(l *line, p journal.StageMoved) {
	l.say("From", l.words.Stage(p.From))
	l.say("To", l.words.Stage(p.To))
	l.say("NewFile", p.NewFile)
	l.decided(p.Why, p.Against, p.Unlisted)
	if p.Undoes != "" {
		l.id += "_undone"
	}
}

func ordinaryChosen(l *line, p journal.OrdinaryChosen) {
	l.decided(p.Why, p.Against, p.Unlisted)
	if p.Withdraws != "" {
		l.id += "_withdrawn"
	}
}

// decided fills the places of a person's decision.
func (l *line) decided(why string, against, unlisted bool) {
	l.say("Why", why)
	l.say("Against", against)
	l.say("Unlisted", unlisted)
}

func stepApplies(l *line, p journal.StepApplies) {
	l.say("Step", l.titles(p.Step))
	l.say("OnlyIf", p.OnlyIf)
	l.say("Unjudged", p.Unjudged != "")
}

func stepLapsed(l *line, p journal.StepLapsed) { l.say("Step", l.titles(p.Step)) }

func stepDone(l *line, p journal.StepDone) {
	l.say("Step", l.titles(p.Step))
	l.say("Note", p.Note)
}

func stepUndone(l *line, p journal.StepUndone) {
	l.say("Step", l.titles(p.Step))
	l.say("Why", p.Why)
}

func stepNoted(l *line, p journal.StepNoted) {
	l.say("Step", l.titles(p.Step))
	l.say("Text", p.Text)
}

func callMade(l *line, p journal.CallMade) {
	l.say("Role", l.titles.Role(p.Role))
	l.say("Person", p.Person)
	l.say("Medium", l.words.Medium(p.Medium))
	l.say("Result", l.words.CallResult(p.Result))
	l.say("ComingAt", "")
	if !p.ComingAt.IsZero() {
		l.time("ComingAt", p.ComingAt)
	}
	l.say("Note", p.Note)
}

func surveyAnswered(l *line, p journal.SurveyAnswered) {
	l.say("Site", l.titles.Site(p.Site))
	l.say("Item", l.words.SurveyItem(p.Item, l.titles))
	l.say("Finding", l.words.Finding(p.Finding))
	l.say("Note", p.Note)
}

func reportIssued(l *line, p journal.ReportIssued) {
	l.say("Number", p.Number)
	l.say("Remarks", p.Remarks)
}
