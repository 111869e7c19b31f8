package console

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// sitrepPage is a situation report (第n報): the next one as it would go out now, or one as it did.
type sitrepPage struct {
	*view
	// Text is the page of text.
	Text string
	// Event is the record of one that was issued; nil: this is a draft.
	Event *reports.Line
	// Number is its number, Remarks what somebody added.
	Number int
	// Issued are those that went out, the newest first.
	Issued []issuedReport
}

// issuedReport is a line in the list of reports.
type issuedReport struct {
	reports.Line
	Number  int
	Remarks string
}

// maxReports bounds the list of reports; each carries a whole Situation in the journal, and the
// chronology has the rest.
const maxReports = 20

// maxReport bounds what is shown of a report, in runes: far more than any that the agent writes.
const maxReport = 200_000

func buildSitrep(c *console, v *view, r *http.Request) (any, error) {
	p := &sitrepPage{view: v, Number: v.Response.Reports.Issued + 1}
	p.Text = cut(reports.Sitrep(v.Words, reports.SitrepInput{
		Number: p.Number, Now: v.Situation, Before: c.reported(r.Context(), v.Response.Reports.LastID), Titles: v.titles, Draft: true,
	}), maxReport)
	p.Issued = c.issued(r.Context(), v)
	return p, nil
}

// reported is the Situation that a report was written from; nil without one. One that cannot be
// read back keeps no draft from being shown.
func (c *console) reported(ctx context.Context, id string) *rules.Situation {
	if id == "" {
		return nil
	}
	e, err := c.agent.Event(ctx, id)
	if err != nil {
		c.log.Error("the last report could not be read", "id", id, "err", err)
		return nil
	}
	return c.carried(e)
}

// carried is the Situation that an event carries; nil when it carries none that can be read.
func (c *console) carried(e journal.Event) *rules.Situation {
	raw := carries(e.Payload)
	if len(raw) == 0 {
		return nil
	}
	sit := new(rules.Situation)
	if err := json.Unmarshal(raw, sit); err != nil {
		c.log.Error("the situation of an event could not be read", "seq", e.Seq, "err", err)
		return nil
	}
	return sit
}

func carries(payload journal.Payload) json.RawMessage {
	switch p := payload.(type) {
	case journal.ReportIssued:
		return p.Situation
	case journal.StageMoved:
		return p.Situation
	case journal.OrdinaryChosen:
		return p.Situation
	default:
		return nil
	}
}

// issued lists the reports that went out, the newest first.
func (c *console) issued(ctx context.Context, v *view) []issuedReport {
	events := c.newest(ctx, journal.Query{Kinds: []journal.Kind{journal.KindReportIssued}, Limit: maxReports})
	var all []issuedReport
	for _, e := range slices.Backward(events) {
		if report, ok := e.Payload.(journal.ReportIssued); ok {
			all = append(all, issuedReport{v.lineOf(e), report.Number, report.Remarks})
		}
	}
	return all
}

// lineOf is an event as a line of the chronology.
func (v *view) lineOf(e journal.Event) reports.Line {
	return reports.Lines(v.Words, []journal.Event{e}, v.titles, v.zone())[0]
}

func buildIssued(c *console, v *view, r *http.Request) (any, error) {
	id := r.PathValue("id")
	e, err := c.agent.Event(r.Context(), id)
	if err != nil {
		return nil, err
	}
	report, ok := e.Payload.(journal.ReportIssued)
	if !ok {
		return nil, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoEvent, Data: rules.Particulars{ID: cut(id, maxShown)}}
	}
	line := v.lineOf(e)
	p := &sitrepPage{view: v, Text: cut(report.Text, maxReport), Event: &line, Number: report.Number}
	v.Title = v.Say("console_response_report", "Number", report.Number)
	return p, nil
}

// NextTitle says which report the draft is.
func (p *sitrepPage) NextTitle() string { return p.Say("console_response_next", "Number", p.Number) }

// ReportTitle names a report.
func (p *sitrepPage) ReportTitle(n int) string { return p.Say("console_response_report", "Number", n) }

// OtherLanguage says that the report goes out in the plan's language, where the draft is in
// another.
func (p *sitrepPage) OtherLanguage() bool {
	return p.Written.Locale != "" && p.Words.Locale() != p.Written.Locale
}

// IssuedAt is when a report went out.
func (p *sitrepPage) IssuedAt(t time.Time) string { return p.Words.Office(t) }
