package messages

import (
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Calm says why the continuity of a system that is down is not in danger, or that it is.
func (w *Words) Calm(c *rules.CalmFacts, titles Titles, now time.Time) string {
	end := ""
	if !c.ProjectedEnd.IsZero() {
		end = w.Clock(c.ProjectedEnd, now)
	}
	return w.Say("calm_"+string(c.Calm), map[string]any{
		"System": titles(c.System), "Alternative": c.Alternative, "Passed": c.ProjectionPassed, "Missed": !c.Deadline.IsZero() && now.After(c.Deadline), "End": end, "Deadline": w.Clock(c.Deadline, now), "Until": w.Clock(c.AlternativeUntil, now),
	})
}
