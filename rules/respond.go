package rules

import (
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// stage is the stage of the response.
func (r *Response) stage() plan.Stage {
	if r.Stage == "" {
		return plan.Monitoring
	}
	return r.Stage
}

// survey is the damage survey of each site.
func (v *view) survey(sit *Situation) []*SiteSurvey { return nil }

// respond fills how the response stands.
func (v *view) respond(sit *Situation, facts *plan.Facts) {}

// applyResponse folds what people do about an event.
func (s *State) applyResponse(e journal.Event) {}
