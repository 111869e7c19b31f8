package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// The number of a record looks like a receipt. While the disk refuses it is none.
func TestActionSaysThatTheDiskRefuses(t *testing.T) {
	for _, c := range []struct {
		journal rules.JournalFacts
		want    string
	}{
		{rules.JournalFacts{Events: 7}, ""},
		{rules.JournalFacts{Unwritten: 3, Failing: "the disk is full"}, "! 記録を保存できません(3件が未保存): the disk is full\n"},
	} {
		var out bytes.Buffer
		warnOfDisk(&out, c.journal, messages.For(plan.Japanese))
		if got := out.String(); got != c.want || strings.Count(got, "\n") > 1 {
			t.Errorf("%+v: %q, want %q", c.journal, got, c.want)
		}
	}
}
