package main

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// decisionLines tell how far the response is and what is recommended, with the reasons that hold,
// and what of the checklists is overdue.
func decisionLines(s *rules.Situation, words *messages.Words) []string {
	titles := messages.TitlesIn(s)
	recommended := words.Word("sitrep_recommendation") + ": " + words.Recommendation(recommendation(s))
	if reasons := held(s, words, titles); len(reasons) > 0 {
		recommended += "  ← " + strings.Join(reasons, words.Word("list_semicolon"))
	}
	told := []string{words.Word("sitrep_stage_label") + ": " + words.Standing(s), recommended}
	if c := s.Decision.Choice; c != nil {
		told = append(told, words.Word("sitrep_choice")+": "+words.Choice(c, s.At))
	}
	if overdue := overdueSteps(s); len(overdue) > 0 {
		told = append(told, "! "+words.Say("status_overdue", map[string]any{"Count": len(overdue), "Steps": words.List(overdue)}))
	}
	return told
}

// recommendation is what is recommended; normal when an older agent does not say.
func recommendation(s *rules.Situation) plan.Recommendation {
	if s.Decision.Recommendation == "" {
		return plan.Normal
	}
	return s.Decision.Recommendation
}

// held are the reasons for what is recommended. Those that hold besides and would recommend less
// are left to `keizoku stage`: at a glance they only repeat.
func held(s *rules.Situation, words *messages.Words, titles messages.Titles) []string {
	var reasons []string
	for _, r := range s.Decision.Reasons {
		if r.Holds && r.Recommends == s.Decision.Recommendation {
			reasons = append(reasons, atAGlance(r, words, titles))
		}
	}
	return reasons
}

// fewSystems is how many systems a reason names in the first lines of the status: with hundreds of
// them down, the table that follows would be out of sight.
const fewSystems = 6

// atAGlance is a reason with its first systems.
func atAGlance(r *rules.ReasonFacts, words *messages.Words, titles messages.Titles) string {
	more := len(r.Systems) - fewSystems
	if more <= 0 || !r.BuiltIn || !r.KeptUntil.IsZero() {
		return words.Criterion(r, titles)
	}
	few := *r
	few.Systems = r.Systems[:fewSystems]
	return words.Criterion(&few, titles) + words.Say("alert_many_more", map[string]any{"Count": more})
}

// overdueSteps names the steps that are open past their time, with the ID by which `keizoku step`
// knows them.
func overdueSteps(s *rules.Situation) []string {
	var overdue []string
	for _, list := range s.Response.Checklists {
		for _, step := range list.Steps {
			if list.Current && step.Overdue && step.State == rules.StepOpen {
				overdue = append(overdue, nameCell(step.Title, step.ID))
			}
		}
	}
	return overdue
}
