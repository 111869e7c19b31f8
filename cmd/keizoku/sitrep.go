package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// sitrepCmd shows a draft of the next situation report (第n報), or issues it.
type sitrepCmd struct {
	recorder
	Issue   bool   `help:"Issue it: it takes the next number, and the page goes on record as it is, in the plan's language."`
	Remarks string `help:"What the report is to say besides."`
}

func (c *sitrepCmd) Run(ctx context.Context, out streams) error {
	if !c.Issue {
		return c.draft(ctx, out.out)
	}
	done, err := c.record(ctx, "report", func(*rules.Situation) (rules.Action, error) {
		return rules.IssueReport{Remarks: c.Remarks}, nil
	})
	if err != nil {
		return err
	}
	c.warn(ctx, out.err, done.words)
	if c.JSON {
		return printJSON(out.out, done.Event)
	}
	issued, err := reportIn(done.Event)
	if err != nil {
		return err
	}
	return printPage(out.out, issued.Text)
}

// draft shows what the next report would say, compared with the last one that was issued.
func (c *sitrepCmd) draft(ctx context.Context, w io.Writer) error {
	client, s, err := c.ask(ctx)
	if err != nil {
		return err
	}
	before, err := lastReported(ctx, client, s)
	if err != nil {
		return err
	}
	next := draft{Number: s.Response.Reports.Issued + 1, Remarks: c.Remarks}
	next.Text = reports.Sitrep(c.words(s), reports.SitrepInput{
		Number: next.Number, Now: s, Before: before, Titles: messages.TitlesIn(s), Remarks: c.Remarks, IssuedBy: c.By, Draft: true,
	})
	if c.JSON {
		return printJSON(w, next)
	}
	return printPage(w, next.Text)
}

// draft is what `sitrep --json` prints of a report that is not issued. The field names are those
// of the record of one that is.
type draft struct {
	Number  int    `json:"number"`
	Remarks string `json:"remarks,omitempty"`
	Text    string `json:"text"`
}

// lastReported is the Situation that the newest report was written from; nil without one.
func lastReported(ctx context.Context, client *api.Client, s *rules.Situation) (*rules.Situation, error) {
	id := s.Response.Reports.LastID
	if id == "" {
		return nil, nil
	}
	event, err := client.Event(ctx, id)
	if err != nil {
		return nil, err
	}
	issued, err := reportIn(event)
	if err != nil || len(issued.Situation) == 0 {
		return nil, err
	}
	before := new(rules.Situation)
	return before, json.Unmarshal(issued.Situation, before)
}

func reportIn(e api.Event) (journal.ReportIssued, error) {
	event, err := e.Decode()
	issued, _ := event.Payload.(journal.ReportIssued)
	return issued, err
}
