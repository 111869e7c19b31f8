//go:build integration

package alertmanager

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
)

// shipped is the configuration of Alertmanager that comes with Keizoku.
const shipped = "../../packaging/alertmanager/alertmanager.yml"

func amtool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), need(t, "amtool"), args...).Output()
	if err != nil {
		t.Fatalf("amtool %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestShippedConfiguration(t *testing.T) {
	if out := amtool(t, "check-config", shipped); !strings.Contains(out, "SUCCESS") {
		t.Error(out)
	}
}

func TestShippedRoutes(t *testing.T) {
	for labels, want := range map[string]string{
		"alertname=SystemDown severity=warning":                               "staff",
		"alertname=SystemDown severity=critical priority=1":                   "duty",
		"alertname=SystemDown severity=critical drill=true":                   "exercise",
		"alertname=EstablishPosture severity=critical":                        "duty",
		"alertname=EstablishPosture severity=critical drill=true":             "exercise",
		"alertname=RuntimeShort severity=warning supply=rack_a":               "duty",
		"alertname=DeadlineMissed severity=critical system=resident_records":  "duty",
		"alertname=DeadlineNear severity=warning system=resident_records":     "staff",
		"alertname=DeliveryFailing severity=critical":                         "operators",
		"alertname=AgentBlind severity=warning agent=main":                    "operators",
		"alertname=PlanReviewDue severity=info":                               "staff",
		"alertname=KeizokuAlive severity=info agent=main":                     "dead-mans-switch",
		"alertname=KeizokuTest severity=info":                                 "staff",
		"alertname=KeizokuInspection severity=info message=01JD8Q5Z3K7W9X1Y2": "staff",
	} {
		args := append([]string{"config", "routes", "test", "--config.file=" + shipped}, strings.Fields(labels)...)
		if got := amtool(t, args...); got != want {
			t.Errorf("%s goes to %s, want %s", labels, got, want)
		}
	}
}

// What the configuration silences, a real Alertmanager silences.
func TestShippedInhibition(t *testing.T) {
	s := &server{data: t.TempDir(), conf: shipped}
	s.start(t, "127.0.0.1:0")
	c := open(t, attrs(s.url))
	now := time.Now()
	alert := func(name, severity, system, cause, agent string) notify.Alert {
		return notify.Alert{Key: name + system + cause + severity, StartsAt: now, Labels: map[string]string{
			"alertname": name, "severity": severity, "system": system, "cause": cause, "agent": agent, "plan": "musashino",
		}}
	}
	err := c.Keep(t.Context(), []notify.Alert{
		alert("SystemDown", "critical", "core_switch", "", "main"),
		alert("SystemDown", "warning", "core_switch", "", "main"),
		alert("SystemDown", "critical", "resident_records", "core_switch", "main"),
		alert("SystemDown", "critical", "tax", "core_switch", "branch"),
		alert("AgentBlind", "warning", "", "", "annex"),
		alert("SystemDown", "critical", "library", "", "annex"),
		alert("DeadlineNear", "warning", "tax", "", "main"),
		alert("DeadlineNear", "warning", "pension", "", "main"),
		alert("DeadlineMissed", "critical", "pension", "", "main"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"AgentBlind  annex", "DeadlineMissed pension main", "DeadlineNear tax main", "SystemDown core_switch main", "SystemDown tax branch",
	}
	var got []string
	until(t, "Alertmanager has weighed them", func() bool {
		got = s.unsilenced(t)
		return slices.Equal(got, want)
	})
}

// unsilenced are the alerts that people would hear of, as "name system agent".
func (s *server) unsilenced(t *testing.T) (list []string) {
	t.Helper()
	response, err := http.Get(s.url + "/api/v2/alerts?inhibited=false&unprocessed=false")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var alerts []wireAlert
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil {
		t.Fatal(err)
	}
	for _, a := range alerts {
		list = append(list, a.Labels["alertname"]+" "+a.Labels["system"]+" "+a.Labels["agent"])
	}
	slices.Sort(list)
	return list
}
