package outbox

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/notify"
)

// blackout is 5,000 alerts at once, told to four channels with one message.
func blackout(run int) Change {
	m := &notify.Message{Occasion: notify.Opened, Subject: "5000システムが停止", Text: strings.Repeat("住民記録システム 停止 10:15から\n", 5000)}
	c := Change{Upsert: map[string]json.RawMessage{}}
	for i := range 5000 {
		name := fmt.Sprintf("SystemDown/system-%d-%d", run, i)
		m.Alerts = append(m.Alerts, notify.Alert{Key: name, Name: "SystemDown",
			Labels:      map[string]string{"alertname": "SystemDown", "system": name, "severity": "critical", "site": "main_hall"},
			Annotations: map[string]string{"summary": "住民記録システムが停止しています", "alternative": "紙台帳で受付"},
		})
		c.Upsert[name] = payload(strings.Repeat("経過 ", 60))
	}
	for _, channel := range []string{"mail", "chat", "am", "hook"} {
		c.Messages = append(c.Messages, Addressed{Channel: channel, Message: m})
	}
	return c
}

func BenchmarkCommit5000Alerts(b *testing.B) {
	o := openOffice(b, b.TempDir(), Options{})
	defer o.shut()
	for run := 0; b.Loop(); run++ {
		o.commit(blackout(run % 2))
	}
}

func BenchmarkCommitOneMessage(b *testing.B) {
	o := openOffice(b, b.TempDir(), Options{})
	defer o.shut()
	for b.Loop() {
		o.say("mail", "a", notify.Opened, "a")
	}
}

// From the first of 1,000 alerts that open one by one to the last receipt on disk.
func BenchmarkDeliver1000(b *testing.B) {
	o := openOffice(b, b.TempDir(), Options{})
	defer o.shut()
	arrived := make(chan struct{})
	r := &radio{says: func(*notify.Message) error { arrived <- struct{}{}; return nil }}
	o.use(map[string]notify.Channel{"mail": r})
	for b.Loop() {
		var c Change
		for i := range 1000 {
			c.Messages = append(c.Messages, to("mail", "a", notify.Opened, fmt.Sprint(i)))
		}
		o.commit(c)
		for range c.Messages {
			<-arrived
		}
	}
}

// What a message costs in memory while it waits, and how long it takes to find the next one
// behind a bad one.
func BenchmarkWeekOfBacklog(b *testing.B) {
	const backlog = 50_000
	o := openOffice(b, b.TempDir(), Options{})
	defer o.shut()
	before := heap()
	for at := 0; at < backlog; at += 1000 {
		var c Change
		for i := range 1000 {
			c.Messages = append(c.Messages, to("mail", "a", notify.Worsened, fmt.Sprint((at+i)%5000)))
		}
		o.commit(c)
	}
	each := (heap() - before) / backlog
	for b.Loop() {
		o.mu.Lock()
		l := o.lanes["mail"]
		l.items[0].progress().due = never
		if it, _ := l.next(0); it == nil {
			b.Fatal("nothing to send")
		}
		o.mu.Unlock()
	}
	b.ReportMetric(each, "heapB/message")
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
