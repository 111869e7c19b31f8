package reports

import (
	"cmp"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// MessageInput is what a message is written from, beside what it tells.
type MessageInput struct {
	// ID is the message's own, a ULID.
	ID string
	// Situation is that of the moment. A message that tells of no alert does without.
	Situation *rules.Situation
	// Titles are the titles of what the Situation names; nil: those that it tells.
	Titles messages.Titles
	// Agent, Plan and At are the Situation's, unless they are given.
	Agent, Plan string
	At          time.Time
	// Zone is the plan's, in which all times are written; nil: that of the Situation, else of At.
	Zone *time.Location
	// Link is the address of the console; empty when nobody can reach it.
	Link string
	// Drill marks a message of an exercise (訓練) whatever its alerts say.
	Drill bool
	// Secrets are blotted out of all that the message says.
	Secrets *plan.Redactor
	// Labels returns the labels under which an open alert was told before, by its key, or nil.
	// What has begun under them ends under them, whatever was declared or found out meanwhile:
	// a receiver that knows alerts by their labels would take it for another one.
	Labels func(key string) map[string]string
}

// teller writes the messages of one moment.
type teller struct {
	*page
	in      *MessageInput
	systems map[string]*rules.SystemFacts // of the Situation, by name
}

func newTeller(w *messages.Words, in MessageInput) *teller {
	m := &teller{in: &in}
	s := in.Situation
	if s == nil {
		s = &rules.Situation{At: in.At}
	}
	in.Situation, in.At = s, cmp.Or(in.At, s.At)
	in.Agent, in.Plan = cmp.Or(in.Agent, s.Agent.Name), cmp.Or(in.Plan, s.Plan.Name)
	in.Zone = cmp.Or(in.Zone, s.At.Location())
	in.At = in.At.In(in.Zone)
	titles := in.Titles
	if titles == nil {
		titles = messages.TitlesIn(s)
	}
	m.page = newPage(w, titles, in.At)
	m.systems = make(map[string]*rules.SystemFacts, len(s.Systems))
	for _, sys := range s.Systems {
		m.systems[sys.Name] = sys
	}
	return m
}

// clean takes secrets and power out of a text from outside. Secrets go first: what makes a text
// inert may make them unrecognizable.
func (m *teller) clean(text string) string { return inert(m.in.Secrets.Redact(text)) }

// Message writes what a channel is told: the text of one alert, of the alerts that belong
// together, or of many as a table.
func Message(w *messages.Words, d *alert.Dispatch, in MessageInput) *notify.Message {
	for _, told := range d.Told {
		in.Drill = in.Drill || told.Drill
	}
	m := newTeller(w, in)
	msg := m.message(notify.Occasion(d.Occasion), m.letter(d.Told))
	msg.Severity, msg.Roles = severityOf(d.Told), d.Roles()
	msg.Alerts = make([]notify.Alert, len(d.Told))
	for i, told := range d.Told {
		msg.Alerts[i] = m.alert(told)
	}
	return msg
}

// Alerts writes open alerts for a channel that is told of them again and again.
func Alerts(w *messages.Words, open []alert.Alert, in MessageInput) []notify.Alert {
	m := newTeller(w, in)
	all := make([]notify.Alert, len(open))
	for i := range open {
		all[i] = m.alert(&alert.Told{Alert: open[i], Occasion: alert.Opened})
	}
	return all
}

// severityOf is the gravest of what is not over: good news wakes nobody.
func severityOf(all []*alert.Told) plan.AlertSeverity {
	severity := plan.Info
	for _, told := range all {
		if told.Occasion != alert.Closed && told.Severity.Above(severity) {
			severity = told.Severity
		}
	}
	return severity
}

// message puts a letter into its envelope.
func (m *teller) message(occasion notify.Occasion, l *letter) *notify.Message {
	prefix := ""
	if m.in.Drill {
		prefix = m.Word("page_drill")
	}
	l.title = prefix + l.line(subjectRoom-unitsOf(prefix))
	if l.link == "" {
		l.link = m.pageOf(occasion)
	}
	l.place = cmp.Or(m.planLine(&m.in.Situation.Plan), m.in.Plan)
	return &notify.Message{
		ID: m.in.ID, Occasion: occasion, At: m.in.At, Severity: plan.Info, Subject: m.clean(l.title), Text: m.in.Secrets.Redact(m.write(l)),
		HTML: m.html(l), Short: m.clean(prefix + l.line(shortRoom-unitsOf(prefix))), Locale: m.Locale(), Drill: m.in.Drill,
		Agent: m.in.Agent, Plan: m.in.Plan, Link: l.link,
	}
}

// How long a Subject may get, and what fits one SMS: 70 units of UTF-16.
const (
	subjectRoom = 160
	shortRoom   = 70
)

// space is how much room a line has: for its titles, and for more than must be said.
type space struct {
	title int
	brief bool
}

// headed makes the line of a letter: marks, and a text that gives way, its titles first, then what
// need not be said.
func headed(mark string, text func(space) string) func(room int) string {
	return func(room int) string {
		line := ""
		for _, s := range [...]space{{60, false}, {40, false}, {28, false}, {28, true}, {20, true}, {14, true}, {10, true}, {8, true}} {
			if line = mark + text(s); unitsOf(line) <= room {
				return line
			}
		}
		return cut(line, room)
	}
}

// unitsOf is the length of a text in an SMS.
func unitsOf(text string) int {
	n := 0
	for _, r := range text {
		n += unitsIn(r)
	}
	return n
}

// unitsIn is 2 for what UTF-16 needs a pair for.
func unitsIn(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// cut shortens a text, and shows that it does.
func cut(text string, room int) string {
	if unitsOf(text) <= room {
		return text
	}
	var b strings.Builder
	n := 1 // the mark
	for _, r := range text {
		if n += unitsIn(r); n > room {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ") + "…"
}
