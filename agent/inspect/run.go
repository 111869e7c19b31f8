package inspect

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Request is one inspection to run.
type Request struct {
	Plan  *plan.Plan
	Agent *plan.Agent
	Kinds map[string]*checks.Kind
	// Shared is the agent's own; nil: one for this run.
	Shared *checks.Shared
	// Inspection is which; nil: all checks, under no name.
	Inspection *plan.Inspection
	Trigger    journal.Trigger
	DueAt      time.Time // zero: it was not due
	Missed     int       // how many times before DueAt it was due and not run
	// Situation tells how things stand: what is known to be down, what reports by itself, power,
	// maintenance. It is asked before the probes and after.
	Situation func() *rules.Situation
	// Now is the agent's clock.
	Now      func() time.Time
	Progress func(done, total int) // see [Round.Progress]
}

// Run inspects now. It returns when all checks have answered, or ctx's error when that ends first:
// half an inspection is none. What the inspection found is no error.
func Run(ctx context.Context, req Request) (journal.InspectionDone, error) {
	i := req.Inspection
	if i == nil {
		i = &plan.Inspection{}
	}
	done := journal.InspectionDone{
		Name: i.Name, Title: i.Title, Trigger: req.Trigger, DueAt: req.DueAt, Missed: req.Missed, StartedAt: req.Now(),
	}
	before := req.Situation()
	looks := req.round(i, before).Probe(ctx)
	if ctx.Err() != nil {
		return journal.InspectionDone{}, fmt.Errorf("inspection ended early: %w", context.Cause(ctx))
	}
	done.EndedAt = req.Now()
	r := report{InspectionDone: done, before: before, after: req.Situation(), now: done.EndedAt}
	r.checks(looks)
	r.certificates(looks)
	r.disks(looks)
	r.power()
	r.reviews(req.Plan)
	return r.InspectionDone, nil
}

func (req *Request) round(i *plan.Inspection, known *rules.Situation) Round {
	return Round{
		Plan: req.Plan, Agent: req.Agent, Kinds: req.Kinds, Shared: req.Shared,
		Systems: i.Systems, Timeout: i.Timeout, Retries: i.Retries, Confirm: true, Progress: req.Progress,
		Settled: func(system, check string) bool {
			c := checkOf(known, system, check)
			return c != nil && c.State == rules.Down
		},
	}
}

// report is an inspection's report while it is written.
type report struct {
	journal.InspectionDone
	before, after *rules.Situation
	now           time.Time
}

// checks judges what was seen of each check.
func (r *report) checks(looks []Look) {
	r.Blind = r.before.Agent.Blind || r.after.Agent.Blind
	slices.SortStableFunc(looks, func(a, b Look) int { return cmp.Compare(rank(a.System), rank(b.System)) })
	for _, l := range looks {
		r.Counts.Checks++
		if l.Pushed {
			l.Result = r.heard(l)
		}
		r.sort(l)
	}
}

// rank orders systems by their priority; those without one come last.
func rank(s *plan.System) int {
	if s.Priority <= 0 {
		return math.MaxInt
	}
	return s.Priority
}

// sort puts a look where it belongs. What fails while the agent is cut off says nothing of its
// target, but what the agent looks at on its own machine it sees all the same.
func (r *report) sort(l Look) {
	sys := r.after.System(l.System.Name)
	switch {
	case l.Result.OK():
		r.Counts.Good++
		if l.Attempts > 0 && l.Duration >= slowShare(l) {
			keep(&r.Slow, &r.Counts.Slow, r.line(l))
		}
	case sys != nil && sys.Maintenance != nil:
		line := r.line(l)
		line.Until = sys.Maintenance.To
		keep(&r.Planned, &r.Counts.Planned, line)
	case l.Result.Reason.Local() || r.Blind && !l.Local:
		keep(&r.Unjudged, &r.Counts.Unjudged, r.line(l))
	default:
		keep(&r.Failed, &r.Counts.Failed, r.line(l))
	}
}

// slowShare is from when on an answer is told as slow: it took three quarters of its time.
func slowShare(l Look) time.Duration { return l.Check.Timeout * 3 / 4 }

// keep adds a line while there is room, and counts it.
func keep(lines *[]journal.InspectedCheck, count *int, line journal.InspectedCheck) {
	*count++
	if len(*lines) < journal.MaxInspected {
		*lines = append(*lines, line)
	}
}

// maxText is the most bytes of a check's text in a report; the journal's other events hold more.
const maxText = 200

func (r *report) line(l Look) journal.InspectedCheck {
	line := journal.InspectedCheck{
		System: l.System.Name, Title: l.System.Title, Priority: l.System.Priority, Check: l.Check.Name, Kind: l.Check.Kind,
		Reason: string(l.Result.Reason), Text: checks.Cut(l.Result.Text, maxText),
		Attempts: l.Attempts, Seconds: l.Duration.Round(time.Millisecond).Seconds(),
	}
	if sys := r.before.System(l.System.Name); sys != nil && sys.Outage != nil && !l.Result.OK() {
		o := sys.Outage
		line.Since, line.Deadline, line.Acknowledged = o.Start, o.Deadline, !o.AcknowledgedAt.IsZero()
	}
	return line
}

// heard is what the agent knows of a check that reports by itself.
func (r *report) heard(l Look) checks.Result {
	c := checkOf(r.after, l.System.Name, l.Check.Name)
	switch {
	case c == nil:
		return checks.Failed(checks.Waiting, "the agent does not run this check")
	case c.State == rules.Up:
		return checks.Result{Reason: checks.OK}
	case c.State == rules.Down:
		return checks.Failed(cmp.Or(checks.Reason(c.Reason), checks.Silent), c.Error)
	}
	return checks.Failed(checks.Waiting, cmp.Or(c.Error, "nothing heard yet"))
}

func checkOf(s *rules.Situation, system, check string) *rules.CheckFacts {
	sys := s.System(system)
	if sys == nil {
		return nil
	}
	for _, c := range sys.Checks {
		if c.Name == check {
			return c
		}
	}
	return nil
}
