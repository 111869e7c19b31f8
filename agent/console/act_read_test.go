package console

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/messages"
)

// A fault that is added in package act alone would come out as the name of its text.
func TestEveryFaultHasWords(t *testing.T) {
	for _, locale := range messages.Locales {
		v := &view{Words: messages.For(locale)}
		for _, why := range act.Faults {
			said := v.fault(&act.Fault{Field: "at", Given: "02:30", Why: why})
			if id := "console_act_fault_" + string(why); said.Text == "" || said.Text == id {
				t.Errorf("%s: no words for %s", locale, why)
			}
		}
	}
}
