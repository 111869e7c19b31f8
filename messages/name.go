package messages

import (
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// State names the state of a system or check.
func (w *Words) State(s rules.SystemState) string { return w.Word("state_" + string(s)) }

// Verdict names how an outage stands against its deadline.
func (w *Words) Verdict(v rules.Verdict) string { return w.Word("verdict_" + string(v)) }

// Reason says why a probe failed.
func (w *Words) Reason(reason string) string { return w.Word("reason_" + reason) }

// Condition names what is the matter with a supply.
func (w *Words) Condition(c journal.PowerCondition) string { return w.Word("power_" + string(c)) }

// Stage names a stage of the response.
func (w *Words) Stage(s plan.Stage) string { return w.Word("stage_" + string(s)) }

// Recommendation names what is recommended to the person who decides.
func (w *Words) Recommendation(r plan.Recommendation) string {
	return w.Word("recommendation_" + string(r))
}

// CallResult names what came of calling somebody.
func (w *Words) CallResult(r journal.CallResult) string { return w.Word("call_" + string(r)) }

// Finding names what was seen of a line of the damage survey; empty for a line that is words alone.
func (w *Words) Finding(f journal.Finding) string {
	if f == "" {
		return ""
	}
	return w.Word("finding_" + string(f))
}

// Medium names a means of contact; empty for none.
func (w *Words) Medium(m plan.Medium) string {
	if m == "" {
		return ""
	}
	return w.Word("medium_" + string(m))
}

// StepState names how a step of a checklist stands.
func (w *Words) StepState(s rules.StepState) string { return w.Word("step_" + string(s)) }
