package metrics

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func recommendations(s *rules.Situation, out *room) {
	for _, r := range plan.Recommendations {
		out.add(truth(s.Decision.Recommendation == r), string(r))
	}
}

func criteria(s *rules.Situation, out *room) {
	for _, r := range s.Decision.Reasons {
		out.add(truth(r.Holds), r.Criterion)
	}
}

func unjudged(s *rules.Situation) (float64, bool) {
	n := 0.0
	for _, r := range s.Decision.Reasons {
		n += truth(r.Unjudged != "")
	}
	return n, true
}

func stages(s *rules.Situation, out *room) {
	for _, stage := range plan.Stages {
		out.add(truth(s.Stage == stage), string(stage))
	}
}

func stageMoved(s *rules.Situation) (float64, bool) {
	if s.Response.Move == nil {
		return 0, false
	}
	return moment(s.Response.Move.At)
}

func steps(s *rules.Situation, out *room) {
	counts := s.Response.Steps
	out.add(float64(counts.Open), "open")
	out.add(float64(counts.Done), "done")
	out.add(float64(counts.Overdue), "overdue")
}
