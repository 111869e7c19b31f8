package messages

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

func powerBegan(l *line, p journal.PowerBegan) {
	l.say("Subject", l.words.SupplyTitle(p.Supply, l.titles))
	l.say("Condition", l.words.Condition(p.Condition))
	l.time("First", p.FirstAt)
	if p.Supply == journal.Utility && !p.LastNotAt.IsZero() {
		l.time("LastNot", p.LastNotAt) // from when a blackout counts, and so every page does
	}
	l.say("Text", l.words.powerText(p, l.event.At.In(l.zone)))
}

func powerEnded(l *line, p journal.PowerEnded) {
	l.say("Subject", l.words.SupplyTitle(p.Supply, l.titles))
	l.say("Condition", l.words.Condition(p.Condition))
	l.say("Back", p.Condition == journal.UtilityLost)
	l.say("Over", p.Condition == journal.OnBattery || p.Condition == journal.Running)
	l.time("Ended", p.EndedAt)
}

// SupplyTitle names a supply, or the grid, which has no title in the plan.
func (w *Words) SupplyTitle(name string, titles Titles) string {
	if name == journal.Utility {
		return w.Word("utility")
	}
	return titles(name)
}

// powerText is what more there is to say of a condition: the doubts in words, else the text as it
// was noted.
func (w *Words) powerText(p journal.PowerBegan, now time.Time) string {
	if len(p.Doubts) == 0 {
		return p.Text
	}
	return strings.Join(w.JournaledDoubts(p.Doubts, now), w.Word("list_comma"))
}
