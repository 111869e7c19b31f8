package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
)

// Line is an entry of the chronology (クロノロジー).
type Line struct {
	// At is when it happened, NotedAt when it was learnt; both in the zone of the chronology.
	At, NotedAt time.Time
	// Estimated says that the clock could not be trusted when it was noted.
	Estimated bool
	Seq       int64 // the number by which entries point at each other
	ID        string
	Kind      journal.Kind
	// Subject is the name of what it is about, Title what people call it; either may be empty.
	Subject, Title string
	Text           string
	// By is the deciding person as they were named, User the login behind them; both empty for
	// what the agent saw by itself.
	By, User string
	// Corrects is the entry that this one corrects or takes back, CorrectedBy the newest one that
	// does that to this one.
	Corrects, CorrectedBy Ref
	Drill                 bool
}

// Ref points at an entry. Its Seq is zero when that entry is not among those that were asked for,
// its ID empty when it points at none.
type Ref struct {
	ID  string
	Seq int64
}

// Lines puts events into the order in which they happened; what happened at one time stays in the
// order in which it was noted. A nil zone is UTC.
func Lines(w *messages.Words, events []journal.Event, titles messages.Titles, zone *time.Location) []Line {
	if zone == nil {
		zone = time.UTC
	}
	lines := make([]Line, len(events))
	for i, e := range events {
		lines[i] = lineOf(w, e, titles, zone)
	}
	pointAtEachOther(lines)
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq))
	})
	return lines
}

func lineOf(w *messages.Words, e journal.Event, titles messages.Titles, zone *time.Location) Line {
	line := Line{
		At: happened(e).In(zone), NotedAt: e.At.In(zone), Estimated: e.Estimated, Seq: e.Seq, ID: e.ID, Kind: e.Kind,
		Subject: e.Subject, Text: w.Event(e, titles, zone), Corrects: Ref{ID: corrected(e.Payload)}, Drill: e.Drill,
	}
	if e.Subject != "" {
		line.Title = titleOf(w, e, titles)
	}
	if e.Actor != nil {
		line.By, line.User = e.Actor.By, e.Actor.User
	}
	return line
}

func titleOf(w *messages.Words, e journal.Event, titles messages.Titles) string {
	switch p := e.Payload.(type) {
	case journal.PowerBegan, journal.PowerEnded:
		return w.SupplyTitle(e.Subject, titles)
	case journal.CallMade:
		return titles.Role(e.Subject)
	case journal.SurveyAnswered:
		if e.Subject == p.Site {
			return titles.Site(e.Subject)
		}
	}
	return titles(e.Subject)
}

func pointAtEachOther(lines []Line) {
	byID := make(map[string]*Line, len(lines))
	for i := range lines {
		byID[lines[i].ID] = &lines[i]
	}
	for i := range lines {
		if old := byID[lines[i].Corrects.ID]; old != nil && lines[i].Corrects.ID != "" {
			lines[i].Corrects.Seq = old.Seq
			if lines[i].Seq > old.CorrectedBy.Seq {
				old.CorrectedBy = Ref{lines[i].ID, lines[i].Seq}
			}
		}
	}
}

// happened is when that which an event tells of came to pass; what has no time of its own, when
// it was noted. What people do stands where they did it: a threat where it was declared, not at its
// onset, for it moved no deadline before.
func happened(e journal.Event) time.Time {
	at := timeIn(e.Payload)
	if at.IsZero() {
		return e.At
	}
	return at
}

func timeIn(payload journal.Payload) time.Time {
	switch p := payload.(type) {
	case journal.OutageOpened:
		return p.FirstBadAt
	case journal.OutageReopened:
		return p.FirstBadAt
	case journal.OutageClosed:
		return p.EndedAt
	case journal.DeadlineMissed:
		return p.Deadline
	case journal.CheckFailed:
		return p.FirstBadAt
	case journal.CheckRecovered:
		return p.FirstOKAt
	case journal.NoteAdded:
		return p.About
	case journal.SurveyAnswered:
		return p.SeenAt
	case journal.StepApplies:
		return p.Since
	case journal.StepLapsed:
		return p.Since
	default:
		return timeOfWatch(payload)
	}
}

// timeOfWatch is timeIn for what concerns the agent's sight and power.
func timeOfWatch(payload journal.Payload) time.Time {
	switch p := payload.(type) {
	case journal.PowerBegan:
		return p.FirstAt
	case journal.PowerEnded:
		return p.EndedAt
	case journal.Unobserved:
		return p.From
	case journal.BlindBegan:
		return p.Since
	case journal.BlindEnded:
		return p.To
	default:
		return time.Time{}
	}
}

// corrected is the ID of the event that a payload corrects or takes back.
func corrected(payload journal.Payload) string {
	switch p := payload.(type) {
	case journal.NoteAdded:
		return p.Corrects
	case journal.CallMade:
		return p.Corrects
	case journal.SurveyAnswered:
		return p.Corrects
	case journal.StepUndone:
		return p.Undoes
	case journal.StageMoved:
		return p.Undoes
	case journal.OrdinaryChosen:
		return p.Withdraws
	case journal.StartCorrected:
		return p.Outage
	default:
		return ""
	}
}
