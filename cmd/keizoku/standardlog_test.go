package main

import (
	"bytes"
	"log"
	"strings"
	"testing"
)

// What a library says by itself is a line of the agent's log, and only of a talkative one.
func TestStandardLogIsPartOfTheLog(t *testing.T) {
	flags, out := log.Flags(), log.Writer()
	t.Cleanup(func() { log.SetFlags(flags); log.SetOutput(out) })
	for level, want := range map[string]string{"info": "", "debug": `"level":"DEBUG","msg":"Unsolicited response"}`} {
		var b bytes.Buffer
		adoptStandardLog(logFlags{Format: "json", Level: level}.logger(streams{err: &b}))
		log.Print("Unsolicited response")
		if got := b.String(); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", level, got, want)
		}
	}
}
