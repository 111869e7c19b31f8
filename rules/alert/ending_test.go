package alert_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// A deadline that moved after the last word is told as it held at the end.
func TestACloseTellsTheTermsOfTheEnd(t *testing.T) {
	old, moved := clock("14:00:00"), clock("11:00:00")
	for name, c := range map[string]struct {
		terms *journal.Terms
		want  time.Time
	}{
		"moved":         {&journal.Terms{Threat: "disaster", Allowance: "1h", Deadline: moved, StartRecoveryBy: clock("10:30:00")}, moved},
		"none any more": {&journal.Terms{Threat: "disaster", Allowance: "none"}, time.Time{}},
		"not known":     {nil, old},
	} {
		d := newDesk(t, planOf(channel("staff")))
		told := down("mail", func(a *Alert) { a.Outage.Deadline, a.Outage.Threat, a.Outage.Allowance = old, "incident", "4h" })
		d.at(clock("10:01:00"), told)
		d.moment.Conditions.Ended = map[string]Ending{"o-mail": {Start: clock("10:00:00"), EndedAt: clock("12:00:00"), Terms: c.terms}}
		closed := d.at(clock("12:00:06"))[0].Told[0]
		if !closed.Deadline().Equal(c.want) || c.terms != nil && (closed.Outage.Threat != "disaster" || closed.Outage.Allowance != c.terms.Allowance) {
			t.Errorf("%s: %+v, want the deadline %v", name, closed.Outage, c.want)
		}
		if !told.Outage.Deadline.Equal(old) {
			t.Errorf("%s: the alert told before has changed", name)
		}
	}
}
