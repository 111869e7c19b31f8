package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// InspectionAccount is what is remembered of an inspection.
type InspectionAccount struct {
	// LastDueAt is the newest time at which it was due and that is accounted for: it was run, or
	// told to be missed. Zero: none.
	LastDueAt time.Time
	// Newest is its newest run; nil: none. A missed one is no run.
	Newest *InspectionRun
	// Missed is how many times in a row it was due and not run, since Newest.
	Missed int
}

// InspectionRun is one run of an inspection in short; the journal keeps the whole.
type InspectionRun struct {
	ID        string                   `json:"id"` // of the event
	Trigger   journal.Trigger          `json:"trigger"`
	DueAt     time.Time                `json:"due_at,omitzero"`
	StartedAt time.Time                `json:"started_at"`
	EndedAt   time.Time                `json:"ended_at"`
	Blind     bool                     `json:"blind,omitempty"`
	Counts    journal.InspectionCounts `json:"counts"`
	Good      bool                     `json:"good"`
	// Attention counts what somebody must see to beside the checks.
	Attention int `json:"attention"`
}

// InspectionFacts is one inspection of the plan at the instant.
type InspectionFacts struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// NextAt is when it is due next; zero: never, or other agents run it.
	NextAt time.Time `json:"next_at,omitzero"`
	// Missed is how many times it was due and not run since its newest run, the last of them at
	// MissedAt.
	Missed   int            `json:"missed,omitempty"`
	MissedAt time.Time      `json:"missed_at,omitzero"`
	Newest   *InspectionRun `json:"newest,omitempty"`
}

// applyInspection notes a run, or that one was missed.
func (s *State) applyInspection(e journal.Event, p journal.InspectionDone) {
	a := s.Inspections[p.Name]
	a.LastDueAt = latest(a.LastDueAt, p.DueAt)
	a.Missed += p.Missed
	if p.Ran() {
		a.Missed = 0
		a.Newest = &InspectionRun{
			ID: e.ID, Trigger: p.Trigger, DueAt: p.DueAt, StartedAt: p.StartedAt, EndedAt: p.EndedAt, Blind: p.Blind,
			Counts: p.Counts, Good: p.Good(), Attention: p.Attention(),
		}
	}
	s.Inspections[p.Name] = a
}

// inspections tells how the plan's inspections stand.
func (v *view) inspections() []InspectionFacts {
	var all []InspectionFacts
	for _, i := range v.plan.Inspections {
		account := v.state.Inspections[i.Name]
		facts := InspectionFacts{Name: i.Name, Title: i.Title, Missed: account.Missed, Newest: v.run(account.Newest)}
		if i.RunsOn(v.state.Agent) {
			facts.NextAt = v.local(v.plan.NextInspection(i, v.now))
		}
		if facts.Missed > 0 {
			facts.MissedAt = v.local(account.LastDueAt)
		}
		all = append(all, facts)
	}
	return all
}

// run returns a run with its times in the plan's zone.
func (v *view) run(r *InspectionRun) *InspectionRun {
	if r == nil {
		return nil
	}
	local := *r
	local.DueAt, local.StartedAt, local.EndedAt = v.local(r.DueAt), v.local(r.StartedAt), v.local(r.EndedAt)
	return &local
}
