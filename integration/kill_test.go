//go:build integration && linux

package integration

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

const killPlan = `
plan "city" {}
threat "incident" {
  title   = "非災害"
  default = true
}
system "records" {
  allowable_downtime = "4h"
  check "tcp" "port" {
    address  = %q
    interval = "1s"
    timeout  = "500ms"
  }
}
system "flapping" {
  check "tcp" "port" {
    address       = %q
    interval      = "1s"
    timeout       = "500ms"
    fail_after    = 1
    recover_after = 1
  }
}
agent "a1" {}
`

// However often the agent dies, at whatever moment, an outage is the same outage.
func TestKillMinusNine(t *testing.T) {
	t.Parallel()
	records, flapping := newService(t, "127.0.0.1", listenTCP), newService(t, "127.0.0.1", listenTCP)
	k := newKeizoku(t, fmt.Sprintf(killPlan, records.addr, flapping.addr))
	k.start()
	k.awaits("records", rules.Up)
	records.down()
	out := k.awaits("records", rules.Down).Outage
	k.kill()

	stop := flap(t, flapping)
	for i := range 14 {
		if i%2 == 0 { // at any moment, also while it starts
			k.launch()
			pause(t, time.Duration(rand.IntN(400))*time.Millisecond)
		} else {
			k.start()
			same(t, out, k.situation().System("records").Outage)
			pause(t, time.Duration(rand.IntN(1500))*time.Millisecond)
		}
		k.kill()
	}
	stop()
	k.start()
	same(t, out, k.situation().System("records").Outage)
	if blind := k.situation().Unobserved; len(blind) == 0 || blind[0].Why != "not_running" {
		t.Errorf("the blind stretches are not shown: %+v", blind)
	}
	records.up()
	k.awaits("records", rules.Up)
	k.awaits("flapping", rules.Up)
	flapping.down() // once more, so that there is an outage however slow the machine
	k.awaits("flapping", rules.Down)
	flapping.up()
	k.awaits("flapping", rules.Up)
	k.stop()

	all := k.history()
	outageOnce(t, all, out.ID)
	pairs(t, all)
	blindStretches(t, all)
}

// flap stops and starts a service every 300 ms until the function returned is called.
func flap(t *testing.T, s *service) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(300 * time.Millisecond)
		defer tick.Stop()
		for up := true; ; up = !up {
			select {
			case <-done:
				if !up {
					s.up()
				}
				return
			case <-tick.C:
			}
			if up {
				s.down()
			} else {
				s.up()
			}
		}
	})
	stop = sync.OnceFunc(func() { close(done); wg.Wait() })
	t.Cleanup(stop)
	return stop
}

func same(t *testing.T, before, now *rules.OutageFacts) {
	t.Helper()
	if now == nil {
		t.Error("the outage is gone")
	} else if now.ID != before.ID || !now.Start.Equal(before.Start) || !now.FirstBadAt.Equal(before.FirstBadAt) || !now.Deadline.Equal(before.Deadline) {
		t.Errorf("the outage was %+v and is %+v", before, now)
	}
}

// outageOnce checks that the long outage was opened and closed once, and nothing in between.
func outageOnce(t *testing.T, all []journal.Event, id string) {
	t.Helper()
	about := of(all, "records", journal.KindOutageOpened, journal.KindOutageReopened, journal.KindOutageClosed)
	if len(about) != 2 || about[0].ID != id || about[1].Payload.(journal.OutageClosed).Outage != id {
		t.Errorf("the long outage: %+v", about)
	}
	if failed := of(all, "records", journal.KindCheckFailed, journal.KindCheckRecovered); len(failed) != 2 {
		t.Errorf("its check: %+v", failed)
	}
}

// pairs checks that the flapping system's outages begin and end in turn.
func pairs(t *testing.T, all []journal.Event) {
	t.Helper()
	open := ""
	events := of(all, "flapping", journal.KindOutageOpened, journal.KindOutageReopened, journal.KindOutageClosed)
	for _, e := range events {
		switch p := e.Payload.(type) {
		case journal.OutageOpened:
			if open != "" {
				t.Errorf("event %d opens an outage while %s is open", e.Seq, open)
			}
			open = e.ID
		case journal.OutageReopened:
			if open != "" {
				t.Errorf("event %d reopens %s while %s is open", e.Seq, p.Outage, open)
			}
			open = p.Outage
		case journal.OutageClosed:
			if open != p.Outage {
				t.Errorf("event %d closes %s while %q is open", e.Seq, p.Outage, open)
			}
			open = ""
		}
	}
	if len(events) < 2 {
		t.Errorf("only %d events of the flapping system: the test proves nothing", len(events))
	}
}

// blindStretches checks that each run but the first tells what it missed, and no two the same.
func blindStretches(t *testing.T, all []journal.Event) {
	t.Helper()
	missed, runs := of(all, "", journal.KindUnobserved), of(all, "", journal.KindAgentStarted)
	if len(runs) < 8 || len(missed) != len(runs)-1 {
		t.Errorf("%d runs and %d blind stretches", len(runs), len(missed))
	}
	var last time.Time
	for _, e := range missed {
		s := e.Payload.(journal.Unobserved)
		if s.From.Before(last) || s.To.Before(s.From) || s.Why != "not_running" {
			t.Errorf("event %d: %+v after %v", e.Seq, s, last)
		}
		last = s.To
	}
}
