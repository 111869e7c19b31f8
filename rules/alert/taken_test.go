package alert_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// takes lets somebody take an open alert on, as the agent does: by the key by which people know it.
func (d *desk) takes(t *testing.T, given string) {
	t.Helper()
	found := Find(Open(d.told, &d.moment), given)
	if len(found) != 1 {
		t.Fatalf("%s is the beginning of %d open alerts", given, len(found))
	}
	s := rules.NewState()
	s.Apply(journal.Event{
		At: d.moment.Situation.At, Actor: &journal.Actor{By: "佐藤"}, Payload: journal.AlertAcknowledged{Alert: found[0].Key, Why: "現地へ"},
	})
	d.moment.Conditions = ConditionsOf(d.plan, s, d.told)
}

// Acknowledgement silences repeats and keeps an escalation back, never the close nor a worsening; it
// holds as long as people take the alert for the same.
func TestAnAlertOfNoOutageIsTakenOn(t *testing.T) {
	battery := alertOf(OnBattery, "rack", "e-1")
	critical := alertOf(OnBattery, "rack", "e-1", severity(plan.Critical))
	over, rejected := alertOf(OverCapacity, "rack", ""), alertOf(PlanRejected, "musashino", "")
	escalating := planOf(channel("staff"), channel("head", func(r *plan.Route) { r.Unacknowledged = 20 * time.Minute }))
	for _, c := range []struct {
		name          string
		given         string
		before, after []moment
	}{
		{
			"repeats, a worsening, the close", "OnBattery",
			[]moment{{"10:00:00", hold(battery), []string{"staff: opened OnBattery/rack"}}},
			[]moment{
				{"10:20:00", hold(battery), nothing},
				{"11:00:00", hold(battery), nothing},
				{"11:30:00", hold(critical), []string{"staff: worsened OnBattery/rack"}},
				{"13:00:00", hold(critical), nothing},
				{"13:10:00", nil, []string{"staff: closed OnBattery/rack"}},
				{"13:20:00", hold(alertOf(OnBattery, "rack", "e-2")), []string{"staff: opened OnBattery/rack"}},
				{"13:40:00", hold(alertOf(OnBattery, "rack", "e-2")), []string{"head: escalated OnBattery/rack"}},
			},
		}, {
			"too late to hold the escalation back", "OnBattery/rack",
			[]moment{
				{"10:00:00", hold(battery), []string{"staff: opened OnBattery/rack"}},
				{"10:20:00", hold(battery), []string{"head: escalated OnBattery/rack"}},
			},
			[]moment{
				{"12:00:00", hold(battery), nothing},
				{"12:10:00", nil, []string{"staff: closed OnBattery/rack", "head: closed OnBattery/rack"}},
			},
		}, {
			"another is not", "OverCapacity/rack",
			[]moment{{"10:00:00", hold(battery, over), []string{"staff: opened OnBattery/rack, opened OverCapacity/rack"}}},
			[]moment{{"10:20:00", hold(battery, over), []string{"head: escalated OnBattery/rack"}}, {"11:00:00", hold(battery, over), []string{"staff: reminded OnBattery/rack"}}},
		}, {
			"what has no ID, while it flaps", "OverCapacity",
			[]moment{{"10:00:00", hold(over), []string{"staff: opened OverCapacity/rack"}}},
			[]moment{
				{"10:10:00", nil, []string{"staff: closed OverCapacity/rack"}},
				{"11:00:00", hold(over), []string{"staff: opened OverCapacity/rack"}},
				{"12:30:00", hold(over), nothing},
			},
		}, {
			"what has no ID, when it comes back beyond the memory of flapping", "PlanRejected/mus",
			[]moment{{"10:00:00", hold(rejected), []string{"staff: opened PlanRejected/musashino"}}},
			[]moment{
				{"10:10:00", nil, []string{"staff: closed PlanRejected/musashino"}},
				{"12:10:00", hold(rejected), []string{"staff: opened PlanRejected/musashino"}},
				{"12:30:00", hold(rejected), []string{"head: escalated PlanRejected/musashino"}},
				{"13:10:00", hold(rejected), []string{"staff: reminded PlanRejected/musashino"}},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, escalating)
			play(t, d, c.before)
			d.takes(t, c.given)
			play(t, d, c.after)
		})
	}
}

// What everybody sees of it is the same: the list, and what a keeper is told again.
func TestWhoTookAnAlertOnIsShown(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	over := alertOf(OverCapacity, "rack", "")
	d.says("10:00:00", over)
	d.takes(t, "OverCapacity/rack/20260715T010000.000Z")
	d.says("10:00:05", over)
	for what, all := range map[string][]Alert{"open": Open(d.told, &d.moment), "held": Held(d.told, &d.moment, "staff")} {
		a := all[0]
		if !a.Acknowledged || a.AcknowledgedBy != "佐藤" || a.AcknowledgedWhy != "現地へ" || !a.AcknowledgedAt.Equal(clock("10:00:00")) {
			t.Errorf("%s: %+v", what, a)
		}
	}
}

func TestFind(t *testing.T) {
	open := []Alert{
		down("mail"), ofSystem(DeadlineNear, "mail"), alertOf(OnBattery, "rack", "e-1"), alertOf(OnBattery, "rack_b", "e-2"), alertOf(EstablishPosture, "", "20260715T010000.000Z"),
	}
	for given, want := range map[string][]string{
		open[3].Key:         {"OnBattery/rack_b"},
		"OnBattery/rack":    {"OnBattery/rack"}, // and not the other, which only begins so
		"OnBattery/rack_":   {"OnBattery/rack_b"},
		"OnBattery":         {"OnBattery/rack", "OnBattery/rack_b"},
		"E":                 {"EstablishPosture"},
		"EstablishPosture":  {"EstablishPosture"},
		"SystemDown":        {"mail"},
		"DeadlineNear/mail": {"mail"},
		"":                  nil,
		"onbattery":         nil,
		"mail":              nil,
	} {
		var handles []string
		for _, a := range Find(open, given) {
			handles = append(handles, a.Handle())
			if found := Find(open, a.Key); len(found) != 1 || found[0].Handle() != a.Handle() {
				t.Errorf("%s is not found by its own key", a.Key)
			}
		}
		equal(t, given, handles, want)
	}
}
