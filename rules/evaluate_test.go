package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// The systems depend on each other like this; each has one check, "tcp".
//
//	switch ◀─ dns ◀─ portal ─▶ storage ─▶ power_rail
//	mail ─▶ switch
func cityPlan() *plan.Plan {
	return planOf(
		needs(system("portal", "tcp"), "dns", "storage"),
		needs(system("dns", "tcp"), "switch"),
		system("switch", "tcp"),
		needs(system("storage", "tcp"), "power_rail"),
		system("power_rail", "tcp"),
		needs(system("mail", "tcp"), "switch"),
		needs(system("office", "tcp"), "mail", "dns"),
	)
}

func TestCauses(t *testing.T) {
	tests := []struct {
		name   string
		down   string
		causes map[string]string // system: its causes; those not named have none
	}{
		{"nothing", "", nil},
		{"alone", "portal", nil},
		{"direct", "switch dns", map[string]string{"dns": "switch"}},
		{"transitive: the root alone is named", "switch dns portal", map[string]string{"dns": "switch", "portal": "switch"}},
		{"through a middle that is up", "switch portal", map[string]string{"portal": "switch"}},
		{"two causes, sorted", "switch power_rail portal", map[string]string{"portal": "power_rail,switch"}},
		{"two causes through one middle each", "switch dns power_rail storage portal mail", map[string]string{
			"dns": "switch", "storage": "power_rail", "portal": "power_rail,switch", "mail": "switch",
		}},
		{"one cause by two ways is named once", "switch office", map[string]string{"office": "switch"}},
		{"the effect alone causes nothing", "portal mail", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, cityPlan())
			for _, name := range strings.Fields(tt.down) {
				h.observe(failed(name, "tcp", "09:59:30", "10:00:00"))
			}
			affects := make(map[string][]string)
			for _, s := range h.at(clock("10:30:00")).Systems {
				equal(t, s.Name, strings.Join(s.Causes, ","), tt.causes[s.Name])
				for _, cause := range s.Causes {
					affects[cause] = append(affects[cause], s.Name)
				}
			}
			for _, s := range h.at(clock("10:30:00")).Systems {
				equal(t, s.Name+" affects", strings.Join(s.Affects, ","), strings.Join(affects[s.Name], ","))
			}
		})
	}
}

func TestDependencyRecoversFirst(t *testing.T) {
	h := newHouse(t, cityPlan())
	h.observe(failed("switch", "tcp", "09:59:30", "10:00:00"), failed("mail", "tcp", "09:59:40", "10:00:10"))
	h.observe(recovered("switch", "tcp", "10:29:30", "10:30:00"))
	mail := h.system("mail", clock("10:40:00"))
	equal(t, "causes", mail.Causes, []string{})
	same(t, "own clock", mail.Outage.Start, clock("09:59:40"))
	equal(t, "switch", h.system("switch", clock("10:40:00")).Affects, []string{})
}

func TestDependencyBeyondThePlan(t *testing.T) {
	h := newHouse(t, cityPlan())
	h.observe(failed("switch", "tcp", "09:59:30", "10:00:00"), failed("mail", "tcp", "09:59:40", "10:00:10"))
	between := planOf(needs(system("mail", "tcp"), "switch")) // asked before its event is applied
	equal(t, "causes", Evaluate(between, h.state, clock("10:40:00")).System("mail").Causes, []string{})
}

func TestMaintenance(t *testing.T) {
	window := &plan.Maintenance{Name: "patch", Title: "更新", Starts: clock("10:00:00"), Ends: clock("11:00:00"), Location: tokyo}
	h := newHouse(t, planOf(with(system("tax", "tcp"), func(s *plan.System) { s.Maintenance = []*plan.Maintenance{window} })))
	h.observe(seen("tax", "tcp", "09:00:00"))
	equal(t, "up in the window", h.system("tax", clock("10:00:00")).State, Up)
	h.observe(failed("tax", "tcp", "10:04:30", "10:05:00"))
	tests := []struct {
		at   string
		want SystemState
	}{{"09:59:59", Down}, {"10:05:00", Planned}, {"10:59:59", Planned}, {"11:00:00", Down}, {"15:00:00", Down}}
	for _, tt := range tests {
		tax := h.system("tax", clock(tt.at))
		equal(t, tt.at, tax.State, tt.want)
		equal(t, tt.at+" planned", tax.Outage.Planned, tt.want == Planned)
		equal(t, tt.at+" window", tax.Maintenance != nil, tt.want == Planned)
		equal(t, tt.at+" measured", tax.Outage.Elapsed, SecondsOf(clock(tt.at).Sub(clock("10:04:30"))))
	}
	equal(t, "missed", h.system("tax", clock("15:00:00")).Outage.Verdict, Missed)
	h.observe(recovered("tax", "tcp", "15:59:30", "16:00:00"))
	equal(t, "closed, though planned once", h.system("tax", h.clock).State, Up)
}

func TestSince(t *testing.T) {
	h := newHouse(t, planOf(with(system("dns", "a", "b"), func(s *plan.System) { s.UpWhen = 1 })))
	since := func(state SystemState, want string) {
		t.Helper()
		dns := h.system("dns", h.clock)
		equal(t, "state", dns.State, state)
		same(t, "since", dns.Since, clock(want))
	}
	since(Pending, "")
	h.observe(seen("dns", "a", "09:00:00"), seen("dns", "b", "09:00:00"))
	since(Up, "")
	h.observe(failed("dns", "a", "09:29:30", "09:30:00"))
	since(Degraded, "09:30:00")
	h.observe(failed("dns", "b", "09:59:30", "10:00:00"))
	since(Down, "09:59:30")
	h.observe(recovered("dns", "b", "10:29:30", "10:30:00"))
	since(Degraded, "10:30:00")
	h.observe(recovered("dns", "a", "10:59:30", "11:00:00"))
	since(Up, "11:00:00")
	h.observe(unclear("dns", "a", "11:30:00"), unclear("dns", "b", "11:30:10"))
	since(Unknown, "11:30:00")
}

func TestByUrgency(t *testing.T) {
	h := newHouse(t, planOf(
		system("calm", "tcp"),
		with(system("unranked", "tcp"), func(s *plan.System) { s.Priority = 0 }),
		with(system("second", "tcp"), func(s *plan.System) { s.Priority = 2 }),
		system("fresh", "tcp"), system("late", "tcp"), system("missed", "tcp"), system("soon", "tcp"),
		with(system("free", "tcp"), func(s *plan.System) { s.AllowableDowntime, s.Priority = nil, 1 }),
		with(system("last", "tcp"), func(s *plan.System) { s.Priority = 9 }),
		with(system("degraded", "a", "b"), func(s *plan.System) { s.UpWhen = 1 }),
	))
	h.observe(seen("calm", "tcp", "08:00:10"), seen("unranked", "tcp", "08:00:10"), seen("second", "tcp", "08:00:10"))
	h.observe(seen("degraded", "a", "08:00:10"), failed("degraded", "b", "", "08:10:00"))
	h.observe(failed("missed", "tcp", "08:30:00", "08:30:30"), failed("late", "tcp", "09:20:00", "09:20:30"),
		failed("soon", "tcp", "10:30:00", "10:30:30"), failed("fresh", "tcp", "12:00:00", "12:00:30"), failed("free", "tcp", "08:30:00", "08:30:30"), failed("last", "tcp", "12:30:00", "12:30:30"))
	s := h.at(clock("12:40:00"))
	var names []string
	for _, sys := range s.ByUrgency() {
		names = append(names, sys.Name)
	}
	equal(t, "order", strings.Join(names, " "), "missed late soon fresh last free degraded calm second unranked")
	equal(t, "its own order stays", s.Systems[0].Name, "calm")
}

// A Situation that was read from JSON may lack what this version would have filled in.
func TestByUrgencyOfAStrangeSituation(t *testing.T) {
	s := &Situation{Systems: []*SystemFacts{{Name: "a", State: Up}, {Name: "b", State: Down}, {Name: "c", State: "new"}}}
	equal(t, "all there", len(s.ByUrgency()), 3)
}

func TestOutagesNewestFirst(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp"), system("dns", "tcp")))
	h.observe(failed("mail", "tcp", "", "09:00:00"), recovered("mail", "tcp", "09:10:00", "09:10:30"))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"), failed("dns", "tcp", "09:59:30", "10:00:00"))
	var got []string
	for _, o := range Outages(h.plan, h.state, clock("11:00:00")) {
		got = append(got, o.System)
		equal(t, o.System+" ended", !o.EndedAt.IsZero(), o.Met != nil)
		equal(t, o.System+" zone", o.Start.Location().String(), tokyo.String())
	}
	equal(t, "order", strings.Join(got, " "), "dns tax mail")
}

func TestEstimatedOutage(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	events := Observe(h.plan, h.state, []Observation{failed("tax", "tcp", "", "10:00:00")}, h.newID)
	for i := range events {
		events[i].Estimated = true
	}
	h.append(events...)
	equal(t, "estimated", h.system("tax", h.clock).Outage.Estimated, true)
}

func TestStretchesAreBounded(t *testing.T) {
	h := newHouse(t, planOf())
	for i := range MaxStretches + 10 {
		from := clock("09:00:00").Add(time.Duration(i) * time.Minute)
		h.write(journal.Unobserved{From: from, To: from.Add(time.Second), Why: "suspended"})
	}
	equal(t, "kept", len(h.state.Unobserved), MaxStretches)
	shown := h.at(h.clock).Unobserved
	equal(t, "shown", len(shown), 100)
	same(t, "the newest last", shown[99].From, clock("09:00:00").Add((MaxStretches+9)*time.Minute))
}
