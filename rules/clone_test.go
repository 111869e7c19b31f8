package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/journal"
	. "github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// clonesApart lets a clone go on from a cut in the history: it must end where the history does, and
// the state that it was cloned from must stay as it was.
func clonesApart(t tb, log []journal.Event, cut int) {
	t.Helper()
	original, want := fold(log[:cut]), fold(log[:cut])
	clone := original.Clone()
	if diff := cmp.Diff(original, clone); diff != "" {
		t.Fatalf("the clone differs:\n%s", diff)
	}
	for _, e := range log[cut:] {
		clone.Apply(e)
	}
	if diff := cmp.Diff(want, original); diff != "" {
		t.Fatalf("the clone's life changed the original:\n%s", diff)
	}
	if diff := cmp.Diff(fold(log), clone); diff != "" {
		t.Fatalf("the clone went another way:\n%s", diff)
	}
}

func TestClonesOfAnEventfulHistory(t *testing.T) {
	for _, log := range [][]journal.Event{eventful(t).log, respondedHistory(t), housekeeping(t)} {
		for cut := range log {
			clonesApart(t, log, cut)
		}
	}
}

// respondedHistory is one in which the file of a response is changed in every way.
func respondedHistory(t *testing.T) []journal.Event {
	h := responding(t)
	h.by("井上 誠", "10:10:00", MarkStep{Step: "safety", Note: "全員無事"})
	h.by("井上 誠", "10:11:00", MarkStep{Step: "safety", Undo: true, Note: "未確認"})
	h.by("井上 誠", "10:12:00", MarkStep{Step: "safety", NoteOnly: true, Note: "再確認"})
	first := h.by("井上 誠", "10:13:00", called("head", "井上 誠", journal.NotReached))
	again := called("head", "井上 誠", journal.Coming)
	again.Corrects = first.ID
	h.by("井上 誠", "10:14:00", again)
	h.by("井上 誠", "10:15:00", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Stopped})
	h.by("井上 誠", "10:16:00", ChooseOrdinary{Why: "軽微"})
	h.step(clock("10:17:00"), time.Minute)
	h.by("井上 誠", "10:20:00", to("stood_down"))
	h.by("井上 誠", "10:21:00", to("initial_response"))
	h.step(clock("10:22:00"), time.Minute)
	h.by("井上 誠", "10:24:00", MoveStage{Undo: true, Why: "誤り"})
	return h.log
}

// housekeeping is a history in which the agent's own affairs change.
func housekeeping(t *testing.T) []journal.Event {
	h := newHouse(t, planOf(system("tax", "tcp")))
	h.write(journal.PowerBegan{Supply: "ups", Condition: journal.OnBattery, FirstAt: clock("08:01:00")})
	h.write(journal.InspectionDone{Name: "opening", DueAt: clock("08:00:00"), Missed: 1})
	h.write(journal.AlertAcknowledged{Alert: "OnBattery/ups/e-1", Name: "OnBattery", Subject: "ups", Why: "発電車を手配"})
	h.write(journal.BlindBegan{Since: clock("08:02:00")})
	h.step(clock("08:03:00"), time.Minute)
	h.write(journal.PowerEnded{Supply: "ups", Condition: journal.OnBattery})
	h.write(journal.InspectionDone{Name: "opening", DueAt: clock("09:00:00"), Missed: 1})
	h.write(journal.BlindEnded{From: clock("08:02:00"), To: clock("08:10:00")})
	return h.log
}

// Either may go its own way from where they part.
func TestClonesGoTheirOwnWays(t *testing.T) {
	hour := func(n int) journal.Event {
		from := clock("08:00:00").Add(time.Duration(n) * time.Hour)
		return journal.Event{Payload: journal.Unobserved{From: from, To: from.Add(time.Hour), Why: "not_running"}}
	}
	original := NewState()
	for n := range 3 { // so that there is room behind the newest
		original.Apply(hour(n))
	}
	clone := original.Clone()
	clone.Apply(hour(4))
	original.Apply(hour(5))
	same(t, "the clone's newest stretch", clone.Unobserved[3].From, clock("12:00:00"))
	same(t, "the original's", original.Unobserved[3].From, clock("13:00:00"))
}

// What an agent sees at this moment is as much its own as what it remembers.
func TestClonesSeeForThemselves(t *testing.T) {
	h := eventful(t)
	seeing := func() *State {
		s, key := fold(h.log), CheckKey{System: "tax", Check: "tcp"}
		at := h.clock
		s.Live.Look(key, Look{At: at, OK: true})
		s.Live.Checks[key] = LiveCheck{State: Up, Since: at}
		s.Live.Channels = []ChannelFacts{{Name: "mail", Pending: 1}}
		s.Live.Readings["ups"] = supply.Reading{At: at}
		s.Live.Drains["ups"] = []supply.Charge{{At: at}}
		s.Live.Idle["roof"] = at
		s.Live.Lapsed["many_down"] = at
		s.Live.Spells["first.safety"] = Spell{Since: at}
		return s
	}
	original := seeing()
	clone := original.Clone()
	equal(t, "clone", clone, original)
	clone.Live.ShiftLooks(time.Hour)
	clone.Apply(journal.Event{At: h.clock, Run: clone.Run, Payload: journal.ClockStepped{By: time.Hour}})
	clone.Live.Channels[0].Pending = 7
	Decide(clone, h.at(h.clock))
	if diff := cmp.Diff(seeing(), original); diff != "" {
		t.Errorf("the clone's sight changed the original's (-want +got):\n%s", diff)
	}
	if cmp.Equal(original, clone, cmpopts.EquateEmpty()) {
		t.Error("the clone saw nothing of its own: this test shows nothing")
	}
}
