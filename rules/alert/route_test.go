package alert_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

func TestRoutes(t *testing.T) {
	mail := func(edits ...func(*Alert)) Alert {
		return down("mail", append([]func(*Alert){func(a *Alert) { a.Site, a.Priority, a.TopPriority = "main", 2, 2 }}, edits...)...)
	}
	step := alertOf(StepOverdue, "first.call", "", func(a *Alert) { a.Roles = []string{"servers"} })
	for _, c := range []struct {
		name   string
		route  plan.Route
		alert  Alert
		admits bool
	}{
		{"what says nothing", plan.Route{}, mail(), true},
		{"severity reached", plan.Route{AtLeast: plan.Caution}, mail(), true},
		{"severity not reached", plan.Route{AtLeast: plan.Critical}, mail(), false},
		{"severity passed", plan.Route{AtLeast: plan.Caution}, mail(severity(plan.Critical)), true},
		{"name", plan.Route{Alerts: []string{DeadlineMissed, SystemDown}}, mail(), true},
		{"other name", plan.Route{Alerts: []string{DeadlineMissed}}, mail(), false},
		{"system", plan.Route{Systems: []string{"mail"}}, mail(), true},
		{"other system", plan.Route{Systems: []string{"web"}}, mail(), false},
		{"no system", plan.Route{Systems: []string{"web"}}, step, false},
		{"site", plan.Route{Sites: []string{"main"}}, mail(), true},
		{"other site", plan.Route{Sites: []string{"branch"}}, mail(), false},
		{"priority reached", plan.Route{Priority: 2}, mail(), true},
		{"priority not reached", plan.Route{Priority: 1}, mail(), false},
		{"no priority", plan.Route{Priority: 1}, mail(func(a *Alert) { a.Priority, a.TopPriority = 0, 0 }), false},
		{"priority of what hangs on it", plan.Route{Priority: 1}, mail(func(a *Alert) { a.Priority, a.TopPriority = 0, 1 }), true},
		{"priority of what is no system", plan.Route{Priority: 1}, step, true},
		{"role", plan.Route{Roles: []string{"servers", "network"}}, step, true},
		{"other role", plan.Route{Roles: []string{"network"}}, step, false},
		{"no role", plan.Route{Roles: []string{"network"}}, mail(), false},
		{"threat", plan.Route{Threats: []string{"incident"}}, mail(), true},
		{"other threat", plan.Route{Threats: []string{"disaster"}}, mail(), false},
		{"stage", plan.Route{Stages: []plan.Stage{plan.Monitoring}}, mail(), true},
		{"other stage", plan.Route{Stages: []plan.Stage{plan.InitialResponse, plan.ContinuityResponse}}, mail(), false},
		{"in office hours", plan.Route{Calendar: "office"}, mail(), true},
		{"not out of them", plan.Route{Calendar: "office", Outside: true}, mail(), false},
		{"unknown calendar", plan.Route{Calendar: "gone", Outside: true}, mail(), true},
		{"all of it", plan.Route{Systems: []string{"mail"}, Sites: []string{"branch"}}, mail(), false},
	} {
		p := planOf(&plan.Channel{Name: "staff", Route: c.route})
		if got := len(newDesk(t, p).says("10:00:00", c.alert)) == 1; got != c.admits {
			t.Errorf("%s: admitted %v, want %v", c.name, got, c.admits)
		}
	}
}

func TestARouteByTheClockTellsWhenItOpens(t *testing.T) {
	p := planOf(
		channel("day", func(r *plan.Route) { r.Calendar = "office" }),
		channel("night", func(r *plan.Route) { r.Calendar, r.Outside = "office", true }),
	)
	p.Alerting.Repeat = 0
	d := newDesk(t, p)
	play(t, d, []moment{{"08:29:59", hold(down("a")), []string{"night: opened SystemDown/a"}}})
	equal(t, "wakes", d.wakes(), "08:30:00")
	play(t, d, []moment{
		{"08:30:00", hold(down("a")), []string{"day: opened SystemDown/a"}},
		{"17:14:59", hold(down("b")), []string{"day: opened SystemDown/b", "day: closed SystemDown/a", "night: closed SystemDown/a"}},
	})
	equal(t, "wakes", d.wakes(), "17:15:00")
	play(t, d, []moment{
		{"17:15:00", hold(down("b")), []string{"night: opened SystemDown/b"}},
		{"17:30:00", nil, []string{"day: closed SystemDown/b", "night: closed SystemDown/b"}}, // a close is not routed
	})
}

func TestARouteByStageTellsWhenTheStageComes(t *testing.T) {
	p := planOf(channel("posture", func(r *plan.Route) { r.Stages = []plan.Stage{plan.ContinuityResponse} }))
	d := newDesk(t, p)
	play(t, d, []moment{{"10:00:00", hold(down("a")), nothing}})
	d.moment.Situation.Stage = plan.ContinuityResponse
	play(t, d, []moment{{"10:10:00", hold(down("a")), []string{"posture: opened SystemDown/a"}}})
}
