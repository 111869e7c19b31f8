package main

import (
	"fmt"
	"io"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// recorded is what came of an action.
type recorded struct {
	api.Event
	before *rules.Situation
	words  *messages.Words
}

// tell prints the line that the journal now holds, and what else came of it.
func (r recorded) tell(w io.Writer) error {
	event, err := r.Decode()
	if err != nil {
		return err
	}
	zone := r.before.At.Location()
	if _, err := fmt.Fprintf(w, "%s  %s\n", r.At.In(zone).Format(time.DateTime),
		r.words.Event(event, messages.TitlesIn(r.before), zone)); err != nil {
		return err
	}
	return r.tellChecklists(w, checklistsOf(event.Payload))
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
