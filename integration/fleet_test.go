//go:build integration && linux

package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/rules"
)

const fleetPlan = `
plan "city" {
  title = "つづき市"
}
site "hall" {}
site "east" {}
threat "incident" {
  title   = "非災害"
  default = true
}
threat "disaster" {
  title = "災害"
}
agent "hall1" {
  site = site.hall
}
agent "hall2" {
  site = site.hall
}
agent "branch" {
  site    = site.east
  vantage = ["%s"]
}
system "core" {
  title    = "基幹網"
  priority = 1
  site     = site.hall
  allowable_downtime = {
    incident = "4h"
    disaster = "8h"
  }
  check "tcp" "port" {
    address  = %q
    interval = "1s"
    timeout  = "500ms"
  }
}
system "records" {
  title      = "住民記録"
  priority   = 2
  depends_on = [system.core]
  allowable_downtime = {
    incident = "4h"
    disaster = "8h"
  }
  check "tcp" "port" {
    address  = %q
    interval = "1s"
    timeout  = "500ms"
  }
}
notify "alertmanager" "duty" {
  urls    = ["http://%s"]
  timeout = "2s"
}
`

// gateway is the branch's vantage. It answers until its route is taken away.
const gateway = "127.91.0.1"

// fleet is three agents of one plan, and the servers that see them as one.
type fleet struct {
	*testing.T
	core, records *service
	agents        map[string]*keizoku
	prometheus    string
	alerts        *alertmanager
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	conf, err := os.ReadFile("../packaging/alertmanager/alertmanager.yml")
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{T: t, core: newService(t, "127.0.0.1", listenTCP), records: newService(t, "127.0.0.1", listenTCP), agents: map[string]*keizoku{}}
	f.alerts = newAlertmanagerWith(t, string(conf))
	plan := fmt.Sprintf(fleetPlan, gateway+":1", f.core.addr, f.records.addr, f.alerts.addr)
	for _, name := range []string{"hall1", "hall2", "branch"} {
		k := newKeizoku(t, plan)
		k.more = []string{"--agent", name}
		k.start()
		f.agents[name] = k
	}
	f.prometheus = f.newPrometheus()
	return f
}

// newPrometheus starts a Prometheus with the plan's rules, and with targets from one of the agents.
func (f *fleet) newPrometheus() string {
	f.Helper()
	dir := folder(f.T)
	path, err := binary()
	if err != nil {
		f.Fatal(err)
	}
	run(f.T, path, "prometheus-rules", f.agents["hall1"].plan, "--out", filepath.Join(dir, "rules.yml"), "--interval", "1s", "--brief")
	run(f.T, need(f.T, "promtool", "prometheus"), "check", "rules", filepath.Join(dir, "rules.yml"))
	var b strings.Builder
	fmt.Fprintf(&b, "rule_files: [rules.yml]\nalerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}\n", f.alerts.addr)
	b.WriteString("scrape_configs:\n- job_name: keizoku\n  honor_labels: true\n  scrape_interval: 1s\n  static_configs:\n")
	for _, name := range []string{"hall2", "branch"} {
		site := map[string]string{"hall2": "hall", "branch": "east"}[name]
		fmt.Fprintf(&b, "  - {targets: [%q], labels: {agent: %s, site: %s}}\n", strings.TrimPrefix(f.agents[name].address(), "http://"), name, site)
	}
	fmt.Fprintf(&b, "  http_sd_configs: [{url: %q}]\n", f.agents["hall1"].address()+"/api/v1/targets")
	// The two others listen on loopback, as hall1 does, so that it tells of itself alone.
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
		f.Fatal(err)
	}
	return runPrometheus(f.T, config)
}

// says waits until a record has the values, by the labels.
func (f *fleet) says(expression string, want map[string]string, labels ...string) {
	f.Helper()
	var got map[string]string
	until(f.T, expression+" says "+fmt.Sprint(want), func() bool {
		got = query(f.T, f.prometheus, expression, labels...)
		return cmp.Equal(got, want)
	})
}

// grouped is an alert in its group, as Alertmanager has it.
type grouped struct {
	Labels map[string]string
	Status struct {
		InhibitedBy []string
	}
}

// groups are Alertmanager's groups, by what they are grouped by, without those of heartbeats.
func (f *fleet) groups() map[string][]grouped {
	f.Helper()
	response, err := http.Get("http://" + f.alerts.addr + "/api/v2/alerts/groups")
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var groups []struct {
		Labels map[string]string
		Alerts []grouped
	}
	if err := json.NewDecoder(response.Body).Decode(&groups); err != nil {
		f.Fatal(err)
	}
	all := map[string][]grouped{}
	for _, g := range groups {
		by := fmt.Sprint(g.Labels)
		all[by] = append(all[by], g.Alerts...)
	}
	return all
}

// oneGroup waits until alerts of a name are in one group: those of the agents named, and that of
// the rules, which is "rules".
func (f *fleet) oneGroup(name, system string, tellers ...string) {
	f.Helper()
	var got [][]string
	until(f.T, fmt.Sprintf("%s %s is one group, of %v", name, system, tellers), func() bool {
		got = nil
		for _, alerts := range f.groups() {
			if who := tellersOf(alerts, name, system); len(who) > 0 {
				got = append(got, who)
			}
		}
		return cmp.Equal(got, [][]string{tellers})
	})
}

func tellersOf(alerts []grouped, name, system string) (who []string) {
	for _, a := range alerts {
		if a.Labels["alertname"] != name || a.Labels["system"] != system {
			continue
		}
		teller := a.Labels["agent"]
		if a.Labels["source"] == "rules" {
			teller = "rules"
		}
		if !slices.Contains(who, teller) { // a severity that has just changed is there twice
			who = append(who, teller)
		}
	}
	slices.Sort(who)
	return who
}

// inhibited waits until the rules' alert with the labels is inhibited, or is not.
func (f *fleet) inhibited(is bool, labels ...string) {
	f.Helper()
	until(f.T, fmt.Sprintf("%v: inhibited is %v", labels, is), func() bool {
		for _, alerts := range f.groups() {
			for _, a := range alerts {
				if a.has(labels) && a.Labels["source"] == "rules" {
					return (len(a.Status.InhibitedBy) > 0) == is
				}
			}
		}
		return false
	})
}

func (a *grouped) has(labels []string) bool {
	return !slices.ContainsFunc(labels, func(l string) bool {
		name, value, _ := strings.Cut(l, "=")
		return a.Labels[name] != value
	})
}

// fires waits until the rules' alert of a name is known to Alertmanager, or is not.
func (f *fleet) fires(is bool, labels ...string) {
	f.Helper()
	until(f.T, fmt.Sprintf("%v: fires is %v", labels, is), func() bool {
		for _, alerts := range f.groups() {
			if slices.ContainsFunc(alerts, func(a grouped) bool { return a.has(labels) && a.Labels["source"] == "rules" }) {
				return is
			}
		}
		return !is
	})
}

// Three agents, one of them blind, as Prometheus and Alertmanager see them: a root cause and what
// hangs on it, a threat that is declared on one agent, and the loss of an agent and of a site.
func TestFleet(t *testing.T) {
	ip := need(t, "ip", "iproute2")
	f := newFleet(t)
	f.says("plan:keizoku_agents_alive:count", map[string]string{"": "3"})
	f.says("system:keizoku_system_votes:count", map[string]string{"core": "3", "records": "3"}, "system")

	run(t, ip, "route", "add", "unreachable", gateway+"/32", "table", "local")
	restored := false
	restore := func() {
		if !restored {
			restored = true
			(&wire{T: t}).ip("route", "del", "unreachable", gateway+"/32", "table", "local")
		}
	}
	t.Cleanup(restore)
	f.says("plan:keizoku_agents_blind:count", map[string]string{"": "1"})
	f.oneGroup("AgentBlind", "", "branch", "rules")

	f.core.down()
	f.says("system:keizoku_system_down:majority", map[string]string{"core": "1", "records": "0"}, "system")
	f.oneGroup("SystemDown", "core", "hall1", "hall2", "rules")
	f.records.down()
	f.says("system:keizoku_system_down:majority", map[string]string{"core": "1", "records": "1"}, "system")
	f.says("system:keizoku_outage_cause:first", map[string]string{"records core": "1"}, "system", "cause")
	f.oneGroup("SystemDown", "records", "hall1", "hall2", "rules")
	f.inhibited(false, "alertname=SystemDown", "system=core")
	f.inhibited(true, "alertname=SystemDown", "system=records")
	starts := query(t, f.prometheus, `min by (system) (keizoku_outage_start_timestamp_seconds{agent=~"hall.*"})`, "system")
	f.says("system:keizoku_outage_start_timestamp_seconds:min", starts, "system")

	if _, err := f.agents["hall1"].client.Act(t.Context(), "declare", rules.Declare{Threat: "disaster"}, "課長"); err != nil {
		t.Fatal(err)
	}
	f.says("plan:keizoku_threat_active:newest", map[string]string{"disaster": "1"}, "threat")
	f.says("round(system:keizoku_outage_deadline_timestamp_seconds:min - system:keizoku_outage_start_timestamp_seconds:min)",
		map[string]string{"core": "28800", "records": "28800"}, "system")
	f.says("plan:keizoku_decision:worst", map[string]string{"establish_posture": "1"}, "recommendation")
	f.oneGroup("EstablishPosture", "", "hall1", "rules")

	f.agents["hall2"].kill()
	f.fires(true, "alertname=AgentMissing", "agent=hall2")
	f.inhibited(false, "alertname=AgentMissing", "agent=hall2")
	f.agents["hall1"].kill()
	f.fires(true, "alertname=SiteLost", "site=hall")
	f.inhibited(true, "alertname=AgentMissing", "agent=hall1")
	f.inhibited(true, "alertname=AgentMissing", "agent=hall2")
	f.says("system:keizoku_system_votes:count", map[string]string{}, "system") // who is left is blind
	f.says("system:keizoku_system_down:majority", map[string]string{"core": "1", "records": "1"}, "system")

	f.core.up()
	f.records.up()
	restore()
	f.says("system:keizoku_system_down:majority", map[string]string{"core": "0", "records": "0"}, "system")
	f.fires(false, "alertname=SystemDown")
}
