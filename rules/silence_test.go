package rules_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// utility says what people are told of utility power: "there", "lost" or "unknown".
func (h *house) utility(at string) string {
	h.t.Helper()
	f, facts := h.at(clock(at)).Power, h.factsAt(clock(at)).Power
	switch told := facts.Lost; {
	case (told == nil) != f.UtilityUnknown, (facts.LostHours == nil) != f.UtilityUnknown, told != nil && *told != f.UtilityLost:
		h.t.Fatalf("%s: criteria are told %+v, people lost %v, unknown %v", at, facts, f.UtilityLost, f.UtilityUnknown)
	case f.UtilityUnknown:
		return "unknown"
	case f.UtilityLost:
		return "lost"
	}
	return "there"
}

var stopped = func(r *supply.Reading) { no := false; r.Source, r.Running = "", &no }

// Utility power is not known once the last supply that could tell of it is confirmed silent, and
// known again as soon as one of them answers.
func TestSilentSuppliesTellNothingOfUtilityPower(t *testing.T) {
	h := newHouse(t, machineRoom())
	equal(t, "not read yet", h.utility("08:00:05"), "there")
	h.reads("roof", "10:00:00", stopped)
	for _, name := range []string{"a", "b", "desk"} {
		h.reads(name, "10:00:01")
	}
	h.reads("roof", "10:00:10", stopped)
	for i, name := range []string{"a", "roof", "desk"} {
		h.loses(name, "10:01:0"+string(rune('0'+i)))
		equal(t, "without "+name, h.utility("10:01:30"), "there")
	}
	h.loses("b", "10:01:40")
	equal(t, "without any", h.utility("10:01:40"), "unknown")

	h.start(clock("10:05:00"))
	equal(t, "what was confirmed silent is, after a restart", h.utility("10:05:01"), "unknown")
	h.reads("desk", "10:06:00")
	equal(t, "one answers", h.utility("10:06:00"), "there")
	h.reads("desk", "10:06:10", ob)
	h.loses("desk", "10:07:00")
	equal(t, "silent after a loss", h.utility("10:07:00"), "lost")
}

// What cannot tell of utility power by itself does not stand in the way; what no agent reads
// neither.
func TestWhoCanTellOfUtilityPower(t *testing.T) {
	behind := machineRoom(alone("desk"), func(p *plan.Plan) {
		p.UPSs = append(p.UPSs, &plan.UPS{Name: "shelf", Title: "shelf", CapacityW: 500, CapacityVA: 500, BatteryWh: 100, Efficiency: 0.9, FedBy: "desk", Readings: every10s()})
	})
	h := newHouse(t, behind)
	h.reads("desk", "10:00:00")
	h.reads("shelf", "10:00:00")
	h.loses("desk", "10:01:00")
	equal(t, "the UPS behind it goes on", h.utility("10:01:00"), "unknown")

	h = newHouse(t, machineRoom(unread("roof", "a", "b")))
	h.loses("desk", "10:01:00")
	equal(t, "others are not read", h.utility("10:01:00"), "unknown")

	h = newHouse(t, machineRoom(unread("roof", "a", "b", "desk")))
	equal(t, "nothing is read", h.utility("10:01:00"), "there")
	h = newHouse(t, planOf(system("tax", "tcp")))
	equal(t, "no emergency power", *h.factsAt(clock("10:00:00")).Power.Lost, false)
}

// Whether power is short cannot be judged then; it counts, for it would make things worse.
func TestShortPowerOfSilentSupplies(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.reads("desk", "10:00:00")
	equal(t, "calm", h.reason("short_power", clock("10:00:00")).Holds, false)
	h.loses("desk", "10:01:00")
	r := h.reason("short_power", clock("10:01:00"))
	equal(t, "silent", []any{r.Holds, r.Unjudged}, []any{true, "power.lost is not known"})
	equal(t, "used", r.Used[0], plan.Used{Name: "power.lost"})
	equal(t, "text", r.Text, "nobody can tell whether utility power is lost; it cannot be judged: power.lost is not known")
	h.plan.Power.Horizon = 1
	equal(t, "enough anyway", h.reason("short_power", clock("10:01:00")).Text,
		"nobody can tell whether utility power is lost, but everything would stay on for 1 h of 0 h")
}

// The survey asks somebody to look.
func TestSurveyOfSilentSupplies(t *testing.T) {
	h := newHouse(t, machineRoom(alone("desk")))
	h.by("佐藤", "09:59:00", MoveStage{To: plan.InitialResponse, Why: "x"})
	h.reads("desk", "10:00:00")
	equal(t, "answers", h.surveyItem("", SurveyUtility, "10:00:00").Known, journal.Fine)
	h.loses("desk", "10:01:00")
	equal(t, "silent", h.surveyItem("", SurveyUtility, "10:01:00").Open(), true)
}
