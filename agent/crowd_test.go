package agent

import (
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// crowd is how many systems a data centre takes with it.
const crowd = 5000

// newCrowd is an agent on a plan of so many systems, of which none is looked at soon.
func newCrowd(t *testing.T) (*office, *postbox) {
	t.Helper()
	var b strings.Builder
	b.WriteString(hallPlan(0, "notify \"slot\" \"staff\" {}\nnotify \"slot\" \"chief\" {}\nnotify \"keeper\" \"duty\" {}\n"))
	world, box := newWorld(), newPostbox()
	for i := range crowd {
		world.fail(checks.Refused, "connection refused", fmt.Sprintf("c%04d", i)) // whenever it is looked at
		fmt.Fprintf(&b, "system \"c%04d\" {\n  allowable_downtime = \"2d\"\n  check \"scripted\" \"service\" { interval = \"1h\" }\n}\n", i)
	}
	o := newOffice(t, "")
	o.opts.Kinds, o.opts.Channels, o.opts.Log = world.kinds(), box.kinds(), slog.New(slog.DiscardHandler)
	o.opts.Load = func() (*plan.Plan, error) {
		p, _, diags := config.LoadBytes("plan.hcl", []byte(b.String()), o.opts.Kinds, config.Options{Channels: box.kinds()})
		if diags.HasErrors() {
			return nil, diags
		}
		return p, nil
	}
	return o, box
}

// Thousands of systems fail within a second: all of it is on record, each channel gets one message,
// and what waits takes no memory to speak of.
func TestThousandsAtOnce(t *testing.T) {
	o, box := newCrowd(t)
	a := o.start()
	o.until("the agent has looked around", func() bool { return a.lookedAt.Load() > 0 })
	before := heap()
	begun := time.Now()
	a.observe(t.Context(), failures(begun))
	recorded := time.Since(begun)
	o.until("all are told", func() bool { return len(box.letters("staff")) > 0 && len(box.letters("chief")) > 0 })
	told := time.Since(begun)
	for _, channel := range []string{"staff", "chief"} {
		if l := box.letters(channel); len(l) != 1 || len(l[0].Alerts) != maxAlerts || l[0].AlertsLeftOut != crowd-maxAlerts {
			t.Errorf("%s: %d messages, the first of %d alerts and %d more", channel, len(l), len(l[0].Alerts), l[0].AlertsLeftOut)
		}
	}
	o.until("the keeper is told", func() bool { return len(box.letters("duty")) > 0 })
	if l := box.letters("duty"); len(l) != 1 || len(l[0].Alerts) != crowd || l[0].AlertsLeftOut != 0 {
		t.Errorf("the keeper: %d messages, the first of %d alerts", len(l), len(l[0].Alerts))
	}
	if n := len(o.events(journal.KindOutageOpened)); n != crowd {
		t.Errorf("%d outages are on record", n)
	}
	box.empty() // what arrived is the receiver's
	begun = time.Now()
	o.until("another turn is over", func() bool { return a.lookedAt.Load() > begun.UnixMilli() })
	o.until("what was sent is let go", func() bool { return a.outbox.Channels()[0].Pending == 0 })
	t.Logf("%d outages durable after %v, told after %v; heap %d MiB, before %d MiB", crowd, recorded.Round(time.Millisecond),
		told.Round(time.Millisecond), heap()>>20, before>>20)

	o.restart()
	o.until("the successor has looked around", func() bool { return o.agent.lookedAt.Load() > 0 })
	if n := len(box.letters("staff")); n != 0 {
		t.Errorf("a restart makes it %d messages more", n)
	}
}

func failures(at time.Time) []rules.Observation {
	all := make([]rules.Observation, crowd)
	for i := range all {
		all[i] = rules.Observation{
			System: fmt.Sprintf("c%04d", i), Check: "service", To: rules.Down, LastOKAt: at.Add(-time.Minute), FirstBadAt: at.Add(-time.Second),
			LastBadAt: at, Reason: "refused", Text: "connection refused",
		}
	}
	return all
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
