package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// tb is what both testing.T and rapid.T offer.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

// house is an agent without clock, disk and network: a plan, a state, and a journal in memory.
type house struct {
	t     tb
	plan  *plan.Plan
	state *State
	log   []journal.Event
	run   string
	clock time.Time
	ids   int
}

// newHouse returns a house whose first run began at 08:00 with the plan given.
func newHouse(t tb, p *plan.Plan) *house {
	t.Helper()
	h := &house{t: t, plan: p, state: NewState()}
	h.start(clock("08:00:00"))
	return h
}

// start begins a run: what was only seen is forgotten, what was journaled is folded anew.
func (h *house) start(at time.Time) {
	h.clock = at
	fresh := NewState()
	for _, e := range h.log {
		fresh.Apply(e)
	}
	h.state = fresh
	h.run = fmt.Sprintf("run-%d", len(h.log))
	if len(h.log) > 0 {
		h.write(journal.Unobserved{From: h.log[len(h.log)-1].At, To: at, Why: "not_running"})
	}
	h.write(journal.AgentStarted{Version: "test", Hostname: "host"})
	h.write(LoadPlan(h.plan, h.state))
}

// reload makes p the plan.
func (h *house) reload(at time.Time, p *plan.Plan) journal.PlanLoaded {
	h.clock = at
	loaded := LoadPlan(p, h.state)
	h.plan = p
	h.write(loaded)
	h.append(Observe(h.plan, h.state, nil, h.newID)...)
	return loaded
}

func (h *house) newID(time.Time) string {
	h.ids++
	return fmt.Sprintf("outage-%d", h.ids)
}

func (h *house) write(payload journal.Payload) {
	h.append(journal.Event{Kind: payload.Kind(), Payload: payload})
}

// append completes events as the journal does, sends their payloads through JSON, and folds them.
func (h *house) append(events ...journal.Event) []journal.Event {
	h.t.Helper()
	for i := range events {
		e := &events[i]
		e.Seq, e.Agent, e.Run = int64(len(h.log)+1), "hall", h.run
		if e.At.IsZero() {
			e.At = h.clock
		}
		if last := len(h.log) - 1; last >= 0 && e.At.Before(h.log[last].At) {
			e.At = h.log[last].At
		}
		if e.ID == "" {
			e.ID = fmt.Sprintf("event-%d", e.Seq)
		}
		e.Payload = throughJSON(h.t, e.Payload)
		h.log = append(h.log, *e)
		h.state.Apply(*e)
	}
	return events
}

func throughJSON(t tb, p journal.Payload) journal.Payload {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatalf("%s: %v", p.Kind(), err)
	}
	back, err := journal.DecodePayload(p.Kind(), data)
	if err != nil {
		t.Fatalf("%s: %v", p.Kind(), err)
	}
	return back
}

// observe takes observations in one batch and returns the kinds of events that came of it.
func (h *house) observe(observations ...Observation) []journal.Kind {
	h.t.Helper()
	for _, o := range observations {
		if o.At.After(h.clock) {
			h.clock = o.At
		}
	}
	return kinds(h.append(Observe(h.plan, h.state, observations, h.newID)...))
}

// act does what must be right.
func (h *house) act(at time.Time, a Action) journal.Event {
	h.t.Helper()
	h.clock = at
	e, err := Act(h.plan, h.state, a, journal.Actor{User: "u501", Via: "socket", By: "佐藤"}, at)
	if err != nil {
		h.t.Fatalf("%#v: %v", a, err)
	}
	return h.append(e)[0]
}

// step makes the clock jump.
func (h *house) step(at time.Time, by time.Duration) journal.ClockStepped {
	stepped := StepClock(h.plan, h.state, h.run, by)
	h.clock = at.Add(by)
	h.state.Live.ShiftLooks(by)
	h.write(stepped)
	return stepped
}

func (h *house) look(check CheckKey, at time.Time, ok bool) {
	look := Look{At: at, OK: true, Reason: "ok", Text: "connected"}
	if !ok {
		look = Look{At: at, Reason: "refused", Text: "connection refused"}
	}
	h.state.Live.Look(check, look)
}

func (h *house) at(at time.Time) *Situation { return Evaluate(h.plan, h.state, at) }

// system returns the facts of a system at the instant.
func (h *house) system(name string, at time.Time) *SystemFacts { return h.at(at).System(name) }

func kinds(events []journal.Event) []journal.Kind {
	var all []journal.Kind
	for _, e := range events {
		all = append(all, e.Kind)
	}
	return all
}

// failed is a confirmed failure, confirmed 12 s after its first bad probe; ok may be "".
func failed(system, check, ok, bad string) Observation {
	return Observation{
		System: system, Check: check, To: Down, At: clock(bad).Add(12 * time.Second),
		LastOKAt: clock(ok), FirstBadAt: clock(bad), Reason: "refused", Text: "connection refused",
	}
}

// recovered is a confirmed recovery, confirmed 6 s after its first good probe.
func recovered(system, check, bad, ok string) Observation {
	return Observation{
		System: system, Check: check, To: Up, At: clock(ok).Add(6 * time.Second),
		LastBadAt: clock(bad), FirstOKAt: clock(ok),
	}
}

// seen is the first good look of a run, or after a time of not knowing.
func seen(system, check, ok string) Observation {
	return Observation{System: system, Check: check, To: Up, At: clock(ok), FirstOKAt: clock(ok)}
}

// unclear is a look that says nothing of the target.
func unclear(system, check, at string) Observation {
	return Observation{System: system, Check: check, To: Unknown, At: clock(at), Reason: "error_local", Text: "no permission"}
}

var tokyo = must(time.LoadLocation("Asia/Tokyo"))

// clock is a time of Wednesday 2026-07-15 in Tokyo ("10:00:30"), or of another day
// ("2026-07-16 10:00:30"); "" is the zero time.
func clock(text string) time.Time {
	switch len(text) {
	case 0:
		return time.Time{}
	case len(time.TimeOnly):
		text = "2026-07-15 " + text
	}
	return must(time.ParseInLocation(time.DateTime, text, tokyo))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// planOf returns a linked plan with three threats, of which incident is the default.
func planOf(systems ...*plan.System) *plan.Plan {
	p := &plan.Plan{
		Name: "musashino", Title: "ICT業務継続計画", Version: "3.1", Hash: "cafe", Locale: plan.Japanese, Location: tokyo,
		Threats: []*plan.Threat{
			{Name: "disaster", Title: "災害"},
			{Name: "incident", Title: "非災害", Default: true},
			{Name: "pandemic", Title: "感染症流行"},
		},
		Agents:  []*plan.Agent{{Name: "hall", Site: "main"}},
		Systems: systems,
	}
	if err := p.Link(); err != nil {
		panic(err)
	}
	return p
}

// system returns a system with the checks named, allowed 4 h in an incident and 24 h in a
// disaster; a pandemic sets no deadline. Recovery typically takes an hour.
func system(name string, checks ...string) *plan.System {
	s := &plan.System{
		Name: name, Title: name, Priority: 1, TypicalRecovery: time.Hour,
		AllowableDowntime: map[string]plan.Allowance{"incident": plan.For(4 * time.Hour), "disaster": plan.For(24 * time.Hour)},
	}
	for _, c := range checks {
		s.Checks = append(s.Checks, &plan.Check{Name: c, Kind: "tcp"})
	}
	return s
}

func with(s *plan.System, edit func(*plan.System)) *plan.System {
	edit(s)
	return s
}

func needs(s *plan.System, deps ...string) *plan.System {
	return with(s, func(s *plan.System) { s.DependsOn = deps })
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func same(t testing.TB, what string, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

const (
	opened   = journal.KindOutageOpened
	reopened = journal.KindOutageReopened
	closed   = journal.KindOutageClosed
	bad      = journal.KindCheckFailed
	good     = journal.KindCheckRecovered
)
