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
	c := Chronology{Words: w, Titles: titles, Zone: zone}
	c.Add(events...)
	return c.Lines()
}

// Chronology makes lines of events that come bit by bit: of an event, nothing but its line is kept. One
// of years has millions.
type Chronology struct {
	Words  *messages.Words
	Titles messages.Titles
	Zone   *time.Location // nil: UTC

	lines []Line
	// steps are the titles of the steps of checklists that began, by ID.
	steps map[string]string
}

// Add takes further events, in any order.
func (c *Chronology) Add(events ...journal.Event) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	c.lines = slices.Grow(c.lines, len(events))
	for _, e := range events {
		c.learn(e.Payload)
		c.lines = append(c.lines, lineOf(c.Words, e, c.title, zone))
	}
}

// learn keeps the titles of a checklist that begins: of one that is over, or whose start was taken
// back, the Situation of today tells nothing.
func (c *Chronology) learn(payload journal.Payload) {
	var begun []journal.Checklist
	switch p := payload.(type) {
	case journal.StageMoved:
		begun = p.Checklists
	case journal.ThreatDeclared:
		begun = p.Checklists
	}
	for _, list := range begun {
		for _, step := range list.Steps {
			if c.steps == nil {
				c.steps = make(map[string]string)
			}
			c.steps[step.ID] = step.Title
		}
	}
}

func (c *Chronology) title(name string) string {
	if title := c.Titles(name); title != name {
		return title
	}
	return cmp.Or(c.steps[name], name)
}

// Len is how many lines there are.
func (c *Chronology) Len() int { return len(c.lines) }

// Keep lets go of all but the last so many that were added.
func (c *Chronology) Keep(last int) {
	c.lines = slices.Delete(c.lines, 0, max(0, len(c.lines)-last))
}

// Lines returns the lines in the order in which things happened, each with what it points at. Nothing
// is to be added afterwards.
func (c *Chronology) Lines() []Line {
	pointAtEachOther(c.lines)
	slices.SortStableFunc(c.lines, func(a, b Line) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq))
	})
	return c.lines
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
	old := make(map[string]*Line)
	for i := range lines {
		if id := lines[i].Corrects.ID; id != "" {
			old[id] = nil
		}
	}
	for i := range lines {
		if _, pointedAt := old[lines[i].ID]; pointedAt {
			old[lines[i].ID] = &lines[i]
		}
	}
	for i := range lines {
		if to := old[lines[i].Corrects.ID]; to != nil {
			lines[i].Corrects.Seq = to.Seq
			if lines[i].Seq > to.CorrectedBy.Seq {
				to.CorrectedBy = Ref{lines[i].ID, lines[i].Seq}
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
