package inspect

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// LateWithin is how long after its time an inspection is still worth running: the office has not
// opened yet. After that it is told as missed.
const LateWithin = 30 * time.Minute

// Task is one inspection whose time has come.
type Task struct {
	// Inspection is which; nil: all checks, by hand.
	Inspection *plan.Inspection
	Trigger    journal.Trigger
	DueAt      time.Time // zero: by hand
	// Missed is how many times it was due and not run: before DueAt when it is to be run now, up to
	// and with DueAt when it is not.
	Missed int
	// Run says whether it is to be run now; else it is only to be told as missed.
	Run      bool
	Progress func(done, total int) // nil: nobody looks
}

// taskOf returns what is to be done at now about an inspection that is accounted for up to since;
// ok is false when it was not due.
func taskOf(p *plan.Plan, i *plan.Inspection, since, now time.Time) (t Task, ok bool) {
	count, last := p.InspectionsDue(i, since, now)
	if count == 0 {
		return Task{}, false
	}
	t = Task{Inspection: i, Trigger: journal.Scheduled, DueAt: last, Missed: count, Run: now.Sub(last) <= LateWithin}
	if t.Run {
		t.Missed--
	}
	return t, true
}

// missed is the report of an inspection that was not run.
func (t Task) missed() journal.InspectionDone {
	return journal.InspectionDone{
		Name: t.Inspection.Name, Title: t.Inspection.Title, Trigger: t.Trigger, DueAt: t.DueAt, Missed: t.Missed,
	}
}

// Known is what an agent knows at its start of the time before.
type Known struct {
	// LastDueAt is the newest time of each inspection that is accounted for, by its name.
	LastDueAt map[string]time.Time
	// OffSince is the last sign of life of the run before this one; zero: there was none.
	OffSince time.Time
}

// since is from when on an inspection must be accounted for. What was due while an earlier run
// lived is not missed: that plan did not have it then. But a run may have ended in the middle of
// an inspection, before it was journaled; so it begins a little before the end of that run.
func (k Known) since(name string, now time.Time) time.Time {
	if k.OffSince.IsZero() {
		return now
	}
	since := k.OffSince.Add(-LateWithin)
	if last := k.LastDueAt[name]; last.After(since) {
		since = last
	}
	return since
}
