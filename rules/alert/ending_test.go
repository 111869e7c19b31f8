package alert_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
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

// An alert about a channel or a supply that the plan has lost is over, and nobody says that it works
// again.
func TestWhatThePlanLosesIsNotWellAgain(t *testing.T) {
	staff, chat := channel("staff"), channel("chat")
	rack := &plan.UPS{Name: "rack"}
	for name, c := range map[string]struct {
		alert    Alert
		channels []*plan.Channel
		ups      []*plan.UPS
		dropped  bool
	}{
		"the channel is gone":           {alertOf(DeliveryFailing, "chat", ""), []*plan.Channel{staff}, []*plan.UPS{rack}, true},
		"the channel works":             {alertOf(DeliveryFailing, "chat", ""), []*plan.Channel{staff, chat}, nil, false},
		"another agent's from now on":   {alertOf(DeliveryFailing, "chat", ""), []*plan.Channel{staff, {Name: "chat", From: []string{"branch"}}}, nil, true},
		"the UPS is gone":               {alertOf(OnBattery, "rack", "p1"), []*plan.Channel{staff}, nil, true},
		"the UPS is on line":            {alertOf(OnBattery, "rack", "p1"), []*plan.Channel{staff}, []*plan.UPS{rack}, false},
		"utility power is no supply":    {alertOf(UtilityLost, journal.Utility, "p2"), []*plan.Channel{staff}, nil, false},
		"what is about no supply":       {alertOf(RuntimeShort, "", ""), []*plan.Channel{staff}, nil, false},
		"what is about the plan itself": {alertOf(PlanRejected, "city", ""), []*plan.Channel{staff}, nil, false},
	} {
		p := planOf(staff, chat)
		p.UPSs = []*plan.UPS{rack}
		d := newDesk(t, p)
		d.at(clock("10:00:00"), c.alert)
		p.Channels, p.UPSs = c.channels, c.ups
		closed := d.at(clock("10:20:00"))[0].Told[0]
		if closed.Occasion != Closed || closed.Dropped != c.dropped || !closed.EndedAt.Equal(clock("10:20:00")) {
			t.Errorf("%s: %+v", name, closed)
		}
	}
}
