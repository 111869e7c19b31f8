package prom

import (
	"fmt"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// The records about the response.
const (
	decisionWorst = "plan:keizoku_decision:worst"
	stageNewest   = "plan:keizoku_stage:newest"
)

func (m *maker) response() []Rule {
	return []Rule{
		m.record(decisionWorst, m.decision()),
		m.record(stageNewest, m.stage()),
		m.alert(alert.EstablishPosture, plan.Critical, 0, m.underThreat(fmt.Sprintf("max(\n  %s\n  unless on () %s\n)",
			m.rec(decisionWorst, "recommendation="+quote(string(plan.EstablishPosture))), m.rec(stageNewest, "stage="+quote(string(plan.ContinuityResponse)))))),
		m.alert(alert.StepOverdue, plan.Caution, 0, "max by (agent) ("+m.ofMine("keizoku_steps", `state="overdue"`)+") > 0"),
		m.alert(alert.CriterionUnjudged, plan.Caution, 0, "max by (agent) ("+m.ofMine("keizoku_decision_unjudged_criteria")+") > 0"),
	}
}

// decision is the worst that any agent recommends, and while none answers what it was.
func (m *maker) decision() string {
	var all []string
	for i := len(plan.Recommendations) - 1; i >= 0; i-- {
		all = append(all, fmt.Sprintf("max by (recommendation) ((%s == 1) and on (agent) %s)",
			m.raw("keizoku_decision", "recommendation="+quote(string(plan.Recommendations[i]))), m.mine()))
	}
	return either("", append(all, m.rec(decisionWorst))...)
}

// stage is that of the agent on which a person moved it last, and while none answers what it was.
func (m *maker) stage() string {
	here := "(" + m.raw("keizoku_stage") + " == 1) and on (agent) "
	return either("",
		fmt.Sprintf("max by (stage) (\n  %stopk(1, max by (agent) (%s))\n)", here, m.ofMine("keizoku_stage_moved_timestamp_seconds")),
		fmt.Sprintf("topk(1, max by (stage) (%s%s))", here, m.mine()),
		m.rec(stageNewest))
}

// underThreat adds the active threat to what is about the plan as a whole, or a supply.
func (m *maker) underThreat(expr string) string {
	return expr + "\n* on () group_left (threat) " + m.rec(threatActive)
}
