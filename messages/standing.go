package messages

import (
	"cmp"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Standing says how far the response is, and who moved it there, when and why; that a later move was
// taken back changes none of it. An agent that does not say is monitoring.
func (w *Words) Standing(s *rules.Situation) string {
	stage := w.Stage(cmp.Or(s.Stage, plan.Monitoring))
	m := cmp.Or(s.Response.Standing, s.Response.Move)
	if m == nil {
		return stage
	}
	return w.Say("sitrep_stage", map[string]any{
		"Stage": stage, "At": w.Clock(m.At, s.At), "By": cmp.Or(m.By, m.User), "Why": m.Why, "Against": m.Against, "Unlisted": m.Unlisted,
	})
}

// Choice says who treats what is down as an ordinary failure, since when and why.
func (w *Words) Choice(c *rules.ChoiceFacts, now time.Time) string {
	return w.Say("sitrep_ordinary", map[string]any{
		"At": w.Clock(c.At, now), "By": cmp.Or(c.By, c.User), "Why": c.Why, "Against": c.Against, "Overtaken": c.Overtaken,
	})
}
