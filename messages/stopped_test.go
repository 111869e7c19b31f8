package messages_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Why an agent stopped is a word of the program's: staff read it in theirs.
func TestWhyTheAgentStopped(t *testing.T) {
	for why, want := range map[string]string{
		"signal": "監視を終了しました(停止の指示による)", "could not start": "監視を終了しました(起動できなかったため)", "x": "監視を終了しました(x)",
	} {
		event := journal.Event{Kind: journal.KindAgentStopped, Payload: journal.AgentStopped{Why: why}}
		if got := messages.For(plan.Japanese).Event(event, func(name string) string { return name }, time.UTC); got != want {
			t.Errorf("%s: %q, want %q", why, got, want)
		}
	}
}
