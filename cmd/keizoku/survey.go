package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// surveyCmd is the damage survey (被害チェックシート).
type surveyCmd struct {
	Show   surveyShowCmd   `cmd:"" default:"withargs" help:"Show the damage survey: what the agent knows, what people saw, and what waits for somebody to look."`
	Record surveyRecordCmd `cmd:"" help:"Record what a person saw of one line of the damage survey."`
}

type surveyShowCmd struct {
	reader
	Site string `help:"Only this site."`
	JSON bool   `name:"json" help:"Print as JSON."`
}

func (c *surveyShowCmd) Run(ctx context.Context, out streams) error {
	_, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	survey, err := api.SurveyOf(s, c.Site)
	if err != nil {
		return refusedIn(c.words(s), api.Worded(err))
	}
	if c.JSON {
		return printJSON(out.out, survey)
	}
	if err := printPage(out.out, reports.Survey(c.words(s), survey.Sites, survey.At)); err != nil {
		return err
	}
	return tellItems(out.err, survey.Sites)
}

// tellItems says by which names the lines of the sheets are recorded. The sheet itself has words
// for people, and goes onto paper without this.
func tellItems(w io.Writer, sites []*rules.SiteSurvey) error {
	for _, site := range sites {
		names := make([]string, len(site.Items))
		for i, item := range site.Items {
			names[i] = item.Item
		}
		if _, err := fmt.Fprintf(w, "keizoku survey record %s %s %s\n", site.Site, strings.Join(names, "|"),
			strings.ReplaceAll(listed(journal.Findings[:]), ", ", "|")); err != nil {
			return err
		}
	}
	return nil
}

type surveyRecordCmd struct {
	recorder
	Site    string       `arg:"" help:"Name of the site in the plan."`
	Item    string       `arg:"" help:"Name of the line, as survey lists them at its end: building, system.NAME."`
	Finding typedFinding `arg:"" optional:"" enum:"${findings}," default:"" help:"What was seen: ${findings}. Lines that are words alone (expected_recovery, first_aid, photo) take --note without it."`
	Note    string       `help:"A line for the record."`
	At      string       `help:"When it was seen: 14:46, 20m ago, or RFC 3339. Default: now."`
}

func (c *surveyRecordCmd) Run(ctx context.Context, out streams) error {
	return c.act(ctx, out, "survey", func(now *rules.Situation) (rules.Action, error) {
		seen, err := behindMoment(c.At, now.At)
		return rules.AnswerSurvey{Site: c.Site, Item: c.Item, Finding: journal.Finding(c.Finding), Note: c.Note, SeenAt: seen}, err
	})
}
