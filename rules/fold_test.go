package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// fold folds events into a new state.
func fold(events ...[]journal.Event) *State {
	s := NewState()
	for _, part := range events {
		for _, e := range part {
			s.Apply(e)
		}
	}
	return s
}

// eventful is a house in which much has happened.
func eventful(t tb) *house {
	h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp")))
	h.observe(failed("mail", "tcp", "", "09:00:00"), recovered("mail", "tcp", "09:10:00", "09:10:30"))
	h.observe(failed("mail", "tcp", "09:11:00", "09:12:00"))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.act(clock("10:30:00"), Declare{Threat: "disaster", Onset: clock("09:00:00")})
	h.act(clock("10:31:00"), GiveETA{System: "tax", At: clock("12:00:00")})
	h.act(clock("10:32:00"), Acknowledge{System: "tax", Why: "現地へ"})
	h.act(clock("10:33:00"), CorrectStart{System: "tax", Start: clock("09:30:00")})
	h.act(clock("10:34:00"), AddNote{Text: "停電"})
	h.write(journal.BlindBegan{Since: clock("10:34:00"), Text: "x"})
	h.write(journal.BlindEnded{From: clock("10:34:00"), To: clock("10:35:00")})
	h.step(clock("10:36:00"), time.Minute)
	h.write(journal.PlanRejected{Diagnostics: "plan.hcl:3,5: no"})
	h.write(journal.ClockUntrusted{})
	h.write(journal.ClockTrusted{})
	h.act(clock("10:50:00"), End{Threat: "disaster"})
	h.write(journal.AgentStopped{Why: "SIGTERM"})
	h.start(clock("11:00:00"))
	return h
}

func TestDrillsNeverTouchTheAccounts(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	want := fold(h.log)
	s := fold(h.log)
	for i, e := range eventful(t).log {
		e.Drill, e.Seq = true, int64(len(h.log)+i+1)
		s.Apply(e)
		want.LastSeq, want.LastAt = e.Seq, e.At
		if want.LastAt.Before(s.LastAt) {
			want.LastAt = s.LastAt
		}
	}
	equal(t, "state", s, want)
}

func TestUnknownKindsChangeNothing(t *testing.T) {
	h := eventful(t)
	want := fold(h.log)
	p, err := journal.DecodePayload("generator_tested", []byte(`{"litres": 4}`))
	if err != nil {
		t.Fatal(err)
	}
	h.append(journal.Event{Kind: p.Kind(), Payload: p})
	want.LastSeq++
	want.LastAt = h.state.LastAt
	equal(t, "state", fold(h.log), want)
	h.state.Apply(journal.Event{Seq: want.LastSeq + 1, At: h.clock}) // no payload at all
	equal(t, "seq", h.state.LastSeq, want.LastSeq+1)
}

func TestApplyIsIdempotent(t *testing.T) {
	log := eventful(t).log
	want := fold(log)
	equal(t, "twice", fold(log, log), want)
	equal(t, "the older half again", fold(log, log[:len(log)/2]), want)
	var stuttered []journal.Event
	for i, e := range log {
		stuttered = append(stuttered, e, log[i/2], e)
	}
	equal(t, "out of order and doubled", fold(stuttered), want)
}

// An event without a place in the journal never turns the state back.
func TestEventWithoutSeq(t *testing.T) {
	h := eventful(t)
	before := h.state.LastSeq
	h.state.Apply(journal.Event{Payload: journal.NoteAdded{Text: "x"}, At: clock("08:00:00")})
	equal(t, "seq", h.state.LastSeq, before)
	if h.state.LastAt.Before(clock("11:00:00")) {
		t.Error("the newest time went back")
	}
}

func TestEventsOfOtherOutages(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	want := *h.state.Open["tax"]
	h.write(journal.OutageClosed{Outage: "another", System: "tax", EndedAt: clock("10:30:00")})
	h.write(journal.OutageReopened{Outage: "another", System: "tax", FirstBadAt: clock("10:30:00")})
	h.write(journal.ETAGiven{Outage: "another", System: "tax", ETA: clock("10:30:00")})
	h.write(journal.ETAGiven{Outage: "outage-1", System: "gone", ETA: clock("10:30:00")})
	h.write(journal.PlanLoaded{Dropped: []string{"gone"}})
	want.LastsUntil = h.clock
	equal(t, "outage", *h.state.Open["tax"], want)
	equal(t, "closed", len(h.state.Closed), 0)
}

// The journal keeps all outages, the state the newest; the account of a system counts all.
func TestClosedOutagesAreBounded(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.plan.ReopenWithin = time.Nanosecond
	at := clock("10:00:00")
	for range MaxClosed + 3 {
		h.state.Apply(h.at1(journal.OutageOpened{System: "tax", FirstBadAt: at}))
		id := h.state.Open["tax"].ID
		at = at.Add(time.Minute)
		h.state.Apply(h.at1(journal.OutageClosed{Outage: id, System: "tax", EndedAt: at}))
	}
	equal(t, "kept", len(h.state.Closed), MaxClosed)
	same(t, "the newest last", h.state.Closed[MaxClosed-1].EndedAt, at)
	equal(t, "counted", h.state.Totals["tax"].Count, MaxClosed+3)
	equal(t, "down", h.state.Totals["tax"].Down, (MaxClosed+3)*time.Minute)
}

// Who took an alert on first stays who did; what was said last counts. The journal keeps them all, the
// state the newest.
func TestAlertsTakenOn(t *testing.T) {
	h := newHouse(t, planOf())
	h.act(clock("10:00:00"), Acknowledge{Alert: "OnBattery/rack", Why: "現地へ", Taken: journal.AlertAcknowledged{Alert: "OnBattery/rack/e-1", Name: "OnBattery", Subject: "rack"}})
	h.write(journal.AlertAcknowledged{Alert: "OnBattery/rack/e-1", Why: "発電車を手配"})
	equal(t, "taken", h.state.Taken, map[string]Taken{"OnBattery/rack/e-1": {At: clock("10:00:00"), By: "佐藤", Why: "発電車を手配"}})
	h.step(clock("10:10:00"), time.Hour)
	same(t, "the clock stepped", h.state.Taken["OnBattery/rack/e-1"].At, clock("11:00:00"))
	for n := range MaxTaken {
		e := h.at1(journal.AlertAcknowledged{Alert: fmt.Sprint("StepOverdue/", n)})
		e.At = clock("12:00:00").Add(time.Duration(n) * time.Second)
		h.state.Apply(e)
	}
	equal(t, "kept", len(h.state.Taken), MaxTaken)
	if _, old := h.state.Taken["OnBattery/rack/e-1"]; old {
		t.Error("the oldest was kept in place of a newer one")
	}
}

// at1 completes an event that goes into the state alone.
func (h *house) at1(p journal.Payload) journal.Event {
	seq := h.state.LastSeq + 1
	return journal.Event{ID: time.Duration(seq).String(), Seq: seq, Kind: p.Kind(), Payload: p}
}

func TestRejectedPlan(t *testing.T) {
	h := newHouse(t, planOf())
	h.write(journal.PlanRejected{Diagnostics: "plan.hcl:3,5: no"})
	equal(t, "rejected", h.at(h.clock).Plan.Rejected, "plan.hcl:3,5: no")
	h.reload(clock("10:00:00"), planOf())
	equal(t, "mended", h.at(h.clock).Plan.Rejected, "")
	if diff := cmp.Diff(journal.PlanLoaded{Name: "musashino", Version: "3.1", Hash: "cafe"}, h.state.Plan); diff != "" {
		t.Error(diff)
	}
}
