package reports

import (
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// Who reads on Thursday what was written on Monday sees that in the first line, and an exercise is
// one before all else.
func TestALateMessageSaysSo(t *testing.T) {
	for _, locale := range messages.Locales {
		l, w := tongue(locale), messages.For(locale)
		of := l.of("11月23日(月)11:04", "Mon 23 Nov 11:04")
		for name, st := range l.stories(l.hall()) {
			for _, drill := range []bool{false, true} {
				d, s := st.told(l, alert.Opened)
				d.Told[0].Drill = drill
				msg := Message(w, d, inputOf(s))
				was := *msg
				Late(w, msg, s.At.Add(70*time.Hour).UTC())
				mark := l.of("【遅延 "+of+"】", "LATE, of "+of+": ")
				if drill {
					mark = w.Word("page_drill") + mark
				}
				if !strings.HasPrefix(msg.Subject, mark) || !strings.HasPrefix(msg.Short, mark) || unitsOf(msg.Short) > shortRoom || unitsOf(msg.Subject) > subjectRoom {
					t.Errorf("%s: %q, %q", name, msg.Subject, msg.Short)
				}
				if strings.Count(msg.Subject, strings.TrimSpace(w.Word("page_drill"))) > 1 {
					t.Errorf("%s: %q", name, msg.Subject)
				}
				said := l.of("この通知は"+of+"のもので、遅れて届いています。", "This was written "+of+" and arrives late.")
				lines := strings.Split(msg.Text, "\n")
				i := 0
				for !strings.HasPrefix(lines[i], "====") {
					i++
				}
				if !strings.Contains(lines[i+1], said[:20]) || !strings.Contains(msg.HTML, "</h1>\n<p><strong>"+said) {
					t.Errorf("%s:\n%s\n%s", name, msg.Text, msg.HTML)
				}
				if drill && !strings.HasPrefix(msg.Text, strings.TrimSpace(w.Word("page_drill"))) {
					t.Errorf("%s: %s", name, msg.Text)
				}
				if len(msg.Text)-len(was.Text) > 300 {
					t.Errorf("%s: more was added than a sentence:\n%s", name, msg.Text)
				}
			}
		}
		in := inputOf(l.hall())
		for _, msg := range []*notify.Message{TestMessage(w, "staff", in), AliveMessage(w, in), InspectionMessage(w, "x", "page\n", plan.Info, in)} {
			was := *msg
			Late(w, msg, in.Situation.At.Add(time.Hour))
			if msg.Subject != was.Subject || msg.Text != was.Text {
				t.Errorf("%s: %q", msg.Occasion, msg.Subject)
			}
		}
		bare := &notify.Message{Occasion: notify.Opened, At: in.Situation.At, Subject: "x", Text: "x"}
		if Late(w, bare, in.Situation.At); !strings.Contains(bare.Text, "11:04") || !strings.HasSuffix(bare.Text, "\nx") || bare.HTML != "" {
			t.Errorf("%q %q", bare.Text, bare.HTML)
		}
	}
}
