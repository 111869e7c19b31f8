package alert_test

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// TestPlanKnowsTheNames holds the list by which plans are read to that of the alerts that there are.
func TestPlanKnowsTheNames(t *testing.T) {
	if len(plan.AlertKinds) != len(alert.Names) {
		t.Fatalf("the plan knows %d names, there are %d", len(plan.AlertKinds), len(alert.Names))
	}
	for i, kind := range plan.AlertKinds {
		is := alert.Names[i]
		if kind.Name != is.Name {
			t.Errorf("%d: the plan knows %s, there is %s", i, kind.Name, is.Name)
		}
		if kind.OfSystem != (is.Topic == alert.OfOutage) || (kind.OfSupply || kind.OfPower) != (is.Topic == alert.OfPower) {
			t.Errorf("%s is about %s, and the plan believes otherwise: %+v", kind.Name, is.Topic, kind)
		}
		for _, severity := range plan.AlertSeverities {
			if severity.Above(kind.Gravest) && strings.Contains(is.Severity, "`"+string(severity)+"`") {
				t.Errorf("%s can be %s, and the plan believes at most %s", kind.Name, severity, kind.Gravest)
			}
		}
		if !strings.Contains(is.Severity, "`"+string(kind.Gravest)+"`") {
			t.Errorf("%s is never %s: %s", kind.Name, kind.Gravest, is.Severity)
		}
	}
}
