package console

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// alertList are open alerts, the gravest first, for those who may take them on and those who look.
type alertList struct {
	*view
	Listed []alertLine
	More   int // that are not listed
}

// maxAlerts is how many alerts a page lists.
const maxAlerts = 20

// add lists one, while there is room.
func (l *alertList) add(s *alert.Standing) {
	if len(l.Listed) == maxAlerts {
		l.More++
		return
	}
	l.Listed = append(l.Listed, l.alertLine(s))
}

// Untaken reports whether there is one to take on here.
func (l *alertList) Untaken() bool {
	for i := range l.Listed {
		if a := &l.Listed[i]; a.System == "" && a.TakenAt.IsZero() {
			return true
		}
	}
	return false
}

// alertLine is one open alert.
type alertLine struct {
	Key, Severity, Text string
	// System is that of its outage, which is taken on where all is told of it; empty: it is about none.
	System        string
	Told, Waiting string // titles of channels
	// By has taken it on; TakenAt is zero while nobody has.
	By, Why string
	TakenAt time.Time
}

func (v *view) alertLine(s *alert.Standing) alertLine {
	text := v.Words.AlertTitle(s.Name)
	if s.Title != "" {
		text += ": " + s.Title
	}
	line := alertLine{
		Key: s.Key, Severity: v.Words.AlertSeverity(s.Severity), Text: v.Short(text), System: s.System,
		Told: v.channelTitles(s.Told), Waiting: v.channelTitles(s.Waiting),
		By: s.AcknowledgedBy, Why: s.AcknowledgedWhy, TakenAt: s.AcknowledgedAt,
	}
	if sys := v.Situation.System(s.System); sys != nil && sys.Outage != nil { // the rest of the page says the same
		line.By, line.Why, line.TakenAt = sys.Outage.AcknowledgedBy, sys.Outage.AcknowledgedWhy, sys.Outage.AcknowledgedAt
	}
	return line
}

// channelTitles joins the titles of channels.
func (v *view) channelTitles(names []string) string {
	titles := make([]string, len(names))
	for i, name := range names {
		titles[i] = v.Short(name)
		if ch := v.Written.Channel(name); ch != nil {
			titles[i] = v.Short(ch.Title)
		}
	}
	return strings.Join(titles, v.Words.Word("list_comma"))
}
