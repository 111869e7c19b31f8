package alertmanager

import (
	"cmp"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// wireAlert is postableAlert of Alertmanager's api/v2/openapi.yaml.
type wireAlert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	StartsAt     time.Time         `json:"startsAt,omitzero"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// toWire makes what Alertmanager takes, now being the time on its own clock. One bad name or a start
// after the end would have it refuse the alert, a year 0 is no date to it, and what ends in its
// future is open until then.
func toWire(a notify.Alert, more map[string]string, now time.Time) wireAlert {
	w := wireAlert{
		Labels: labels(a, more), Annotations: sound(a.Annotations),
		StartsAt: a.StartsAt, EndsAt: a.EndsAt, GeneratorURL: absolute(a.Link),
	}
	switch {
	case w.EndsAt.IsZero():
		w.EndsAt = now.Add(notify.KeepFor)
	case w.EndsAt.After(now):
		w.EndsAt = now
	}
	if w.StartsAt.After(w.EndsAt) {
		w.StartsAt = w.EndsAt
	}
	return w
}

func labels(a notify.Alert, more map[string]string) map[string]string {
	all := maps.Clone(more)
	if all == nil {
		all = make(map[string]string)
	}
	maps.Copy(all, a.Labels)
	all["alertname"] = cmp.Or(all["alertname"], a.Name, "Keizoku")
	if a.Severity != "" {
		all["severity"] = string(a.Severity)
	}
	return sound(all)
}

// sound keeps what may be a label or an annotation: names as Prometheus has them, values of UTF-8
// that are not empty.
func sound(pairs map[string]string) map[string]string {
	out := make(map[string]string, len(pairs))
	for name, value := range pairs {
		if value = strings.ToValidUTF8(value, "\uFFFD"); labelName(name) && value != "" {
			out[name] = value
		}
	}
	return out
}

// absolute returns link if Alertmanager will take it for a URI.
func absolute(link string) string {
	if u, err := url.Parse(link); err != nil || !u.IsAbs() || u.Host == "" {
		return ""
	}
	return link
}

// standIn is the alert for a message that is about none: it has no key, and ends by itself.
func standIn(m *notify.Message) notify.Alert {
	a := notify.Alert{
		Name: standInName(m.Occasion), Severity: plan.Info, StartsAt: m.At, Link: m.Link,
		Labels: map[string]string{"agent": m.Agent, "plan": m.Plan},
		Annotations: map[string]string{
			"summary": m.Subject, "description": m.Text,
		},
	}
	if m.Drill {
		a.Labels["drill"] = "true"
	}
	if m.Occasion != notify.Alive {
		// Each report and each test is one of its own: the second within five minutes is told too.
		a.Labels["message"] = m.ID
	}
	return a
}

func standInName(o notify.Occasion) string {
	switch o {
	case notify.Alive:
		return "KeizokuAlive"
	case notify.Test:
		return "KeizokuTest"
	case notify.Inspection:
		return "KeizokuInspection"
	default:
		return "Keizoku"
	}
}
