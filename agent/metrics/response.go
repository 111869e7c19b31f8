package metrics

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func recommendations(s *rules.Situation, emit emitter) {
	for _, r := range plan.Recommendations {
		emit(truth(s.Decision.Recommendation == r), string(r))
	}
}

func criteria(s *rules.Situation, emit emitter) {
	for _, r := range s.Decision.Reasons {
		emit(truth(r.Holds), r.Criterion)
	}
}

func unjudged(s *rules.Situation) (float64, bool) {
	n := 0.0
	for _, r := range s.Decision.Reasons {
		n += truth(r.Unjudged != "")
	}
	return n, true
}

func stages(s *rules.Situation, emit emitter) {
	for _, stage := range plan.Stages {
		emit(truth(s.Stage == stage), string(stage))
	}
}

func stageMoved(s *rules.Situation) (float64, bool) {
	if s.Response.Move == nil {
		return 0, false
	}
	return moment(s.Response.Move.At)
}

func steps(s *rules.Situation, emit emitter) {
	counts := s.Response.Steps
	emit(float64(counts.Open), "open")
	emit(float64(counts.Done), "done")
	emit(float64(counts.Overdue), "overdue")
}
