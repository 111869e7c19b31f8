package rules_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func paper(lasts time.Duration) func(*plan.System) {
	return func(s *plan.System) { s.Alternative = &plan.Alternative{Title: "紙台帳", Lasts: lasts} }
}

func unforeseen(s *plan.System) { s.TypicalRecovery = 0 }

// Why the continuity of a system that went down at 10:00, with a deadline at 14:00, is in danger
// at 12:00 or is not.
func TestCalm(t *testing.T) {
	deadline := clock("14:00:00")
	tests := []struct {
		name   string
		edit   func(*plan.System)
		before func(*house)
		want   CalmFacts
	}{
		{"recovers in time", func(*plan.System) {}, nil,
			CalmFacts{Calm: RecoversInTime, ProjectedEnd: clock("13:00:00"), Deadline: deadline}},
		{"recovers in time, with an alternative beside", paper(time.Hour), nil,
			CalmFacts{Calm: RecoversInTime, ProjectedEnd: clock("13:00:00"), Deadline: deadline, Alternative: "紙台帳", AlternativeUntil: clock("11:00:00")}},
		{"at the deadline is in time", unforeseen, func(h *house) { h.act(clock("12:00:00"), GiveETA{System: "tax", At: deadline}) },
			CalmFacts{Calm: RecoversInTime, ProjectedEnd: deadline, Deadline: deadline}},
		{"after it is not", paper(24 * time.Hour), func(h *house) { h.act(clock("12:00:00"), GiveETA{System: "tax", At: clock("14:00:01")}) },
			CalmFacts{Calm: InDanger, ProjectedEnd: clock("14:00:01"), Deadline: deadline, Alternative: "紙台帳", AlternativeUntil: clock("2026-07-16 10:00:00")}},
		{"past the deadline", func(*plan.System) {}, func(h *house) {
			h.act(clock("12:00:00"), CorrectStart{System: "tax", Start: clock("07:00:00")})
		}, CalmFacts{Calm: InDanger, ProjectedEnd: clock("13:00:00"), Deadline: clock("11:00:00")}},
		{"an alternative lasts", func(s *plan.System) { unforeseen(s); paper(3 * time.Hour)(s) }, nil,
			CalmFacts{Calm: AlternativeLasts, Deadline: deadline, Alternative: "紙台帳", AlternativeUntil: clock("13:00:00")}},
		{"it ends now", func(s *plan.System) { unforeseen(s); paper(2 * time.Hour)(s) }, nil,
			CalmFacts{Calm: TimeLeft, Deadline: deadline, Alternative: "紙台帳", AlternativeUntil: clock("12:00:00")}},
		{"nobody says how long it lasts", func(s *plan.System) { unforeseen(s); paper(0)(s) }, nil,
			CalmFacts{Calm: TimeLeft, Deadline: deadline, Alternative: "紙台帳"}},
		{"nothing but time", unforeseen, nil, CalmFacts{Calm: TimeLeft, Deadline: deadline}},
		{"nothing is promised", paper(24 * time.Hour), func(h *house) { h.act(clock("12:00:00"), Declare{Threat: "pandemic"}) },
			CalmFacts{Calm: NoDeadline, ProjectedEnd: clock("13:00:00"), Alternative: "紙台帳", AlternativeUntil: clock("2026-07-16 10:00:00")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, planOf(with(system("tax", "tcp"), tt.edit), system("mail", "tcp")))
			h.fails("tax", clock("10:00:00"))
			if tt.before != nil {
				tt.before(h)
			}
			tt.want.System = "tax"
			equal(t, "calm", h.at(clock("12:00:00")).Decision.Calm, []CalmFacts{tt.want})
		})
	}
}

// Systems in maintenance and those without a priority are nobody's worry here.
func TestCalmSpeaksOfPrioritySystemsAlone(t *testing.T) {
	h := newHouse(t, planOf(with(system("sign", "tcp"), func(s *plan.System) { s.Priority = 0 }), with(system("tax", "tcp"), offUntilEleven)))
	h.fails("sign", clock("10:00:00"))
	h.fails("tax", clock("10:00:00"))
	equal(t, "in maintenance", h.at(clock("10:30:00")).Decision.Calm, []CalmFacts(nil))
	if got := h.at(clock("11:00:00")).Decision.Calm; len(got) != 1 || got[0].System != "tax" {
		t.Errorf("after maintenance: %+v", got)
	}
}

// offUntilEleven is maintenance from 09:00 to 11:00 of the day of the tests.
func offUntilEleven(s *plan.System) {
	s.Maintenance = []*plan.Maintenance{{Name: "cut", Starts: clock("09:00:00"), Ends: clock("11:00:00")}}
}
