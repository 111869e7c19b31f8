//go:build integration && linux

package integration

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The size of the fleet: ten agents that each see 500 systems.
const (
	fleetAgents  = 10
	fleetSystems = 500
)

// bigFleetPlan has a tenth of its systems at the root of the others.
func bigFleetPlan() string {
	var b strings.Builder
	b.WriteString("plan \"big\" {}\nsite \"hall\" {}\nsite \"east\" {}\nthreat \"incident\" {\n  title   = \"非災害\"\n  default = true\n}\n")
	for i := range fleetAgents {
		fmt.Fprintf(&b, "agent \"a%d\" {\n  site = site.%s\n}\n", i, []string{"hall", "east"}[i%2])
	}
	for i := range fleetSystems {
		fmt.Fprintf(&b, "system \"s%d\" {\n  title = \"システム%d\"\n  priority = %d\n  allowable_downtime = \"4h\"\n  typical_recovery = \"40m\"\n"+
			"  alternative {\n    title = \"紙台帳%d番で受付\"\n    lasts = \"1d\"\n  }\n", i, i, i+1, i)
		if i%10 != 0 {
			fmt.Fprintf(&b, "  depends_on = [system.s%d]\n", i-i%10)
		}
		b.WriteString("  check \"tcp\" \"port\" {\n    address = \"127.0.0.1:1\"\n  }\n}\n")
	}
	return b.String()
}

// bigFleetMetrics is what one agent of it exports in a blackout, in which everything is down.
func bigFleetMetrics(w io.Writer, hash string, began time.Time) {
	start := began.Add(-210 * time.Minute).Unix() // past the moment to begin recovery
	now := time.Now()
	_, _ = fmt.Fprintf(w, "keizoku_plan_info{plan=\"big\",version=\"\",hash=%q} 1\nkeizoku_agent_blind 0\nkeizoku_agent_alive_timestamp_seconds %d\n", hash, now.Unix())
	_, _ = io.WriteString(w, "keizoku_threat_active{threat=\"incident\"} 1\nkeizoku_stage{stage=\"monitoring\"} 1\nkeizoku_decision{recommendation=\"establish_posture\"} 1\n")
	for i := range fleetSystems {
		s := "s" + strconv.Itoa(i)
		_, _ = fmt.Fprintf(w, "keizoku_system_info{system=%q,title=\"システム\",priority=\"%d\",owner=\"\",site=\"\"} 1\n", s, i+1)
		for _, state := range []string{"down", "degraded", "unknown", "planned", "pending", "up"} {
			value := 0
			if state == "down" {
				value = 1
			}
			_, _ = fmt.Fprintf(w, "keizoku_system_state{system=%q,state=%q} %d\n", s, state, value)
		}
		_, _ = fmt.Fprintf(w, "keizoku_system_allowable_downtime_seconds{system=%q,threat=\"incident\"} 14400\n", s)
		for metric, value := range map[string]int64{"start": start, "deadline": start + 14400, "start_recovery_by": start + 12000, "projected_end": now.Unix() + 2400} {
			_, _ = fmt.Fprintf(w, "keizoku_outage_%s_timestamp_seconds{system=%q} %d\n", metric, s, value)
		}
	}
}

// Ten agents that see 500 systems each, all of them down: what the rules cost Prometheus.
func TestFleetScale(t *testing.T) {
	dir := folder(t)
	plan := filepath.Join(dir, "plan.hcl")
	if err := os.WriteFile(plan, []byte(bigFleetPlan()), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	run(t, path, "prometheus-rules", plan, "--out", filepath.Join(dir, "rules.yml"), "--interval", "5s", "--brief")
	rules, err := os.ReadFile(filepath.Join(dir, "rules.yml"))
	if err != nil {
		t.Fatal(err)
	}
	_, hash, _ := strings.Cut(string(rules), "# Plan hash:    ")
	hash, _, _ = strings.Cut(hash, "\n")
	began := time.Now()
	exporter := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { bigFleetMetrics(w, hash, began) }))
	t.Cleanup(exporter.Close)
	var b strings.Builder
	b.WriteString("rule_files: [rules.yml]\nscrape_configs:\n- job_name: keizoku\n  honor_labels: true\n  scrape_interval: 5s\n  static_configs:\n")
	for i := range fleetAgents {
		fmt.Fprintf(&b, "  - {targets: [%q], labels: {agent: a%d, site: %s}}\n", strings.TrimPrefix(exporter.URL, "http://"), i, []string{"hall", "east"}[i%2])
	}
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	prometheus := runPrometheus(t, config)
	until(t, "all is down, and told", func() bool {
		return query(t, prometheus, `count(ALERTS{alertname="SystemDown", severity="critical"})`)[""] == strconv.Itoa(fleetSystems)
	})
	least := leastCost(t, prometheus, 30*time.Second)
	groups, sum := 0.0, 0.0
	for _, name := range slices.SortedFunc(maps.Keys(least), func(a, b string) int { return cmp.Compare(least[b], least[a]) }) {
		if strings.HasPrefix(name, "keizoku:") {
			groups += least[name]
		} else {
			sum += least[name]
		}
		t.Logf("%.4f s %s", least[name], name)
	}
	usual := usualInterval(t, run(t, path, "prometheus-rules", plan))
	t.Logf("one evaluation of all groups took %.3f s at the least, of all rules %.3f s; each %s, as a fleet of this size has it, the rules take %.3f s a minute",
		groups, sum, usual, sum*float64(time.Minute)/float64(usual))
}

// usualInterval is that of rules for which nobody named one.
func usualInterval(t *testing.T, rules string) time.Duration {
	t.Helper()
	m := regexp.MustCompile(`(?m)^ +interval: (\S+)$`).FindStringSubmatch(rules)
	if m == nil {
		t.Fatal("the rules have no interval")
	}
	interval, err := time.ParseDuration(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return interval
}

// leastCost watches for a while what each group and each rule takes at the least, in seconds: what
// else this machine does is not the rules' cost. A group's name begins with "keizoku:".
func leastCost(t *testing.T, prometheus string, d time.Duration) map[string]float64 {
	t.Helper()
	least := map[string]float64{}
	took := func(name string, seconds float64) {
		if old, ok := least[name]; !ok || seconds < old {
			least[name] = seconds
		}
	}
	for began := time.Now(); time.Since(began) < d; pause(t, time.Second) {
		for _, g := range ruleGroups(t, prometheus) {
			if !g.LastEvaluation.After(began) {
				continue
			}
			took(g.Name, g.EvaluationTime)
			for i, r := range g.Rules {
				took(fmt.Sprintf("  %s[%d] %s", g.Name, i, r.Name), r.EvaluationTime)
				if r.Health != "ok" {
					t.Errorf("%s: %s: %s", g.Name, r.Name, r.LastError)
				}
			}
		}
	}
	return least
}

// ruleGroup is a group by Prometheus's own account. Times are in seconds.
type ruleGroup struct {
	Name           string
	EvaluationTime float64
	LastEvaluation time.Time
	Rules          []struct {
		Name, Health, LastError string
		EvaluationTime          float64
	}
}

func ruleGroups(t *testing.T, prometheus string) []ruleGroup {
	t.Helper()
	response, err := http.Get("http://" + prometheus + "/api/v1/rules")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct{ Data struct{ Groups []ruleGroup } }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Data.Groups) == 0 {
		t.Fatal("Prometheus has no rules")
	}
	return answer.Data.Groups
}
