package agent

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
)

func TestLogTellsWhatBeganAndHowGrave(t *testing.T) {
	for _, tt := range []struct {
		payload journal.Payload
		want    []string
	}{
		{journal.PowerBegan{Condition: journal.UtilityLost}, []string{"level=WARN", "condition=utility_lost"}},
		{journal.PowerBegan{Condition: journal.SupplyLost, Text: "no answer"}, []string{"level=WARN", "condition=lost", `text="no answer"`}},
		{journal.PowerBegan{Condition: journal.Running}, []string{"level=INFO", "condition=running"}},
		{journal.PowerEnded{Condition: journal.OnBattery}, []string{"level=INFO", "condition=on_battery"}},
		{journal.OutageOpened{Text: "refused"}, []string{"level=WARN", "text=refused"}},
		{journal.PlanLoaded{}, []string{"level=INFO", "kind=plan_loaded"}},
		{journal.PlanLoaded{Dropped: []string{"mail"}}, []string{"level=WARN", "outages_dropped=[mail]"}},
		{journal.AgentStarted{}, []string{"level=INFO", "kind=agent_started"}},
	} {
		var out bytes.Buffer
		a := Agent{log: logger{slog.New(slog.NewTextHandler(&out, nil))}}
		a.logEvent(journal.Event{Kind: tt.payload.Kind(), Subject: "rack-a", Payload: tt.payload})
		for _, want := range tt.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: %q does not hold %q", tt.payload.Kind(), out.String(), want)
			}
		}
	}
}
