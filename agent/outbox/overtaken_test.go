package outbox

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
)

// After a week of dead link people want to hear how things stand, not 168 times how they stood.
func TestAWeekOfRemindersIsOne(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, Options{})
		r := &radio{says: dead}
		o.use(map[string]notify.Channel{"mail": r})
		o.say("mail", "open", notify.Opened, "a", "b")
		for hour := range 7 * 24 {
			if hour == 100 {
				o.say("mail", "worse", notify.Worsened, "a")
				o.shut()
				o, r = openOffice(t, dir, Options{}), r.afterwards()
				o.use(map[string]notify.Channel{"mail": r})
			}
			o.say("mail", fmt.Sprint("hour ", hour), notify.Reminded, "a", "b")
			time.Sleep(time.Hour)
		}
		if s := o.standing("mail"); s.Pending != 3 {
			t.Errorf("%d messages wait", s.Pending)
		}
		r.set(nil)
		time.Sleep(longestBackOff)
		if diff := cmp.Diff([]string{"open", "worse", "hour 167"}, r.heard()); diff != "" {
			t.Errorf("when the link is back (-want +got):\n%s", diff)
		}
		o.shut()
	})
}

// A reminder gives way when all that it tells of is told again behind it, in one message or in
// several, and not before.
func TestAReminderGivesWayToWhatIsNewer(t *testing.T) {
	for name, c := range map[string]struct {
		later []Addressed
		want  []string
		apart bool // they tell of other alerts and do not wait for each other; want is sorted
	}{
		"to another of the same": {later: []Addressed{to("mail", "new", notify.Reminded, "a", "b")}, want: []string{"new"}},
		"to one of more":         {later: []Addressed{to("mail", "new", notify.Reminded, "c", "b", "a")}, want: []string{"new"}},
		"not to one of less":     {later: []Addressed{to("mail", "new", notify.Reminded, "a")}, want: []string{"old", "new"}},
		"to a close and a worsening": {
			later: []Addressed{to("mail", "end", notify.Closed, "a"), to("mail", "worse", notify.Worsened, "b")},
			want:  []string{"end", "worse"}, apart: true,
		},
		"not on another channel":      {later: []Addressed{to("chat", "new", notify.Reminded, "a", "b")}, want: []string{"old"}},
		"not to what is about others": {later: []Addressed{to("mail", "new", notify.Reminded, "c")}, want: []string{"new", "old"}, apart: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				o := openOffice(t, dir, Options{})
				r := &radio{says: dead}
				o.use(map[string]notify.Channel{"mail": r, "chat": &radio{}})
				o.say("mail", "old", notify.Reminded, "a", "b")
				time.Sleep(time.Minute)
				o.commit(Change{Messages: c.later})
				r.set(nil)
				time.Sleep(longestBackOff)
				heard := r.heard()
				if c.apart {
					slices.Sort(heard)
				}
				if diff := cmp.Diff(c.want, heard); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				o.shut()
			})
		})
	}
}

// What gives way takes nothing off the time for which the channel fails: heartbeats come and go
// by the minute, and a dead man's switch that hears none of them is a channel that fails.
func TestAChannelFailsOnWhatGivesWay(t *testing.T) {
	for name, say := range map[string]func(*office){
		"heartbeats": func(o *office) { o.say("dog", "beat", notify.Alive) },
		"reminders":  func(o *office) { o.say("dog", "still", notify.Reminded, "a") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				o := openOffice(t, dir, Options{})
				r := &radio{says: dead}
				o.use(map[string]notify.Channel{"dog": r})
				began := time.Now()
				for range 60 {
					say(o)
					time.Sleep(time.Minute)
				}
				f := o.standing("dog").Failing
				if f == nil || f.Since.Sub(began) > time.Second || f.Tries < 60 || f.Error != errDead.Error() {
					t.Errorf("Failing = %+v", f)
				}
				r.set(nil)
				time.Sleep(longestBackOff)
				if f := o.standing("dog").Failing; f != nil {
					t.Errorf("after it got through: %+v", f)
				}
				o.shut()
			})
		})
	}
}
