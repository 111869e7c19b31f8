package console

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// maxAlerts is how many alerts the wall lists.
const maxAlerts = 20

// wallAlerts says what people have been told.
type wallAlerts struct {
	// Open counts those that are told or should be; Told those that somebody has, Waiting those of
	// which a message has not got through.
	Open, Told, Waiting int
	// Kept counts those that are kept back: by maintenance, a root cause or a quiet rule.
	Kept   int
	Listed []alertLine // of Open, the gravest first
	More   int         // of Open, and not listed
}

// alertLine is one open alert.
type alertLine struct {
	Key, Severity, Text string
	Told, Waiting       string // titles of channels
}

func (v *view) alerts(open []alert.Standing) wallAlerts {
	var a wallAlerts
	for i := range open {
		s := &open[i]
		if s.Silence != "" || s.Quiet != "" && len(s.Told) == 0 {
			a.Kept++
			continue
		}
		a.Open++
		a.Told += min(1, len(s.Told))
		a.Waiting += min(1, len(s.Waiting))
		if len(a.Listed) < maxAlerts {
			a.Listed = append(a.Listed, v.alertLine(s))
		}
	}
	a.More = a.Open - len(a.Listed)
	return a
}

func (v *view) alertLine(s *alert.Standing) alertLine {
	text := v.Words.AlertTitle(s.Name)
	if s.Title != "" {
		text += ": " + s.Title
	}
	return alertLine{
		Key: s.Key, Severity: v.Words.AlertSeverity(s.Severity), Text: v.Short(text),
		Told: v.channelTitles(s.Told), Waiting: v.channelTitles(s.Waiting),
	}
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
