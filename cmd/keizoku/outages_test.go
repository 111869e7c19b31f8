package main

import (
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// The table shows what the length is counted from, and allowances in words.
func TestPrintOutagesCountsFromTheCorrectedStart(t *testing.T) {
	at := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	var b strings.Builder
	err := printOutages(&b, []rules.PastOutage{{
		System: "juki", LastOKAt: at, FirstBadAt: at.Add(5 * time.Second), Start: at.Add(-20 * time.Minute), Corrected: true,
		EndedAt: at.Add(4 * time.Minute), Elapsed: rules.SecondsOf(24 * time.Minute), Allowance: "next_opening(office)",
	}}, &rules.Situation{}, messages.For(plan.Japanese))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"00:40:00(訂正済)", "24分", "翌始業時"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}
