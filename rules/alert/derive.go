package alert

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Derive returns every alert that holds at the Situation's instant, those of outages in the
// plan's order first. It is pure, and its alerts share only what is immutable with the Situation.
func Derive(p *plan.Plan, sit *rules.Situation, more Conditions) []Alert {
	d := derivation{plan: p, sit: sit, more: &more}
	d.outages()
	d.power()
	d.response()
	d.agent()
	for i := range d.found {
		a := &d.found[i]
		a.Drill = more.Drill
		a.Key = keyOf(a.Name, a.Subject, a.ID)
	}
	return d.found
}

// derivation is one derivation under way.
type derivation struct {
	plan    *plan.Plan
	sit     *rules.Situation
	more    *Conditions
	systems map[string]*rules.SystemFacts // filled when first needed
	found   []Alert
}

func (d *derivation) add(a Alert) { d.found = append(d.found, a) }

func (d *derivation) system(name string) *rules.SystemFacts {
	if d.systems == nil {
		d.systems = make(map[string]*rules.SystemFacts, len(d.sit.Systems))
		for _, s := range d.sit.Systems {
			d.systems[s.Name] = s
		}
	}
	return d.systems[name]
}

// blindWarning is how long an agent may be blind before somebody must look at once.
const blindWarning = 15 * time.Minute

// agent derives what concerns the agent itself, its channels and its plan.
func (d *derivation) agent() {
	d.blind()
	name := d.sit.Agent.Name
	if clock := d.sit.Clock; clock.Estimated {
		d.add(Alert{Name: ClockUntrusted, Subject: name, Title: name, Severity: plan.Caution, Since: clock.Since})
	}
	if j := d.sit.Journal; j.Failing != "" {
		d.add(Alert{
			Name: JournalFailing, Subject: name, Title: name, Severity: plan.Critical,
			Values: map[string]any{"text": j.Failing, "unwritten": float64(j.Unwritten)},
		})
	}
	d.delivery()
	d.planAlerts()
}

func (d *derivation) blind() {
	a := d.sit.Agent
	if !a.Blind {
		return
	}
	severity := plan.Caution
	if !d.sit.At.Before(a.BlindSince.Add(blindWarning)) {
		severity = plan.Critical
	}
	d.add(Alert{
		Name: AgentBlind, Subject: a.Name, Title: a.Name, Severity: severity, Site: a.Site, Since: a.BlindSince,
		Values: map[string]any{"text": a.BlindText},
	})
}

func (d *derivation) delivery() {
	for _, c := range d.more.Channels {
		if c.Since.IsZero() || d.sit.At.Before(c.Since.Add(FailingFor)) {
			continue
		}
		values := map[string]any{"pending": float64(c.Pending)}
		if c.Text != "" {
			values["text"] = c.Text
		}
		d.add(Alert{
			Name: DeliveryFailing, Subject: c.Channel, Title: d.channelTitle(c.Channel), Severity: plan.Caution,
			Since: local(d.plan, c.Since), Values: values,
		})
	}
}

func (d *derivation) channelTitle(name string) string {
	for _, c := range d.plan.Channels {
		if c.Name == name && c.Title != "" {
			return c.Title
		}
	}
	return name
}

func (d *derivation) planAlerts() {
	facts := d.sit.Plan
	if facts.Rejected != "" {
		d.add(Alert{
			Name: PlanRejected, Subject: facts.Name, Title: facts.Title, Severity: plan.Caution,
			Values: map[string]any{"text": facts.Rejected},
		})
	}
	if due := facts.ReviewDue; !due.IsZero() && !d.sit.At.Before(due) {
		d.add(Alert{
			Name: PlanReviewDue, Subject: facts.Name, Title: facts.Title, Severity: plan.Info, Since: due,
			Values: map[string]any{"due_at": due},
		})
	}
}
