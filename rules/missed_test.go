package rules_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// A deadline that passes is on record once, also over a restart; one that is moved ahead can pass
// again.
func TestMissedDeadlinesAreOnRecord(t *testing.T) {
	h := newHouse(t, office())
	missed := func() (all []string) {
		for _, e := range h.log {
			if p, ok := e.Payload.(journal.DeadlineMissed); ok {
				all = append(all, e.Subject+" "+p.Deadline.In(tokyo).Format("02 15:04:05"))
			}
		}
		return all
	}
	h.fails("tax", clock("10:00:00"))
	h.decide(clock("14:00:00"))
	equal(t, "to the instant", missed(), []string(nil))
	h.decideFor(clock("14:00:01"), clock("14:00:10"))
	equal(t, "passed", missed(), []string{"tax 15 14:00:00"})
	h.start(clock("14:10:00"))
	h.decide(clock("14:10:01"))
	equal(t, "known after a restart", len(missed()), 1)

	h.act(clock("14:20:00"), Declare{Threat: "disaster"}) // 24 hours
	h.decide(clock("14:20:01"))
	h.act(clock("14:30:00"), End{Threat: "disaster"})
	h.decide(clock("14:30:01"))
	equal(t, "moved ahead and back", missed(), []string{"tax 15 14:00:00", "tax 15 14:00:00"})
	h.act(clock("14:40:00"), CorrectStart{System: "tax", Start: clock("09:30:00")})
	h.decide(clock("14:40:01"))
	equal(t, "passed either way", len(missed()), 2)
	h.step(clock("14:50:00"), 2*time.Hour)
	h.decide(clock("16:50:01"))
	equal(t, "the clock jumps", len(missed()), 2)
	h.recovers("tax", clock("17:00:00"))
	h.fails("tax", clock("17:30:00"))
	h.decide(clock("21:30:01"))
	equal(t, "another outage", len(missed()), 3)
}
