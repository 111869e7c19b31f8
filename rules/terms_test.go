package rules_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func TestThreatsMoveDeadlines(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	terms := func(threat, allowance, deadline, startBy string) journal.Terms {
		return journal.Terms{Threat: threat, Allowance: allowance, Deadline: clock(deadline), StartRecoveryBy: clock(startBy)}
	}
	incident := terms("incident", "4h", "13:59:30", "12:59:30")
	disaster := terms("disaster", "1d", "2026-07-16 09:59:30", "2026-07-16 08:59:30")
	pandemic := terms("pandemic", "unlimited", "", "")
	moved := func(what string, got []journal.DeadlineMoved, from, to journal.Terms) {
		t.Helper()
		equal(t, what, got, []journal.DeadlineMoved{{Outage: "outage-1", System: "tax", From: from, To: to}})
		o := h.system("tax", h.clock).Outage
		same(t, what+": start stands", o.Start, clock("09:59:30"))
		same(t, what+": deadline", o.Deadline, to.Deadline)
		same(t, what+": start by", o.StartRecoveryBy, to.StartRecoveryBy)
		equal(t, what+": has a deadline", o.Left != nil, !to.Deadline.IsZero())
	}
	e := h.act(clock("11:00:00"), Declare{Threat: "disaster", Onset: clock("09:58:00")})
	moved("declared", e.Payload.(journal.ThreatDeclared).Moved, incident, disaster)
	threat := h.at(h.clock).Threat
	equal(t, "default", threat.Default, false)
	equal(t, "by", threat.DeclaredBy, "佐藤")
	same(t, "onset", threat.Onset, clock("09:58:00"))
	same(t, "declared", threat.DeclaredAt, clock("11:00:00"))

	e = h.act(clock("11:10:00"), Declare{Threat: "pandemic"})
	moved("changed", e.Payload.(journal.ThreatDeclared).Moved, disaster, pandemic)
	equal(t, "verdict without a deadline", h.system("tax", clock("23:00:00")).Outage.Verdict, OnTrack)

	e = h.act(clock("11:20:00"), End{Threat: "pandemic"})
	moved("ended", e.Payload.(journal.ThreatEnded).Moved, pandemic, incident)
	equal(t, "default again", h.at(h.clock).Threat.Default, true)
}

func TestDeclaredThreatThatThePlanLost(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.act(clock("09:00:00"), Declare{Threat: "disaster"})
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	p := planOf(system("tax", "tcp"))
	p.Threats = p.Threats[1:]
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	loaded := h.reload(clock("10:30:00"), p)
	equal(t, "moved to", loaded.Moved[0].To.Threat, "incident")
	equal(t, "shown", h.at(h.clock).Threat.Name, "incident")
	equal(t, "default", h.at(h.clock).Threat.Default, true)
	h.act(clock("10:40:00"), End{Threat: "disaster"}) // it can still be ended
}

func TestNextOpening(t *testing.T) {
	office := &plan.Calendar{Name: "office", Opens: 8*60 + 30, Closes: 17*60 + 15, Location: tokyo, Holidays: []string{"jp"}}
	for day := time.Monday; day <= time.Friday; day++ {
		office.Days[day] = true
	}
	p := planOf(with(system("tax", "tcp"), func(s *plan.System) {
		s.AllowableDowntime = map[string]plan.Allowance{"incident": plan.UntilOpening(office)}
	}))
	h := newHouse(t, p)
	// Friday 18:05, and Monday the 20th is the Day of the Sea (海の日).
	h.observe(failed("tax", "tcp", "2026-07-17 18:05:00", "2026-07-17 18:05:30"))
	same(t, "deadline", h.state.Open["tax"].Terms.Deadline, clock("2026-07-21 08:30:00"))
	equal(t, "allowance", h.state.Open["tax"].Terms.Allowance, "next_opening(office)")
}

func TestProjectionAndVerdict(t *testing.T) {
	// Start 10:00:00, allowed 4 h: deadline 14:00:00; recovery takes 1 h: start by 13:00:00.
	tests := []struct {
		name      string
		acts      func(*house)
		at        string
		projected string
		want      Verdict
	}{
		{"nobody has begun: now plus an hour", nil, "12:00:00", "13:00:00", OnTrack},
		{"at start-by to the instant", nil, "13:00:00", "14:00:00", OnTrack},
		{"a second after start-by", nil, "13:00:01", "14:00:01", AtRisk},
		{"at the deadline to the instant", nil, "14:00:00", "15:00:00", AtRisk},
		{"a second after the deadline", nil, "14:00:01", "15:00:01", Missed},
		{"begun in time", ack("12:30:00"), "13:30:00", "13:30:00", OnTrack},
		{"begun too late", ack("13:10:00"), "13:15:00", "14:10:00", AtRisk},
		{"begun, but takes longer: now at the earliest", ack("11:00:00"), "13:00:00", "13:00:00", OnTrack},
		{"an estimate in time", eta("13:50:00"), "13:40:00", "13:50:00", OnTrack},
		{"an estimate at the deadline", eta("14:00:00"), "13:40:00", "14:00:00", OnTrack},
		{"an estimate after it", eta("14:00:01"), "10:30:00", "14:00:01", AtRisk},
		{"an estimate goes before the begin", both(eta("15:00:00"), ack("10:30:00")), "11:00:00", "15:00:00", AtRisk},
		{"an estimate that has passed", eta("12:00:00"), "12:40:00", "12:40:00", OnTrack},
		{"an estimate that has passed, and start-by too", eta("12:00:00"), "13:40:00", "13:40:00", AtRisk},
		{"a withdrawn one", both(eta("15:00:00"), withdraw), "11:00:00", "12:00:00", OnTrack},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, planOf(system("tax", "tcp")))
			h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"))
			if tt.acts != nil {
				tt.acts(h)
			}
			o := h.system("tax", clock(tt.at)).Outage
			same(t, "projected end", o.ProjectedEnd, clock(tt.projected))
			equal(t, "verdict", o.Verdict, tt.want)
			same(t, "start by", o.StartRecoveryBy, clock("13:00:00"))
		})
	}
}

func ack(at string) func(*house) {
	return func(h *house) { h.act(clock(at), Acknowledge{System: "tax", Why: "業者を呼んだ"}) }
}

func eta(at string) func(*house) {
	return func(h *house) { h.act(clock("10:20:00"), GiveETA{System: "tax", At: clock(at)}) }
}

func withdraw(h *house) { h.act(clock("10:25:00"), GiveETA{System: "tax"}) }

func both(a, b func(*house)) func(*house) { return func(h *house) { a(h); b(h) } }

func TestNothingToProjectFrom(t *testing.T) {
	h := newHouse(t, planOf(with(system("tax", "tcp"), func(s *plan.System) { s.TypicalRecovery = 0 })))
	h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"))
	for at, want := range map[string]Verdict{"14:00:00": OnTrack, "14:00:01": Missed} {
		o := h.system("tax", clock(at)).Outage
		equal(t, at, o.Verdict, want)
		equal(t, "projected", o.ProjectedEnd.IsZero() && o.StartRecoveryBy.IsZero(), true)
	}
}

func TestSecondAcknowledgement(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "10:00:00", "10:00:30"))
	ack("10:30:00")(h)
	h.act(clock("11:30:00"), Acknowledge{System: "tax", Why: "部品待ち"})
	o := h.state.Open["tax"]
	same(t, "recovery began", o.AcknowledgedAt, clock("10:30:00"))
	equal(t, "newest reason", o.AcknowledgedWhy, "部品待ち")
	equal(t, "by", o.AcknowledgedBy, "佐藤")
}

func TestStartCorrected(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	e := h.act(clock("11:00:00"), CorrectStart{System: "tax", Start: clock("09:00:00"), Why: "窓口から"})
	p := e.Payload.(journal.StartCorrected)
	same(t, "from", p.From, clock("09:59:30"))
	same(t, "deadline before", p.Moved.From.Deadline, clock("13:59:30"))
	same(t, "deadline after", p.Moved.To.Deadline, clock("13:00:00"))
	o := h.system("tax", clock("11:00:00")).Outage
	equal(t, "corrected", o.Corrected, true)
	equal(t, "elapsed", o.Elapsed, Seconds(7200))
	same(t, "what was seen stands", o.LastOKAt, clock("09:59:30"))
	h.observe(recovered("tax", "tcp", "11:29:30", "11:30:00"))
	equal(t, "total", h.system("tax", h.clock).OutageSeconds, Seconds(2.5*3600))
}

// A start that was corrected to a later time than the recovery makes no negative outage.
func TestStartCorrectedBeyondTheEnd(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.act(clock("11:00:03"), CorrectStart{System: "tax", Start: clock("11:00:33")}) // a watch half a minute fast
	same(t, "never in the future", h.state.Open["tax"].Start(), clock("11:00:03"))
	h.observe(recovered("tax", "tcp", "10:59:30", "11:00:00"))
	same(t, "end", h.state.Closed[0].EndedAt, clock("11:00:03"))
	equal(t, "total", h.state.Totals["tax"].Down, time.Duration(0))
}
