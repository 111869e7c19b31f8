package alert_test

import (
	"fmt"
	"testing"
	"time"

	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

func TestAStepOfTheClockKeepsTheWaits(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	d.says("10:00:00", down("a"))
	d.told = d.told.Shift(-time.Hour)
	play(t, d, []moment{
		{"09:30:00", hold(down("a")), nothing},
		{"10:00:00", hold(down("a")), []string{"staff: reminded SystemDown/a"}},
	})
}

// Alerts keep the times that they tell; all by which the ledger waits goes with the clock.
func TestAStepOfTheClockMovesAllWaits(t *testing.T) {
	entry := func(at time.Time) *Entry {
		return &Entry{
			Alert: Alert{Since: clock("09:00:00")}, Opened: clock("09:00:00"), Since: at, Loud: at, Gone: at, Back: at,
			Told: []Word{{Channel: "staff", FirstAt: at, LastAt: at, Waits: at, ClosedAt: at, Gone: at}, {Channel: "duty"}},
		}
	}
	before := Ledger{"a": entry(clock("10:00:00")), "none": {}}
	equal(t, "shifted", before.Shift(time.Minute), Ledger{"a": entry(clock("10:01:00")), "none": {}})
	equal(t, "before", before["a"], entry(clock("10:00:00")))
}

func TestChangesNameTheRowsToWrite(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	d.says("10:00:00", down("a"), down("b"))
	d.moment.Alerts = hold(down("a"), down("c"))
	sit := *d.moment.Situation
	sit.At = clock("10:00:01")
	d.moment.Situation = &sit
	before := d.told
	text := fmt.Sprint(before["SystemDown/b/o-b"])
	after, _ := Next(before, &d.moment)
	written, deleted := after.Changes(before)
	equal(t, "written", written, []string{"SystemDown/b/o-b", "SystemDown/c/o-c"})
	equal(t, "deleted", deleted, []string(nil))
	equal(t, "the ledger given", fmt.Sprint(before["SystemDown/b/o-b"]), text)
	sit.At = clock("13:00:00")
	later, _ := Next(after, &d.moment)
	if _, deleted = later.Changes(after); len(deleted) != 1 {
		t.Errorf("deleted %v, want b", deleted)
	}
}
