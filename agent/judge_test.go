package agent

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// What is recommended goes on record by itself, once for each change, with the reasons, and is
// what everybody is shown.
func TestRecommendationIsJournaled(t *testing.T) {
	t.Parallel()
	o, records, _, _ := newCity(t)
	if n := len(o.events(journal.KindRecommendationChanged)); n != 0 {
		t.Errorf("calm as it is, %d changes are on record", n)
	}
	records.down()
	o.awaits("records", rules.Down)
	o.recommended(plan.OrdinaryFailure)
	o.act("declare", rules.Declare{Threat: "disaster"})
	o.recommended(plan.EstablishPosture)

	changes := payloads[journal.RecommendationChanged](o)
	want := [][2]plan.Recommendation{{plan.Normal, plan.OrdinaryFailure}, {plan.OrdinaryFailure, plan.EstablishPosture}}
	if len(changes) != len(want) {
		t.Fatalf("%d changes are on record: %+v", len(changes), changes)
	}
	for i, c := range changes {
		if c.From != want[i][0] || c.To != want[i][1] || len(c.Reasons) == 0 {
			t.Errorf("change %d: %+v, want %v", i, c, want[i])
		}
	}

	o.restart()
	o.awaits("records", rules.Down)
	if d := o.agent.Situation().Decision; d.Recommendation != plan.EstablishPosture {
		t.Errorf("after a restart %+v is recommended", d)
	}
	if n := len(o.events(journal.KindRecommendationChanged)); n != len(want) {
		t.Errorf("a restart has made changes of its own: %d are on record", n)
	}
}

// recommended waits until something is recommended on record, and compares what is shown.
func (o *office) recommended(want plan.Recommendation) {
	o.Helper()
	o.until(string(want)+" is on record", func() bool {
		changes := payloads[journal.RecommendationChanged](o)
		return len(changes) > 0 && changes[len(changes)-1].To == want
	})
	if d := o.agent.Situation().Decision; d.Recommendation != want || d.Since.IsZero() {
		o.Errorf("%+v is shown, %s is on record", d, want)
	}
}
