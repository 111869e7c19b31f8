package alert_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// tb is what both testing.T and rapid.T offer.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

var tokyo = must(time.LoadLocation("Asia/Tokyo"))

// clock is a time of Wednesday 2026-07-15 in Tokyo ("10:00:30"), or of another day.
func clock(text string) time.Time {
	if len(text) == len(time.TimeOnly) {
		text = "2026-07-15 " + text
	}
	return must(time.ParseInLocation(time.DateTime, text, tokyo))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// planOf returns a linked plan with the channels, which tells at once and one by one unless it is
// edited.
func planOf(channels ...*plan.Channel) *plan.Plan {
	p := &plan.Plan{
		Name: "musashino", Title: "ICT業務継続計画", Location: tokyo, Locale: plan.Japanese,
		Alerting: &plan.Alerting{Used: []float64{0.5, 0.75, 0.9}, Repeat: time.Hour},
		Channels: channels,
		Threats:  []*plan.Threat{{Name: "incident", Title: "非災害", Default: true}, {Name: "disaster", Title: "災害"}},
		Calendars: []*plan.Calendar{{
			Name: "office", Days: [7]bool{false, true, true, true, true, true, false},
			Opens: must(plan.ParseClockTime("08:30")), Closes: must(plan.ParseClockTime("17:15")), Location: tokyo,
		}},
	}
	if err := p.Link(); err != nil {
		panic(err)
	}
	return p
}

func channel(name string, edits ...func(*plan.Route)) *plan.Channel {
	c := &plan.Channel{Kind: "mail", Name: name}
	for _, edit := range edits {
		edit(&c.Route)
	}
	return c
}

// desk keeps a ledger over moments, through JSON as an outbox does.
type desk struct {
	t      tb
	plan   *plan.Plan
	told   Ledger
	moment Moment
}

func newDesk(t tb, p *plan.Plan) *desk {
	return &desk{t: t, plan: p, moment: Moment{Plan: p, Situation: &rules.Situation{
		Agent: rules.AgentFacts{Name: "hall"}, Threat: rules.ThreatFacts{Name: "incident"}, Stage: plan.Monitoring,
	}}}
}

// at takes in what holds at the time and returns what is told.
func (d *desk) at(at time.Time, alerts ...Alert) []Dispatch {
	d.t.Helper()
	d.moment.Plan = d.plan
	sit := *d.moment.Situation
	sit.At = at
	d.moment.Situation, d.moment.Alerts = &sit, alerts
	told, out := Next(d.told, &d.moment)
	d.told = throughJSON(d.t, told)
	return out
}

func throughJSON[T any](t tb, v T) (back T) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatalf("%v", err)
	}
	return back
}

// says is what is told at the time of day, a line for each dispatch:
// "staff: opened SystemDown/mail, closed DeadlineNear/mail".
func (d *desk) says(at string, alerts ...Alert) []string {
	d.t.Helper()
	return lines(d.at(clock(at), alerts...))
}

func lines(out []Dispatch) []string {
	var all []string
	for _, dispatch := range out {
		parts := make([]string, len(dispatch.Told))
		for i := range dispatch.Told {
			told := dispatch.Told[i]
			parts[i] = fmt.Sprintf("%s %s/%s", told.Occasion, told.Name, told.Subject)
		}
		all = append(all, dispatch.Channel+": "+strings.Join(parts, ", "))
	}
	return all
}

// wakes is when the desk wants to be asked again, as a time of day; "" is never.
func (d *desk) wakes() string {
	at := Wake(d.told, &d.moment)
	if at.IsZero() {
		return ""
	}
	return at.In(tokyo).Format(time.TimeOnly)
}

// down is a SystemDown of priority 1.
func down(system string, edits ...func(*Alert)) Alert {
	return alertOf(SystemDown, system, "o-"+system, append([]func(*Alert){func(a *Alert) {
		a.System, a.Priority, a.TopPriority = system, 1, 1
		a.Outage = &rules.OutageFacts{ID: a.ID, Start: a.Since, FirstBadAt: a.Since}
	}}, edits...)...)
}

func alertOf(name, subject, id string, edits ...func(*Alert)) Alert {
	a := Alert{Name: name, Subject: subject, ID: id, Severity: plan.Caution, Since: clock("10:00:00")}
	for _, edit := range edits {
		edit(&a)
	}
	a.Key = strings.TrimRight(strings.Join([]string{a.Name, a.Subject, a.ID}, "/"), "/")
	return a
}

func outage(id string) func(*Alert) { return func(a *Alert) { a.ID = id } }
func silenced(s Silence, causes ...string) func(*Alert) {
	return func(a *Alert) { a.Silence, a.Causes = s, causes }
}
func severity(s plan.AlertSeverity) func(*Alert) { return func(a *Alert) { a.Severity = s } }
func acknowledged(a *Alert)                      { a.Acknowledged = true }

// ofSystem makes it an alert of the system's outage.
func ofSystem(name, system string, edits ...func(*Alert)) Alert {
	a := down(system, edits...)
	a.Name = name
	a.Key = name + "/" + system + "/" + a.ID
	return a
}
