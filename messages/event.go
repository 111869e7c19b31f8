package messages

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Titles gives the title of a system or threat by its name; the name itself when it has none.
type Titles func(name string) string

// TitlesOf returns the titles of a plan.
func TitlesOf(p *plan.Plan) Titles {
	return func(name string) string {
		if s := p.System(name); s != nil && s.Title != "" {
			return s.Title
		}
		if t := p.Threat(name); t != nil && t.Title != "" {
			return t.Title
		}
		if u := p.UPS(name); u != nil && u.Title != "" {
			return u.Title
		}
		if g := p.Generator(name); g != nil && g.Title != "" {
			return g.Title
		}
		return name
	}
}

// Event is the line of the chronology for e. Times in it are put into zone.
func (w *Words) Event(e journal.Event, titles Titles, zone *time.Location) string {
	data := map[string]any{"Subject": titles(e.Subject)}
	stamp := func(t time.Time) string {
		if t.IsZero() {
			return w.Word("not_known")
		}
		return w.Moment(t.In(zone), e.At.In(zone))
	}
	id := "event_" + string(e.Kind)
	switch p := e.Payload.(type) {
	case journal.AgentStarted:
		data["Version"], data["Host"] = p.Version, p.Hostname
	case journal.AgentStopped:
		data["Why"] = p.Why
	case journal.PlanLoaded:
		data["Name"], data["Version"], data["Moved"] = p.Name, p.Version, len(p.Moved)
	case journal.Unobserved:
		data["From"], data["To"], data["Span"] = stamp(p.From), stamp(p.To), w.Span(p.To.Sub(p.From))
	case journal.BlindBegan:
		data["Since"], data["Text"] = stamp(p.Since), p.Text
	case journal.BlindEnded:
		data["From"], data["To"], data["Span"] = stamp(p.From), stamp(p.To), w.Span(p.To.Sub(p.From))
	case journal.ClockStepped:
		data["By"] = plan.FormatDuration(p.By)
	case journal.ClockUntrusted:
		data["Wall"] = w.Stamp(p.Wall.In(zone))
	case journal.ClockTrusted:
		data["Wall"] = w.Stamp(p.Wall.In(zone))
	case journal.CheckFailed:
		data["Check"], data["Reason"], data["Text"] = p.Check, w.Reason(p.Reason), p.Text
		data["FirstBad"] = stamp(p.FirstBadAt)
	case journal.CheckRecovered:
		data["Check"], data["FirstOK"] = p.Check, stamp(p.FirstOKAt)
	case journal.OutageOpened:
		data["LastOK"], data["FirstBad"], data["Reason"], data["Text"] = stamp(p.LastOKAt), stamp(p.FirstBadAt), w.Reason(p.Reason), p.Text
		data["Deadline"] = w.deadline(p.Terms, stamp)
	case journal.OutageReopened:
		data["FirstBad"], data["Reason"], data["Text"] = stamp(p.FirstBadAt), w.Reason(p.Reason), p.Text
		data["Deadline"] = w.deadline(p.Terms, stamp)
	case journal.OutageClosed:
		data["Ended"] = stamp(p.EndedAt)
		if !p.Met {
			id += "_late"
		}
	case journal.ThreatDeclared:
		data["Onset"], data["Moved"], data["Note"] = stamp(p.Onset), len(p.Moved), p.Note
	case journal.ThreatEnded:
		data["Moved"], data["Note"] = len(p.Moved), p.Note
	case journal.StartCorrected:
		data["From"], data["To"], data["Why"] = stamp(p.From), stamp(p.To), p.Why
		data["Deadline"] = w.deadline(p.Moved.To, stamp)
	case journal.ETAGiven:
		data["ETA"], data["Why"] = stamp(p.ETA), p.Why
		if p.ETA.IsZero() {
			id += "_withdrawn"
		}
	case journal.Acknowledged:
		data["Why"] = p.Why
	case journal.NoteAdded:
		data["Text"] = p.Text
	case journal.PowerBegan:
		data["Subject"] = w.supplyTitle(p.Supply, titles)
		data["Condition"], data["First"], data["Text"] = w.Condition(p.Condition), stamp(p.FirstAt), w.powerText(p, e.At.In(zone))
	case journal.PowerEnded:
		data["Subject"] = w.supplyTitle(p.Supply, titles)
		data["Condition"], data["Ended"] = w.Condition(p.Condition), stamp(p.EndedAt)
	case journal.Unknown:
		id = "event_unknown"
		data["Kind"] = string(e.Kind)
	}
	return w.Say(id, data)
}

// supplyTitle names a supply, or the grid, which has no title in the plan.
func (w *Words) supplyTitle(name string, titles Titles) string {
	if name == journal.Utility {
		return w.Word("utility")
	}
	return titles(name)
}

func (w *Words) deadline(t journal.Terms, stamp func(time.Time) string) string {
	if t.Deadline.IsZero() {
		return w.Word("no_deadline")
	}
	return stamp(t.Deadline)
}
