package agent

import (
	"context"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// The recommendation is judged each second, and at once after something was journaled, but never
// more often than judgeGap: a look at thousands of systems takes milliseconds, and a blackout
// brings hundreds of events.
const (
	judgeEvery = time.Second
	judgeGap   = situationMaxAge
)

// judge journals each change of the recommendation, until ctx ends.
func (a *Agent) judge(ctx context.Context) {
	tick, gap := time.NewTicker(judgeEvery), time.NewTimer(0)
	defer tick.Stop()
	defer gap.Stop()
	for a.afterGap(ctx, gap) {
		a.judgeNow(ctx)
		nudge(a.judged)
		gap.Reset(judgeGap)
		tick.Reset(judgeEvery)
		select {
		case <-ctx.Done():
		case <-a.news:
		case <-tick.C:
		}
	}
}

// afterGap waits until gap has run out; false when ctx has ended.
func (a *Agent) afterGap(ctx context.Context, gap *time.Timer) bool {
	select {
	case <-ctx.Done():
		return false
	case <-gap.C:
		return true
	}
}

// judgeNow journals a recommendation that has changed. It goes by the Situation that is shown.
func (a *Agent) judgeNow(ctx context.Context) {
	_, err := a.record(ctx, func(_ *plan.Plan, s *rules.State) ([]journal.Event, error) {
		return rules.Decide(s, a.present()), nil
	})
	a.logError("journal the recommendation", err)
}

// callJudge wakes the judge after events that can matter to it: any but its own.
func (a *Agent) callJudge(events []journal.Event) {
	for _, e := range events {
		if e.Kind == journal.KindRecommendationChanged {
			continue
		}
		nudge(a.news)
		return
	}
}
