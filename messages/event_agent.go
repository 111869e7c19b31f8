package messages

import (
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

func agentStarted(l *line, p journal.AgentStarted) {
	l.say("Version", p.Version)
	l.say("Host", p.Hostname)
}

func agentStopped(l *line, p journal.AgentStopped) { l.say("Why", p.Why) }

func planLoaded(l *line, p journal.PlanLoaded) {
	l.say("Name", p.Name)
	l.say("Version", p.Version)
	l.say("Moved", len(p.Moved))
	few := p.Dropped[:min(len(p.Dropped), fewDropped)]
	l.say("Dropped", l.words.List(l.titles.list(few)))
	l.say("More", len(p.Dropped)-len(few))
}

// fewDropped is how many systems whose outage a plan has dropped are named in one line.
const fewDropped = 5

func unobserved(l *line, p journal.Unobserved) { l.stretch(p.From, p.To) }

func blindBegan(l *line, p journal.BlindBegan) {
	l.time("Since", p.Since)
	l.say("Text", p.Text)
}

func blindEnded(l *line, p journal.BlindEnded) { l.stretch(p.From, p.To) }

func clockStepped(l *line, p journal.ClockStepped) { l.say("By", plan.FormatDuration(p.By)) }

func clockUntrusted(l *line, p journal.ClockUntrusted) {
	l.say("Wall", l.words.Stamp(p.Wall.In(l.zone)))
}

func clockTrusted(l *line, p journal.ClockTrusted) {
	l.say("Wall", l.words.Stamp(p.Wall.In(l.zone)))
}

func threatDeclared(l *line, p journal.ThreatDeclared) {
	l.time("Onset", p.Onset)
	l.say("Moved", len(p.Moved))
	l.say("Note", p.Note)
}

func threatEnded(l *line, p journal.ThreatEnded) {
	l.say("Moved", len(p.Moved))
	l.say("Note", p.Note)
}

func noteAdded(l *line, p journal.NoteAdded) { l.say("Text", p.Text) }
