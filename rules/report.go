package rules

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func (a IssueReport) event(p *plan.Plan, s *State, _ journal.Actor, now time.Time) (string, journal.Payload, error) {
	if err := wordsFit(RemarksNoun, a.Remarks); err != nil {
		return "", nil, err
	}
	if strings.TrimSpace(a.Text) == "" {
		return "", nil, invalid(CodeNoPage, Particulars{})
	}
	sit := Evaluate(p, s, now)
	return sit.Threat.Name, journal.ReportIssued{
		Number: s.Response.issued(now) + 1, Remarks: a.Remarks, Text: a.Text, Situation: embedded(sit),
	}, nil
}
