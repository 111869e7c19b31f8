package messages

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// Event is the line of the chronology for e. Times in it are put into zone.
func (w *Words) Event(e journal.Event, titles Titles, zone *time.Location) string {
	l := &line{words: w, event: e, titles: titles, zone: zone, id: "event_" + string(e.Kind), data: map[string]any{}}
	l.say("Subject", titles(e.Subject))
	if tell, ok := tellers[e.Kind]; ok {
		tell(l, e.Payload)
	}
	if _, unknown := e.Payload.(journal.Unknown); unknown {
		l.id = "event_unknown"
		l.say("Kind", string(e.Kind))
	}
	return w.Say(l.id, l.data)
}

// line is a line of the chronology while its places are filled.
type line struct {
	words  *Words
	event  journal.Event
	titles Titles
	zone   *time.Location
	id     string // of the text; a teller may choose another
	data   map[string]any
}

// say fills a place.
func (l *line) say(place string, value any) { l.data[place] = value }

// time fills a place with an instant, as it is said at the time of the event.
func (l *line) time(place string, t time.Time) { l.say(place, l.moment(t)) }

func (l *line) moment(t time.Time) string {
	if t.IsZero() {
		return l.words.Word("not_known")
	}
	return l.words.Moment(t.In(l.zone), l.event.At.In(l.zone))
}

// stretch fills the places of a stretch of time.
func (l *line) stretch(from, to time.Time) {
	l.time("From", from)
	l.time("To", to)
	l.say("Span", l.words.Span(to.Sub(from)))
}

func (l *line) deadline(t journal.Terms) {
	if t.Deadline.IsZero() {
		l.say("Deadline", l.words.Word("no_deadline"))
		return
	}
	l.time("Deadline", t.Deadline)
}

// teller fills a line from a payload.
type teller func(*line, journal.Payload)

// tells makes a teller of a function for one type of payload.
func tells[P journal.Payload](fill func(*line, P)) teller {
	return func(l *line, payload journal.Payload) {
		if p, ok := payload.(P); ok {
			fill(l, p)
		}
	}
}

// nothing is for kinds whose line has no places.
func nothing(*line, journal.Payload) {}

// tellers fill the lines of each kind. A test sees to it that none is left out.
var tellers = map[journal.Kind]teller{
	journal.KindAgentStarted:   tells(agentStarted),
	journal.KindAgentStopped:   tells(agentStopped),
	journal.KindPlanLoaded:     tells(planLoaded),
	journal.KindPlanRejected:   nothing,
	journal.KindUnobserved:     tells(unobserved),
	journal.KindBlindBegan:     tells(blindBegan),
	journal.KindBlindEnded:     tells(blindEnded),
	journal.KindClockStepped:   tells(clockStepped),
	journal.KindClockUntrusted: tells(clockUntrusted),
	journal.KindClockTrusted:   tells(clockTrusted),

	journal.KindCheckFailed:    tells(checkFailed),
	journal.KindCheckRecovered: tells(checkRecovered),
	journal.KindOutageOpened:   tells(outageOpened),
	journal.KindOutageReopened: tells(outageReopened),
	journal.KindOutageClosed:   tells(outageClosed),
	journal.KindDeadlineMissed: tells(deadlineMissed),
	journal.KindStartCorrected: tells(startCorrected),
	journal.KindETAGiven:       tells(etaGiven),
	journal.KindAcknowledged:   tells(acknowledged),

	journal.KindAlertAcknowledged: tells(alertAcknowledged),

	journal.KindThreatDeclared: tells(threatDeclared),
	journal.KindThreatEnded:    tells(threatEnded),
	journal.KindNoteAdded:      tells(noteAdded),

	journal.KindPowerBegan: tells(powerBegan),
	journal.KindPowerEnded: tells(powerEnded),

	journal.KindRecommendationChanged: tells(recommendationChanged),
	journal.KindStageMoved:            tells(stageMoved),
	journal.KindOrdinaryChosen:        tells(ordinaryChosen),
	journal.KindStepApplies:           tells(stepApplies),
	journal.KindStepLapsed:            tells(stepLapsed),
	journal.KindStepDone:              tells(stepDone),
	journal.KindStepUndone:            tells(stepUndone),
	journal.KindStepNoted:             tells(stepNoted),
	journal.KindCallMade:              tells(callMade),
	journal.KindSurveyAnswered:        tells(surveyAnswered),
	journal.KindReportIssued:          tells(reportIssued),

	journal.KindInspectionDone: tells(inspectionDone),
}
