package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// A plan that writes the expression of a built-in criterion gets what the built-in one does.
func TestBuiltInIsWhatItsExpressionMeans(t *testing.T) {
	p := office()
	if got, want := len(BuiltIn()), len(plan.BuiltInCriteria); got != want {
		t.Fatalf("%d of %d criteria are judged", got, want)
	}
	for _, c := range BuiltIn() {
		written, err := config.ParseCondition(c.When.Text(), p)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		equal(t, c.Name, written.Text(), c.When.Text())
		rapid.Check(t, func(t *rapid.T) {
			f := drawFacts(t)
			if diff := cmp.Diff(written.Judge(f), c.When.Judge(f)); diff != "" {
				t.Fatalf("%s of %+v (-written +built in):\n%s", c.Name, f, diff)
			}
		})
	}
}

// drawFacts draws the facts that the built-in criteria ask for, near their limits.
func drawFacts(t *rapid.T) *plan.Facts {
	count := func(name string) plan.CountFacts {
		return plan.CountFacts{PriorityCount: float64(rapid.IntRange(0, 5).Draw(t, name))}
	}
	f := &plan.Facts{Down: count("down"), AtRisk: count("at_risk"), Missed: count("missed")}
	f.Threat.Declared = rapid.Bool().Draw(t, "declared")
	f.Power.Lost = rapid.Ptr(rapid.Bool(), true).Draw(t, "lost")
	f.Power.HorizonHours = rapid.Float64Range(0, 100).Draw(t, "horizon")
	switch rapid.IntRange(0, 3).Draw(t, "known") {
	case 0:
		runtime := f.Power.HorizonHours
		f.Power.RuntimeHours = &runtime
	case 1, 2:
		runtime := rapid.Float64Range(0, 100).Draw(t, "runtime")
		f.Power.RuntimeHours = &runtime
	}
	return f
}
