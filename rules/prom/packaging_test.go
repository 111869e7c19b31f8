package prom_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/prom"
)

// packaged are the configurations that come with Keizoku.
const packaged = "../../packaging"

func TestShippedScrapeConfigurations(t *testing.T) {
	for _, name := range []string{"prometheus.yml", "file_sd.yml", "http_sd.yml", "hall_of_remote_sites.yml"} {
		promtool(t, "check", "config", filepath.Join(packaged, "prometheus", name))
	}
	promtool(t, "check", "config", "--agent", filepath.Join(packaged, "prometheus", "remote_site.yml"))
}

// Whoever serves Alertmanager with the shipped file hears of what the fleet alone can tell, and
// the loss of a site keeps quiet what follows from it.
func TestShippedAlertmanagerKnowsTheFleet(t *testing.T) {
	amtool, err := exec.LookPath("amtool")
	if err != nil {
		t.Fatal("amtool is missing: make packages (or apt-get install prometheus-alertmanager)")
	}
	config := filepath.Join(packaged, "alertmanager", "alertmanager.yml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "- source_matchers: [alertname=\"SiteLost\"]\n    target_matchers: [alertname=\"AgentMissing\"]\n    equal: [plan, site]") {
		t.Errorf("%s: SiteLost does not inhibit AgentMissing", config)
	}
	want := map[string]string{
		AgentMissing: "operators", SiteLost: "duty", AgentsDisagree: "staff", AgentClockOff: "operators",
		AgentsOnDifferentPlans: "operators", RulesOutdated: "operators",
	}
	for _, name := range FleetAlerts {
		out, err := exec.CommandContext(t.Context(), amtool, "config", "routes", "test", "--config.file="+config, "alertname="+name, "severity="+string(plan.Caution), "source=rules").Output()
		if got := strings.TrimSpace(string(out)); err != nil || got != want[name] {
			t.Errorf("%s goes to %s (%v), want %s", name, got, err, want[name])
		}
	}
}
