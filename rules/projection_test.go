package rules_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// What should have been back already is projected to end now, and says so: nobody is told that it
// is back in time.
func TestProjectionPasses(t *testing.T) {
	tests := []struct {
		name   string
		edit   func(*plan.System)
		acts   func(*house)
		at     string
		passed bool
		calm   Calm
	}{
		{"nobody has begun", nil, nil, "12:59:00", false, RecoversInTime},
		{"begun, to the instant", nil, ack("11:00:00"), "12:00:00", false, RecoversInTime},
		{"begun, a second later", nil, ack("11:00:00"), "12:00:01", true, TimeLeft},
		{"an estimate, to the instant", nil, eta("12:00:00"), "12:00:00", false, RecoversInTime},
		{"an estimate, a second later", nil, eta("12:00:00"), "12:00:01", true, TimeLeft},
		{"a new one", nil, both(eta("12:00:00"), func(h *house) { h.act(clock("12:30:00"), GiveETA{System: "tax", At: clock("13:00:00")}) }),
			"12:31:00", false, RecoversInTime},
		{"with an alternative", paper(24 * time.Hour), ack("11:00:00"), "12:30:00", true, AlternativeLasts},
		{"overdue, but in time if begun now", nil, ack("11:00:00"), "13:00:00", true, TimeLeft},
		{"overdue, and too late to begin", nil, ack("11:00:00"), "13:00:01", true, InDanger},
		{"an estimate has passed, and too late to begin", nil, eta("12:00:00"), "13:00:01", true, InDanger},
		{"overdue, and nobody knows how long it takes", unforeseen, eta("12:00:00"), "13:59:59", true, TimeLeft},
		{"past the deadline too", nil, ack("11:00:00"), "14:00:01", true, InDanger},
		{"nothing to project from", unforeseen, nil, "12:00:00", false, TimeLeft},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sys := system("tax", "tcp")
			if tt.edit != nil {
				tt.edit(sys)
			}
			h := newHouse(t, planOf(sys))
			h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"))
			if tt.acts != nil {
				tt.acts(h)
			}
			sit := h.at(clock(tt.at))
			calm := sit.Decision.Calm[0]
			equal(t, "passed", []bool{sit.System("tax").Outage.ProjectionPassed, calm.ProjectionPassed}, []bool{tt.passed, tt.passed})
			equal(t, "calm", calm.Calm, tt.calm)
			if tt.passed && !calm.ProjectedEnd.IsZero() {
				t.Errorf("it is said to be back %v", calm.ProjectedEnd)
			}
		})
	}
}

// Work that goes on for longer than is usual does not put the risk off: it comes where it would have
// come had nobody begun.
func TestOverdueIsAtRisk(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"))
	ack("11:00:00")(h)
	for _, tt := range []struct {
		at      string
		verdict Verdict
		risk    Risk
	}{
		{"12:30:00", OnTrack, ""}, {"13:00:00", OnTrack, ""}, {"13:00:01", AtRisk, RiskOverdue}, {"14:00:00", AtRisk, RiskOverdue}, {"14:00:01", Missed, ""},
	} {
		o := h.system("tax", clock(tt.at)).Outage
		equal(t, tt.at, []any{o.Verdict, o.Risk}, []any{tt.verdict, tt.risk})
	}
	h.act(clock("13:00:02"), GiveETA{System: "tax", At: clock("13:30:00")})
	equal(t, "who works on it knows better", h.system("tax", clock("13:00:03")).Outage.Verdict, OnTrack)
}

// chain is app behind db behind core, which all are down since 10:00.
func chain(t tb, edit func(core, db, app *plan.System)) *house {
	core, db, app := system("core", "tcp"), needs(system("db", "tcp"), "core"), needs(system("app", "tcp"), "db")
	edit(core, db, app)
	h := newHouse(t, planOf(app, db, core))
	for _, name := range []string{"core", "db", "app"} {
		h.observe(failed(name, "tcp", "10:00:00", "10:00:30"))
	}
	return h
}

// What is down because others are, is not back before them.
func TestProjectionWaitsForRootCauses(t *testing.T) {
	plain := func(_, _, _ *plan.System) {}
	estimate := func(system, at string) func(*house) {
		return func(h *house) { h.act(clock("10:20:00"), GiveETA{System: system, At: clock(at)}) }
	}
	tests := []struct {
		name      string
		edit      func(core, db, app *plan.System)
		acts      func(*house)
		projected string
		waits     string
		passed    bool
		verdict   Verdict
	}{
		{"its own is later", func(_, _, app *plan.System) { app.TypicalRecovery = 2 * time.Hour }, nil, "13:00:00", "", false, OnTrack},
		{"as late as its own", plain, nil, "12:00:00", "", false, OnTrack},
		{"the root takes longer", func(core, _, _ *plan.System) { core.TypicalRecovery = 2 * time.Hour }, nil, "13:00:00", "core", false, OnTrack},
		{"an estimate for the root", plain, estimate("core", "15:00:00"), "15:00:00", "core", false, AtRisk},
		{"what lies between is no root", plain, estimate("db", "15:00:00"), "12:00:00", "", false, OnTrack},
		{"an earlier estimate for itself", plain, both(estimate("core", "15:00:00"), estimate("app", "11:30:00")), "15:00:00", "core", false, AtRisk},
		{"the root has none", func(core, _, _ *plan.System) { unforeseen(core) }, nil, "12:00:00", "", false, OnTrack},
		{"it has none itself", func(_, _, app *plan.System) { unforeseen(app) }, estimate("core", "12:30:00"), "12:30:00", "core", false, OnTrack},
		{"that of the root has passed", plain, estimate("core", "10:30:00"), "12:00:00", "core", true, OnTrack},
		{"it has passed, and somebody knows better", plain, both(estimate("core", "10:30:00"), estimate("app", "11:30:00")), "11:30:00", "", false, OnTrack},
		{"its own has passed, the root's has not", plain, both(estimate("core", "11:30:00"), estimate("app", "10:30:00")), "11:30:00", "core", false, OnTrack},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := chain(t, tt.edit)
			if tt.acts != nil {
				tt.acts(h)
			}
			o := h.system("app", clock("11:00:00")).Outage
			same(t, "projected", o.ProjectedEnd, clock(tt.projected))
			equal(t, "waits for, passed, verdict", []any{o.WaitsFor, o.ProjectionPassed, o.Verdict}, []any{tt.waits, tt.passed, tt.verdict})
		})
	}
}

func TestProjectionWaitsForTheLatestRoot(t *testing.T) {
	p := planOf(needs(system("app", "tcp"), "a", "b", "c"), system("a", "tcp"), system("b", "tcp"), system("c", "tcp"))
	h := newHouse(t, p)
	for _, name := range []string{"app", "a", "b", "c"} {
		h.observe(failed(name, "tcp", "10:00:00", "10:00:30"))
	}
	for name, at := range map[string]string{"a": "10:30:00", "b": "13:30:00", "c": "13:30:00"} {
		h.act(clock("10:20:00"), GiveETA{System: name, At: clock(at)})
	}
	o := h.system("app", clock("11:00:00")).Outage
	same(t, "projected", o.ProjectedEnd, clock("13:30:00"))
	equal(t, "one of them should be back already", []any{o.WaitsFor, o.ProjectionPassed}, []any{"a", true})
	h.recovers("a", clock("11:00:30"))
	o = h.system("app", clock("11:00:30")).Outage
	equal(t, "the first of two", []any{o.WaitsFor, o.ProjectionPassed}, []any{"b", false})
	h.recovers("b", clock("11:01:00"))
	h.recovers("c", clock("11:01:00"))
	same(t, "by itself", h.system("app", clock("11:02:00")).Outage.ProjectedEnd, clock("12:02:00"))
}
