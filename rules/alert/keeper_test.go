package alert_test

import (
	"testing"
	"time"

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
		"a root cause is gone and the system stays down": {
			{moment{"10:00:00", hold(down("slow", silenced(Dependency, "b"))), []string{"am: opened SystemDown/slow"}}, Dependency},
			{moment{"10:00:10", hold(down("slow")), []string{"am: reminded SystemDown/slow"}}, Settling},
			{moment{"10:00:20", hold(down("slow", critical)), []string{"am: worsened SystemDown/slow"}}, Settling},
			{moment{"10:00:44", hold(down("slow")), nothing}, Settling},
			{moment{"10:00:45", hold(down("slow")), []string{"am: reminded SystemDown/slow"}}, ""},
			{moment{"10:00:46", hold(down("slow", silenced(Dependency, "c"))), []string{"am: reminded SystemDown/slow"}}, Dependency},
			{moment{"10:00:50", hold(down("slow")), []string{"am: reminded SystemDown/slow"}}, Settling},
			{moment{"10:01:00", nil, []string{"am: closed SystemDown/slow"}}, Settling},
		},
		"comes back": {
			{moment{"10:00:00", hold(planned), []string{"am: opened SystemDown/a"}}, Maintenance},
			{moment{"10:00:01", nil, closed}, Maintenance},
			{moment{"10:00:02", hold(down("a")), []string{"am: opened SystemDown/a"}}, ""},
		},
	} {
		p := planOf(channel("am"))
		p.Systems = []*plan.System{{Name: "slow", Checks: []*plan.Check{{
			Interval: 20 * time.Second, Timeout: 5 * time.Second, RecoverAfter: 2, RetryInterval: 5 * time.Second,
		}}}}
		if err := p.Link(); err != nil {
			t.Fatal(err)
		}
		d := newDesk(t, p)
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
