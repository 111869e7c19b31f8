package alert

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Turns returns the next instant at which [Derive] may find something else although nothing
// happens: a share of an allowance, a deadline, a step's time. Zero: none is known. What the
// Situation itself finds as time goes by it cannot foresee, such as runtimes of supplies.
func Turns(p *plan.Plan, sit *rules.Situation, more Conditions) time.Time {
	t := turns{now: sit.At}
	for _, sys := range sit.Systems {
		if sys.Outage != nil {
			t.outage(p, sys)
		}
	}
	for _, list := range sit.Response.Checklists {
		for _, step := range list.Steps {
			if list.Current && step.State == rules.StepOpen {
				t.after(step.DueAt)
			}
		}
	}
	for _, r := range sit.Decision.Reasons {
		t.at(r.KeptUntil)
	}
	for _, c := range more.Channels {
		t.later(c.Since, FailingFor)
	}
	if sit.Agent.Blind {
		t.later(sit.Agent.BlindSince, blindWarning)
	}
	t.at(sit.Plan.ReviewDue)
	return t.next
}

// turns looks for the first instant after now.
type turns struct{ now, next time.Time }

func (t *turns) at(instant time.Time) {
	if instant.After(t.now) {
		t.next = sooner(t.next, instant)
	}
}

// after is the first instant past one that still belongs to the time before it: reaching a
// deadline to the instant is no miss.
func (t *turns) after(limit time.Time) {
	if !limit.IsZero() {
		t.at(limit.Add(time.Nanosecond))
	}
}

func (t *turns) later(since time.Time, by time.Duration) {
	if !since.IsZero() {
		t.at(since.Add(by))
	}
}

func (t *turns) outage(p *plan.Plan, sys *rules.SystemFacts) {
	o := sys.Outage
	if !o.Deadline.IsZero() {
		for _, share := range p.Alerting.Used {
			t.at(reached(o, share))
			t.at(reached(o, share).Add(time.Millisecond)) // should the share be a rounding short of it
		}
		t.at(o.StartRecoveryBy)
		t.after(o.StartRecoveryBy) // from then on it is projected to end too late
		t.after(o.Deadline)
	}
	if sys.Maintenance != nil {
		t.at(sys.Maintenance.To)
	}
	t.later(o.FirstBadAt, suspicion)
}
