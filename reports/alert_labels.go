package reports

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// alert writes one alert for machines.
func (m *teller) alert(told *alert.Told) notify.Alert {
	a := notify.Alert{
		Key: told.Key, Name: told.Name, Severity: told.Severity, StartsAt: m.local(startOf(told)), Link: m.linkTo(told),
		Labels: m.labels(told), Annotations: m.annotations(told),
	}
	if told.Occasion == alert.Closed {
		a.EndsAt = m.local(told.EndedAt)
	}
	return a
}

// local is an instant in the plan's zone; what went through JSON has lost it.
func (m *teller) local(t time.Time) time.Time { return plan.InZone(t, m.in.Zone) }

// labels identify an alert. Of those that may change while it is open, the threat and the cause are
// those under which it was told first: they inform. By severity and silence receivers route, so
// these are what holds.
func (m *teller) labels(told *alert.Told) map[string]string {
	labels := map[string]string{
		"alertname": told.Name, "agent": m.in.Agent, "plan": m.in.Plan,
		"system": told.System, "priority": rankText(told.Priority), "owner": told.Owner, "site": told.Site,
		"threat": m.in.Situation.Threat.Name, "supply": supplyOf(&told.Alert),
	}
	if len(told.Causes) > 0 {
		labels["cause"] = told.Causes[0]
	}
	if kind := subjectLabel(told.Name); kind != "" {
		labels[kind] = told.Subject
	}
	if m.in.Drill || told.Drill {
		labels["drill"] = "true"
	}
	if before := m.before(told.Key); before != nil {
		labels = maps.Clone(before)
	}
	labels["severity"], labels["silence"] = string(told.Severity), string(told.Silence.Label())
	return m.filled(labels)
}

func (m *teller) before(key string) map[string]string {
	if m.in.Labels == nil {
		return nil
	}
	return m.in.Labels(key)
}

// subjectLabel is the label that tells alerts of one name apart where neither system nor supply
// does.
func subjectLabel(name string) string {
	return map[string]string{
		alert.StepOverdue: "step", alert.CriterionUnjudged: "criterion", alert.DeliveryFailing: "channel",
	}[name]
}

// annotations tell of an alert: in words, and in RFC 3339 what machines reckon with.
func (m *teller) annotations(told *alert.Told) map[string]string {
	said := map[string]string{
		"summary": m.headline(told, space{title: listTitle}), "since": m.stamp(startOf(told)),
		"alternative": told.Alternative, "acknowledged_by": told.AcknowledgedBy,
	}
	if told.Topic() == alert.OfOutage {
		m.annotateOutage(said, told)
	}
	if told.Occasion == alert.Closed {
		said["ended"], said["lasted"], said["outcome"] = m.stamp(told.EndedAt), m.lasting(lastedOf(told)), m.outcome(told)
	}
	said["description"] = m.description(told)
	if m.in.Drill || told.Drill {
		said["summary"], said["description"] = m.Word("page_drill")+said["summary"], m.Word("page_drill")+said["description"]
	}
	return m.filled(said)
}

func (m *teller) annotateOutage(said map[string]string, told *alert.Told) {
	o := m.outageOf(told)
	said["cause"], said["affects"] = m.causeOf(&told.Alert, o), m.affected(told.Affects)
	if o == nil {
		return
	}
	said["deadline"], said["start_by"] = m.stamp(o.Deadline), m.stamp(o.StartRecoveryBy)
	said["acknowledged_by"] = o.AcknowledgedBy
	if told.Occasion != alert.Closed && o.Left != nil {
		said["left"], said["left_seconds"] = m.left(o), strconv.FormatInt(int64(*o.Left), 10)
	}
}

// description is what the message says of the alert, without tables.
func (m *teller) description(told *alert.Told) string {
	l := &letter{}
	one := []*alert.Told{told}
	switch told.Topic() {
	case alert.OfOutage:
		m.outageFacts(l, told)
	case alert.OfPower:
		m.powerFacts(l, one)
	case alert.OfResponse:
		m.responseFacts(l, told)
	default:
		m.agentFacts(l, told)
	}
	lines := make([]string, len(l.facts))
	for i, f := range l.facts {
		lines[i] = f.Label + ": " + f.Text
		if f.Label == "" {
			lines[i] = f.Text
		}
	}
	return strings.Join(lines, "\n")
}

// stamp writes an instant for machines.
func (m *teller) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return m.local(t).Format(time.RFC3339)
}

// filled drops what is empty and takes the power out of the rest, line by line.
func (m *teller) filled(all map[string]string) map[string]string {
	out := make(map[string]string, len(all))
	for name, text := range all {
		if text = m.lines(text); text != "" {
			out[name] = text
		}
	}
	return out
}

func (m *teller) lines(text string) string {
	return strings.Join(m.cleaned(strings.Split(text, "\n")), "\n")
}
