package alert_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// A keeper's people are called by its own rules: it is told what silences an alert, when that
// changes, and the end under what it was told.
func TestKeepersHearWhatSilences(t *testing.T) {
	const graveFirst = "a maintenance begins and ends"
	critical := severity(plan.Critical)
	planned, hanging, suspected := down("a", silenced(Maintenance)), down("a", silenced(Dependency, "b")), down("a", silenced(Suspected, "b"))
	reminded, closed := []string{"am: reminded SystemDown/a"}, []string{"am: closed SystemDown/a"}
	for name, moments := range map[string][]struct {
		moment
		silence Silence
	}{
		graveFirst: {
			{moment{"10:00:00", hold(down("a", critical)), []string{"am: opened SystemDown/a"}}, ""},
			{moment{"10:00:01", hold(planned), reminded}, Maintenance},
			{moment{"10:00:02", hold(planned), nothing}, Maintenance},
			{moment{"10:00:03", hold(down("a")), reminded}, ""},
			{moment{"10:00:04", hold(planned), reminded}, Maintenance},
			{moment{"10:00:05", nil, closed}, Maintenance},
		},
		"a root cause is found and gone": {
			{moment{"10:00:00", hold(suspected), nothing}, ""},
			{moment{"10:00:01", hold(hanging), []string{"am: opened SystemDown/a"}}, Dependency},
			{moment{"10:00:02", hold(down("a", silenced(Dependency, "c"))), nothing}, Dependency},
			{moment{"10:00:03", hold(suspected), nothing}, Dependency},
			{moment{"10:00:04", hold(down("a")), reminded}, ""},
			{moment{"10:00:05", nil, closed}, ""},
		},
		"comes back": {
			{moment{"10:00:00", hold(planned), []string{"am: opened SystemDown/a"}}, Maintenance},
			{moment{"10:00:01", nil, closed}, Maintenance},
			{moment{"10:00:02", hold(down("a")), []string{"am: opened SystemDown/a"}}, ""},
		},
	} {
		d := newDesk(t, planOf(channel("am")))
		d.moment.Keepers = map[string]bool{"am": true}
		for _, m := range moments {
			out := d.at(clock(m.at), m.alerts...)
			equal(t, name+" at "+m.at, lines(out), m.says)
			for _, dispatch := range out {
				equal(t, name+" at "+m.at, dispatch.Told[0].Silence.Label(), m.silence)
				if name == graveFirst {
					equal(t, "severity at "+m.at, dispatch.Told[0].Severity, plan.Critical)
				}
			}
			for _, held := range Held(d.told, &d.moment, "am") {
				equal(t, name+", held at "+m.at, held.Silence, m.silence)
				if name == graveFirst {
					equal(t, "severity, held at "+m.at, held.Severity, plan.Critical)
				}
			}
		}
	}
}
