package schedule

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
)

// TestShift steps the agent's clock between the last good look and the confirmation, with a probe
// under way.
func TestShift(t *testing.T) {
	const step = -10 * time.Minute
	synctest.Test(t, func(t *testing.T) {
		var off atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
		p := follow("gbtb")
		old := job30("restarted", follow("b"))
		old.Known = Known{State: Down, LastOKAt: now().Add(-time.Hour), FirstBadAt: now().Add(-59 * time.Minute)}
		w := newWorld(t, func(o *Options) { o.Now = now }, job30("a", p), old)
		for p.probed() < 3 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		off.Store(int64(step))
		w.Shift(step)
		time.Sleep(30 * time.Second)
		w.Close()
		first, second := w.at("a", 1).Add(step), w.at("a", 2).Add(step) // told before the step
		third, fourth := w.at("a", 3), w.at("a", 4)
		if d := third.Sub(second); d != 6*time.Second {
			t.Errorf("the probe under way began %v after the one before, want 6s", d)
		}
		var down []Transition
		for _, ch := range w.changes() {
			if ch.To == Down {
				down = append(down, ch)
			}
		}
		want := []Transition{{
			System: "a", Check: "check", From: Up, To: Down, At: fourth, LastOKAt: first, FirstBadAt: second, LastBadAt: fourth,
			Reason: checks.Refused, Text: "connection refused",
		}}
		if diff := cmp.Diff(want, down); diff != "" {
			t.Errorf("transitions (-want +got):\n%s", diff)
		}
		if got := w.LastOK()[Key("restarted", "check")]; !got.Equal(old.Known.LastOKAt) {
			t.Errorf("a time from before the start moved from %v to %v", old.Known.LastOKAt, got)
		}
		if got := w.LastOK()[Key("a", "check")]; !got.Equal(first) {
			t.Errorf("last good look %v after the end, want %v", got, first)
		}
	})
}
