package metrics

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
)

// contract are the metrics that rules, dashboards and people's own queries may count on, with their
// labels. None is ever renamed or taken away; those that are added later are in the reference alone.
const contract = `
keizoku_check_success system check kind
keizoku_check_duration_seconds system check kind
keizoku_check_last_run_timestamp_seconds system check kind
keizoku_probe_duration_seconds kind
keizoku_system_info system title priority owner site
keizoku_system_state system state
keizoku_system_allowable_downtime_seconds system threat
keizoku_outage_start_timestamp_seconds system
keizoku_outage_deadline_timestamp_seconds system
keizoku_outage_start_recovery_by_timestamp_seconds system
keizoku_outage_used_ratio system
keizoku_outages_total system
keizoku_outage_seconds_total system
keizoku_ups_on_battery ups
keizoku_ups_charge_ratio ups
keizoku_ups_runtime_seconds ups
keizoku_ups_load_ratio ups
keizoku_ups_output_watts ups
keizoku_ups_last_reading_timestamp_seconds ups
keizoku_supply_capacity_watts supply
keizoku_supply_load_watts supply basis
keizoku_supply_runtime_seconds supply
keizoku_load_shed_timestamp_seconds load
keizoku_threat_active threat
keizoku_threat_declared_timestamp_seconds threat
keizoku_decision recommendation
keizoku_stage stage
keizoku_agent_blind
keizoku_journal_last_commit_timestamp_seconds
keizoku_notifications_total channel outcome
keizoku_notifications_pending channel
keizoku_plan_reload_success
keizoku_plan_review_due_timestamp_seconds
keizoku_build_info version goversion`

func TestContractIsKept(t *testing.T) {
	gathered, err := gatherer(t, newRegistry()).Gather()
	if err != nil {
		t.Fatal(err)
	}
	exported := map[string][]string{}
	for _, f := range gathered {
		exported[f.GetName()] = labelNames(f.GetMetric()[0])
	}
	for line := range strings.Lines(strings.TrimSpace(contract)) {
		words := strings.Fields(line)
		got, there := exported[words[0]]
		if !there {
			t.Errorf("%s is not exported", words[0])
			continue
		}
		want := slices.Sorted(slices.Values(words[1:]))
		if diff := cmp.Diff(want, got); len(want)+len(got) > 0 && diff != "" {
			t.Errorf("%s: labels (-want +got):\n%s", words[0], diff)
		}
	}
}

func labelNames(m *dto.Metric) []string {
	var names []string
	for _, l := range m.GetLabel() {
		names = append(names, l.GetName())
	}
	slices.Sort(names)
	return names
}
