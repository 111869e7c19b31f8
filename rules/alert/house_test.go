package alert_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// house folds events as an agent does, without clock, disk and network, and tells what follows.
type house struct {
	*desk
	t     *testing.T
	state *rules.State
	log   []journal.Event
	ids   int
}

func newHouse(t *testing.T, p *plan.Plan) *house {
	h := &house{desk: newDesk(t, p), t: t}
	h.restart(clock("08:00:00"))
	return h
}

// restart forgets what was only seen; the journal and the ledger stay.
func (h *house) restart(at time.Time) {
	h.state = rules.NewState()
	for _, e := range h.log {
		h.state.Apply(e)
	}
	h.write(at, journal.AgentStarted{Version: "test"})
	h.write(at, rules.LoadPlan(h.plan, h.state))
}

func (h *house) write(at time.Time, payload journal.Payload) {
	h.append(journal.Event{At: at, Kind: payload.Kind(), Payload: payload})
}

func (h *house) append(events ...journal.Event) {
	for _, e := range events {
		e.Seq, e.Agent, e.Run = int64(len(h.log)+1), "hall", "run"
		if e.ID == "" {
			e.ID = fmt.Sprint("event-", e.Seq)
		}
		h.log = append(h.log, e)
		h.state.Apply(e)
	}
}

func (h *house) newID(time.Time) string { h.ids++; return fmt.Sprint("id-", h.ids) }

// fails and recovers are confirmed twelve and six seconds after the first probe that says so.
func (h *house) fails(system, at string) {
	h.observe(rules.Observation{System: system, Check: "tcp", To: rules.Down, At: clock(at).Add(12 * time.Second),
		LastOKAt: clock(at).Add(-30 * time.Second), FirstBadAt: clock(at), Reason: "refused", Text: "connection refused"})
}

func (h *house) recovers(system, at string) {
	h.observe(rules.Observation{System: system, Check: "tcp", To: rules.Up, At: clock(at).Add(6 * time.Second),
		LastBadAt: clock(at).Add(-6 * time.Second), FirstOKAt: clock(at)})
}

func (h *house) observe(o rules.Observation) {
	h.append(rules.Observe(h.plan, h.state, []rules.Observation{o}, h.newID)...)
}

// tells is what is told at the instant.
func (h *house) tells(at string) []string { return lines(h.dispatches(at)) }

func (h *house) dispatches(at string) []Dispatch {
	sit := rules.Evaluate(h.plan, h.state, clock(at))
	h.moment.Situation = sit
	h.moment.Conditions = ConditionsOf(h.plan, h.state, h.told)
	return h.at(clock(at), Derive(h.plan, sit, h.moment.Conditions)...)
}

// cityHall is a switch and two systems behind it, allowed 4 h, and a UPS.
func cityHall(channels ...*plan.Channel) *plan.Plan {
	p := planOf(channels...)
	for i, name := range []string{"switch", "records", "tax"} {
		s := &plan.System{
			Name: name, Title: name, Priority: i, TypicalRecovery: time.Hour, Owner: "市民課", Site: "main",
			AllowableDowntime: map[string]plan.Allowance{"incident": plan.For(4 * time.Hour), "disaster": plan.For(24 * time.Hour)},
			Power:             &plan.SystemPower{Watts: 300, VA: 300, FedBy: "rack"},
			Alternative:       &plan.Alternative{Title: "紙台帳で受付", Lasts: 24 * time.Hour},
			Checks: []*plan.Check{{
				Name: "tcp", Kind: "tcp", Interval: 30 * time.Second, Timeout: 5 * time.Second, RetryInterval: 6 * time.Second, RecoverAfter: 2,
			}},
		}
		if name != "switch" {
			s.DependsOn = []string{"switch"}
		}
		p.Systems = append(p.Systems, s)
	}
	p.UPSs = []*plan.UPS{{Name: "rack", Title: "rack", CapacityW: 2000, CapacityVA: 2000, BatteryWh: 500, Efficiency: 0.9, Readings: &plan.SupplySource{Protocol: "nut"}}}
	if err := p.Link(); err != nil {
		panic(err)
	}
	return p
}

// outageChannel hears of outages alone, so that the recommendation does not stand between.
func outageChannel() *plan.Channel {
	return channel("staff", func(r *plan.Route) {
		r.Alerts = []string{SystemDown, DeadlineNear, StartRecoveryNow, DeadlineMissed}
	})
}

func TestAnOutageFromItsFirstFailureToItsEnd(t *testing.T) {
	h := newHouse(t, cityHall(outageChannel()))
	h.fails("records", "10:00:30")
	equal(t, "down", h.tells("10:00:42"), []string{"staff: opened SystemDown/records"})
	equal(t, "last moment before a half", h.tells("11:59:59"), []string{"staff: reminded SystemDown/records"})
	equal(t, "half", h.tells("12:00:00"), []string{"staff: opened DeadlineNear/records"})
	equal(t, "three quarters", h.tells("13:00:00"), []string{"staff: opened StartRecoveryNow/records, worsened DeadlineNear/records"})
	equal(t, "too late to make it", h.tells("13:00:01"), []string{"staff: worsened SystemDown/records"})
	h.restart(clock("13:10:00"))
	equal(t, "after a restart", h.tells("13:10:00"), nothing)
	equal(t, "deadline", h.tells("14:00:00"), []string{"staff: worsened DeadlineNear/records"})
	out := h.dispatches("14:00:01")
	equal(t, "missed", lines(out), []string{"staff: opened DeadlineMissed/records, closed DeadlineNear/records, closed StartRecoveryNow/records"})
	h.recovers("records", "14:30:00")
	out = h.dispatches("14:30:06")
	equal(t, "back", lines(out), []string{"staff: closed SystemDown/records, closed DeadlineMissed/records"})
	told := out[0].Told[0]
	if told.Met == nil || *told.Met || told.Lasted.Duration() != 4*time.Hour+30*time.Minute || !told.EndedAt.Equal(clock("14:30:00")) {
		t.Errorf("met %v, lasted %v, ended %v", told.Met, told.Lasted, told.EndedAt)
	}
}

func TestARootCauseIsToldOnceAndWhatStaysDownAfterIt(t *testing.T) {
	h := newHouse(t, cityHall(outageChannel()))
	for _, name := range []string{"switch", "records", "tax"} {
		h.state.Live.Look(rules.CheckKey{System: name, Check: "tcp"}, rules.Look{At: clock("10:00:00"), OK: true})
	}
	h.fails("records", "10:00:10")
	equal(t, "the switch was not looked at since", h.tells("10:00:22"), nothing)
	h.state.Live.Look(rules.CheckKey{System: "switch", Check: "tcp"}, rules.Look{At: clock("10:00:30")})
	equal(t, "the switch fails", h.tells("10:00:31"), nothing)
	h.fails("switch", "10:00:30")
	h.fails("tax", "10:00:20")
	out := h.dispatches("10:00:42")
	equal(t, "the switch is down", lines(out), []string{"staff: opened SystemDown/switch"})
	equal(t, "affects", out[0].Told[0].Affects, []string{"records", "tax"})
	equal(t, "severity", out[0].Told[0].Severity, plan.Caution) // records has a priority
	h.recovers("switch", "10:30:00")
	h.recovers("tax", "10:30:00")
	equal(t, "the switch is back", h.tells("10:30:06"), []string{"staff: closed SystemDown/switch"})
	equal(t, "records may come back", h.tells("10:30:52"), nothing)
	equal(t, "records stays down", h.tells("10:30:53"), []string{"staff: opened SystemDown/records"})
}

func TestAThreatThatMovesTheDeadlineClosesWhatItNoLongerMeans(t *testing.T) {
	h := newHouse(t, cityHall(outageChannel()))
	h.fails("records", "10:00:30")
	h.tells("10:00:42")
	equal(t, "half", h.tells("12:00:00"), []string{"staff: opened DeadlineNear/records"})
	e, err := rules.Act(h.plan, h.state, rules.Declare{Threat: "disaster", Onset: clock("09:50:00")}, journal.Actor{User: "u", By: "佐藤"}, clock("12:10:00"))
	if err != nil {
		t.Fatal(err)
	}
	h.append(e)
	equal(t, "24 h are allowed", h.tells("12:10:00"), []string{"staff: closed DeadlineNear/records, reminded SystemDown/records"})
}

func TestABlindAgentResolvesNothing(t *testing.T) {
	h := newHouse(t, cityHall(channel("staff", func(r *plan.Route) { r.Alerts = []string{SystemDown, AgentBlind} })))
	h.fails("records", "10:00:30")
	h.tells("10:00:42")
	h.write(clock("10:05:00"), journal.BlindBegan{Since: clock("10:04:30"), Text: "10.1.0.1 does not answer"})
	equal(t, "blind", h.tells("10:05:00"), []string{"staff: opened AgentBlind/hall"})
	equal(t, "blind for long", h.tells("10:19:30"), []string{"staff: worsened AgentBlind/hall"})
	h.write(clock("10:20:00"), journal.BlindEnded{From: clock("10:04:30"), To: clock("10:20:00")})
	equal(t, "sees", h.tells("10:20:00"), []string{"staff: closed AgentBlind/hall"})
}

// A UPS that was on battery and answers no more is still on battery, across a restart too.
func TestASilentUPSKeepsItsBattery(t *testing.T) {
	h := newHouse(t, cityHall(channel("staff", func(r *plan.Route) { r.Alerts = []string{OnBattery, UPSLost, RuntimeShort} })))
	look := func(at string, lost bool, source string) {
		l := rules.PowerLook{Supply: "rack", At: clock(at), Lost: lost, Text: "no answer"}
		l.Reading.Source = "utility"
		if source != "" {
			l.Reading.Source = "battery"
		}
		h.append(rules.ObservePower(h.plan, h.state, l, h.newID)...)
	}
	look("10:00:00", false, "")
	look("10:01:00", false, "battery")
	opened := h.tells("10:01:00")
	equal(t, "on battery", opened, []string{"staff: opened RuntimeShort/, opened OnBattery/rack"})
	look("10:02:00", true, "")
	equal(t, "silent", h.tells("10:02:00"), []string{"staff: opened UPSLost/rack, worsened OnBattery/rack"}) // its runtime counts down
	h.restart(clock("10:03:00"))
	equal(t, "restarted", h.tells("10:03:00"), nothing)
	equal(t, "unread", h.moment.Conditions.Unread, []string{"rack"})
	look("10:10:00", false, "")
	equal(t, "back", h.tells("10:10:00"), []string{"staff: closed RuntimeShort/, closed OnBattery/rack, closed UPSLost/rack"})
	equal(t, "read again", h.moment.Conditions.Unread, []string(nil))
	h.restart(clock("10:20:00"))
	h.tells("10:20:00")
	equal(t, "not read in this run", h.moment.Conditions.Unread, []string{"rack"})
}

// The plan may lose a system that is down: its alert closes, and says why.
func TestADroppedSystemCloses(t *testing.T) {
	h := newHouse(t, cityHall(outageChannel()))
	h.fails("tax", "10:00:30")
	h.tells("10:00:42")
	p := cityHall(outageChannel())
	p.Systems = p.Systems[:2]
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	loaded := rules.LoadPlan(p, h.state)
	h.plan = p
	h.write(clock("10:10:00"), loaded)
	out := h.dispatches("10:10:00")
	equal(t, "told", lines(out), []string{"staff: closed SystemDown/tax"})
	if told := out[0].Told[0]; !told.Dropped || told.Met != nil {
		t.Errorf("%+v", told)
	}
}

// The JSON of dispatches and of a row of the ledger is what the outbox and programs keep.
func TestGoldenJSON(t *testing.T) {
	h := newHouse(t, cityHall(outageChannel()))
	h.fails("records", "10:00:30")
	opened := h.dispatches("10:00:42")
	row := h.told["SystemDown/records/id-1"]
	h.recovers("records", "10:30:00")
	golden(t, "dispatches.json", append(opened, h.dispatches("10:30:06")...))
	golden(t, "entry.json", row)
}

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares v with testdata/name.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, name+" (go test ./rules/alert -update writes it)", string(got)+"\n", string(want))
}
