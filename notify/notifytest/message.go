package notifytest

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// At is when the messages of the suite were written.
func At() time.Time {
	return time.Date(2026, 11, 23, 15, 4, 5, 0, time.FixedZone("JST", 9*60*60))
}

// Message returns a message as it is told when the residents' register goes down. Each call makes
// one of its own.
func Message() *notify.Message {
	at := At()
	return &notify.Message{
		ID: "01JD8Q5Z3K7W9X1Y2Z3A4B5C6D", Occasion: notify.Opened, At: at, Severity: plan.Critical,
		Subject: "住民記録システムが停止しています(残り23時間55分)",
		Text:    "住民記録システム(優先順位1)が停止しています。\n\n停止: 15:00から(5分経過)\n許容: 24時間\n残り: 23時間55分\n代替手段: 紙台帳で受付\n",
		HTML:    "<p>住民記録システム(優先順位1)が停止しています。</p>",
		Short:   "住民記録システム停止 15:00から 残り23時間55分",
		Alerts:  []notify.Alert{Alert("01JD8Q5Z3K7W9X1Y2Z3A4B5C00")},
		Locale:  "ja", Agent: "main", Plan: "musashino", Link: "https://keizoku.example/systems/resident_records",
	}
}

// Alert returns an open alert of the key given.
func Alert(key string) notify.Alert {
	return notify.Alert{
		Key: key, Name: "SystemDown", Severity: plan.Critical, StartsAt: At().Add(-5 * time.Minute),
		Labels: map[string]string{
			"alertname": "SystemDown", "agent": "main", "plan": "musashino", "system": "resident_records",
			"priority": "1", "site": "main_hall", "severity": "critical", "threat": "disaster", "cause": "",
		},
		Annotations: map[string]string{"summary": "住民記録システムが停止しています", "left": "23時間55分"},
		Link:        "https://keizoku.example/systems/resident_records",
	}
}

// Closed returns the message that closes [Message]'s alert.
func Closed() *notify.Message {
	m := Message()
	m.ID, m.Occasion, m.Severity = "01JD8Q5Z3K7W9X1Y2Z3A4B5C6E", notify.Closed, plan.Info
	m.Subject, m.Short = "住民記録システムが復旧しました(停止10分)", "住民記録システム復旧 停止10分"
	m.Alerts[0].EndsAt = At().Add(5 * time.Minute)
	return m
}

// Messages returns one message of each kind that there is: every occasion, an exercise, many
// alerts at once, none.
func Messages() map[string]*notify.Message {
	all := make(map[string]*notify.Message)
	for _, o := range notify.Occasions {
		m := Message()
		m.Occasion = o
		switch o {
		case notify.Closed:
			m = Closed()
		case notify.Inspection, notify.Test, notify.Alive:
			m.Alerts, m.Severity, m.HTML = nil, plan.Info, ""
		}
		all[string(o)] = m
	}
	all["drill"] = drill()
	all["many"] = Many(120)
	all["bare"] = &notify.Message{ID: "01JD8Q5Z3K7W9X1Y2Z3A4B5C6F", Occasion: notify.Test, At: At(), Severity: plan.Info, Subject: "Test", Text: "Test", Short: "Test"}
	return all
}

func drill() *notify.Message {
	m := Message()
	m.Drill = true
	m.Subject, m.Short = "【訓練】"+m.Subject, "【訓練】"+m.Short
	m.Alerts[0].Labels["drill"] = "true"
	return m
}

// Many returns a message about n alerts.
func Many(n int) *notify.Message {
	m := Message()
	m.Alerts = nil
	for i := range n {
		a := Alert(m.ID + string(rune('a'+i%26)) + strings.Repeat("x", i/26))
		a.Labels["system"] = "system_" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		m.Alerts = append(m.Alerts, a)
	}
	return m
}

// Injected is a line that hostile messages try to smuggle in as a header, a label or an argument.
const Injected = "X-Injected: yes"

// Hostile returns a message whose texts a stranger had a hand in: an error of a server that somebody
// else runs, a note, a title.
func Hostile() *notify.Message {
	m := Message()
	evil := "a\r\n" + Injected + "\r\n\r\n<script>alert(1)</script>\x00\x1b[31m\u202egpj\u200b\u2028\xff\"'`$(reboot){{.}}\\"
	m.Subject, m.Short, m.Text = evil, evil, evil+"\r\n.\r\nQUIT\r\n"
	m.Agent, m.Plan = evil, evil
	a := &m.Alerts[0]
	a.Labels["system"], a.Labels["bad\r\nname"] = evil, "x"
	a.Annotations["summary"] = evil
	a.Key, a.Link, m.Link = evil, "javascript:\r\n"+evil, "javascript:\r\n"+evil
	return m
}
