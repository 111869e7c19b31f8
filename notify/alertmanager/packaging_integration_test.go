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
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
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
		"alertname=SystemDown severity=critical silence=maintenance":          "nobody",
		"alertname=DeadlineMissed severity=critical silence=maintenance":      "nobody",
		"alertname=SystemDown severity=critical silence=settling":             "nobody",
		"alertname=SystemDown severity=critical silence=dependency":           "duty", // if it is not inhibited
		"alertname=EstablishPosture severity=critical":                        "duty",
		"alertname=EstablishPosture severity=critical drill=true":             "exercise",
		"alertname=RuntimeShort severity=warning supply=rack_a":               "duty",
		"alertname=DeadlineMissed severity=critical system=resident_records":  "duty",
		"alertname=DeadlineNear severity=warning system=resident_records":     "staff",
		"alertname=DeliveryFailing severity=critical":                         "operators",
		"alertname=AgentBlind severity=warning agent=main":                    "operators",
		"alertname=PlanReviewDue severity=info":                               "staff",
		"alertname=KeizokuAlive severity=info agent=main":                     "dead-mans-switch",
		"alertname=KeizokuTest severity=info":                                 "reports",
		"alertname=KeizokuInspection severity=info message=01JD8Q5Z3K7W9X1Y2": "reports",
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
	alert := func(name, severity, system, silence, agent string, more ...string) notify.Alert {
		a := notify.Alert{Key: name + system + silence + severity + agent, StartsAt: now, Labels: map[string]string{
			"alertname": name, "severity": severity, "system": system, "silence": silence, "agent": agent, "plan": "musashino",
		}}
		for i := 0; i < len(more); i += 2 {
			a.Labels[more[i]] = more[i+1]
		}
		return a
	}
	err := c.Keep(t.Context(), []notify.Alert{
		alert("SystemDown", "critical", "core_switch", "", "main"),
		alert("SystemDown", "warning", "core_switch", "", "main"),
		alert("SystemDown", "critical", "resident_records", "dependency", "main", "cause", "core_switch"),
		alert("SystemDown", "critical", "welfare", "", "main", "cause", "core_switch"), // it was, and is no more
		alert("SystemDown", "critical", "tax", "dependency", "branch", "cause", "core_switch"),
		alert("SystemDown", "critical", "planned_root", "maintenance", "depot"),
		alert("SystemDown", "critical", "behind_it", "dependency", "depot", "cause", "planned_root"),
		alert("SystemDown", "critical", "core_switch", "", "", "source", "rules"),
		alert("SystemDown", "critical", "resident_records", "", "", "source", "rules", "cause", "core_switch"),
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
		"AgentBlind  annex", "DeadlineMissed pension main", "DeadlineNear tax main", "SystemDown core_switch ", "SystemDown core_switch main",
		"SystemDown planned_root depot", "SystemDown tax branch", "SystemDown welfare main",
	}
	var got []string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("people hear of %q, want %q", got, want)
		}
	})
	until(t, "Alertmanager has weighed them", func() bool {
		got = s.unsilenced(t)
		return slices.Equal(got, want)
	})
}

// An outage that its plan comes to know as planned, and that stays when the window ends, is never
// with a person and without a reason at once.
func TestSilenceWithAlertmanager(t *testing.T) {
	s := &server{data: t.TempDir(), conf: shipped}
	s.start(t, "127.0.0.1:0")
	c := open(t, attrs(s.url))
	for _, step := range []struct{ silence, want string }{
		{"", "duty"}, {"maintenance", "nobody"}, {"", "duty"}, {"dependency", "duty"}, {"settling", "nobody"}, {"maintenance", "nobody"},
	} {
		m := notifytest.Message()
		m.ID += step.silence + step.want
		m.Alerts[0].Labels["silence"] = step.silence
		for _, tell := range []func() error{
			func() error { _, err := send(t, c, m); return err },
			func() error { return c.Keep(t.Context(), m.Alerts) },
		} {
			if err := tell(); err != nil {
				t.Fatal(err)
			}
			if got := s.receivers(t); !slices.Equal(got, []string{step.want}) {
				t.Errorf("silence %q: open for %v, want %s alone", step.silence, got, step.want)
			}
		}
	}
}

// receivers are those of all alerts that are open, one of each alert.
func (s *server) receivers(t *testing.T) (list []string) {
	t.Helper()
	response, err := http.Get(s.url + "/api/v2/alerts")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var alerts []struct{ Receivers []struct{ Name string } }
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil {
		t.Fatal(err)
	}
	for _, a := range alerts {
		for _, r := range a.Receivers {
			list = append(list, r.Name)
		}
	}
	slices.Sort(list)
	return list
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
