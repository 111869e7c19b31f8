package console

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// foreseen is what an action would record and change.
type foreseen struct {
	// Changed says that something else was shown before.
	Changed bool
	// Line is the line of the chronology.
	Line string
	// By is who decides, User who is signed in.
	By, User string
	// Cautions are what the person should know of how their decision will be recorded.
	Cautions []string
	// Changes are what it changes; More are those beyond the first few.
	Changes, More []string
	// Paper is a report as it would go out; empty: the action is none.
	Paper string
}

// fewChanges is how many changes are seen at once: a threat that is declared may move hundreds of
// deadlines.
const fewChanges = 12

// maxPaper bounds a report on the page, in runes.
const maxPaper = 40_000

// foreseen words a preview.
func (v *view) foreseen(p *rules.Preview) *foreseen {
	f := &foreseen{Line: v.Words.Event(p.Event, v.titles, v.Written.Location), User: v.User}
	if p.Event.Actor != nil {
		f.By = p.Event.Actor.By
	}
	f.Cautions, f.Paper = v.cautions(p.Event, f.By), paperOf(p.Event)
	f.Changes = reports.Changes(v.Words, v.titles, p.Before, p.After)
	if len(f.Changes) > fewChanges {
		f.Changes, f.More = f.Changes[:fewChanges], f.Changes[fewChanges:]
	}
	return f
}

// cautions are what a decision will be recorded as, beside what it says.
func (v *view) cautions(e journal.Event, by string) (said []string) {
	against, unlisted := false, false
	switch p := e.Payload.(type) {
	case journal.StageMoved:
		against, unlisted = p.Against, p.Unlisted
	case journal.OrdinaryChosen:
		against, unlisted = p.Against, p.Unlisted
	}
	if against {
		said = append(said, v.Say("console_act_against", "Recommendation", v.Words.Recommendation(v.Decision.Recommendation)))
	}
	if unlisted {
		said = append(said, v.Say("console_act_unlisted", "By", v.Short(by)))
	}
	if e.Estimated {
		said = append(said, v.Words.Word("console_estimated"))
	}
	return said
}

func paperOf(e journal.Event) string {
	report, _ := e.Payload.(journal.ReportIssued)
	return cut(report.Text, maxPaper)
}

// confirming is the form that confirms what was shown. It says outright what the action left open,
// so that what is recorded is what was shown.
func confirming(a *asked, action rules.Action, e journal.Event) *actForm {
	f := &actForm{Action: a.name, Return: a.back}
	for _, field := range act.Fields(settled(action, e)) {
		f.hide(field.Name, field.Value)
	}
	f.hide("by", a.by)
	f.hide("seen", markOf(e))
	f.hide("ticket", rand.Text())
	return f
}

// settled is an action with what it left to the moment said as the preview has it.
func settled(action rules.Action, e journal.Event) rules.Action {
	switch was := e.Payload.(type) {
	case journal.ThreatDeclared:
		if declare, ok := action.(rules.Declare); ok {
			declare.Onset = was.Onset
			return declare
		}
	case journal.StageMoved:
		if move, ok := action.(rules.MoveStage); ok {
			move.From = was.From // whoever moves it meanwhile makes this a conflict
			return move
		}
	}
	return action
}

// markOf is the same for two events that say the same to the person who decides.
func markOf(e journal.Event) string {
	data, err := json.Marshal(struct {
		Kind    journal.Kind
		Subject string
		Payload journal.Payload
	}{e.Kind, e.Subject, essence(e.Payload)})
	if err != nil { // what cannot be written is not the same as anything
		return rand.Text()
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}

// essence is a payload without what devices and the clock make of it from one second to the next: in
// a blackout, which takes a system every few seconds, a person would be asked again for ever.
func essence(p journal.Payload) journal.Payload {
	switch p := journal.Brief(p).(type) {
	case journal.ThreatDeclared:
		p.Moved = nil
		return p
	case journal.ThreatEnded:
		p.Moved = nil
		return p
	case journal.StageMoved:
		p.Recommendation = "" // whether it goes against it stays
		return p
	case journal.OrdinaryChosen:
		p.Recommendation = ""
		return p
	case journal.ReportIssued:
		p.Text = ""
		return p
	default:
		return p
	}
}

// now is the instant of the page in the plan's zone, in which people write times.
func (v *view) now() time.Time { return v.At.In(v.Written.Location) }
