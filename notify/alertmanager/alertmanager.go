// Package alertmanager is the channel to Prometheus's Alertmanager, by version 2 of its API.
//
// It exists so that an office which runs Alertmanager for everything else gets Keizoku's alerts
// there too, with the outage's true start, and closed for good when it ends. The client that
// Alertmanager generates for its API brings the whole of go-openapi; one POST needs none of it.
package alertmanager

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/httpcall"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a notify "alertmanager".
type Settings struct {
	plan.Source `hcl:",source"`

	URLs []httpcall.URL `hcl:"urls" doc:"Addresses of all Alertmanagers of the cluster, with their path prefix if they have one. Every one is told."`
	httpcall.Settings
	Labels map[string]string `hcl:"labels,optional" doc:"Further labels for all alerts, such as the team that Alertmanager routes by. They do not replace Keizoku's own."`
}

// Kind describes channels of kind "alertmanager".
func Kind() *notify.Kind {
	return &notify.Kind{
		Name:     "alertmanager",
		Summary:  "Tells Prometheus's Alertmanager, which routes, groups and silences.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newChannel,
	}
}

const doc = "Posts alerts to the v2 API of every Alertmanager named, as Prometheus does: a cluster sorts out what it heard\n" +
	"twice, and one that is told alone may be the one that burns. A message is delivered when each has taken it;\n" +
	"those that have are not asked again while the others are tried.\n\n" +
	"| in Alertmanager | from |\n|---|---|\n" +
	"| labels | `alertname`, `agent`, `plan`, `severity`, and, of what the alert is about, `system`, `priority`, `site`, `owner`, `threat`, `supply`; `cause` names the system at the root of it and is absent for the root itself; `silence` says why Keizoku itself keeps quiet of it: `maintenance`, `dependency`, or `settling` while a system whose root cause is gone is given the time to be seen up again; absent while it does not; `drill` is there in an exercise |\n" +
	"| annotations | `summary`, `description` and the facts: since when, how long, allowed, left |\n" +
	"| `startsAt` | the start of the outage, not of the alert |\n" +
	"| `endsAt` | five minutes ahead, by the server's own clock, while it is open, told anew each minute; the end when it is closed |\n" +
	"| `generatorURL` | the page of the console |\n\n" +
	"The agent's clock may be wrong after a power cut: what is open and what has ended, Alertmanager judges by its own.\n" +
	"An agent that dies lets its alerts lapse after five minutes: the alert `KeizokuAlive` fires as long as it lives, so\n" +
	"route it to a dead man's switch, as `packaging/alertmanager/alertmanager.yml` shows beside routes and inhibition.\n" +
	"All alerts come here, those too that Keizoku tells nobody else: route `silence=~\"maintenance|settling\"` to no one, and let an open\n" +
	"`SystemDown` inhibit `silence=\"dependency\"` of its agent and plan. `severity` and `silence` are the labels that change\n" +
	"while an alert is open; the alert with the old ones is closed then. `cause` and `threat` stay as they were told first:\n" +
	"they inform, and nothing should be inhibited by them.\n" +
	"Reports of inspections and tests become the alerts `KeizokuInspection` and `KeizokuTest`, which end by themselves.\n\n" +
	"| the server says | |\n|---|---|\n" +
	"| 2xx | taken |\n" +
	"| 401, 403, 404, 407, 408, 425, 429, 5xx, a redirect, nothing | tried again; `Retry-After` is obeyed |\n" +
	"| any other 4xx | refused, with Alertmanager's reason |\n"

const example = `notify "alertmanager" "duty" {
  urls = ["https://alert1.example:9093", "https://alert2.example:9093"]
  labels = {
    team = "joho"
  }
  basic_auth {
    username = "keizoku"
    password = env("ALERTMANAGER_PASSWORD")
  }
  tls {
    ca_file = "/etc/keizoku/city-ca.pem"
  }
}
`

func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	complain := func(attribute, summary, detail string) {
		at := block.HCLRange(s.At(attribute))
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
	}
	for name := range s.Labels {
		if !labelName(name) {
			complain("labels", fmt.Sprintf("%q is not the name of a label", name), "Names are made of letters, digits and underscores, and do not begin with a digit.")
		}
	}
	return append(diags, s.Settings.Check(s.Source)...)
}

// labelName reports whether Prometheus and every Alertmanager take name for a label.
func labelName(name string) bool {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9' || i == 0) {
			return false
		}
	}
	return name != ""
}
