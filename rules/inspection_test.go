package rules_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// ran is a run that was due at the time of the day.
func ran(due string, failed int) journal.InspectionDone {
	return journal.InspectionDone{
		Name: "opening", Trigger: journal.Scheduled, DueAt: clock(due), StartedAt: clock(due), EndedAt: clock(due).Add(3 * time.Second),
		Counts: journal.InspectionCounts{Checks: 5, Good: 5 - failed, Failed: failed},
	}
}

func inspected(t tb) *house {
	p := planOf(system("tax", "tcp"))
	p.Inspections = []*plan.Inspection{
		{Name: "opening", Title: "始業前点検", Cron: "30 * * * *"},
		{Name: "elsewhere", Cron: "30 * * * *", From: []string{"branch"}},
	}
	return newHouse(t, p)
}

func TestInspectionsAreFolded(t *testing.T) {
	h := inspected(t)
	facts := h.at(clock("09:40:00")).Inspections
	equal(t, "before any", facts, []InspectionFacts{
		{Name: "opening", Title: "始業前点検", NextAt: clock("10:30:00")}, {Name: "elsewhere"},
	})
	h.write(ran("10:30:00", 1))
	first := h.at(clock("10:31:00")).Inspections[0]
	if first.Newest == nil || first.Newest.Good || first.Newest.Counts.Failed != 1 || first.Newest.ID == "" {
		t.Errorf("after a run: %+v", first.Newest)
	}
	equal(t, "next", first.NextAt, clock("11:30:00"))

	h.write(journal.InspectionDone{Name: "opening", Trigger: journal.Scheduled, DueAt: clock("12:30:00"), Missed: 2})
	missed := h.at(clock("12:40:00")).Inspections[0]
	equal(t, "newest run while missed", missed.Newest, first.Newest)
	equal(t, "missed", missed.Missed, 2)
	equal(t, "missed at", missed.MissedAt, clock("12:30:00"))
	equal(t, "last due", h.state.Inspections["opening"].LastDueAt, clock("12:30:00"))

	byHand := ran("12:45:00", 0)
	byHand.Trigger, byHand.DueAt = journal.ByHand, time.Time{}
	h.write(byHand)
	again := h.at(clock("12:50:00")).Inspections[0]
	if again.Missed != 0 || !again.Newest.Good || again.Newest.Trigger != journal.ByHand {
		t.Errorf("after a run by hand: %+v", again)
	}
	equal(t, "last due after a run by hand", h.state.Inspections["opening"].LastDueAt, clock("12:30:00"))
}

// A Situation is its readers' own, and one without inspections does not speak of them.
func TestInspectionFactsAreSeparate(t *testing.T) {
	h := inspected(t)
	h.write(ran("10:30:00", 0))
	h.at(clock("10:40:00")).Inspections[0].Newest.Good = false
	if !h.at(clock("10:41:00")).Inspections[0].Newest.Good {
		t.Error("a reader changed the state")
	}
	data, err := json.Marshal(newHouse(t, planOf(system("tax", "tcp"))).at(clock("10:00:00")))
	if err != nil || strings.Contains(string(data), "inspections") {
		t.Errorf("%v: %s", err, data)
	}
}

// A UPS's words on its battery and its self-test reach the Situation, as do the conditions that
// hold without them.
func TestBatteryFacts(t *testing.T) {
	tested := clock("03:00:00")
	h := newHouse(t, machineRoom())
	h.power(PowerLook{Supply: "desk", At: clock("10:00:00"), Replace: true, Reading: supply.Reading{
		Source: supply.FromUtility, TestResult: "passed", TestedAt: tested.UTC(), BatteryDate: "2024-05-20",
	}})
	full := 0.97
	h.power(PowerLook{Supply: "roof", At: clock("10:00:00"), Reading: supply.Reading{FuelRatio: &full}})
	h.loses("a", "10:00:30")
	power := Evaluate(h.plan, h.state, clock("10:01:00")).Power
	desk, lost, roof := power.Supply("desk"), power.Supply("a"), power.Supply("roof")
	equal(t, "self-test", desk.TestResult, "passed")
	equal(t, "tested at", desk.TestedAt.Format(time.RFC3339), tested.Format(time.RFC3339))
	equal(t, "battery date", desk.BatteryDate, "2024-05-20")
	equal(t, "replace and lost", []bool{desk.ReplaceBattery, desk.Lost, lost.ReplaceBattery, lost.Lost}, []bool{true, false, false, true})
	equal(t, "fuel measured", roof.FuelMeasured, true)
}
