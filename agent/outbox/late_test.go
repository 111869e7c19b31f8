package outbox

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
)

// What waited for long is marked when it goes out, over a restart too, and what is on time is not.
func TestLateMessagesAreMarked(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		options := Options{Late: func(m *notify.Message) { m.Subject = "late: " + m.Subject }}
		o, r := openOffice(t, dir, options), &radio{}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "at once", notify.Opened, "a")
		synctest.Wait()
		r.set(dead)
		o.say("mail", "two hours", notify.Opened, "b")
		time.Sleep(time.Hour)
		o.shut()
		r = r.afterwards()
		o = openOffice(t, dir, options)
		o.use(map[string]notify.Channel{"mail": r})
		time.Sleep(time.Hour)
		o.say("mail", "minutes", notify.Opened, "c")
		r.set(nil)
		time.Sleep(LateAfter)
		o.shut()
		if diff := cmp.Diff([]string{"at once", "late: two hours", "minutes"}, slices.Sorted(slices.Values(r.heard()))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
