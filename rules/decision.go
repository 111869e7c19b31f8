package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Decide judges the criteria at now, keeps in state.Live since when those that held no longer do,
// and returns the event for a recommendation that has got worse or better. It is to be called
// every second or so, and after what happened.
func Decide(p *plan.Plan, s *State, now time.Time) []journal.Event { return nil }

// facts are what criteria may ask of the situation.
func (v *view) facts(sit *Situation) *plan.Facts { return &plan.Facts{} }

// decision is the recommendation at the instant.
func (v *view) decision(sit *Situation, facts *plan.Facts) DecisionFacts {
	return DecisionFacts{Recommendation: plan.Normal, Reasons: []*ReasonFacts{}}
}

// applyRecommendation folds a change of the recommendation.
func (s *State) applyRecommendation(e journal.Event, p journal.RecommendationChanged) {}
