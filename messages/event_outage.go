package messages

import "github.com/keizoku-bcp/keizoku/journal"

func checkFailed(l *line, p journal.CheckFailed) {
	l.say("Check", p.Check)
	l.failure(p.Reason, p.Text)
	l.time("FirstBad", p.FirstBadAt)
}

func checkRecovered(l *line, p journal.CheckRecovered) {
	l.say("Check", p.Check)
	l.time("FirstOK", p.FirstOKAt)
}

func outageOpened(l *line, p journal.OutageOpened) {
	l.time("LastOK", p.LastOKAt)
	l.time("FirstBad", p.FirstBadAt)
	l.failure(p.Reason, p.Text)
	l.deadline(p.Terms)
}

func outageReopened(l *line, p journal.OutageReopened) {
	l.time("FirstBad", p.FirstBadAt)
	l.failure(p.Reason, p.Text)
	l.deadline(p.Terms)
}

func outageClosed(l *line, p journal.OutageClosed) {
	l.time("Ended", p.EndedAt)
	if !p.Met {
		l.id += "_late"
	}
}

func deadlineMissed(l *line, p journal.DeadlineMissed) { l.time("Deadline", p.Deadline) }

func startCorrected(l *line, p journal.StartCorrected) {
	l.time("From", p.From)
	l.time("To", p.To)
	l.say("Why", p.Why)
	l.deadline(p.Moved.To)
}

func etaGiven(l *line, p journal.ETAGiven) {
	l.time("ETA", p.ETA)
	l.say("Why", p.Why)
	if p.ETA.IsZero() {
		l.id += "_withdrawn"
	}
}

func acknowledged(l *line, p journal.Acknowledged) { l.say("Why", p.Why) }

func alertAcknowledged(l *line, p journal.AlertAcknowledged) {
	l.say("Alert", l.words.AlertTitle(p.Name))
	l.say("Title", p.Title)
	l.say("Why", p.Why)
}

// failure fills the places of a failed probe.
func (l *line) failure(reason, text string) {
	l.say("Reason", l.words.Reason(reason))
	l.say("Text", text)
}
