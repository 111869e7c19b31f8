package main

import (
	"context"
	"fmt"
	"io"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// recorded is what came of an action.
type recorded struct {
	api.Event
	before *rules.Situation
	words  *messages.Words
	number func(id string) int64 // of a record in the chronology; 0 when the agent does not tell
}

// tell prints the line that the chronology now holds, with the number by which a later record can
// correct it, and what else came of it.
func (r recorded) tell(w io.Writer) error {
	event, err := r.Decode()
	if err != nil {
		return err
	}
	lines := reports.Lines(r.words, []journal.Event{event}, messages.TitlesIn(r.before), r.before.At.Location())
	if points := &lines[0].Corrects; points.ID != "" {
		points.Seq = r.number(points.ID)
	}
	if err := reports.WriteText(w, r.words, lines); err != nil {
		return err
	}
	return r.tellChecklists(w, checklistsOf(event.Payload))
}

// numberOf is the number of a record in the chronology; 0 when the agent does not tell.
func numberOf(ctx context.Context, client *api.Client, id string) int64 {
	e, err := client.Event(ctx, id)
	if err != nil {
		return 0
	}
	return e.Seq
}

// warnOfDisk says that what was recorded is not on disk: who is told its number takes it for safe.
func warnOfDisk(w io.Writer, j rules.JournalFacts, words *messages.Words) {
	if j.Failing != "" {
		_, _ = fmt.Fprintln(w, "! "+journalFailing(j, words)) // nobody is behind standard error
	}
}

// tellChecklists says that checklists began, and where they are.
func (r recorded) tellChecklists(w io.Writer, began []journal.Checklist) error {
	if len(began) == 0 {
		return nil
	}
	steps := 0
	for _, list := range began {
		steps += len(list.Steps)
	}
	_, err := fmt.Fprintln(w, r.words.Say("checklists_began", map[string]any{"Lists": len(began), "Steps": steps}))
	return err
}

// checklistsOf are those that began with what was recorded.
func checklistsOf(payload journal.Payload) []journal.Checklist {
	switch p := payload.(type) {
	case journal.StageMoved:
		return p.Checklists
	case journal.ThreatDeclared:
		return p.Checklists
	default:
		return nil
	}
}
