package reports

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// TestMessage is the message by which people try a channel.
func TestMessage(w *messages.Words, channel string, in MessageInput) *notify.Message {
	m := newTeller(w, in)
	l := &letter{lead: []string{m.Word("alert_test_text")}, todo: []string{m.Word("alert_test_ask")}}
	l.line = headed("", func(s space) string {
		return m.Say("alert_test_subject", map[string]any{"Channel": cut(m.clean(channel), s.title)})
	})
	m.fact(l, "channel", channel)
	m.fact(l, "at", m.Office(m.now))
	m.fact(l, "agent", m.agentText())
	return m.message(notify.Test, l)
}

// AliveMessage is what a dead man's switch hears as long as the agent works.
func AliveMessage(w *messages.Words, in MessageInput) *notify.Message {
	m := newTeller(w, in)
	l := &letter{lead: []string{m.Word("alert_alive_text"), m.Word("alert_alive_ask")}}
	l.line = headed("", func(s space) string {
		return m.Say("alert_alive_subject", map[string]any{"Agent": cut(m.clean(m.in.Agent), s.title), "At": m.now.Format("15:04")})
	})
	m.fact(l, "at", m.Office(m.now))
	m.fact(l, "agent", m.agentText())
	return m.message(notify.Alive, l)
}

// InspectionMessage carries the report of an inspection: its line, and its page of text as it is.
func InspectionMessage(w *messages.Words, subject, page string, severity plan.AlertSeverity, in MessageInput) *notify.Message {
	m := newTeller(w, in)
	mark := m.Word("page_drill")
	subject = strings.TrimPrefix(m.clean(subject), mark) // the message marks an exercise by itself
	l := &letter{body: strings.Split(strings.TrimRight(page, "\n"), "\n")}
	if in.Drill && !strings.HasPrefix(l.body[0], mark) {
		l.body[0] = mark + l.body[0]
	}
	l.line = func(room int) string { return cut(subject, room) }
	msg := m.message(notify.Inspection, l)
	msg.Severity = severity
	return msg
}
