//go:build integration && linux

package integration

import (
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
)

// An inspection of a thousand checks, while the same are watched: all good, on one page.
func TestInspectionOfAThousand(t *testing.T) {
	k := newKeizoku(t, thousandPlan())
	k.start()
	steps := 0
	begun := time.Now()
	done, err := k.client.Inspect(t.Context(), "", func(int, int) { steps++ })
	took := time.Since(begun)
	if err != nil || !done.Good() || done.Counts.Checks != 1000 || steps < 2 {
		t.Fatalf("%+v, %v; %d steps", done.Counts, err, steps)
	}
	s := k.situation()
	page := reports.Inspection(messages.For(plan.Japanese), reports.InspectionInput{Done: done, Plan: s.Plan, Agent: s.Agent.Name, Zone: s.At.Location()})
	if lines := strings.Count(page, "\n"); lines > 50 {
		t.Errorf("%d lines when all is well:\n%s", lines, page)
	}
	t.Logf("1,000 checks inspected in %v; %d MiB resident", took.Round(time.Millisecond), residentMemory(t, k.cmd.Process.Pid))
}
