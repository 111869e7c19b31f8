package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

var elevenOClock = time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)

// What was expected back by now is not told as still to come.
func TestStatusTellsWhatShouldBeBack(t *testing.T) {
	past, ahead := elevenOClock.Add(-30*time.Minute), elevenOClock.Add(time.Hour)
	s := &rules.Situation{At: elevenOClock}
	for _, c := range []struct {
		what   string
		o      rules.OutageFacts
		ja, en string
	}{
		{"estimate", rules.OutageFacts{ETA: ahead, ProjectedEnd: ahead}, "復旧見込み 12:00:00", "Expected back 12:00:00"},
		{"passed", rules.OutageFacts{ETA: past, ProjectedEnd: elevenOClock, ProjectionPassed: true}, "復旧見込み 10:30:00を過ぎています", "was expected back 10:30:00"},
		{"usual recovery", rules.OutageFacts{ProjectedEnd: ahead}, "", ""},
		{"passed, too", rules.OutageFacts{ProjectedEnd: elevenOClock, ProjectionPassed: true}, "通常の復旧時間を過ぎています", "past its usual recovery time"},
		{"another's has passed", rules.OutageFacts{ProjectedEnd: ahead, ProjectionPassed: true, WaitsFor: "core"}, "", ""},
	} {
		for locale, want := range map[plan.Locale]string{plan.Japanese: c.ja, plan.English: c.en} {
			if got := strings.Join(facts(&rules.SystemFacts{Outage: &c.o}, s, messages.For(locale)), "; "); got != want {
				t.Errorf("%s: %q, want %q", c.what, got, want)
			}
		}
	}
}

// A UPS that does not answer has a line of its own, though nothing else is the matter.
func TestStatusTellsOfSilentSupplies(t *testing.T) {
	silent := &supply.SupplyFacts{Title: "UPS A", Kind: plan.UPSSupply, Source: supply.FromUtility, ReadingAt: elevenOClock, Lost: true}
	s := &rules.Situation{At: elevenOClock, Power: &supply.Facts{UtilityUnknown: true, Supplies: []*supply.SupplyFacts{silent, {Title: "UPS B"}}}}
	got := strings.Join(powerLines(s, messages.For(plan.Japanese)), "\n")
	if want := "非常用電源: 商用電源 不明(どの電源装置も応答なし)\n  UPS A: 応答なし(最後の測定: 入力あり)"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// In a blackout hundreds are down; the first lines must leave the table in sight.
func TestStatusNamesTheFirstOfManySystems(t *testing.T) {
	reason := &rules.ReasonFacts{Criterion: "many_down", BuiltIn: true, Holds: true, Recommends: plan.EstablishPosture}
	for i := range 300 {
		reason.Systems = append(reason.Systems, fmt.Sprintf("system-%d", i))
	}
	s := &rules.Situation{At: elevenOClock, Decision: rules.DecisionFacts{Recommendation: plan.EstablishPosture, Reasons: []*rules.ReasonFacts{reason}}}
	for locale, want := range map[plan.Locale]string{plan.Japanese: "system-5、ほか294件", plan.English: "system-5, and 294 more"} {
		line := strings.Join(decisionLines(s, messages.For(locale)), "\n")
		if !strings.Contains(line, want) || strings.Contains(line, "system-6") {
			t.Errorf("%s, want %q", line, want)
		}
	}
	reason.Systems = reason.Systems[:fewSystems]
	if line := strings.Join(decisionLines(s, messages.For(plan.English)), "\n"); !strings.Contains(line, "system-5") || strings.Contains(line, "more") {
		t.Error(line)
	}
}

// What people typed, and what machines answered, moves no cursor and makes no lines.
func TestStatusIsInert(t *testing.T) {
	const hostile = "a\nb\x1b[2J\u202ec"
	s := &rules.Situation{
		At: elevenOClock, Plan: rules.PlanFacts{Title: hostile}, Journal: rules.JournalFacts{Failing: hostile},
		Response: rules.ResponseFacts{Move: &rules.MoveFacts{Why: hostile, By: hostile, To: plan.InitialResponse}}, Stage: plan.InitialResponse,
		Systems: []*rules.SystemFacts{{
			Name: "tax", Title: hostile, State: rules.Down,
			Outage: &rules.OutageFacts{AcknowledgedAt: elevenOClock, AcknowledgedWhy: hostile},
			Checks: []*rules.CheckFacts{{Name: "web", LastRunAt: elevenOClock, Error: hostile}},
		}},
	}
	var out bytes.Buffer
	if err := printSituation(&out, s, messages.For(plan.English)); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(out.String(), "\n") {
		if strings.ContainsAny(line, "\x1b\u202e") || strings.HasPrefix(line, "b") {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
	if !strings.Contains(out.String(), "a b") {
		t.Error("the text is lost")
	}
}
