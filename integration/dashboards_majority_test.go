//go:build integration && linux

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// said is what the test below gives Prometheus to believe: three agents, of which c is blind.
//
//	files   a and b say down
//	mail    a says down and b up
//	records both say up
//	vpn     c alone watches it
//	print   a and b say down, and no deadline holds
//	wiki    as files, but it is no priority system
func said() map[string]string {
	values := map[string]string{
		`keizoku_agent_blind{job="k",instance="a",agent="a"}`: "0+0x10", `keizoku_agent_blind{job="k",instance="b",agent="b"}`: "0+0x10",
		`keizoku_agent_blind{job="k",instance="c",agent="c"}`: "1+0x10",
	}
	states := map[string]map[string]string{
		"a": {"files": "down", "mail": "down", "records": "up", "print": "down", "wiki": "down"},
		"b": {"files": "down", "mail": "up", "records": "up", "print": "down", "wiki": "down"},
		"c": {"files": "up", "mail": "up", "records": "down", "vpn": "up"},
	}
	for agent, systems := range states {
		for system, state := range systems {
			priority := "1"
			if system == "wiki" {
				priority = ""
			}
			at := fmt.Sprintf(`job="k",instance=%q,agent=%[1]q,system=%q`, agent, system)
			values[fmt.Sprintf(`keizoku_system_info{%s,title=%q,priority=%q,site=""}`, at, system, priority)] = "1+0x10"
			for _, each := range []string{"up", "down", "degraded", "unknown", "planned", "pending"} {
				values[fmt.Sprintf("keizoku_system_state{%s,state=%q}", at, each)] = map[bool]string{true: "1+0x10", false: "0+0x10"}[each == state]
			}
		}
	}
	for series, value := range map[string]string{
		`deadline_timestamp_seconds{job="k",instance="a",agent="a",system="files"}`: "600+0x10",
		`deadline_timestamp_seconds{job="k",instance="b",agent="b",system="files"}`: "660+0x10",
		`start_timestamp_seconds{job="k",instance="a",agent="a",system="files"}`:    "0+0x10",
		`start_timestamp_seconds{job="k",instance="a",agent="a",system="print"}`:    "0+0x10",
	} {
		values["keizoku_outage_"+series] = value
	}
	return values
}

// The wall shows the state that most of the agents tell that see, and the least time left of all.
func TestWallFollowsTheMajority(t *testing.T) {
	t.Parallel()
	wall := readGrafana(t, "../dashboards/en/priority-systems.json")
	table := wall.panel(t, "By urgency")
	unit := map[string]any{
		"evaluation_interval": "1m", "rule_files": []string{},
		"tests": []any{map[string]any{
			"interval": "1m", "input_series": inputSeries(said()),
			"promql_expr_test": []any{
				expects(table.Targets[1].Expr, map[string]float64{"files": 6, "mail": 0, "records": 1, "vpn": 4, "print": 6}),
				expects(table.Targets[2].Expr, map[string]float64{"files": 300, "mail": 2e10, "records": 2e10, "vpn": 2e10, "print": 1e10}),
				expects(table.Targets[7].Expr, map[string]float64{"files": 2, "mail": 1, "print": 2}),
				expects(wall.panel(t, "Down now").Targets[0].Expr, map[string]float64{"": 2}),
			},
		}},
	}
	text, err := json.Marshal(unit) // which is YAML too
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder(t), "wall.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, need(t, "promtool", "prometheus"), "test", "rules", file)
}

func inputSeries(values map[string]string) (all []any) {
	for series, value := range values {
		all = append(all, map[string]string{"series": series, "values": value})
	}
	return all
}

// expects wants a value for each system, five minutes after the beginning; an empty name is a
// value without labels.
func expects(expr string, want map[string]float64) map[string]any {
	var samples []any
	for system, value := range want {
		labels := "{}"
		if system != "" {
			labels = fmt.Sprintf("{system=%q}", system)
		}
		samples = append(samples, map[string]any{"labels": labels, "value": value})
	}
	return map[string]any{"expr": chosen(expr, ""), "eval_time": "5m", "exp_samples": samples}
}

func readGrafana(t *testing.T, file string) (d grafana) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return d
}

func (d grafana) panel(t *testing.T, title string) panel {
	t.Helper()
	for _, p := range d.Panels {
		if p.Title == title {
			return p
		}
	}
	t.Fatalf("no panel %q", title)
	return panel{}
}
