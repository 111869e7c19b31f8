package reports

import (
	"html"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
)

// Late marks a message that arrives long after it was written, for its times and spans read as if
// they were of now: who gets on Thursday what waited behind a dead link since Tuesday must see that
// at once. It changes the message. Reports, tests and heartbeats bear their time anyway.
func Late(w *messages.Words, m *notify.Message, now time.Time) {
	switch m.Occasion {
	case notify.Inspection, notify.Test, notify.Alive:
		return
	}
	at := map[string]any{"At": w.Clock(m.At, now.In(m.At.Location()))}
	mark, said := w.Say("alert_late_mark", at), w.Say("alert_late_text", at)
	drill := ""
	if m.Drill {
		drill = w.Word("page_drill") // an exercise says so first, whatever else there is to say
	}
	m.Subject = cut(drill+mark+strings.TrimPrefix(m.Subject, drill), subjectRoom)
	m.Short = cut(drill+mark+strings.TrimPrefix(m.Short, drill), shortRoom)
	p := newPage(w, nil, now)
	p.block("  ", said)
	m.Text = after(m.Text, strings.Repeat("=", pageWidth)+"\n", p.String())
	m.HTML = after(m.HTML, "</h1>\n", "<p><strong>"+html.EscapeString(said)+"</strong></p>\n")
}

// after puts more behind the first mark in a text; in front of the text when that has none.
func after(text, mark, more string) string {
	if text == "" {
		return text
	}
	before, rest, found := strings.Cut(text, mark)
	if !found {
		return more + text
	}
	return before + mark + more + rest
}
